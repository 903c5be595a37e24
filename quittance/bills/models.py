"""What is owed and what settled it. Nothing here is ever deleted.

Totals on the bill are a cache of its lines and of the journal, written in the same transaction and
recomputed by `audit_books`; status is computed from them, never stored.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from quittance.businesses.models import Business, Location, StaffMember
from quittance.catalog.models import GiftCardType, MembershipType, Product, Service
from quittance.clients.models import Client
from quittance.due.models import DueRow
from quittance.wallets.models import Wallet


class Bill(models.Model):
    """`version` grows with every change of lines or tenders.

    `frozen_by` and `frozen_until`: somebody is asking the payment system to end a page before changing the
    due; nobody else may change or start a payment meanwhile. A crash lets the freeze run out.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="bills")
    currency = models.CharField(max_length=3)
    service_date = models.DateField()
    prices_include_tax = models.BooleanField()
    version = models.PositiveIntegerField(default=1)
    frozen_by = models.CharField(max_length=32, blank=True, default="")
    frozen_until = models.DateTimeField(null=True, blank=True)
    total_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    settled_minor = models.BigIntegerField(default=0)
    # Within what was taken: on its way back, gone back, held by a bank that disputes it.
    refunding_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    disputed_minor = models.BigIntegerField(default=0)
    price_open = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="bill_total_not_negative"),
            models.CheckConstraint(condition=Q(settled_minor__gte=0), name="bill_settled_not_negative"),
            models.CheckConstraint(condition=Q(version__gte=1), name="bill_version"),
            models.CheckConstraint(
                condition=Q(refunding_minor__gte=0) & Q(refunded_minor__gte=0) & Q(disputed_minor__gte=0),
                name="bill_returned_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["business", "location", "service_date"], name="bill_by_day"),
            models.Index(fields=["business", "location", "total_minor"], name="bill_by_total"),
        ]


class BillLine(models.Model):
    """One thing sold; names, prices and tax are copied, so that a later change of the catalog is harmless.

    `discount_ppm` (millionths of the line) or `discount_minor`, never both. `gross`, `net` and `tax` are
    fixed by `bills.amounts`. A line of kind `credit` takes back a part of the price: its amounts are below
    zero, and `refund_id` or `dispute_id` says which refund, or lost dispute, it belongs to, if any.
    """

    KINDS: ClassVar = [(kind, kind) for kind in ("service", "product", "custom", "membership", "gift_card", "credit")]

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=16, choices=KINDS)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    membership_type = models.ForeignKey(
        MembershipType, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    gift_card_type = models.ForeignKey(GiftCardType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=160)
    quantity = models.PositiveIntegerField(default=1)
    unit_minor = models.BigIntegerField()
    unit_max_minor = models.BigIntegerField(null=True, blank=True)
    price_open = models.BooleanField(default=False)
    discount_ppm = models.PositiveIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    tax_name = models.CharField(max_length=60, blank=True, default="")
    tax_ppm = models.PositiveIntegerField(default=0)
    taxation_system = models.CharField(max_length=40, blank=True, default="")
    gross_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    refund_id = models.BigIntegerField(null=True, blank=True)
    dispute_id = models.BigIntegerField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(gross_minor=F("net_minor") + F("tax_minor")), name="line_gross_is_sum"),
            models.CheckConstraint(
                condition=(Q(kind="credit") & Q(gross_minor__lt=0)) | (~Q(kind="credit") & Q(gross_minor__gte=0)),
                name="line_sign",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1) & Q(quantity__lte=10_000), name="line_quantity"),
            models.CheckConstraint(condition=Q(discount_ppm=0) | Q(discount_minor=0), name="line_one_discount"),
            models.CheckConstraint(condition=Q(discount_ppm__lte=1_000_000), name="line_percent"),
            models.CheckConstraint(condition=Q(discount_minor__gte=0), name="line_discount_sign"),
            models.CheckConstraint(condition=Q(unit_minor__gte=0), name="line_unit_price"),
            models.CheckConstraint(
                condition=Q(kind="membership", membership_type__isnull=False, gift_card_type__isnull=True)
                | Q(kind="gift_card", gift_card_type__isnull=False, membership_type__isnull=True)
                | Q(membership_type__isnull=True, gift_card_type__isnull=True)
                & ~Q(kind__in=("membership", "gift_card")),
                name="line_names_its_type",
            ),
        ]
        indexes = [models.Index(fields=["business", "bill", "position"], name="lines_of_bill")]


