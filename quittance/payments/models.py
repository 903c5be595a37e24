"""Accounts at payment systems, links, and attempts to pay."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from quittance.bills.models import Bill, Tender
from quittance.businesses.models import Business, Location
from quittance.core.money import Money
from quittance.due.models import DueRow
from quittance.rows.fields import EncryptedField
from quittance.wallets.models import Wallet


class PaymentAccount(models.Model):
    """(business, system, their account id, live or test), immutable: new keys must name the same account.

    `credentials` is a JSON object of secrets; `address_token` stands in the webhook address of the account.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="payment_accounts")
    system = models.CharField(max_length=24)
    their_account_id = models.CharField(max_length=120)
    live = models.BooleanField()
    label = models.CharField(max_length=80)
    country = models.CharField(max_length=2, blank=True, default="")
    credentials = EncryptedField()
    key_last4 = models.CharField(max_length=4, blank=True, default="")
    secret_last4 = models.CharField(max_length=4, blank=True, default="")
    address_token = models.CharField(max_length=32, unique=True)
    last_webhook_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, default="")
    not_before = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "system", "their_account_id", "live"], name="account_once")
        ]


class PaymentMethodSetting(models.Model):
    """One of the ways to be paid online (`payment_links`), on or off, and through which account."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=24)
    enabled = models.BooleanField(default=False)
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "method"], name="method_once")]


class PaymentLink(models.Model):
    """The short address of a bill. At most one is not closed; once closed it never takes money again.

    The token can be copied again, so it is stored encrypted, with an HMAC for the lookup. `account` is
    chosen when a payment starts, not here. `value_minor` is what gift cards, points and the like paid by way of it.
    `location` is the bill's, said once more: every list of links begins with it, and each has an index of its own.
    `language` is the one that the client chose on its page when they last pressed `Pay`.
    """

    ASKS: ClassVar = [("all", "all"), ("deposit", "deposit"), ("amount", "amount")]

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="links")
    token = EncryptedField()
    token_mac = models.CharField(max_length=64, unique=True)
    ask = models.CharField(max_length=8, choices=ASKS, default="all")
    ask_minor = models.BigIntegerField(null=True, blank=True)
    value_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    accessed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=12, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill"], condition=Q(closed_at__isnull=True), name="link_one_live"),
            models.CheckConstraint(
                condition=(Q(ask="all") & Q(ask_minor__isnull=True)) | (~Q(ask="all") & Q(ask_minor__gt=0)),
                name="link_ask_amount",
            ),
            models.CheckConstraint(
                condition=(Q(closed_at__isnull=True) & Q(closed_reason=""))
                | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
                name="link_closed_reason",
            ),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="link_value_not_negative"),
        ]
        indexes = [
            models.Index(fields=["business", "closed_reason", "-id"], name="links_by_end"),
            models.Index(fields=["business", "location", "-id"], name="links_of_place"),
            models.Index(fields=["business", "location", "closed_reason", "-id"], name="links_of_place_by_end"),
            models.Index(
                fields=["business", "location", "-id"], name="links_open", condition=Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["business", "location", "-id"],
                name="links_sent_unseen",
                condition=Q(closed_at__isnull=True, sent_at__isnull=False, accessed_at__isnull=True),
            ),
            models.Index(
                fields=["business", "location", "-id"],
                name="links_seen",
                condition=Q(closed_at__isnull=True, accessed_at__isnull=False),
            ),
            models.Index(fields=["business", "location", "created_by_id", "-id"], name="links_by_maker"),
            models.Index(fields=["business", "location", "created_at"], name="links_by_day"),
            models.Index(
                fields=["business", "location", "-id"], name="links_never_sent", condition=Q(sent_at__isnull=True)
            ),
            models.Index(
                fields=["business", "location", "ask_minor"],
                name="links_by_amount",
                condition=Q(ask_minor__isnull=False),
            ),
            models.Index(fields=["expires_at"], name="links_to_expire", condition=Q(closed_at__isnull=True)),
        ]


class Payment(DueRow):
    """One attempt to pay at a payment system.

    creating → open → processing → paid; failed, expired, ended; any state → paid, since money that moved
    wins. `request` is the exact call that opens the page and `key` its idempotency key: when the answer is
    lost, the same is asked again. `superseded_at` is a flag beside the state: it frees the bill's place
    for another payment while this one is still asked about. `value_minor` is what a gift card, points and the like
    pay beside it: set aside or taken, and nothing once it was released.
    """

    LIVE: ClassVar = ("creating", "open")
    FINAL: ClassVar = ("paid", "failed", "expired", "ended")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    link = models.ForeignKey(PaymentLink, on_delete=models.PROTECT, null=True, related_name="payments")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="creating")
    unknown_since = models.DateTimeField(null=True, blank=True)
    amount_minor = models.BigIntegerField()
    value_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    bill_version = models.PositiveIntegerField()
    key = models.CharField(max_length=32, unique=True)
    request = EncryptedField()
    address = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    locked_until = models.DateTimeField()
    expires_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    asked_no = models.PositiveIntegerField(default=0)
    applied_no = models.PositiveIntegerField(default=0)
    captured_minor = models.BigIntegerField(null=True, blank=True)
    captured_currency = models.CharField(max_length=3, blank=True, default="")
    fee_minor = models.BigIntegerField(null=True, blank=True)
    fee_currency = models.CharField(max_length=3, blank=True, default="")
    method = models.CharField(max_length=40, blank=True, default="")
    method_detail = models.CharField(max_length=80, blank=True, default="")
    decline_reason = models.CharField(max_length=200, blank=True, default="")
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(state__in=("creating", "open")) & Q(superseded_at__isnull=True),
                name="payment_one_payable",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_above_zero"),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="payment_value_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "creating",
                        "open",
                        "processing",
                        "paid",
                        "failed",
                        "expired",
                        "ended",
                    )
                ),
                name="payment_state",
            ),
            models.CheckConstraint(condition=~Q(state="paid") | Q(captured_minor__gt=0), name="payment_paid_has_money"),
            models.CheckConstraint(condition=Q(applied_no__lte=F("asked_no")), name="payment_applied_after_asked"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="payment_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["business", "bill"], name="payments_of_bill"),
            models.Index(fields=["business", "-id"], name="payments_recent"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def value(self) -> Money:
        """What pays beside it."""
        return Money(self.value_minor, self.currency)


class PaymentReference(models.Model):
    """Their id of a thing that belongs to one payment."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="references")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "value"], name="reference_once")]
        indexes = [models.Index(fields=["payment"], name="references_of_payment")]


