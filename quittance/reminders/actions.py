"""Every change of rules and reminders. Whoever plans has locked the visit, so that two plans never cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from quittance.businesses.models import Location
from quittance.reminders.models import Reminder, ReminderPolicy, StoppedLink
from quittance.reminders.rules import Policy, check_policy

_REST: dict[str, Any] = {"next_attempt_at": None, "lease_until": None, "lease_token": ""}
_LONGEST_OUTCOME = 200
MOVED = gettext_noop("The visit was moved, or the rule was changed.")


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that the rules call for, as things stand."""

    type: str
    number: int
    basis: str
    link_id: int | None
    anchor_at: datetime
    due_at: datetime
    until_at: datetime | None

    def key_for(self, visit_id: int) -> str:
        thing = f"visit {visit_id}" if self.link_id is None else f"link {self.link_id}"
        return f"{self.type}:{thing}:{self.number}:{self.basis}:{int(self.anchor_at.timestamp())}"


def save_policy(*, location: Location, policy: Policy) -> None:
    """Raises RuleError for rules that cannot be."""
    check_policy(policy)
    ReminderPolicy.objects.update_or_create(
        location=location,
        defaults={
            "business_id": location.business_id,
            "payment": [rule.as_json() for rule in policy.payment],
            "visit": [rule.as_json() for rule in policy.visit],
            "expiring_hours": policy.expiring_hours,
            "quiet_starts_minute": policy.quiet_starts_minute,
            "quiet_ends_minute": policy.quiet_ends_minute,
        },
    )


def stop_link(*, business_id: int, link_id: int, stopped_at: datetime | None) -> bool:
    """None: they start again. False when it stood so already."""
    row, is_new = StoppedLink.objects.get_or_create(
        business_id=business_id, link_id=link_id, defaults={"stopped_at": stopped_at}
    )
    if is_new:
        return stopped_at is not None
    rows = StoppedLink.objects.filter(pk=row.pk, stopped_at__isnull=stopped_at is not None)
    return bool(rows.update(stopped_at=stopped_at))


def plan(
    *,
    location: Location,
    visit_id: int,
    wanted: Sequence[Planned],
    since: datetime,
    reasons: Mapping[str, str],
    now: datetime,
) -> None:
    """Make the planned rows of a visit what is wanted; `reasons` says by type why nothing is.

    What lay in the past at `since` was missed and is not made up for. What was said is never said again.
    """
    there = {row.key: row for row in Reminder.objects.filter(business_id=location.business_id, visit_id=visit_id)}
    keys = {one.key_for(visit_id) for one in wanted}
    for one in wanted:
        row = there.get(one.key_for(visit_id))
        if row is None:
            if one.due_at >= since:
                _create(location, visit_id, one, now)
        elif row.state == "planned":
            if (row.due_at, row.until_at) != (one.due_at, one.until_at):
                _replan(row, one)
        elif row.state == "dropped" and one.due_at >= since:
            _replan(row, one)
    for row in there.values():
        if row.state == "planned" and row.key not in keys:
            drop(reminder=row, reason=reasons.get(row.type) or MOVED, now=now)


def drop(*, reminder: Reminder, reason: str, now: datetime) -> bool:
    rows = Reminder.objects.filter(pk=reminder.pk, state="planned")
    return rows.update(state="dropped", outcome=reason[:_LONGEST_OUTCOME], ended_at=now, **_REST) == 1


def mark_said(*, reminder: Reminder, lease_token: str, now: datetime) -> bool:
    """Fenced by the lease: whoever lost it has said nothing."""
    rows = _leased(reminder, lease_token)
    return rows.update(state="said", outcome="", ended_at=now, **_REST) == 1


def wait(*, reminder: Reminder, lease_token: str, at: datetime) -> bool:
    """It is only not the time: that counts as no attempt."""
    return _leased(reminder, lease_token).update(**{**_REST, "next_attempt_at": at}, attempts=0) == 1


def leased(*, row_id: int, lease_token: str) -> Reminder | None:
    """The row, if it is still planned and the lease is the caller's."""
    if not lease_token:
        return None
    rows = Reminder.objects.select_related("location", "business")
    return rows.filter(pk=row_id, lease_token=lease_token, state="planned").first()


def _leased(reminder: Reminder, lease_token: str) -> QuerySet[Reminder]:
    if not lease_token:
        raise ValueError("an empty token is nobody's lease")
    return Reminder.objects.filter(pk=reminder.pk, lease_token=lease_token, state="planned")


def _create(location: Location, visit_id: int, one: Planned, now: datetime) -> None:
    Reminder.objects.create(
        business_id=location.business_id,
        location=location,
        type=one.type,
        number=one.number,
        basis=one.basis,
        visit_id=visit_id,
        link_id=one.link_id,
        anchor_at=one.anchor_at,
        due_at=one.due_at,
        until_at=one.until_at,
        key=one.key_for(visit_id),
        created_at=now,
        next_attempt_at=one.due_at,
    )


def _replan(row: Reminder, one: Planned) -> None:
    """A lease that somebody holds ends with it: what they claimed is not what is wanted now."""
    Reminder.objects.filter(pk=row.pk).exclude(state="said").update(
        state="planned",
        outcome="",
        ended_at=None,
        due_at=one.due_at,
        until_at=one.until_at,
        attempts=0,
        **{**_REST, "next_attempt_at": one.due_at},
    )
