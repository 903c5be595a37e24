"""A message that certainly did not arrive goes out once more, by the client's next channel, where the setting says so.

Only after a plain failure: what is unknown may have arrived, and a second text would be one too many.
"""

from __future__ import annotations

from datetime import datetime

from quittance.messages import actions, queries
from quittance.messages.actions import NewMessage
from quittance.messages.models import Message


def fall_back(*, message_id: int, now: datetime) -> Message | None:
    """In the transaction that wrote the failure. The message that was queued in its place, if any."""
    message = Message.objects.filter(pk=message_id).defer("body").first()
    if message is None or not _may(message):
        return None
    choices = queries.channel_choices(business_id=message.business_id, client_id=message.client_id, type=message.type)
    other = next((one for one in choices if one.is_usable and one.channel != message.channel), None)
    if other is None or other.account_id is None:
        return None
    new = NewMessage(
        type=message.type,
        channel=other.channel,
        account_id=other.account_id,
        address=other.address,
        language=message.language,
        # One purpose falls back once, however often its failure is told.
        purpose_key=f"instead:{message.pk}",
        client_id=message.client_id,
        visit_id=message.visit_id,
        bill_id=message.bill_id,
        link_id=message.link_id,
        payment_id=message.payment_id,
        refund_id=message.refund_id,
        wallet_id=message.wallet_id,
        instead_of_id=message.pk,
        moved_from_at=message.moved_from_at,
    )
    queued, is_new = actions.queue(
        business_id=message.business_id, new=new, due_at=now, created_by_id=message.created_by_id, now=now
    )
    return queued if is_new else None


def _may(message: Message) -> bool:
    if message.state != "failed" or message.instead_of_id is not None or message.client_id is None:
        return False
    # Somebody else's number, typed for this once, says nothing about how the client is reached.
    if message.is_once:
        return False
    setting = queries.notification(business_id=message.business_id, type=message.type)
    return setting.falls_back and not queries.is_told_otherwise(message=message)