class Refund(DueRow):
    """Money that goes back: requested → pending → succeeded; each → failed.

    `origin` is who wanted it: `desk`, `itself` (law 13) or `outside` (made at the payment system). What it
    undoes: `price` carries credit lines, `excess` was too much, `other` settled nothing (another currency, or
    more than was left). Written before the payment system is called, with the key of the call.
    `payment` is empty for money handed back at the desk, and for what goes to a `wallet`: back to the one that paid,
    or as credit to the client's. `moves` numbers its movements in the journal.
    """

    ORIGINS: ClassVar = ("desk", "itself", "outside")
    STATES: ClassVar = ("requested", "pending", "succeeded", "failed")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="refunds")
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, null=True, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="refunds")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, null=True, related_name="+")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=8)
    state = models.CharField(max_length=12, default="requested")
    key = models.CharField(max_length=32, unique=True)
    reference = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - NULL keeps unknown ids apart
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField(default=0)
    excess_minor = models.BigIntegerField(default=0)
    other_minor = models.BigIntegerField(default=0)
    moves = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True, default="")
    failure = models.CharField(max_length=200, blank=True, default="")
    requested_by_id = models.BigIntegerField(null=True, blank=True)
    requested_at = models.DateTimeField()
    unknown_since = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_above_zero"),
            models.CheckConstraint(
                condition=Q(amount_minor=F("price_minor") + F("excess_minor") + F("other_minor"))
                & Q(price_minor__gte=0)
                & Q(excess_minor__gte=0)
                & Q(other_minor__gte=0),
                name="refund_parts_are_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("requested", "pending", "succeeded", "failed")), name="refund_state"
            ),
            models.CheckConstraint(condition=Q(origin__in=("desk", "itself", "outside")), name="refund_origin"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False) | Q(tender__isnull=False), name="refund_of_something"
            ),
            models.UniqueConstraint(fields=["account", "reference"], name="refund_reference_once"),
            models.CheckConstraint(condition=Q(wallet__isnull=True) | Q(payment__isnull=True), name="refund_one_way"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="refund_due", condition=Q(next_attempt_at__isnull=False)),
            models.Index(fields=["business", "bill"], name="refunds_of_bill"),
            models.Index(fields=["payment"], name="refunds_of_payment"),
            models.Index(fields=["business", "-id"], name="refunds_recent"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Dispute(models.Model):
    """The client's bank takes a payment back until it has decided: open → won | lost.

    `within_minor` is what of it the tender still held; it stands in the account `disputed`. `decision` is what a
    person said of a lost one: `written_off`, or `asked_again` (the due is open again).
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="disputes")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=255)
    state = models.CharField(max_length=8)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    within_minor = models.BigIntegerField(default=0)
    moves = models.PositiveSmallIntegerField(default=0)
    decision = models.CharField(max_length=12, blank=True, default="")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "reference"], name="dispute_once"),
            models.CheckConstraint(condition=Q(state__in=("open", "won", "lost")), name="dispute_state"),
            models.CheckConstraint(
                condition=Q(within_minor__gte=0) & Q(amount_minor__gte=F("within_minor")), name="dispute_within"
            ),
        ]
        indexes = [
            models.Index(fields=["business", "bill"], name="disputes_of_bill"),
            models.Index(fields=["payment"], name="disputes_of_payment"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class EventSweep(DueRow):
    """Where reading an account's event list goes on; every few minutes, whether webhooks come or not.

    `cursor` is the adapter's own text, in their time.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField(PaymentAccount, on_delete=models.PROTECT, related_name="sweep")
    cursor = models.CharField(max_length=200, blank=True, default="")
    swept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="sweep_due", condition=Q(next_attempt_at__isnull=False))
        ]
