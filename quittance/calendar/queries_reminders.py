"""What the payment panel says of a link's reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.payments.models import PaymentLink
from quittance.reminders.models import Reminder
from quittance.reminders.queries import is_stopped


@dataclass(frozen=True, slots=True)
class ReminderNote:
    """`next_at` is when the next one leaves; None: none is to come. `said` have gone out."""

    next_at: datetime | None
    said: int
    is_stopped: bool


def reminder_note(*, link: PaymentLink) -> ReminderNote | None:
    """None for a link that nobody is reminded of. Two queries at most, none before it was sent."""
    if link.sent_at is None:
        return None
    rows = list(
        Reminder.objects.filter(business_id=link.business_id, link_id=link.pk).values_list("state", "next_attempt_at")
    )
    if not rows:
        return None
    to_come = [at for state, at in rows if state == "planned" and at is not None]
    return ReminderNote(
        next_at=min(to_come, default=None),
        said=sum(state == "said" for state, _ in rows),
        is_stopped=is_stopped(business_id=link.business_id, link_id=link.pk),
    )