class Tender(models.Model):
    """One portion of money that settles a bill. Entered wrongly it is voided with a reason, never erased.

    `wallet` is what paid where value did, with so many of its `units`; a membership pays for one line. Where small
    coins do not exist, `rounding_minor` is what was handed over beyond the amount, or below zero: less.
    `returned_minor` went back or is on its way, `disputed_minor` is held by the client's bank.
    `returns_itself_minor` is what of it refunds itself from `returns_itself_at` on, as far as it is still too much.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="tenders")
    kind = models.CharField(max_length=16)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    given_minor = models.BigIntegerField(null=True, blank=True)
    # The payment's id where the tender is online; payments stand above bills, so there is no foreign key.
    payment_id = models.BigIntegerField(null=True, blank=True, unique=True)
    method_label = models.CharField(max_length=80, blank=True, default="")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    units = models.BigIntegerField(default=0)
    covers_line = models.ForeignKey(BillLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rounding_minor = models.BigIntegerField(default=0)
    taken_at = models.DateTimeField()
    taken_by_id = models.BigIntegerField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by_id = models.BigIntegerField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True, default="")
    returned_minor = models.BigIntegerField(default=0)
    disputed_minor = models.BigIntegerField(default=0)
    returns_itself_minor = models.BigIntegerField(default=0)
    returns_itself_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="tender_above_zero"),
            models.CheckConstraint(
                condition=Q(returned_minor__gte=0)
                & Q(disputed_minor__gte=0)
                & Q(amount_minor__gte=F("returned_minor") + F("disputed_minor")),
                name="tender_returned_once",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | (Q(returned_minor=0) & Q(disputed_minor=0)),
                name="tender_void_or_returned",
            ),
            models.CheckConstraint(
                condition=(Q(kind="online") & Q(payment_id__isnull=False))
                | (~Q(kind="online") & Q(payment_id__isnull=True)),
                name="tender_online_has_payment",
            ),
            models.CheckConstraint(condition=Q(voided_at__isnull=True) | ~Q(void_reason=""), name="tender_void_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=("gift_card", "membership", "points", "cashback", "credit"), wallet__isnull=False)
                | Q(wallet__isnull=True) & ~Q(kind__in=("gift_card", "membership", "points", "cashback", "credit")),
                name="tender_of_value_has_wallet",
            ),
            models.CheckConstraint(
                condition=Q(covers_line__isnull=True) & ~Q(kind="membership")
                | Q(kind="membership", covers_line__isnull=False),
                name="tender_membership_covers_a_line",
            ),
            models.CheckConstraint(condition=Q(rounding_minor=0) | Q(kind="cash"), name="tender_rounds_cash_only"),
            models.UniqueConstraint(
                fields=["covers_line"],
                condition=Q(voided_at__isnull=True, returned_minor=0),
                name="tender_covers_line_once",
            ),
        ]
        indexes = [
            models.Index(fields=["business", "bill"], name="tenders_of_bill"),
            models.Index(fields=["business", "taken_at"], name="tenders_by_time"),
        ]


class JournalEntry(models.Model):
    """One movement from one account to another: balanced because it has exactly two sides. Append-only.

    Accounts are `cash`, `card_terminal`, `bank_transfer`, `online:<payment account id>`, `wallet:<id>`, `rounding`,
    and `bill`, `refunding`, `disputed`, `unallocated`. Money that settles a bill goes from its source to `bill`; a
    void goes back the same way, a refund by way of `refunding`. `serial` numbers the movements of one refund or one
    dispute.
    """

    business_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    tender_id = models.BigIntegerField(null=True)
    payment_id = models.BigIntegerField(null=True)
    refund_id = models.BigIntegerField(null=True)
    dispute_id = models.BigIntegerField(null=True)
    serial = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=16)
    from_account = models.CharField(max_length=40)
    to_account = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="journal_above_zero"),
            models.CheckConstraint(condition=~Q(from_account=F("to_account")), name="journal_two_sides"),
            models.UniqueConstraint(
                fields=["tender_id", "kind"],
                condition=Q(refund_id__isnull=True) & Q(dispute_id__isnull=True),
                name="journal_once_per_tender",
            ),
            models.UniqueConstraint(
                fields=["refund_id", "serial", "from_account", "to_account"], name="journal_once_per_refund"
            ),
            models.UniqueConstraint(
                fields=["dispute_id", "serial", "from_account", "to_account"], name="journal_once_per_dispute"
            ),
        ]
        indexes = [
            models.Index(fields=["business_id", "bill_id", "id"], name="journal_of_bill"),
            models.Index(fields=["business_id", "at"], name="journal_by_time"),
        ]


class NumberSeries(models.Model):
    """Gapless numbers, drawn last in the transaction that needs one."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=16)
    suffix = models.CharField(max_length=8, blank=True, default="")
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "name", "suffix"], name="series_once")]


