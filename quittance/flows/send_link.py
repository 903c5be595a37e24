"""Send the visit's payment link to its client, by every channel that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.calendar.actions import lock_visit
from quittance.calendar.models import Visit
from quittance.clients.actions import remember_link_channels
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows._asking_for import client_language, link_address
from quittance.flows._visits import visit_by_id
from quittance.flows.change_due import Decision
from quittance.flows.errors import RefusedError
from quittance.flows.make_link import MadeLink, make
from quittance.messages import actions, queries
from quittance.messages.actions import NewMessage
from quittance.messages.addresses import AddressError, read_address
from quittance.messages.models import Message
from quittance.messages.types import CHANNEL_LABELS, PAYMENT_LINK
from quittance.payments.queries import link_by_id
from quittance.rows.locking import in_one_transaction

UNDO_SECONDS: Final = 5
# A client is not written to more often, whoever presses: links of one visit in one hour.
MOST_PER_HOUR: Final = 12


@dataclass(frozen=True, slots=True)
class LinkWish:
    """What the link is to ask; `ask` None hands out the live link as it is, else all that is due."""

    ask: str | None = None
    amount: Money | None = None
    expires_at: datetime | None = None
    decision: Decision = field(default_factory=Decision)


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    message_id: int
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class SendResult:
    """`messages` leave at `undo_until`; before that `undo_send` takes them back."""

    link_id: int
    address: str
    messages: tuple[QueuedMessage, ...]
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class _Recipient:
    channel: str
    address: str
    account_id: int
    is_once: bool = False


class _AnsweredMeanwhileError(Exception):
    """The same pressing of the button was answered by another process: undo ours."""


def send(
    *,
    actor: Actor,
    visit_id: int,
    channels: Sequence[str],
    once_to: str = "",
    wish: LinkWish | None = None,
    now: datetime,
) -> SendResult:
    """Queue one message per channel, due when the time to undo is over.

    `once_to` is another number or address, for this time only (the parent who pays). Pressing again before
    the messages left queues nothing new; pressing again later sends again. Raises RefusedError with the
    reason, and what `make_link` raises.
    """
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, visit.location_id)
    answered = audit.first_answer(business_id=actor.business_id, request_id=actor.request_id)
    if answered is not None:
        return _answered(actor.business_id, answered)
    recipients = _recipients(visit, channels, once_to)
    _check_rate(visit, len(recipients), now)
    wish = wish or LinkWish()
    link = make(
        actor=actor,
        visit_id=visit_id,
        ask=wish.ask,
        amount=wish.amount,
        expires_at=wish.expires_at,
        decision=wish.decision,
        now=now,
    )
    # A channel that only the once-address used says nothing about what this client prefers.
    remembered = [channel for channel in dict.fromkeys(channels) if channel in CHANNEL_LABELS]
    try:
        return in_one_transaction(lambda: _queue_all(actor, visit, link, recipients, remembered, now))
    except _AnsweredMeanwhileError:
        first = audit.first_answer(business_id=actor.business_id, request_id=actor.request_id)
        if first is None:
            raise
        return _answered(actor.business_id, first)


def _recipients(visit: Visit, channels: Sequence[str], once_to: str) -> list[_Recipient]:
    choices = {
        choice.channel: choice
        for choice in queries.channel_choices(business_id=visit.business_id, client_id=visit.client_id)
    }
    chosen: dict[tuple[str, str], _Recipient] = {}
    for channel in channels:
        choice = choices.get(channel)
        if choice is None:
            raise RefusedError(_("Choose email, SMS or WhatsApp."))
        if not choice.is_usable or choice.account_id is None:
            raise RefusedError(f"{choice.label}: {choice.reason}")
        chosen[channel, choice.address] = _Recipient(channel, choice.address, choice.account_id)
    if once_to.strip():
        other = _once(visit, once_to)
        chosen[other.channel, other.address] = other
    if not chosen:
        raise RefusedError(_("Choose at least one way to send the link, or copy it."))
    return list(chosen.values())


def _once(visit: Visit, once_to: str) -> _Recipient:
    try:
        typed = read_address(once_to, country=visit.location.country)
    except AddressError as error:
        raise RefusedError(str(error)) from None
    reason = queries.why_not(
        business_id=visit.business_id, channel=typed.channel, address=typed.value, type=PAYMENT_LINK
    )
    account = queries.channel_account(business_id=visit.business_id, channel=typed.channel)
    if reason or account is None:
        raise RefusedError(f"{_(CHANNEL_LABELS[typed.channel])}: {reason}")
    return _Recipient(typed.channel, typed.value, account.pk, is_once=True)


def _check_rate(visit: Visit, more: int, now: datetime) -> None:
    since = now - timedelta(hours=1)
    sent = queries.count_since(business_id=visit.business_id, visit_id=visit.pk, type=PAYMENT_LINK, since=since)
    if sent + more > MOST_PER_HOUR:
        raise RefusedError(_("This link was sent many times in the last hour. Wait a while, or copy it."))


def _queue_all(
    actor: Actor, visit: Visit, link: MadeLink, recipients: list[_Recipient], remembered: list[str], now: datetime
) -> SendResult:
    # Again, and now nobody else counts: two desks may have asked at once.
    lock_visit(business_id=actor.business_id, visit_id=visit.pk)
    _check_rate(visit, len(recipients), now)
    due_at = now + timedelta(seconds=UNDO_SECONDS)
    queued = [_queue(actor, visit, link.link_id, one, due_at, now) for one in recipients]
    if remembered and visit.client_id is not None:
        remember_link_channels(business_id=visit.business_id, client_id=visit.client_id, channels=remembered)
    result = _result(link.link_id, link.address, queued)
    audit.record(
        actor=actor,
        location_id=visit.location_id,
        action="link.send",
        subject=("link", link.link_id),
        now=now,
        detail={"visit": visit.pk, "channels": [one.channel for one in queued]},
    )
    if not audit.remember_answer(actor=actor, action="link.send", result=_as_json(result), now=now):
        raise _AnsweredMeanwhileError
    return result


def _queue(actor: Actor, visit: Visit, link_id: int, recipient: _Recipient, due_at: datetime, now: datetime) -> Message:
    channel, address = recipient.channel, recipient.address
    number = queries.occurrence(business_id=visit.business_id, link_id=link_id, channel=channel, address=address)
    new = NewMessage(
        type=PAYMENT_LINK,
        channel=channel,
        account_id=recipient.account_id,
        address=address,
        language=client_language(visit.bill),
        purpose_key=queries.link_purpose(link_id=link_id, channel=channel, address=address, number=number),
        client_id=visit.client_id,
        visit_id=visit.pk,
        bill_id=visit.bill_id,
        link_id=link_id,
        is_once=recipient.is_once,
    )
    message, _ = actions.queue(
        business_id=visit.business_id, new=new, due_at=due_at, created_by_id=actor.user_id, now=now
    )
    return message


def _as_json(result: SendResult) -> dict[str, Any]:
    """Ids only: the remembered answer keeps no token and no address of a client."""
    return {"link": result.link_id, "messages": [message.message_id for message in result.messages]}


def _answered(business_id: int, held: dict[str, Any]) -> SendResult:
    """The first answer to the same pressing of the button, read again from its rows."""
    link = link_by_id(business_id=business_id, link_id=int(held["link"]))
    rows = queries.messages_by_id(business_id=business_id, message_ids=list(held["messages"]))
    return _result(link.pk, link_address(link.token.reveal()), rows)


def _result(link_id: int, address: str, messages: list[Message]) -> SendResult:
    queued = tuple(QueuedMessage(message.pk, message.channel, message.address) for message in messages)
    first = min(message.created_at for message in messages)
    return SendResult(link_id, address, queued, first + timedelta(seconds=UNDO_SECONDS))
