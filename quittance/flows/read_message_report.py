"""Take in what a channel reports: what became of our messages, and who wants no more of them.

Notices come in any sequence, twice, late, or before our own record of the call: each change is a counted
UPDATE up a ladder (sent, failed, delivered), so repeating one changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from quittance.audit import actions as audit
from quittance.core.actor import Actor
from quittance.flows._fallback import fall_back
from quittance.message_channels.port import DeliveryState, InboundText, Notice, StatusNotice, Suppress, Wish
from quittance.messages import actions, queries
from quittance.messages.models import ChannelAccount, Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payments.actions import mark_link_sent
from quittance.rows.locking import in_one_transaction


def apply(*, account_id: int, notices: Sequence[Notice], now: datetime) -> int:
    """How many of the verified notices changed something. Those about foreign messages change nothing."""
    account = ChannelAccount.objects.get(pk=account_id)

    def work() -> int:
        return sum(_apply_one(account, notice, now) for notice in notices)

    return in_one_transaction(work)


def _apply_one(account: ChannelAccount, notice: Notice, now: datetime) -> bool:
    if isinstance(notice, InboundText):
        return _apply_wish(account, notice, now)
    message = queries.reported_message(account=account, key=notice.key, their_id=notice.their_id)
    if message is None or (message.their_id and message.their_id != notice.their_id):
        # Another message of theirs bears our key only if an earlier try was accepted after all.
        return False
    changed = _apply_status(message, notice, now)
    if notice.suppress is not None:
        is_new = actions.suppress(
            business_id=account.business_id,
            channel=account.channel,
            address=message.address,
            reason=notice.suppress.value,
            detail=notice.reason,
            now=now,
        )
        if is_new and notice.suppress is Suppress.COMPLAINED:
            _note_wish(account, "client.complained", now)
    if notice.state is not DeliveryState.FAILED and changed:
        actions.note_success(account_id=account.pk, now=now)
        if message.type == PAYMENT_LINK and message.link_id is not None:
            mark_link_sent(business_id=message.business_id, link_id=message.link_id, now=now)
    return changed


def _apply_status(message: Message, notice: StatusNotice, now: datetime) -> bool:
    if notice.state is DeliveryState.DELIVERED:
        return actions.report_delivered(message=message, their_id=notice.their_id, now=now)
    if notice.state is DeliveryState.SENT:
        return actions.report_sent(message=message, their_id=notice.their_id, now=now)
    changed = actions.report_failed(
        message=message,
        their_id=notice.their_id,
        reason=notice.reason,
        failure_class=notice.failure_class or "permanent",
    )
    if changed:
        fall_back(message_id=message.pk, now=now)
    return changed


def _apply_wish(account: ChannelAccount, notice: InboundText, now: datetime) -> bool:
    if notice.wish is Wish.OTHER:
        return False
    if notice.wish is Wish.STOP:
        actions.suppress(
            business_id=account.business_id,
            channel=account.channel,
            address=notice.address,
            reason="opted_out",
            now=now,
        )
    else:
        actions.lift_suppression(business_id=account.business_id, channel=account.channel, address=notice.address)
    _note_wish(account, f"client.{'opted_out' if notice.wish is Wish.STOP else 'opted_in'}", now)
    return True


def _note_wish(account: ChannelAccount, action: str, now: datetime) -> None:
    """In the trail stands that it was said, not by which address."""
    audit.record(
        actor=Actor.system(account.business_id, "message_channel"),
        location_id=None,
        action=action,
        subject=("channel_account", account.pk),
        now=now,
        detail={"channel": account.channel},
    )
