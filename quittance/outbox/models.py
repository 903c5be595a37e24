"""What happened here, written in the same transaction as the thing itself; side effects start from it."""

from __future__ import annotations

from django.db import models

from quittance.due.models import DueRow


class Event(DueRow):
    """Something that happened, past tense (`payment.paid`). Holds ids, never names.

    The id is the sequence: readers keep the last id they saw. The worker turns the event into messages
    and, later, webhooks; then `next_attempt_at` is empty.
    """

    business_id = models.BigIntegerField()
    location_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=64)
    subject = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    visible_at_desk = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_due",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["business_id", "location_id", "id"],
                name="outbox_desk",
                condition=models.Q(visible_at_desk=True),
            ),
        ]
