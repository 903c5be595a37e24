"""Ask the payment system about a payment that is not final: the road that needs no webhook.

Every outcome ends in a time for the next question or in none. No answer changes nothing: unknown is pending.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from quittance.bills import cases
from quittance.core.money import Money
from quittance.due import actions as due
from quittance.flows._ask_times import is_long_unanswered, next_ask_at, retry_ask_at
from quittance.flows._silence import may_ask, note_answering, note_silence, wait_for_probe
from quittance.flows.end_page import end_page
from quittance.flows.open_page import OpenOutcome, resume
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import PaymentSystemError
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction


class _NoAnswerError(Exception):
    """A flow below met silence and said so in its result."""


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """Ask once about a leased payment and say when it is asked again."""
    payment = Payment.objects.select_related("account").filter(pk=row_id, lease_token=lease_token).first()
    if payment is None:
        return
    if payment.state in Payment.FINAL:
        _finish_answered(payment, lease_token, now)
        return
    if not may_ask(account=payment.account, now=now):
        at = wait_for_probe(now=now)
        due.finish(Payment, row_id, lease_token, next_attempt_at=at, attempts=payment.attempts - 1)
        return
    try:
        _ask(payment, now)
    except PaymentSystemError as error:
        note_silence(account_id=payment.account_id, attempts=payment.attempts, error=error, now=now)
        _finish_unanswered(payment, lease_token, now)
    except _NoAnswerError:
        _finish_unanswered(payment, lease_token, now)
    else:
        note_answering(account=payment.account, now=now)
        _finish_answered(payment, lease_token, now)


def _ask(payment: Payment, now: datetime) -> None:
    """One question, by what is known of the payment so far."""
    state = payment.state
    if state == "creating":
        if resume(payment_id=payment.pk, now=now) is OpenOutcome.UNCLEAR:
            raise _NoAnswerError
        state = Payment.objects.values_list("state", flat=True).get(pk=payment.pk)
    if state == "open" and payment.superseded_at is not None:
        # Nobody should pay here any more; money that lands all the same is excess.
        if end_page(payment_id=payment.pk, now=now).outcome == "no_answer":
            raise _NoAnswerError
    else:
        settle(payment_id=payment.pk, now=now)


def _finish_answered(payment: Payment, lease_token: str, now: datetime) -> None:
    row = Payment.objects.only("state", "superseded_at", "started_at", "expires_at").get(pk=payment.pk)
    next_at = next_ask_at(
        state=row.state,
        since_at=row.superseded_at or row.started_at,
        expires_at=row.expires_at,
        now=now,
        spread=random.random(),  # noqa: S311 - spreads questions, guards nothing
    )
    still = {"state": row.state}
    if due.finish(Payment, payment.pk, lease_token, only_if=still, next_attempt_at=next_at, attempts=0):
        return
    # Somebody else's answer changed the state meanwhile: look once more, soon.
    due.finish(Payment, payment.pk, lease_token, next_attempt_at=now + timedelta(seconds=5), attempts=0)


def _finish_unanswered(payment: Payment, lease_token: str, now: datetime) -> None:
    if is_long_unanswered(expires_at=payment.expires_at, now=now):
        in_one_transaction(lambda: _tell_a_person(payment, now))
    due.finish(
        Payment,
        payment.pk,
        lease_token,
        next_attempt_at=retry_ask_at(attempts=payment.attempts, now=now),
    )


def _tell_a_person(payment: Payment, now: datetime) -> None:
    cases.open_case(
        business_id=payment.business_id,
        kind=cases.NO_ANSWER,
        amount=Money(payment.amount_minor, payment.currency),
        now=now,
        bill=payment.bill,
        payment_id=payment.pk,
    )
