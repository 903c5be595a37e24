"""Work that failed too often and waits for a person: notices, events, messages and reminders, never money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db.models import Q, QuerySet

from quittance.due import queries as due
from quittance.due.models import DueRow
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.reminders.models import Reminder

DeadKind = Literal["notice", "event", "message", "reminder"]

# What each kind of row is tried at most; the worker claims it no more often than that.
MAX_ATTEMPTS: Final[dict[DeadKind, int]] = {"notice": 60, "event": 20, "message": 20, "reminder": 20}
_MODELS: Final[dict[DeadKind, type[DueRow]]] = {
    "notice": InboundWebhook,
    "event": Event,
    "message": Message,
    "reminder": Reminder,
}


@dataclass(frozen=True, slots=True)
class DeadRow:
    """`what` is the kind of notice, the event's name, or the message's type; `problem` may be empty."""

    kind: DeadKind
    id: int
    what: str
    since_at: datetime
    attempts: int
    problem: str


def dead_rows(*, business_id: int, now: datetime, limit: int = 50) -> list[DeadRow]:
    """The newest first, at most `limit` of each kind."""
    found = [row for kind in _MODELS for row in _dead(kind, business_id, now, limit)]
    return sorted(found, key=lambda row: (row.since_at, row.id), reverse=True)


def dead_count(*, business_id: int, now: datetime) -> int:
    return sum(dead_of(kind, business_id=business_id, now=now).count() for kind in _MODELS)


def dead_of(kind: DeadKind, *, business_id: int, now: datetime) -> QuerySet[DueRow]:
    """Read through the index of what is due, which is short."""
    rows = due.dead_rows(_MODELS[kind], max_attempts=MAX_ATTEMPTS[kind], now=now)
    # Every kind has the column, though the abstract row does not.
    return rows.filter(Q(business_id=business_id))


def _dead(kind: DeadKind, business_id: int, now: datetime, limit: int) -> Iterator[DeadRow]:
    rows = dead_of(kind, business_id=business_id, now=now).order_by("-pk")
    heavy = {"notice": ("body", "references", "metadata"), "event": ("subject",), "message": ("body",), "reminder": ()}
    for row in rows.defer(*heavy[kind])[:limit]:
        yield _shown(kind, row)


def _shown(kind: DeadKind, row: DueRow) -> DeadRow:
    if isinstance(row, InboundWebhook):
        what, since_at, problem = row.kind, row.received_at, row.outcome
    elif isinstance(row, Message):
        what, since_at, problem = row.type, row.created_at, row.failure
    elif isinstance(row, Reminder):
        what, since_at, problem = row.type, row.created_at, row.outcome
    elif isinstance(row, Event):
        what, since_at, problem = row.name, row.happened_at, ""
    else:
        raise TypeError(kind)
    return DeadRow(kind, row.pk, what, since_at, row.attempts, problem)
