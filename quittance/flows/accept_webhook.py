"""Accept what a payment system or a message channel tells us: verify, keep, answer. The worker does the rest.

Nothing in a body is believed. What is authentic gets 200, also when it is not ours or came before; what is not
gets 400 and leaves no trace.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings

from quittance.flows._channels import open_channel
from quittance.flows._systems import open_system
from quittance.inbox import actions as inbox
from quittance.inbox.actions import FOREIGN, RECEIVED, NewNotice, Sender
from quittance.message_channels import port as channel_port
from quittance.messages.models import ChannelAccount
from quittance.payment_systems import port
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import PaymentAccount

MESSAGES = "messages"
# A retired account is heard for as long as its keys are kept.
_HEARD_AFTER_RETIREMENT = timedelta(days=180)


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
    if account is None or _is_forgotten(account.retired_at, now):
        return Answer.UNKNOWN_ADDRESS
    request = port.InboundRequest(headers=headers, body=body, received_at=now)
    try:
        notices = open_system(account).read_webhook(request)
    except port.BadSignatureError:
        return Answer.BAD_SIGNATURE
    except port.PaymentSystemError:
        return Answer.NOT_READY
    inbox.store(
        sender=Sender(account.business_id, account.system, account.pk),
        notices=[_payment_notice(account, notice, body) for notice in notices],
        now=now,
    )
    payments.mark_webhook_seen(account_id=account.pk, now=now)
    return Answer.ACCEPTED


def _payment_notice(account: PaymentAccount, notice: port.WebhookNotice, body: bytes) -> NewNotice:
    # A test-mode notice at a live account (or the other way) speaks of money that does not exist there.
    return NewNotice(
        event_id=notice.event_id,
        kind=notice.kind,
        live=notice.live,
        at=notice.at,
        references=[(reference.kind, reference.value) for reference in notice.references],
        metadata=notice.metadata,
        body=body.decode("utf-8", "replace"),
        state=RECEIVED if notice.live == account.live else FOREIGN,
    )


def _accept_of_channel(address_token: str, headers: Mapping[str, str], body: bytes, path: str, now: datetime) -> Answer:
    account = ChannelAccount.objects.filter(address_token=address_token).first()
    if account is None or _is_forgotten(account.retired_at, now):
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


def _is_forgotten(retired_at: datetime | None, now: datetime) -> bool:
    return retired_at is not None and retired_at + _HEARD_AFTER_RETIREMENT <= now
