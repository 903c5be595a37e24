"""Law 13: what two online payments, or money after its visit's end, made too much goes back by itself.

The payment system is asked first, so that a refund made there meanwhile is known; how much is too much is
counted anew under the lock.
"""

from __future__ import annotations

from datetime import datetime

from quittance.bills import actions as bills
from quittance.bills.law_13 import OwnReturn, own_return
from quittance.bills.models import Bill, MoneyCase
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.due import actions as due
from quittance.flows import follow_refund
from quittance.flows.refund import begin_of_tender, sendable
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import PaymentSystemError
from quittance.rows.locking import in_one_transaction

_NO_ANSWER_BASE_SECONDS = 20
_NO_ANSWER_CAP_SECONDS = 15 * 60


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """For the worker: one leased case whose time has come."""
    case = MoneyCase.objects.select_related("bill__location").filter(pk=row_id, lease_token=lease_token).first()
    if case is None:
        return
    if case.bill is None or case.resolved_at is not None or case.held_at is not None:
        due.finish(MoneyCase, row_id, lease_token)
        return
    bill = case.bill
    try:
        _look_first(bill, now)
    except PaymentSystemError:
        pause = due.backoff(case.attempts, base_seconds=_NO_ANSWER_BASE_SECONDS, cap_seconds=_NO_ANSWER_CAP_SECONDS)
        due.finish(MoneyCase, row_id, lease_token, next_attempt_at=now + pause)
        return
    begun = in_one_transaction(lambda: _begin(bill, row_id, now))
    left = own_return(Bill.objects.get(pk=bill.pk))
    is_open = MoneyCase.objects.filter(pk=row_id, resolved_at__isnull=True, held_at__isnull=True).exists()
    # A last digit that cannot be sent stays too much; a person decides what becomes of it.
    again_at = left.at if left and is_open and (left.at > now or _is_sendable(left)) else None
    due.finish(MoneyCase, row_id, lease_token, next_attempt_at=again_at, attempts=0)
    for refund_id in begun:
        follow_refund.ask(refund_id=refund_id, now=now, tell_desk=True)


def _is_sendable(left: OwnReturn) -> bool:
    return any(sendable(tender, Money(part, tender.currency)).is_positive for tender, part in left.parts)


def _look_first(bill: Bill, now: datetime) -> None:
    by_itself = own_return(bill)
    parts = by_itself.parts if by_itself else ()
    for payment_id in filter(None, (tender.payment_id for tender, _ in parts)):
        settle(payment_id=payment_id, now=now)


def _begin(bill: Bill, case_id: int, now: datetime) -> list[int]:
    bill_key.lock_visit_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    locked = bills.lock_bill(business_id=bill.business_id, bill_id=bill.pk)
    case = MoneyCase.objects.get(pk=case_id)
    if case.resolved_at is not None or case.held_at is not None:
        return []
    by_itself = own_return(locked)
    actor = Actor.system(bill.business_id)
    due_now = [
        (tender, sendable(tender, Money(part, bill.currency)))
        for tender, part in (by_itself.parts if by_itself else ())
        if tender.returns_itself_at is not None and tender.returns_itself_at <= now
    ]
    return [
        begin_of_tender(locked, tender, amount, actor, now, origin="itself").pk
        for tender, amount in due_now
        if amount.is_positive
    ]
