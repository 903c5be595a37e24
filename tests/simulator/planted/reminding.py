"""What could be wrong about reminders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from unittest import mock

from quittance.businesses.models import Location
from quittance.calendar.models import Visit
from quittance.flows import send_message, send_reminder
from quittance.flows._message_facts import Reason
from quittance.flows._reminder_standing import Standing, standing_of
from quittance.messages.models import Message
from quittance.reminders import actions, queries
from quittance.reminders.actions import Planned
from quittance.reminders.models import Reminder
from tests.simulator.planted.bug import planted


@planted(
    "reminder without re-check",
    "What was planned is sent: whoever cancels or pays in the meantime was reminded all the same.",
    caught_by=("S14",),
    profiles=("calm", "post"),
    favours=("set_reminders", "send", "cancel", "take"),
)
def reminder_without_recheck() -> Iterator[None]:
    def as_planned(*, visit: Visit, now: datetime) -> Standing:
        standing = standing_of(visit=visit, now=now)
        held = [
            Planned(row.type, row.number, row.basis, row.link_id, row.anchor_at, row.due_at, row.until_at)
            for row in Reminder.objects.filter(visit_id=visit.pk)
        ]
        return Standing(visit, standing.policy, tuple(held), {})

    def as_queued(message: Message, *, now: datetime) -> Reason:
        return send_reminder._facts(message, Visit.objects.get(pk=message.visit_id or 0), now)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(actions, "drop", return_value=False))
        stack.enter_context(mock.patch.object(send_reminder, "standing_of", as_planned))
        stack.enter_context(mock.patch.object(send_message, "reason_to_remind", as_queued))
        yield


@planted(
    "reminder planned twice",
    "Each planning writes its reminders anew, and nobody looks at what was said a moment ago.",
    caught_by=("S14",),
    profiles=("calm", "post"),
    favours=("set_reminders", "move"),
)
def reminder_planned_twice() -> Iterator[None]:
    find, say = Standing.of, queries.said_keys

    def plan(
        *,
        location: Location,
        visit_id: int,
        wanted: Sequence[Planned],
        since: datetime,
        reasons: Mapping[str, str],
        now: datetime,
    ) -> None:
        for one in wanted:
            if one.due_at >= since:
                actions._create(location, visit_id, one, now)
                row = Reminder.objects.latest("pk")
                Reminder.objects.filter(pk=row.pk).update(key=f"{row.key}#{row.pk}")

    def of(self: Standing, key: str) -> Planned | None:
        return find(self, key.split("#", maxsplit=1)[0])

    def said_keys(**which: Any) -> set[str]:
        return {key.split("#")[0] for key in say(**which)}

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(actions, "plan", plan))
        stack.enter_context(mock.patch.object(send_reminder, "_too_much", return_value=""))
        stack.enter_context(mock.patch.object(Standing, "of", of))
        stack.enter_context(mock.patch.object(queries, "said_keys", said_keys))
        yield
