"""Client cards, the ways to reach a client, and what they agreed to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quittance.businesses.models import Business
from quittance.due.models import DueRow


class Client(models.Model):
    """A card. It is archived, not deleted, when it was merged into another one or erased."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=200, default="", editable=False)
    language = models.CharField(max_length=12, default="", blank=True)
    note = models.TextField(blank=True, default="")
    # Channels ticked the last time a link was sent to this client; empty: all that are available.
    link_channels = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    # The card that was kept when two were one person; what this one had is there now.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "search_name"], name="client_by_name")]


class Erasure(DueRow):
    """A client who wanted to be forgotten: due when papers that the law had kept may lose the name."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="erasure")

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="erasure_due")
        ]


class ContactPoint(models.Model):
    """A phone (E.164) or an email address (lower case) of a client."""

    PHONE, EMAIL = "phone", "email"

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=[(PHONE, "phone"), (EMAIL, "email")])
    value = models.CharField(max_length=254)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "client", "kind", "value"], name="contact_point_once")
        ]
        indexes = [models.Index(fields=["business", "kind", "value"], name="contact_point_lookup")]


class Consent(models.Model):
    """What a client agreed to, or took back: one row each time it was said. The newest of a kind holds."""

    MARKETING, REMINDERS = "marketing", "reminders"
    KINDS: ClassVar = [(MARKETING, "marketing"), (REMINDERS, "reminders")]

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=12, choices=KINDS)
    given = models.BooleanField()
    at = models.DateTimeField()
    # The user who wrote it down.
    recorded_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "client", "kind", "-id"], name="consents_of_client")]
