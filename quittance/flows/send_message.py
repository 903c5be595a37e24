"""Send one message that is due. A worker calls this with the row's lease.

Transaction 1 checks the reason anew, renders the text and marks the row `calling`; then the channel is called;
transaction 2 writes the outcome, fenced by the lease. A row that is found in `calling` belongs to a worker that
died: whether the channel took the message is unknown, so the channel is asked; it is sent again only when the
channel certainly does not have it, and never when it cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from django.utils.translation import gettext_noop

from quittance.due.actions import backoff
from quittance.flows._channels import open_channel, status_address
from quittance.flows._fallback import fall_back
from quittance.flows._message_facts import reason_to_send
from quittance.flows._sending_pace import too_fast_until
from quittance.flows._template_message import approved_text
from quittance.flows.plan_reminders import note_link_sent
from quittance.flows.send_reminder import reason_to_remind
from quittance.flows.unsubscribe import unsubscribe_address
from quittance.message_channels.port import (
    ApprovedTemplate,
    ChannelError,
    DeliveryReport,
    DeliveryState,
    Feature,
    FindAnswer,
    FindReport,
    MessageChannel,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    TransientError,
    UnknownOutcomeError,
)
from quittance.messages import actions, queries
from quittance.messages.models import ChannelAccount, Message
from quittance.messages.queries_telling import arrived_after_all
from quittance.messages.queries_templates import own_text
from quittance.messages.texts import MessageFacts, RenderedText, kind_of, language_of, render
from quittance.messages.types import PAYMENT_LINK, REMINDERS
from quittance.rows.locking import in_one_transaction

MOST_ATTEMPTS: Final = 8
BACKOFF_SECONDS: Final = 30
LONGEST_BACKOFF_SECONDS: Final = 1800
# Their list may lag behind: only after this long is a message that is not in it believed absent.
ABSENT_AFTER_SECONDS: Final = 120
# The claim's lease must be at least three times this: the longest that one call can take.
LONGEST_CALL_SECONDS: Final = 20

_CANNOT_TELL = gettext_noop(
    "It is not known whether this message arrived. It was not sent again; send it anew if it did not."
)
_ASKING = gettext_noop("The answer was lost. The channel is being asked whether it has the message.")


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done outside. `is_question`: find out about an earlier call instead of making one."""

    message: Message
    account: ChannelAccount
    outgoing: OutgoingMessage
    is_question: bool


# The channel's report, its answer about the past, or its error.
_Outcome: TypeAlias = DeliveryReport | FindReport | ChannelError


def work(*, message_id: int, lease_token: str, now: datetime) -> str:
    """Returns the message's state afterwards; "lost" when the lease is somebody else's."""
    step = in_one_transaction(lambda: _prepare(message_id, lease_token, now))
    if step is not None:
        outcome = _ask(step) if step.is_question else _call(step)
        in_one_transaction(lambda: _record(step, outcome, lease_token, now))
    return _state(message_id, lease_token, was_ours=step is not None)


def _prepare(message_id: int, lease_token: str, now: datetime) -> _Step | None:
    message = (
        Message.objects.select_related("account", "business").filter(pk=message_id, lease_token=lease_token).first()
    )
    if message is None or not lease_token:
        return None
    if message.state in ("calling", "unknown"):
        return _question(message, lease_token)
    if message.state != "queued":
        actions.let_rest(message=message, lease_token=lease_token)
        return None
    return _checked(message, lease_token, now)


def _question(message: Message, lease_token: str) -> _Step | None:
    if message.account is None or message.called_at is None:
        actions.mark_unknown(message=message, lease_token=lease_token, ask_at=None, reason=_CANNOT_TELL)
        return None
    asked = RenderedText(text=message.body.reveal())
    outgoing = _outgoing(message, message.account, asked, message.called_at)
    return _Step(message, message.account, outgoing, is_question=True)


def _addressed(message: Message, facts: MessageFacts) -> MessageFacts:
    return replace(facts, unsubscribe_address=unsubscribe_address(message))


