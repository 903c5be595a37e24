"""Turn an event of the outbox into the messages that it calls for. A worker calls this with the row's lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from quittance.bills.queries import bill_by_id
from quittance.due import actions as due
from quittance.flows import _visit_notices, ask_desk_code
from quittance.flows._asking_for import client_language
from quittance.flows.plan_reminders import follow_event
from quittance.messages import actions, queries
from quittance.messages.actions import NewMessage
from quittance.messages.addresses import short_hash
from quittance.messages.queries_telling import best_way
from quittance.messages.types import GIFT_CARD, MEMBERSHIP, PAYMENT_FAILED, PAYMENT_RECEIVED, REFUND
from quittance.outbox.models import Event
from quittance.payments.models import Payment, Refund
from quittance.rows.locking import in_one_transaction
from quittance.wallets import models as wallets
from quittance.wallets.queries import wallet_by_id


def work(*, event_id: int, lease_token: str, now: datetime) -> int:
    """How many messages were queued. Repeating it queues nothing twice."""

    def dispatch() -> int:
        event = Event.objects.filter(pk=event_id, lease_token=lease_token).first()
        if event is None:
            return 0
        follow_event(event, now=now)
        handler = HANDLERS.get(event.name)
        queued = handler(event, now) if handler is not None else 0
        due.finish(Event, event_id, lease_token)
        return queued

    return in_one_transaction(dispatch)


def _payment_received(event: Event, now: datetime) -> int:
    return _tell(event, PAYMENT_RECEIVED, now)


def _payment_failed(event: Event, now: datetime) -> int:
    return _tell(event, PAYMENT_FAILED, now)


def _refund_succeeded(event: Event, now: datetime) -> int:
    """Money handed back at the desk has no payment: whoever holds it needs no message."""
    refund_id = event.subject.get("refund")
    if not Refund.objects.filter(business_id=event.business_id, pk=refund_id, payment__isnull=False).exists():
        return 0
    return _tell(event, REFUND, now, refund_id=refund_id)


def _wallet_issued(event: Event, now: datetime) -> int:
    """A gift card's code, or that a membership is ready, goes to the client by the best way."""
    card = wallet_by_id(business_id=event.business_id, wallet_id=int(event.subject.get("wallet") or 0))
    type_ = _OF_VALUE.get(card.kind) if card is not None else None
    if card is None or type_ is None:
        return 0
    best = best_way(business_id=event.business_id, client_id=card.client_id, type=type_)
    if best is None or best.account_id is None:
        return 0
    bill = bill_by_id(business_id=event.business_id, bill_id=int(event.subject.get("bill") or 0))
    new = NewMessage(
        type=type_,
        channel=best.channel,
        account_id=best.account_id,
        address=best.address,
        language=client_language(bill),
        purpose_key=f"{type_}:{card.pk}:{best.channel}:{short_hash(best.address)}",
        client_id=card.client_id,
        visit_id=event.subject.get("visit"),
        bill_id=bill.pk,
        wallet_id=card.pk,
    )
    _, is_new = actions.queue(business_id=event.business_id, new=new, due_at=now, created_by_id=None, now=now)
    return int(is_new)


_OF_VALUE = {wallets.GIFT_CARD: GIFT_CARD, wallets.MEMBERSHIP: MEMBERSHIP}
# `payment.failed` is told only of payments that were processing: a declined card is seen on the payment page.
HANDLERS: dict[str, Callable[[Event, datetime], int]] = {
    "payment.paid": _payment_received,
    "payment.failed": _payment_failed,
    "refund.succeeded": _refund_succeeded,
    "wallet.issued": _wallet_issued,
    "visit.booked": _visit_notices.visit_booked,
    "visit.moved": _visit_notices.visit_moved,
    "visit.cancelled": _visit_notices.visit_cancelled,
    ask_desk_code.EVENT: ask_desk_code.send_code,
}


def _tell(event: Event, type_: str, now: datetime, *, refund_id: int | None = None) -> int:
    """`refund_id`: what it is about, where a payment can have several such."""
    payment = Payment.objects.filter(business_id=event.business_id, pk=event.subject.get("payment")).first()
    if payment is None or payment.link_id is None:
        return 0
    bill = bill_by_id(business_id=event.business_id, bill_id=payment.bill_id)
    queued = 0
    for channel, address, account_id in _recipients(event.business_id, payment, bill.client_id, type_):
        new = NewMessage(
            type=type_,
            channel=channel,
            account_id=account_id,
            address=address,
            language=client_language(bill),
            purpose_key=f"{type_}:{refund_id or payment.pk}:{channel}:{short_hash(address)}",
            client_id=bill.client_id,
            visit_id=event.subject.get("visit"),
            bill_id=bill.pk,
            link_id=payment.link_id,
            payment_id=payment.pk,
            refund_id=refund_id,
        )
        _, is_new = actions.queue(business_id=event.business_id, new=new, due_at=now, created_by_id=None, now=now)
        queued += is_new
    return queued


def _recipients(business_id: int, payment: Payment, client_id: int | None, type_: str) -> list[tuple[str, str, int]]:
    """Where the link went, so that whoever paid is told; a link that was copied or scanned: the client's best way."""
    sent = queries.sent_of_link(business_id=business_id, link_id=payment.link_id or 0)
    accounts = queries.channel_accounts(business_id=business_id)
    reached: dict[tuple[str, str], int] = {}
    for message in sent:
        account = accounts.get(message.channel)
        refusal = queries.why_not(business_id=business_id, channel=message.channel, address=message.address, type=type_)
        if account is not None and not refusal:
            reached[message.channel, message.address] = account.pk
    if reached:
        return [(channel, address, account_id) for (channel, address), account_id in reached.items()]
    best = best_way(business_id=business_id, client_id=client_id, type=type_)
    if best is None or best.account_id is None:
        return []
    return [(best.channel, best.address, best.account_id)]
