"""Places at a location where clients pay, each with a QR code of its own on paper, and what is shown there now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quittance.bills.models import Bill
from quittance.businesses.models import Business, Location
from quittance.rows.fields import EncryptedField


class PayDesk(models.Model):
    """`code` stands in the printed address. It can be printed again, so it is stored encrypted, with an HMAC beside it.

    A new code takes the place of the old one, which opens nothing from then on. Archived, never deleted.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="pay_desks")
    name = models.CharField(max_length=60)
    code = EncryptedField()
    code_mac = models.CharField(max_length=64, unique=True)
    code_made_at = models.DateTimeField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "location", "id"], name="pay_desks_of_place")]


class Push(models.Model):
    """A visit that is shown at a desk for some minutes: one visit at a desk, and one desk for a visit.

    `taken_at`: somebody said yes, it is me. From then on nobody else is asked. `key` names it in the form of that
    question, so that a yes to one visit never takes the next one. Whether anything is due is asked of the bill.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(PayDesk, on_delete=models.PROTECT, related_name="pushes")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    pushed_by_id = models.BigIntegerField(null=True, blank=True)
    pushed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk"], condition=Q(ended_at__isnull=True), name="push_one_at_a_desk"),
            models.UniqueConstraint(fields=["bill"], condition=Q(ended_at__isnull=True), name="push_one_of_a_bill"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_reason="") | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
                name="push_ended_reason",
            ),
        ]


class CodeAsk(models.Model):
    """Somebody typed a phone number at a desk's page and was promised a code, whether we know the number or not.

    The code is not stored: it is made of `key` by the installation's own key. `phone` is emptied as soon as the
    worker has looked whose it is; `bill` stays empty where nothing is due for it, and then no code fits.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(PayDesk, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    phone = EncryptedField(default="")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    message_id = models.BigIntegerField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["message_id"], name="code_ask_of_message", condition=Q(message_id__isnull=False))
        ]
