"""What the worker does: one row a kind of work, nothing else to configure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Q

from quittance.bills.models import MoneyCase
from quittance.calendar.queries_dead import MAX_ATTEMPTS
from quittance.clients.models import Erasure
from quittance.due.actions import Fairness
from quittance.due.models import Chore, DueRow
from quittance.flows import (
    ask_about_payments,
    close_expired_links,
    dispatch_event,
    follow_refund,
    process_webhook,
    replace_names,
    return_excess,
    send_message,
    send_reminder,
    shrink_inbox,
    sweep_events,
)
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.payments.account_health import may_be_asked
from quittance.payments.models import EventSweep, Payment, Refund
from quittance.reminders.models import Reminder

# At least three times the hardest limit of a call outside (8 s), with room for two calls in one piece of work.
LEASE_SECONDS = 60


class Work(Protocol):
    """Works on one leased row and finishes it; a row that is not its own any more is left alone."""

    def __call__(self, *, row_id: int, lease_token: str, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """`only` narrows the claim at a moment; rows about money have no `max_attempts`, since they never die."""

    name: str
    model: type[DueRow]
    work: Work
    interval_seconds: float
    batch: int = 20
    lease_seconds: float = LEASE_SECONDS
    fairness: Fairness | None = None
    max_attempts: int | None = None
    only: Callable[[datetime], Q] | None = None


def _dispatch_event(*, row_id: int, lease_token: str, now: datetime) -> None:
    dispatch_event.work(event_id=row_id, lease_token=lease_token, now=now)


def _send_message(*, row_id: int, lease_token: str, now: datetime) -> None:
    send_message.work(message_id=row_id, lease_token=lease_token, now=now)


# In this sequence: what was told to us, then what we ask, then what follows from both.
JOBS: tuple[Job, ...] = (
    Job(
        name="event lists",
        model=EventSweep,
        work=sweep_events.work,
        interval_seconds=2,
        only=may_be_asked,
    ),
    Job(
        name="inbound webhooks",
        model=InboundWebhook,
        work=process_webhook.work,
        interval_seconds=0.5,
        fairness=Fairness("account_id", 8),
        max_attempts=MAX_ATTEMPTS["notice"],
    ),
    Job(
        name="payments",
        model=Payment,
        work=ask_about_payments.work,
        interval_seconds=1,
        fairness=Fairness("account_id", 5),
        only=may_be_asked,
    ),
    Job(
        name="refunds",
        model=Refund,
        work=follow_refund.work,
        interval_seconds=1,
        fairness=Fairness("account_id", 5),
        only=may_be_asked,
    ),
    Job(
        name="money cases",
        model=MoneyCase,
        work=return_excess.work,
        interval_seconds=2,
        fairness=Fairness("business_id", 5),
    ),
    Job(
        name="events",
        model=Event,
        work=_dispatch_event,
        interval_seconds=0.5,
        fairness=Fairness("business_id", 10),
        max_attempts=MAX_ATTEMPTS["event"],
    ),
    Job(
        name="reminders",
        model=Reminder,
        work=send_reminder.work,
        interval_seconds=2,
        fairness=Fairness("business_id", 10),
        max_attempts=MAX_ATTEMPTS["reminder"],
    ),
    Job(
        name="messages",
        model=Message,
        work=_send_message,
        interval_seconds=0.5,
        fairness=Fairness("account_id", 5),
        max_attempts=MAX_ATTEMPTS["message"],
    ),
    Job(
        name="old notices",
        model=Chore,
        work=shrink_inbox.work,
        interval_seconds=60,
        only=lambda _now: Q(name=shrink_inbox.CHORE),
    ),
    Job(
        name="names on old papers",
        model=Erasure,
        work=replace_names.work,
        interval_seconds=60,
        fairness=Fairness("business_id", 5),
    ),
    Job(
        name="expired links",
        model=Chore,
        work=close_expired_links.work,
        interval_seconds=60,
        only=lambda _now: Q(name=close_expired_links.CHORE),
    ),
)