def _checked(message: Message, lease_token: str, now: datetime) -> _Step | None:
    """The reason is checked and the text rendered now: the visit may have changed since it was queued."""
    refusal = queries.why_not(
        business_id=message.business_id, channel=message.channel, address=message.address, type=message.type
    )
    account = queries.channel_account(business_id=message.business_id, channel=message.channel)
    if refusal or account is None:
        actions.drop(message=message, lease_token=lease_token, reason=refusal)
        return None
    if arrived_after_all(message=message):
        actions.drop(
            message=message, lease_token=lease_token, reason=gettext_noop("The first message arrived after all.")
        )
        return None
    reason = (reason_to_remind if message.type in REMINDERS else reason_to_send)(message, now=now)
    if reason.wait_seconds:
        at = now + timedelta(seconds=reason.wait_seconds)
        if reason.waits_long:
            actions.wait_until(message=message, lease_token=lease_token, at=at)
        else:
            actions.retry_later(message=message, lease_token=lease_token, at=at, reason="")
        return None
    if reason.facts is None:
        actions.drop(message=message, lease_token=lease_token, reason=reason.drop)
        return None
    wait_until = too_fast_until(account=account, now=now)
    if wait_until is not None:
        actions.wait_until(message=message, lease_token=lease_token, at=wait_until)
        return None
    said = _text(message, _addressed(message, reason.facts))
    if said is None:
        actions.drop(
            message=message,
            lease_token=lease_token,
            reason=gettext_noop("WhatsApp has approved no text that says this."),
        )
        return None
    text, template = said
    if not actions.begin_call(message=message, lease_token=lease_token, account_id=account.pk, text=text.text, now=now):
        return None
    return _Step(message, account, _outgoing(message, account, text, now, template), is_question=False)


def _text(message: Message, facts: MessageFacts) -> tuple[RenderedText, ApprovedTemplate | None] | None:
    """In the business's own words where it wrote some, else in ours. None where WhatsApp approved nothing for it."""
    kind = kind_of(message.type, facts)
    if message.channel == "whatsapp":
        return approved_text(business_id=message.business_id, kind=kind, language=message.language, facts=facts)
    own = own_text(
        business_id=message.business_id,
        kind=kind,
        channel=message.channel,
        language=language_of(message.language),
    )
    text = render(type=message.type, channel=message.channel, language=message.language, facts=facts, own=own)
    return text, None


def _outgoing(
    message: Message,
    account: ChannelAccount,
    text: RenderedText,
    at: datetime,
    template: ApprovedTemplate | None = None,
) -> OutgoingMessage:
    return OutgoingMessage(
        key=message.key,
        sender=account.sender,
        sender_name=message.business.name,
        address=message.address,
        subject=text.subject,
        text=text.text,
        html=text.html,
        status_url=status_address(account, key=message.key),
        at=at,
        unsubscribe_url=unsubscribe_address(message),
        template=template,
    )


def _call(step: _Step) -> _Outcome:
    return _outside(step, lambda channel: channel.send(step.outgoing))


def _ask(step: _Step) -> _Outcome:
    def ask(channel: MessageChannel) -> _Outcome:
        if Feature.FIND not in channel.features:
            return FindReport(FindAnswer.CANNOT_TELL)
        return channel.find(step.outgoing, taken=queries.taken_ids(message=step.message))

    return _outside(step, ask)


def _outside(step: _Step, talk: Callable[[MessageChannel], _Outcome]) -> _Outcome:
    try:
        return talk(open_channel(step.account))
    except ChannelError as error:
        return error


def _record(step: _Step, outcome: _Outcome, lease_token: str, now: datetime) -> None:
    match outcome:
        case ChannelError():
            _record_error(step, outcome, lease_token, now)
        case FindReport():
            _record_answer(step, outcome, lease_token, now)
        case report:
            _record_sent(step, report, lease_token, now)


