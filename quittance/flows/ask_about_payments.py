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
from quittance.flows.end_page import end_page
from quittance.flows.open_page import OpenOutcome, resume
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import (
    MisconfiguredError,
    PaymentSystemError,
    RateLimitedError,
    UnavailableError,
)
from quittance.payments import account_health
from quittance.payments import actions as payments
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction

_PROBE_SECONDS = 30
_PAUSE_BASE_SECONDS = 10
_PAUSE_CAP_SECONDS = 5 * 60


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
    probe_until = now + timedelta(seconds=_PROBE_SECONDS)
    if not account_health.take_probe(account=payment.account, until=probe_until):
        wait = timedelta(seconds=random.uniform(5, _PROBE_SECONDS))  # noqa: S311 - spreads, guards nothing
        due.finish(Payment, row_id, lease_token, next_attempt_at=now + wait, attempts=payment.attempts - 1)
        return
    try:
        _ask(payment, now)
    except PaymentSystemError as error:
        _note_silence(payment, error, now)
        _finish_unanswered(payment, lease_token, now)
    except _NoAnswerError:
        _finish_unanswered(payment, lease_token, now)
    else:
        account_health.note_answering(account=payment.account)
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
    elif state != "creating":
        settle(payment_id=payment.pk, now=now)


def _note_silence(payment: Payment, error: PaymentSystemError, now: datetime) -> None:
    """The account as a whole is left alone for a moment, so that an outage is not hammered."""
    if isinstance(error, MisconfiguredError):
        payments.note_trouble(account_id=payment.account_id, trouble=str(error))
    elif isinstance(error, RateLimitedError):
        until = now + timedelta(seconds=error.retry_after_seconds)
        account_health.leave_alone(account_id=payment.account_id, until=until)
    elif isinstance(error, UnavailableError):
        pause = due.backoff(payment.attempts, base_seconds=_PAUSE_BASE_SECONDS, cap_seconds=_PAUSE_CAP_SECONDS)
        account_health.leave_alone(account_id=payment.account_id, until=now + pause)


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
