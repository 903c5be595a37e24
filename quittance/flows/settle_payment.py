"""Make our record of a payment agree with the payment system's. Repeatable; the only road to *paid*.

The inbound webhook, the return page, the poller, the end of a page and the desk's `Check again` all come
here, in any sequence and any number of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.flows._landing import Landing, apply_report
from quittance.flows._systems import open_system
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction


@dataclass(frozen=True, slots=True)
class SettleResult:
    """`state` is the payment's state now; `landed` is True for the one call that recorded the money."""

    state: str
    landed: bool


def settle(*, payment_id: int, now: datetime) -> SettleResult:
    """Ask the payment system and apply its answer.

    Raises PaymentSystemError when there is no answer: nothing was changed then, ask again later. A payment
    whose opening call was never answered has nothing to ask about yet and is left as it is.
    """
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    references = queries.references_of(payment)
    if not references.items:
        return SettleResult(payment.state, landed=False)
    asked_no = in_one_transaction(lambda: payments.next_question_number(payment_id=payment_id))
    report = open_system(payment.account).fetch_payment(references)

    def apply() -> Landing:
        return apply_report(
            payment_id=payment_id,
            business_id=payment.business_id,
            asked_no=asked_no,
            report=report,
            now=now,
        )

    landing = in_one_transaction(apply)
    return SettleResult(landing.state, landed=landing.outcome == "landed")
