"""Tell clients that a visit was booked, moved or cancelled, where the business wants that.

Each waits half a minute, and longer while somebody still moves the visit about: a slip that is undone meanwhile is
never told, and of several moves the client hears the last. What is told is read when it leaves.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from quittance.calendar.models import Visit
from quittance.flows._asking_for import client_language
from quittance.messages import actions
from quittance.messages.actions import NewMessage
from quittance.messages.queries_telling import best_way, times_told, untold
from quittance.messages.types import VISIT_BOOKED, VISIT_CANCELLED, VISIT_MOVED
from quittance.outbox.models import Event

WAIT_SECONDS: Final = 30


def visit_booked(event: Event, now: datetime) -> int:
    visit = _visit(event)
    if visit is None or _is_past(visit, now):
        return 0
    return _queue(event, visit, VISIT_BOOKED, f"{VISIT_BOOKED}:{visit.pk}", now)


def visit_moved(event: Event, now: datetime) -> int:
    visit = _visit(event)
    was = event.subject.get("was")
    if visit is None or was is None:
        return 0
    was_at = datetime.fromtimestamp(int(was), tz=UTC)
    if _is_past(visit, now) or _had_begun(visit, was_at, event.happened_at):
        return 0
    waiting = untold(business_id=event.business_id, visit_id=visit.pk)
    if waiting is not None and actions.put_off(message=waiting, due_at=_due_at(event, now)):
        return 0
    number = times_told(business_id=event.business_id, visit_id=visit.pk, type=VISIT_MOVED)
    return _queue(event, visit, VISIT_MOVED, f"{VISIT_MOVED}:{visit.pk}:{number}", now, moved_from_at=was_at)


def visit_cancelled(event: Event, now: datetime) -> int:
    visit = _visit(event)
    if visit is None or _is_past(visit, now):
        return 0
    return _queue(event, visit, VISIT_CANCELLED, f"{VISIT_CANCELLED}:{visit.pk}", now)


def _visit(event: Event) -> Visit | None:
    """None where somebody at the desk said that the client is not to be told."""
    if not event.subject.get("tell", 1):
        return None
    rows = Visit.objects.filter(business_id=event.business_id, pk=event.subject.get("visit"))
    return rows.select_related("bill__client", "bill__location").first()


def _is_past(visit: Visit, now: datetime) -> bool:
    return visit.starts_at is None or visit.starts_at <= now


def _had_begun(visit: Visit, was_at: datetime, moved_at: datetime) -> bool:
    """Whoever stands at the desk already was told by mouth; a visit of another day was missed, and is told."""
    zone = ZoneInfo(visit.bill.location.time_zone)
    return was_at <= moved_at and was_at.astimezone(zone).date() == moved_at.astimezone(zone).date()


def _due_at(event: Event, now: datetime) -> datetime:
    return max(now, event.happened_at + timedelta(seconds=WAIT_SECONDS))


def _queue(
    event: Event, visit: Visit, type_: str, purpose: str, now: datetime, *, moved_from_at: datetime | None = None
) -> int:
    way = best_way(business_id=event.business_id, client_id=visit.client_id, type=type_)
    if way is None or way.account_id is None:
        return 0
    new = NewMessage(
        type=type_,
        channel=way.channel,
        account_id=way.account_id,
        address=way.address,
        language=client_language(visit.bill),
        purpose_key=purpose,
        client_id=visit.client_id,
        visit_id=visit.pk,
        bill_id=visit.bill_id,
        moved_from_at=moved_from_at,
    )
    due_at = _due_at(event, now)
    _, is_new = actions.queue(business_id=event.business_id, new=new, due_at=due_at, created_by_id=None, now=now)
    return int(is_new)
