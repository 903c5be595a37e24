"""Value that a client holds: gift cards, memberships, points, cashback, credit. Each is a ledger.

The balance is a cache of the entries, changed by `UPDATE ... WHERE balance - held >= n` in the transaction that
writes the entry, and recomputed by `audit_books`.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from quittance.businesses.models import Business
from quittance.catalog.models import GiftCardType, MembershipType
from quittance.clients.models import Client
from quittance.rows.fields import EncryptedField

GIFT_CARD, MEMBERSHIP = "gift_card", "membership"
POINTS, CASHBACK, CREDIT = "points", "cashback", "credit"
KINDS: Final = (GIFT_CARD, MEMBERSHIP, POINTS, CASHBACK, CREDIT)
# A client has one of each, and it is never sold.
OF_CLIENT: Final = (POINTS, CASHBACK, CREDIT)


class Wallet(models.Model):
    """`unit` says what the balance counts: `money` (minor units), `points`, `visits`, or `period` (1 while it holds).

    What was sold on a bill has the id of its line; `standing_units` of it are paid for at this moment. A gift
    card's code is stored encrypted, with an HMAC for the lookup. `moves` numbers the entries.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="wallets")
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=8)
    currency = models.CharField(max_length=3, blank=True, default="")
    name = models.CharField(max_length=160, blank=True, default="")
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    moves = models.PositiveIntegerField(default=0)
    code = EncryptedField(default="")
    code_mac = models.CharField(max_length=64, null=True, blank=True, unique=True)
    last4 = models.CharField(max_length=4, blank=True, default="")
    gift_card_type = models.ForeignKey(GiftCardType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    membership_type = models.ForeignKey(
        MembershipType, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Bills stand above wallets, so there is no foreign key.
    issued_line_id = models.BigIntegerField(null=True, blank=True, unique=True)
    issued_units = models.BigIntegerField(default=0)
    standing_units = models.BigIntegerField(default=0)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    # Came from another card of the same person, who has one of this kind already: it is spent, and never filled anew.
    merged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="wallet_balance"),
            models.CheckConstraint(condition=Q(held__gte=0) & Q(held__lte=F("balance")), name="wallet_held"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="wallet_kind"),
            models.CheckConstraint(
                condition=Q(unit="money", kind__in=(GIFT_CARD, CASHBACK, CREDIT)) & ~Q(currency="")
                | Q(unit="points", kind=POINTS, currency="")
                | Q(unit__in=("visits", "period"), kind=MEMBERSHIP, currency=""),
                name="wallet_unit",
            ),
            models.CheckConstraint(
                condition=Q(standing_units__gte=0) & Q(standing_units__lte=F("issued_units")), name="wallet_standing"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(GIFT_CARD,)) | Q(client__isnull=False), name="wallet_has_a_client"
            ),
            models.UniqueConstraint(
                fields=["business", "client", "kind", "currency"],
                condition=Q(kind__in=OF_CLIENT, merged_at__isnull=True),
                name="wallet_once_per_client",
            ),
        ]
        indexes = [models.Index(fields=["business", "client", "kind"], name="wallets_of_client")]


class WalletEntry(models.Model):
    """One change of a balance. Append-only; `serial` is the wallet's own number of it."""

    WHY: Final = ("issued", "spent", "put_back", "refunded", "credited", "earned", "taken_back")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="entries")
    serial = models.PositiveIntegerField()
    change = models.BigIntegerField()
    why = models.CharField(max_length=12)
    bill_id = models.BigIntegerField(null=True)
    line_id = models.BigIntegerField(null=True)
    tender_id = models.BigIntegerField(null=True)
    refund_id = models.BigIntegerField(null=True)
    hold_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wallet", "serial"], name="wallet_entry_once"),
            models.CheckConstraint(
                condition=Q(why__in=("issued", "spent", "put_back", "refunded", "credited", "earned", "taken_back")),
                name="wallet_entry_why",
            ),
        ]
        indexes = [
            models.Index(fields=["tender_id"], name="wallet_entries_of_tender"),
            models.Index(fields=["business", "bill_id"], name="wallet_entries_of_bill"),
        ]


class WalletHold(models.Model):
    """What is set aside while somebody pays the rest: held → captured | released, and then never again.

    So many units stand for `pays_minor` of a bill, beside one payment: both stand above wallets, so there are no
    foreign keys. `tender_id` is what settled the bill with it, also where the value was taken anew after the release.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=8, default="held")
    # What it is for, such as `payment 5`: one hold of a wallet for each.
    subject = models.CharField(max_length=60)
    bill_id = models.BigIntegerField(null=True, blank=True)
    payment_id = models.BigIntegerField(null=True, blank=True)
    pays_minor = models.BigIntegerField(default=0)
    tender_id = models.BigIntegerField(null=True, blank=True, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_above_zero"),
            models.CheckConstraint(
                condition=Q(state="held", ended_at__isnull=True)
                | Q(state__in=("captured", "released"), ended_at__isnull=False),
                name="hold_state",
            ),
            models.UniqueConstraint(fields=["wallet", "subject"], name="hold_once_per_subject"),
            models.CheckConstraint(
                condition=Q(payment_id__isnull=True) | Q(bill_id__isnull=False, pays_minor__gt=0),
                name="hold_beside_a_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["business", "bill_id"], name="holds_of_bill"),
            models.Index(fields=["payment_id"], name="holds_of_payment"),
        ]
