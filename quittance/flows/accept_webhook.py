"""Accept what a payment system or a message channel tells us: verify, keep, answer. The worker does the rest.

Nothing in a body is believed. What is authentic gets 200, also when it is not ours or came before; what is not
gets 400 and leaves no trace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import Enum, auto

from django.conf import settings
from django.utils.crypto import constant_time_compare

from quittance.flows._channels import open_channel
from quittance.flows._notices import inbox_notice, is_forgotten, sender_of
from quittance.flows._systems import open_system
from quittance.inbox import actions as inbox
from quittance.inbox.actions import NewNotice, Sender
from quittance.message_channels import port as channel_port
from quittance.messages import queries as queries_of_messages
from quittance.messages.models import ChannelAccount
from quittance.payment_systems import port
from quittance.payments import actions as payments
from quittance.payments import queries

MESSAGES = "messages"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,200}")


class Answer(Enum):
    ACCEPTED = auto()
    BAD_SIGNATURE = auto()
    UNKNOWN_ADDRESS = auto()
    # Our own keys cannot be read: they shall try again.
    NOT_READY = auto()


def accept(
    *,
    system: str,
    address_token: str,
    headers: Mapping[str, str],
    body: bytes,
    path: str,
    now: datetime,
) -> Answer:
    """`headers` with names in lower case; `path` with its query, as it came (some signatures cover it)."""
    if system == MESSAGES:
        return _accept_of_channel(address_token, headers, body, path, now)
    account = queries.account_by_address(system=system, address_token=address_token)
    if account is None or is_forgotten(account.retired_at, now):
        return Answer.UNKNOWN_ADDRESS
    request = port.InboundRequest(headers=headers, body=body, received_at=now)
    try:
        notices = open_system(account).read_webhook(request)
    except port.BadSignatureError:
        return Answer.BAD_SIGNATURE
    except port.PaymentSystemError:
        return Answer.NOT_READY
    text = body.decode("utf-8", "replace")
    inbox.store(
        sender=sender_of(account),
        notices=[inbox_notice(account, notice, body=text) for notice in notices],
        now=now,
    )
    payments.mark_webhook_seen(account_id=account.pk, now=now)
    return Answer.ACCEPTED


def challenge(*, address_token: str, query: Mapping[str, str]) -> str | None:
    """What WhatsApp wants to read back when this address is entered there; None when it is not for us.

    Its token is the address's own: whoever knows the address may learn that it is one.
    """
    account = queries_of_messages.account_by_token(address_token)
    said = query.get("hub.challenge", "")
    if account is None or account.system != "whatsapp" or query.get("hub.mode") != "subscribe":
        return None
    if not constant_time_compare(query.get("hub.verify_token", ""), account.address_token):
        return None
    return said if _CHALLENGE.fullmatch(said) else None


def _accept_of_channel(address_token: str, headers: Mapping[str, str], body: bytes, path: str, now: datetime) -> Answer:
    account = ChannelAccount.objects.filter(address_token=address_token).first()
    if account is None or is_forgotten(account.retired_at, now):
        return Answer.UNKNOWN_ADDRESS
    url = settings.QUITTANCE_BASE_URL.rstrip("/") + path
    request = channel_port.InboundRequest(url=url, headers=headers, body=body)
    try:
        notices = open_channel(account).read_webhook(request)
    except channel_port.BadSignatureError:
        return Answer.BAD_SIGNATURE
    except channel_port.ChannelError:
        return Answer.NOT_READY
    inbox.store(
        sender=Sender(account.business_id, MESSAGES, account.pk),
        notices=[_channel_notice(notice) for notice in notices],
        now=now,
    )
    return Answer.ACCEPTED


def _channel_notice(notice: channel_port.Notice) -> NewNotice:
    """The notice itself is the body (encrypted, since an inbound text names a client's number)."""
    kind = "status" if isinstance(notice, channel_port.StatusNotice) else "inbound_text"
    return NewNotice(
        event_id=notice.event_id,
        kind=kind,
        references=[("message", notice.their_id)],
        body=json.dumps(asdict(notice), sort_keys=True),
    )
