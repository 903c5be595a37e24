"""What others told us, raw: stored before it is believed, then looked into by the worker."""

from __future__ import annotations

from django.db import models

from quittance.due.models import DueRow
from quittance.rows.fields import EncryptedField


class InboundWebhook(DueRow):
    """One authentic notice, once per (source, account, event).

    state: received → matched | unmatched | foreign. Unmatched notices are looked at again, since they can
    come before our own row is written. After 90 days only ids are left, and `body_hash` (SHA-256) of what came.
    """

    business_id = models.BigIntegerField()
    source = models.CharField(max_length=32)
    account_id = models.BigIntegerField()
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    live = models.BooleanField(default=False)
    references = models.JSONField(default=list)
    metadata = models.JSONField(default=dict)
    body = EncryptedField(default="")
    body_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    event_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16, default="received")
    outcome = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "account_id", "event_id"], name="inbox_event_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="inbox_due",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["business_id", "account_id", "-received_at"], name="inbox_recent"),
        ]
