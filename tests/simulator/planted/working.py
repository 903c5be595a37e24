"""What could be wrong about leases, messages and repeated requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest import mock

from quittance.audit import actions as audit
from quittance.flows import _message_facts, send_message
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.worker.table import JOBS
from tests.simulator import hours
from tests.simulator.planted.bug import planted


@planted(
    "lease shorter than send",
    "A message is leased for two seconds, and one whose lease has run out is sent again.",
    caught_by=("S14",),
    profiles=("crowd", "storm"),
    favours=("send",),
)
def lease_shorter_than_send() -> Iterator[None]:
    prepare = send_message._prepare
    short = tuple(replace(job, lease_seconds=2) if job.name == "messages" else job for job in JOBS)

    def begin_anew(message_id: int, lease_token: str, now: datetime) -> Any:
        Message.objects.filter(pk=message_id, lease_token=lease_token, state="calling").update(state="queued")
        return prepare(message_id, lease_token, now)

    with (
        mock.patch.object(hours, "JOBS", short),
        mock.patch.object(send_message, "_prepare", begin_anew),
    ):
        yield


@planted(
    "guard checked only at enqueue",
    "Whether a link may still be sent was asked when the message was queued; that must do.",
    caught_by=("S14",),
    favours=("send", "close_link"),
)
def guard_only_at_enqueue() -> Iterator[None]:
    def send_anyway(message: Message, *, now: datetime) -> Any:
        reason = _message_facts.reason_to_send(message, now=now)
        page = _message_facts._page(message, now)
        if reason.facts is not None or page is None or message.type != PAYMENT_LINK:
            return reason
        return _message_facts.Reason(facts=_message_facts._facts(page, amount=page.ask, rest=None))

    with mock.patch.object(send_message, "reason_to_send", send_anyway):
        yield


@planted(
    "request ids ignored",
    "The same pressing of a button that arrives once more is done once more.",
    caught_by=("law 14",),
    favours=("take",),
)
def request_ids_ignored() -> Iterator[None]:
    with (
        mock.patch.object(audit, "first_answer", return_value=None),
        mock.patch.object(audit, "remember_answer", return_value=True),
    ):
        yield