class Receipt(models.Model):
    """Proof of one tender, of its void (`cancels`), or of a refund: a credit note (`refund_id`).

    `snapshot` is what was printed, as it was printed; only the client's name goes when it may (`old_papers`).
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="receipts")
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, null=True, related_name="receipts")
    refund_id = models.BigIntegerField(null=True, blank=True)
    cancels = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="cancelled_by")
    series = models.CharField(max_length=8, blank=True, default="")
    number = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()
    local_date = models.DateField()
    snapshot = models.JSONField()
    # Whose name stands on it; the one thing that may still change, once, when the law no longer asks for the name.
    client_id = models.BigIntegerField(null=True, blank=True)
    name_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "series", "number"], name="receipt_number"),
            models.UniqueConstraint(
                fields=["tender"],
                condition=Q(cancels__isnull=True) & Q(refund_id__isnull=True),
                name="receipt_per_tender",
            ),
            models.CheckConstraint(
                condition=Q(tender__isnull=False) | Q(refund_id__isnull=False), name="receipt_of_something"
            ),
        ]
        indexes = [
            models.Index(fields=["business", "bill"], name="receipts_of_bill"),
            models.Index(
                fields=["business", "client_id", "local_date"],
                condition=Q(client_id__isnull=False) & Q(name_removed_at__isnull=True),
                name="receipts_with_name",
            ),
        ]


class MoneyCase(DueRow):
    """What a person may have to decide. Cases of a whole bill are open once a kind; others once for ever.

    `subject` names what else a case is about (`payment 5`, `refund 7`, `dispute 3`, `account 2`, an id of
    theirs). `next_attempt_at` is when the case will act by itself, until somebody has decided (`held_at`).
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True, related_name="cases")
    payment_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=280, blank=True, default="")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    detail = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by_id = models.BigIntegerField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "kind"],
                condition=Q(resolved_at__isnull=True) & Q(subject=""),
                name="case_open_once_per_bill",
            ),
            models.UniqueConstraint(
                fields=["business", "kind", "subject"], condition=~Q(subject=""), name="case_once_per_subject"
            ),
            models.CheckConstraint(condition=Q(bill__isnull=False) | ~Q(subject=""), name="case_about_something"),
        ]
        indexes = [
            models.Index(
                fields=["business", "location", "-id"],
                name="cases_open",
                condition=Q(resolved_at__isnull=True),
            ),
            models.Index(fields=["business", "-resolved_at", "-id"], name="cases_done"),
            models.Index(fields=["next_attempt_at"], name="case_due", condition=Q(next_attempt_at__isnull=False)),
        ]
