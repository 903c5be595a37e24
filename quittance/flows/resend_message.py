"""Send a message again that did not arrive, to where the client is reached now. A person decides this."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import GoneError, RefusedError
from quittance.messages import actions, queries
from quittance.messages.actions import NewMessage
from quittance.messages.models import Message
from quittance.messages.types import CHANNEL_LABELS

# Unknown ones too: whoever presses has asked the client, or prefers a second text to none.
RESENDABLE: Final = ("failed", "dropped", "unknown")


def resend(*, actor: Actor, message_id: int, now: datetime) -> int:
    """The new message's id. What it says is checked and written anew when it leaves; RefusedError says why not."""
    require(actor, Right.EDIT_SETTINGS, None)
    message = Message.objects.filter(business_id=actor.business_id, pk=message_id).defer("body").first()
    if message is None:
        raise GoneError(_("This message does not exist."))

    def work() -> dict[str, Any]:
        queued = _queue(actor, message, now)
        audit.record(
            actor=actor,
            location_id=None,
            action="message.resent",
            subject=("message", message.pk),
            now=now,
            detail={"channel": message.channel, "type": message.type},
        )
        return {"message": queued.pk}

    return int(once(actor=actor, action="message.resend", now=now, work=work)["message"])


def _queue(actor: Actor, message: Message, now: datetime) -> Message:
    if message.state not in RESENDABLE or message.next_attempt_at is not None:
        raise RefusedError(_("Only a message that failed or was dropped is sent again."))
    address, account_id = _where(message)
    new = NewMessage(
        type=message.type,
        channel=message.channel,
        account_id=account_id,
        address=address,
        language=message.language,
        purpose_key=f"again:{message.pk}",
        client_id=message.client_id,
        visit_id=message.visit_id,
        bill_id=message.bill_id,
        link_id=message.link_id,
        payment_id=message.payment_id,
        refund_id=message.refund_id,
        wallet_id=message.wallet_id,
        instead_of_id=message.pk,
        moved_from_at=message.moved_from_at,
        is_once=message.is_once,
    )
    queued, is_new = actions.queue(
        business_id=actor.business_id, new=new, due_at=now, created_by_id=actor.user_id, now=now
    )
    if not is_new:
        raise RefusedError(_("This message was sent again already. Look at the newer one."))
    return queued


def _where(message: Message) -> tuple[str, int]:
    """The client's address of today: the wrong one may be why it failed. One typed for once stays as it was."""
    address = message.address
    if message.client_id is not None and not message.is_once:
        choices = queries.channel_choices(
            business_id=message.business_id, client_id=message.client_id, type=message.type
        )
        today = next((one.address for one in choices if one.channel == message.channel), "")
        address = today or address
    reason = queries.why_not(
        business_id=message.business_id, channel=message.channel, address=address, type=message.type
    )
    account = queries.channel_account(business_id=message.business_id, channel=message.channel)
    if reason or account is None:
        raise RefusedError(f"{_(CHANNEL_LABELS[message.channel])}: {reason}")
    return address, account.pk
