"""Write down that something happened, in the transaction in which it happened."""

from __future__ import annotations

from datetime import datetime

from quittance.outbox.models import Event


def record(
    *,
    business_id: int,
    location_id: int | None,
    name: str,
    subject: dict[str, int],
    now: datetime,
    visible_at_desk: bool = False,
) -> Event:
    """Record an event (`payment.paid`); the worker looks at it at once.

    `subject` maps kinds to ids (`{"visit": 1, "payment": 7}`), never names or amounts of text.
    """
    return Event.objects.create(
        business_id=business_id,
        location_id=location_id,
        name=name,
        subject=subject,
        happened_at=now,
        visible_at_desk=visible_at_desk,
        next_attempt_at=now,
    )
