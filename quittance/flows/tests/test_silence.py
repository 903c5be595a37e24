from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.models import MoneyCase
from quittance.flows._silence import may_ask, note_silence
from quittance.flows.answered import was_answered
from quittance.payment_systems.port import DeclinedError, RateLimitedError, UnavailableError
from quittance.payments.models import PaymentAccount

pytestmark = pytest.mark.django_db


def silence(salon, error, *, attempts=1):
    note_silence(account_id=salon.account.pk, attempts=attempts, error=error, now=salon.now)
    return PaymentAccount.objects.get()


def test_a_refusal_is_an_answer_and_no_reason_to_leave_the_account_alone(salon):
    account = silence(salon, DeclinedError("This amount cannot be paid online."))
    assert (account.not_before, account.trouble, MoneyCase.objects.count()) == (None, "", 0)


def test_who_asks_too_often_waits_as_long_as_is_said_and_an_outage_is_waited_out(salon):
    assert silence(salon, RateLimitedError(40)).not_before == salon.now + timedelta(seconds=40)
    pause = silence(salon, UnavailableError("down", sent=True), attempts=3).not_before - salon.now
    assert timedelta(seconds=40) <= pause <= timedelta(seconds=50)


def test_while_it_is_left_alone_nobody_asks_and_then_one_goes_ahead(salon):
    account = silence(salon, RateLimitedError(40))
    assert not may_ask(account=account, now=salon.now + timedelta(seconds=39))
    other = PaymentAccount.objects.get()
    assert may_ask(account=account, now=salon.now + timedelta(seconds=40))
    assert not may_ask(account=other, now=salon.now + timedelta(seconds=40))


def test_a_pressing_without_an_id_was_never_answered(salon):
    assert not was_answered(actor=salon.actor)
