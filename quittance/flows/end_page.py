"""End an open payment page at the payment system and make our record agree with the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from quittance.bills import actions as bills
from quittance.flows._beside import finish, supersede
from quittance.flows._systems import open_system
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import EndState, PaymentSystemError, UnavailableError
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction

EndOutcome = Literal["ended", "paid", "processing", "still_payable", "no_answer"]


@dataclass(frozen=True, slots=True)
class EndedPage:
    outcome: EndOutcome
    payable_until: datetime | None = None


def end_page(*, payment_id: int, now: datetime) -> EndedPage:
    """Never raises for the payment system's reasons: no usable answer is an outcome of its own.

    A page whose address was never shown and that never got an id cannot be paid by anyone: superseding it
    is enough, and the worker finds out what became of it.
    """
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    if payment.state in Payment.FINAL:
        return EndedPage("paid" if payment.state == "paid" else "ended")
    references = queries.references_of(payment)
    if not references.items:
        in_one_transaction(lambda: supersede(payment=_locked(payment), now=now))
        return EndedPage("ended")
    try:
        report = open_system(payment.account).end_checkout(references)
    except PaymentSystemError as error:
        if not isinstance(error, UnavailableError) or error.sent:
            in_one_transaction(lambda: payments.mark_end_unknown(payment_id=payment_id, now=now))
        return EndedPage("no_answer", payment.expires_at)
    if report.state is EndState.STILL_PAYABLE:
        return EndedPage("still_payable", report.payable_until or payment.expires_at)
    if report.state is EndState.PROCESSING or report.state is EndState.COMPLETE:
        return _settled(payment_id, now)
    return _record_end(payment, now)


def _record_end(payment: Payment, now: datetime) -> EndedPage:
    def record() -> str:
        row = _locked(payment)
        finish(payment=row, state="ended", now=now)
        return str(row.state)

    state = in_one_transaction(record)
    return EndedPage("paid" if state == "paid" else "ended")


def _locked(payment: Payment) -> Payment:
    """Under the bill's lock, which comes before the wallets'."""
    bills.lock_bill(business_id=payment.business_id, bill_id=payment.bill_id)
    return payments.lock_payment(business_id=payment.business_id, payment_id=payment.pk)


def _settled(payment_id: int, now: datetime) -> EndedPage:
    try:
        state = settle(payment_id=payment_id, now=now).state
    except PaymentSystemError:
        return EndedPage("no_answer")
    if state == "paid":
        return EndedPage("paid")
    if state == "processing":
        return EndedPage("processing")
    return EndedPage("ended" if state in Payment.FINAL else "no_answer")
