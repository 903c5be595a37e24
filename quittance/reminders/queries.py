"""The rules of a location and what is planned. Every query takes the business."""

from __future__ import annotations

from collections.abc import Sequence

from quittance.reminders.models import Reminder, ReminderPolicy, StoppedLink
from quittance.reminders.rules import Policy, read_rules


def policy_of(*, business_id: int, location_id: int) -> Policy:
    row = ReminderPolicy.objects.filter(business_id=business_id, location_id=location_id).first()
    if row is None:
        return Policy()
    return Policy(
        payment=read_rules(row.payment),
        visit=read_rules(row.visit),
        expiring_hours=row.expiring_hours,
        quiet_starts_minute=row.quiet_starts_minute,
        quiet_ends_minute=row.quiet_ends_minute,
    )


def has_any(*, business_id: int, visit_id: int) -> bool:
    return Reminder.objects.filter(business_id=business_id, visit_id=visit_id).exists()


def is_stopped(*, business_id: int, link_id: int) -> bool:
    rows = StoppedLink.objects.filter(business_id=business_id, link_id=link_id, stopped_at__isnull=False)
    return rows.exists()


def said_count(*, business_id: int, link_id: int) -> int:
    """How many reminders of this link have gone out."""
    return Reminder.objects.filter(business_id=business_id, link_id=link_id, state="said").count()


def said_keys(*, business_id: int, visit_id: int, type: str) -> set[str]:  # noqa: A002 - the column's name
    rows = Reminder.objects.filter(business_id=business_id, visit_id=visit_id, type=type, state="said")
    return set(rows.values_list("key", flat=True))


def next_of_link(*, business_id: int, visit_id: int, link_id: int) -> Reminder | None:
    """The reminder of this link that leaves first."""
    rows = Reminder.objects.filter(business_id=business_id, visit_id=visit_id, link_id=link_id, state="planned")
    return rows.order_by("next_attempt_at", "id").first()


def reminders_of_visit(*, business_id: int, visit_id: int) -> Sequence[Reminder]:
    return list(Reminder.objects.filter(business_id=business_id, visit_id=visit_id).order_by("due_at", "id"))
