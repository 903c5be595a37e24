"""The client came back from the payment page: ask at once instead of waiting for the worker's next question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.flows.open_page import resume
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import PaymentSystemError
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment, PaymentLink
from quittance.rows.locking import in_one_transaction


@dataclass(frozen=True, slots=True)
class ReturnAnswer:
    """`answered` is False while the payment system is silent; the worker then asks as soon as it can."""

    answered: bool
    state: str


def confirm(*, token: str, now: datetime) -> ReturnAnswer | None:
    """Settle the newest payment of the link that is not final. None for a token that is not one of ours."""
    link = queries.link_by_token(token)
    if link is None:
        return None
    payment = _newest(link)
    if payment is None:
        return ReturnAnswer(answered=True, state="")
    if payment.state in Payment.FINAL:
        return ReturnAnswer(answered=True, state=payment.state)
    try:
        if payment.state == "creating":
            resume(payment_id=payment.pk, now=now)
        result = settle(payment_id=payment.pk, now=now)
    except PaymentSystemError:
        in_one_transaction(lambda: payments.ask_now(payment_id=payment.pk, now=now))
        return ReturnAnswer(answered=False, state=payment.state)
    return ReturnAnswer(answered=result.state != "creating", state=result.state)


def _newest(link: PaymentLink) -> Payment | None:
    return Payment.objects.filter(business_id=link.business_id, link_id=link.pk).order_by("-id").first()