def _record_sent(step: _Step, report: DeliveryReport, lease_token: str, now: datetime) -> None:
    message = step.message
    if report.state is DeliveryState.FAILED:
        _fail(message, lease_token, gettext_noop("The message was not delivered."), "permanent", now)
        return
    delivered = report.state is DeliveryState.DELIVERED
    actions.mark_sent(message=message, lease_token=lease_token, their_id=report.their_id, delivered=delivered, now=now)
    actions.note_success(account_id=step.account.pk, now=now)
    if message.type == PAYMENT_LINK and message.link_id is not None:
        note_link_sent(message, now=now)


def _record_answer(step: _Step, found: FindReport, lease_token: str, now: datetime) -> None:
    message = step.message
    if found.answer is FindAnswer.ACCEPTED and found.report is not None:
        _record_sent(step, found.report, lease_token, now)
        return
    if found.answer is FindAnswer.CANNOT_TELL:
        actions.mark_unknown(message=message, lease_token=lease_token, ask_at=None, reason=_CANNOT_TELL)
        return
    believed_at = step.outgoing.at + timedelta(seconds=ABSENT_AFTER_SECONDS)
    if now < believed_at:
        actions.mark_unknown(message=message, lease_token=lease_token, ask_at=believed_at, reason=_ASKING)
    elif message.attempts < MOST_ATTEMPTS:
        actions.retry_later(
            message=message, lease_token=lease_token, at=now, reason=gettext_noop("The first try was not accepted.")
        )
    else:
        _fail(message, lease_token, gettext_noop("The channel did not accept the message."), "transient", now)


def _record_error(step: _Step, error: ChannelError, lease_token: str, now: datetime) -> None:
    message, text = step.message, str(error)
    if step.is_question:
        _ask_later(message, lease_token, now)
    elif isinstance(error, PermanentError):
        if error.suppress is not None:
            actions.suppress(
                business_id=message.business_id,
                channel=message.channel,
                address=message.address,
                reason=error.suppress.value,
                detail=text,
                now=now,
            )
        _fail(message, lease_token, text, "permanent", now)
    elif isinstance(error, UnknownOutcomeError):
        ask_at = now + timedelta(seconds=BACKOFF_SECONDS)
        actions.mark_unknown(message=message, lease_token=lease_token, ask_at=ask_at, reason=_ASKING)
    elif message.attempts >= MOST_ATTEMPTS:
        _fail(message, lease_token, text, "transient", now)
    else:
        at = now + _wait(message, error)
        actions.retry_later(message=message, lease_token=lease_token, at=at, reason=text)
    if isinstance(error, (MisconfiguredError, TransientError)) or (isinstance(error, PermanentError) and error.is_ours):
        actions.note_failure(account_id=step.account.pk, reason=text, now=now)


def _ask_later(message: Message, lease_token: str, now: datetime) -> None:
    """The channel could not be asked. Bounded: a person decides in the end."""
    if message.attempts >= MOST_ATTEMPTS:
        actions.mark_unknown(message=message, lease_token=lease_token, ask_at=None, reason=_CANNOT_TELL)
        return
    actions.mark_unknown(message=message, lease_token=lease_token, ask_at=now + _wait(message, None), reason=_ASKING)


def _wait(message: Message, error: ChannelError | None) -> timedelta:
    if isinstance(error, TransientError) and error.retry_after_seconds is not None:
        return timedelta(seconds=max(1, error.retry_after_seconds))
    return backoff(message.attempts, base_seconds=BACKOFF_SECONDS, cap_seconds=LONGEST_BACKOFF_SECONDS)


def _fail(message: Message, lease_token: str, reason: str, failure_class: str, now: datetime) -> None:
    """It certainly did not arrive: the next channel may be tried, once."""
    if actions.mark_failed(message=message, lease_token=lease_token, reason=reason, failure_class=failure_class):
        fall_back(message_id=message.pk, now=now)


def _state(message_id: int, lease_token: str, *, was_ours: bool) -> str:
    row = Message.objects.filter(pk=message_id).values("state", "lease_token").first()
    if row is None or (not was_ours and row["lease_token"] not in ("", lease_token)):
        return "lost"
    return str(row["state"])
