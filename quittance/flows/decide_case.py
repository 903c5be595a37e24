"""A person decides a money case now instead of waiting for what would happen by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills import cases, returns
from quittance.bills.credits import keep_more
from quittance.bills.law_13 import held_minor
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill, MoneyCase, Tender
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows import _movements, follow_refund
from quittance.flows._beside import keep_page_right
from quittance.flows._excess import begin_returning_excess
from quittance.flows._once import once
from quittance.flows._returning import begin_refund
from quittance.flows._returning import note as note_change
from quittance.flows._value import lock_value, sync_value
from quittance.flows.errors import FlowError, GoneError, RefusedError
from quittance.flows.refund import begin_of_tender, clean, finish_asking, lock_unfrozen
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import PaymentSystemError
from quittance.payments import actions as payments
from quittance.payments import refund_actions
from quittance.payments.models import Dispute, Payment, Refund

LEAVES_MONEY: Final = frozenset({"refund", "retry"})


def decide(*, actor: Actor, case_id: int, decision: str, note: str = "", now: datetime) -> None:
    """`refund`, `keep`, `hold`, `unhold`, `close` (needs a note), `retry`, `check`, `write_off` or `ask_again`.

    Raises FlowError with a sentence when it does not fit the case any more; then nothing was changed.
    """
    case = _case(actor, case_id)
    require(actor, Right.REFUND, case.location_id)
    if decision == "check":
        _check(case, now)
        return
    text = clean(note)
    if decision == "close" and not text:
        raise RefusedError(_("Say what was done, so that others know."))

    def work() -> dict[str, Any]:
        bill = lock_unfrozen(case.bill, now) if case.bill is not None else None
        locked = MoneyCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        if decision not in cases.decisions_for(locked):
            raise RefusedError(_("This case was decided meanwhile. Look at it again."))
        begun = _WORK[decision](_Deciding(locked, bill, actor, now, text))
        _trace(locked, decision, text, actor, now)
        return {"refunds": begun}

    answer = once(actor=actor, action=f"case.{decision}", now=now, work=work)
    refused = ""
    for refund_id in answer["refunds"]:
        try:
            finish_asking(refund_id=int(refund_id), now=now)
        except RefusedError as error:
            refused = str(error)
    if refused:
        raise RefusedError(refused)


class _Deciding:
    """What every decision works on: the locked case and bill."""

    def __init__(self, case: MoneyCase, bill: Bill | None, actor: Actor, now: datetime, text: str) -> None:
        self.case, self.actor, self.now, self.text = case, actor, now, text
        self._bill = bill

    @property
    def bill(self) -> Bill:
        if self._bill is None:
            raise RefusedError(_("This case belongs to no visit."))
        return self._bill

    def resolve(self, resolution: str) -> None:
        cases.resolve(case=self.case, resolution=resolution, now=self.now, by_id=self.actor.user_id)


def _refund(on: _Deciding) -> list[int]:
    if on.case.kind == cases.CURRENCY_DIFFERS:
        return _refund_foreign(on)
    begun = begin_returning_excess(bill=on.bill, actor=on.actor, now=on.now, reason=on.text)
    if not begun:
        raise RefusedError(_("Nothing is too much any more. Look at the visit again."))
    return begun


def _refund_foreign(on: _Deciding) -> list[int]:
    """Money of another currency goes back as a whole."""
    payment_id = on.case.payment_id or 0
    payment = payments.lock_payment(business_id=on.bill.business_id, payment_id=payment_id)
    under_way = sum(row.amount_minor for row in payment.refunds.exclude(state="failed"))
    left = (payment.captured_minor or 0) - under_way
    if left <= 0:
        raise RefusedError(_("All of this payment was refunded before."))
    refund = begin_refund(
        bill=on.bill,
        tender=None,
        payment=payment,
        amount=Money(left, payment.captured_currency),
        origin="desk",
        actor=on.actor,
        now=on.now,
        reason=on.text,
    )
    return [refund.pk]


def _keep(on: _Deciding) -> list[int]:
    """What is too much becomes price: the client has agreed."""
    bill, now = on.bill, on.now
    excess = bill.settled_minor - bill.total_minor
    if excess <= 0:
        raise RefusedError(_("Nothing is too much any more. Look at the visit again."))
    if bill.ended_at is not None:
        excess -= keep_more(bill=bill, minor=excess, now=now)
        bills.recompute(bill, now=now)
    if excess:
        bills.add_line(bill=bill, line=NewLine(kind="custom", name="Kept overpayment", unit_minor=excess), now=now)
    keep_page_right(bill, now)
    return []


def _hold(on: _Deciding) -> list[int]:
    cases.hold(case=on.case, now=on.now)
    return []


def _unhold(on: _Deciding) -> list[int]:
    cases.unhold(case=on.case, bill=on.bill)
    return []


def _close(on: _Deciding) -> list[int]:
    on.resolve(on.text)
    return []


def _retry(on: _Deciding) -> list[int]:
    """Once more, as far as the money is still there; what it undoes is counted anew."""
    failed = Refund.objects.get(business_id=on.bill.business_id, pk=on.case.detail["refund"])
    on.resolve("tried again")
    if failed.tender_id is None:
        return _refund_foreign(on)
    tender = Tender.objects.get(pk=failed.tender_id)
    part = min(failed.price_minor + failed.excess_minor, held_minor(tender))
    if part <= 0:
        raise RefusedError(_("Nothing of this payment is left to refund."))
    amount = Money(part, on.bill.currency)
    return [begin_of_tender(on.bill, tender, amount, on.actor, on.now, reason=failed.reason).pk]


def _write_off(on: _Deciding) -> list[int]:
    _lose(on, write_off=True)
    return []


def _ask_again(on: _Deciding) -> list[int]:
    _lose(on, write_off=False)
    return []


def _lose(on: _Deciding, *, write_off: bool) -> None:
    dispute = Dispute.objects.get(business_id=on.bill.business_id, pk=on.case.detail["dispute"])
    decision = "written_off" if write_off else "asked_again"
    if not refund_actions.decide_dispute(dispute=dispute, decision=decision):
        raise RefusedError(_("This case was decided meanwhile. Look at it again."))
    tender = Tender.objects.filter(business_id=on.bill.business_id, payment_id=dispute.payment_id).first()
    if tender is not None and dispute.within_minor:
        returns.lose_disputed(
            bill=on.bill,
            within_minor=dispute.within_minor,
            write_off=write_off,
            movement=_movements.of_dispute(dispute, tender, on.actor, on.now),
        )
    on.resolve("written off" if write_off else "asked for again")
    keep_page_right(on.bill, on.now)
    lock_value(on.bill)
    sync_value(bill=on.bill, actor=on.actor, now=on.now, strict=False)
    note_change(on.bill, dispute, f"dispute.{decision}", on.actor, on.now)


_WORK: Final[dict[str, Callable[[_Deciding], list[int]]]] = {
    "refund": _refund,
    "keep": _keep,
    "hold": _hold,
    "unhold": _unhold,
    "close": _close,
    "retry": _retry,
    "write_off": _write_off,
    "ask_again": _ask_again,
}


def _check(case: MoneyCase, now: datetime) -> None:
    """Ask the payment system once more; an answer resolves the case."""
    if case.kind != cases.NO_ANSWER or case.payment_id is None:
        raise RefusedError(_("There is nothing to ask about in this case."))
    try:
        payment = Payment.objects.get(business_id=case.business_id, pk=case.payment_id)
        settle(payment_id=payment.pk, now=now)
        refund_id = case.detail.get("refund")
        if refund_id is not None:
            follow_refund.follow(refund_id=refund_id, now=now)
    except PaymentSystemError as error:
        raise FlowError(_("The payment system does not answer. Try again in a minute.")) from error
    cases.resolve(case=case, resolution="answered", now=now)


def _case(actor: Actor, case_id: int) -> MoneyCase:
    case = (
        MoneyCase.objects.select_related("bill__location", "bill__client", "bill__business")
        .filter(business_id=actor.business_id, pk=case_id)
        .first()
    )
    if case is None:
        raise GoneError(_("This case does not exist."))
    return case


def _trace(case: MoneyCase, decision: str, text: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        location_id=case.location_id,
        action=f"case.{decision}",
        subject=("case", case.pk),
        now=now,
        detail={"kind": case.kind, "amount_minor": case.amount_minor, "note": text},
    )
