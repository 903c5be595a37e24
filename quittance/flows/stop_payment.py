"""The desk ends the client's payment page without changing anything else."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.bills.models import Bill
from quittance.core.actor import Actor, Right, require
from quittance.flows._visits import bill_of_visit
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import FlowError
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import PaymentSystemError
from quittance.payments import queries
from quittance.payments.models import Payment


def stop(*, actor: Actor, visit_id: int, take_anyway: bool = False, now: datetime) -> None:
    """End the page that is open. Raises PaidOnlineError and its like when it is too late for that."""
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, bill.location_id)

    def work(_locked: Bill) -> dict[str, int]:
        return {}

    decision = Decision(stop_payment=True, take_anyway=take_anyway)
    change = Change(actor, bill.pk, None, "payment.stopped", decision)
    change_due(change=change, now=now, work=work)


def check_again(*, actor: Actor, visit_id: int, now: datetime) -> int:
    """Ask the payment system about every payment of the visit that is not final; returns how many.

    Raises FlowError with a sentence when the payment system does not answer.
    """
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.SEE_CALENDAR, bill.location_id)
    pending = [row for row in queries.payments_of(bill) if row.state not in Payment.FINAL]
    try:
        for payment in pending:
            settle(payment_id=payment.pk, now=now)
    except PaymentSystemError as error:
        raise FlowError(_("The payment system does not answer. Try again in a minute.")) from error
    return len(pending)
