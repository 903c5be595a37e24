"""Change what is due while nobody can pay the old amount: prices, lines, tenders, the ask, cancelling.

    1  lock the bill, check the form's version, freeze the bill for a minute       (database)
    2  ask the payment system to end the page that is open                         (outside)
    3  check that the freeze and the version are still ours; change; unfreeze      (one transaction)

With no page open, the change happens in step 1 alone. A crash at step 2 lets the freeze run out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills.models import Bill
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.flows._beside import supersede
from quittance.flows._landing import close_finished_link
from quittance.flows.end_page import EndedPage, end_page
from quittance.flows.errors import (
    BusyError,
    ChangedMeanwhileError,
    ClientIsPayingError,
    FlowError,
    GoneError,
    PaidOnlineError,
    PaymentProcessingError,
    StillPayableError,
)
from quittance.flows.plan_reminders import note_change
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person at the desk has agreed to.

    `stop_payment`: end the page although the client is on it. `take_anyway`: change although the page may
    still be payable. `insist`: change although the client has paid or is being confirmed.
    """

    stop_payment: bool = False
    take_anyway: bool = False
    insist: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Which bill, as of which version (None: no form was filled in), by whom."""

    actor: Actor
    bill_id: int
    expected_version: int | None
    action: str
    decision: Decision = Decision()


class _AnsweredMeanwhileError(Exception):
    """The same request was answered by another process first: undo ours, show theirs."""


def change_due(*, change: Change, now: datetime, work: Callable[[Bill], dict[str, Any]]) -> dict[str, Any]:
    """Run `work` on the locked bill when no old amount can be paid any more; returns its result.

    A repeat of the same request id returns the first result and changes nothing. Raises the errors of
    `flows.errors`; then nothing was changed.
    """
    business_id, request_id = change.actor.business_id, change.actor.request_id
    first = audit.first_answer(business_id=business_id, request_id=request_id)
    if first is not None:
        return first
    try:
        return _steps(change, now, work)
    except (_AnsweredMeanwhileError, FlowError):
        # What stands in our way may be what the same pressing did a moment ago in another process.
        first = audit.first_answer(business_id=business_id, request_id=request_id)
        if first is None:
            raise
        return first


def _steps(change: Change, now: datetime, work: Callable[[Bill], dict[str, Any]]) -> dict[str, Any]:
    freeze_key = new_key()
    begun = in_one_transaction(lambda: _begin(change, freeze_key, now, work))
    if begun.result is not None:
        return begun.result
    ended = end_page(payment_id=begun.page_id, now=now)
    finished = in_one_transaction(lambda: _finish(change, freeze_key, begun, ended, now, work))
    if isinstance(finished, Exception):
        raise finished
    return finished


@dataclass(frozen=True, slots=True)
class _Begun:
    """Either the change is done, or the bill is frozen at `version` and `page_id` must be ended."""

    result: dict[str, Any] | None = None
    page_id: int = 0
    version: int = 0


def _begin(change: Change, freeze_key: str, now: datetime, work: Callable[[Bill], dict[str, Any]]) -> _Begun:
    bill = _lock(change)
    if change.expected_version is not None and bill.version != change.expected_version:
        raise ChangedMeanwhileError
    if bills.is_frozen(bill, now=now):
        raise BusyError
    live = queries.payable_payment_of(bill)
    if live is not None and live.state == "creating":
        supersede(payment=live, now=now)
        live = None
    if live is None:
        return _Begun(result=_do(change, bill, now, work))
    if live.locked_until > now and not change.decision.stop_payment:
        raise ClientIsPayingError(amount=live.amount, since=live.started_at, locked_until=live.locked_until)
    bills.freeze(bill=bill, by=freeze_key, now=now)
    return _Begun(page_id=live.pk, version=bill.version)


def _finish(
    change: Change,
    freeze_key: str,
    begun: _Begun,
    ended: EndedPage,
    now: datetime,
    work: Callable[[Bill], dict[str, Any]],
) -> dict[str, Any] | FlowError | _AnsweredMeanwhileError:
    """The change, or the error to raise once this is committed: the bill is free again either way."""
    bill = _lock(change)
    if bill.frozen_by != freeze_key:
        return ChangedMeanwhileError()
    bills.unfreeze(bill=bill)
    payment = payments.lock_payment(business_id=bill.business_id, payment_id=begun.page_id)
    error = _objection(change.decision, ended, payment)
    if error is not None:
        return error
    if ended.outcome in ("still_payable", "no_answer"):
        supersede(payment=payment, now=now)
    if bill.version != begun.version and not change.decision.insist:
        return ChangedMeanwhileError()
    try:
        with transaction.atomic():  # a refusal undoes the change, not what became of the page
            result = _do(change, bill, now, work)
    except (FlowError, _AnsweredMeanwhileError) as refusal:
        return refusal
    return result


def _objection(decision: Decision, ended: EndedPage, payment: Payment) -> FlowError | None:
    """What a person must agree to first, given how the page ended."""
    if ended.outcome == "paid" and not decision.insist:
        amount = Money(payment.captured_minor or 0, payment.captured_currency or payment.currency)
        return PaidOnlineError(amount=amount)
    if ended.outcome == "processing" and not decision.insist:
        return PaymentProcessingError(amount=payment.amount)
    if ended.outcome in ("still_payable", "no_answer") and not decision.take_anyway:
        return StillPayableError(payable_until=ended.payable_until)
    return None


def _lock(change: Change) -> Bill:
    business_id = change.actor.business_id
    bill_key.lock_visit_of_bill(business_id=business_id, bill_id=change.bill_id)
    try:
        return bills.lock_bill(business_id=business_id, bill_id=change.bill_id)
    except Bill.DoesNotExist:
        raise GoneError(_("This visit does not exist.")) from None


def _do(change: Change, bill: Bill, now: datetime, work: Callable[[Bill], dict[str, Any]]) -> dict[str, Any]:
    version_before = bill.version
    result = work(bill)
    close_finished_link(bill=bill, now=now)
    note_change(bill=bill, now=now)
    answer: dict[str, Any] = {**result, "version": bill.version}
    if not audit.remember_answer(actor=change.actor, action=change.action, result=answer, now=now):
        raise _AnsweredMeanwhileError
    audit.record(
        actor=change.actor,
        location_id=bill.location_id,
        action=change.action,
        subject=("bill", bill.pk),
        now=now,
        detail={**result, "from_version": version_before, "to_version": bill.version},
    )
    return answer
