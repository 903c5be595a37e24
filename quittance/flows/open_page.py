"""Send the stored request that opens a payment page, and write down the answer. Safe to repeat."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from quittance.bills import actions as bills
from quittance.flows._beside import finish
from quittance.flows._silence import note_trouble
from quittance.flows._systems import open_system
from quittance.payment_systems.port import (
    Checkout,
    DeclinedError,
    MisconfiguredError,
    PaymentSystemError,
    UnavailableError,
)
from quittance.payments import actions as payments
from quittance.payments.models import Payment
from quittance.payments.requests import decode
from quittance.rows.locking import in_one_transaction

REPEAT_FOR_HOURS = 20
SEARCH_AFTER_END_MINUTES = 10


class OpenOutcome(Enum):
    OPEN = auto()
    LOST_PLACE = auto()
    UNCLEAR = auto()
    UNAVAILABLE = auto()
    MISCONFIGURED = auto()
    REFUSED = auto()


def open_page(*, payment_id: int, now: datetime) -> OpenOutcome:
    """One call outside with the payment's own key. A payment that is not `creating` is left alone."""
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    if payment.state != "creating":
        return OpenOutcome.OPEN if _may_be_shown(payment) else OpenOutcome.LOST_PLACE
    try:
        checkout = open_system(payment.account).start_checkout(decode(payment.request.reveal()))
    except PaymentSystemError as error:
        return _record_failure(payment, error, now)
    return _record_open(payment, checkout, now)


def resume(*, payment_id: int, now: datetime) -> OpenOutcome:
    """Find out what became of an opening call whose answer was lost.

    While the page could still be open the stored request is repeated; 10 minutes past its end the payment
    system is searched once for our key, and what is not there never was. A superseded payment is only
    searched for: repeating its request would open a page that nobody wants.
    """
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    if payment.state != "creating":
        return OpenOutcome.OPEN if _may_be_shown(payment) else OpenOutcome.LOST_PLACE
    search_from = payment.expires_at + timedelta(minutes=SEARCH_AFTER_END_MINUTES)
    repeat_until = payment.started_at + timedelta(hours=REPEAT_FOR_HOURS)
    if payment.superseded_at is None and now < min(search_from, repeat_until):
        return open_page(payment_id=payment_id, now=now)
    try:
        found = open_system(payment.account).find_checkout(payment.key, payment.started_at)
    except PaymentSystemError:
        return OpenOutcome.UNCLEAR
    if found is not None:
        return _record_open(payment, found, now)
    in_one_transaction(lambda: _fail(payment, "", now))
    return OpenOutcome.LOST_PLACE


def _may_be_shown(payment: Payment) -> bool:
    return payment.state == "open" and payment.superseded_at is None


def _record_open(payment: Payment, checkout: Checkout, now: datetime) -> OpenOutcome:
    def record() -> Payment:
        bills.lock_bill(business_id=payment.business_id, bill_id=payment.bill_id)
        row = payments.lock_payment(business_id=payment.business_id, payment_id=payment.pk)
        payments.mark_open(payment=row, checkout=checkout, now=now)
        return row

    row = in_one_transaction(record)
    return OpenOutcome.OPEN if _may_be_shown(row) else OpenOutcome.LOST_PLACE


def _record_failure(payment: Payment, error: PaymentSystemError, now: datetime) -> OpenOutcome:
    if isinstance(error, UnavailableError) and error.sent:
        in_one_transaction(lambda: payments.mark_unknown(payment=payment, now=now))
        return OpenOutcome.UNCLEAR
    if payment.unknown_since is not None and not isinstance(error, DeclinedError):
        # An earlier call may have opened the page. Only the answer to this very request may end the payment:
        # a page, or a refusal, which a payment system gives only where it holds no page for the key.
        return OpenOutcome.UNCLEAR
    if isinstance(error, DeclinedError):
        in_one_transaction(lambda: _fail(payment, str(error), now))
        return OpenOutcome.REFUSED
    if isinstance(error, MisconfiguredError):
        in_one_transaction(lambda: _fail_with_trouble(payment, str(error), now))
        return OpenOutcome.MISCONFIGURED
    in_one_transaction(lambda: _fail(payment, "", now))
    return OpenOutcome.UNAVAILABLE


def _fail(payment: Payment, reason: str, now: datetime) -> None:
    bills.lock_bill(business_id=payment.business_id, bill_id=payment.bill_id)
    row = payments.lock_payment(business_id=payment.business_id, payment_id=payment.pk)
    if row.state == "creating":
        finish(payment=row, state="failed", now=now, decline_reason=reason)


def _fail_with_trouble(payment: Payment, reason: str, now: datetime) -> None:
    _fail(payment, reason, now)
    note_trouble(account_id=payment.account_id, trouble=reason, now=now)
