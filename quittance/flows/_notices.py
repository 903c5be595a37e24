"""A payment system's notice as a row of the inbox: the same whether a webhook brought it or the event list."""

from __future__ import annotations

from datetime import datetime, timedelta

from quittance.inbox.actions import FOREIGN, RECEIVED, NewNotice, Sender
from quittance.payment_systems import port
from quittance.payments.models import PaymentAccount

# A retired account is heard, and its event list read, for as long as its keys are kept.
KEPT_AFTER_RETIREMENT = timedelta(days=180)


def sender_of(account: PaymentAccount) -> Sender:
    return Sender(account.business_id, account.system, account.pk)


def inbox_notice(account: PaymentAccount, notice: port.WebhookNotice, *, body: str = "") -> NewNotice:
    """Nothing is kept raw of what the event list shows: it can be asked for again."""
    # A test-mode notice at a live account (or the other way) speaks of money that does not exist there.
    return NewNotice(
        event_id=notice.event_id,
        kind=notice.kind,
        live=notice.live,
        at=notice.at,
        references=[(reference.kind, reference.value) for reference in notice.references],
        metadata=notice.metadata,
        body=body,
        state=RECEIVED if notice.live == account.live else FOREIGN,
    )


def is_forgotten(retired_at: datetime | None, now: datetime) -> bool:
    return retired_at is not None and retired_at + KEPT_AFTER_RETIREMENT <= now
