"""Ending the client's page: every answer of the bank has its outcome, and silence is never taken for an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.flows.end_page import EndedPage, end_page
from quittance.payment_systems.fake import PageClosedError
from quittance.payment_systems.port import EndReport, EndState, PaymentReport, PaymentState
from quittance.payments import actions as payments

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    return visit, page


def end(salon, visit):
    return end_page(payment_id=salon.payment(visit).pk, now=salon.now)


def answer(salon, monkeypatch, state, payable_until=None):
    monkeypatch.setattr(salon.bank, "end_checkout", lambda _: EndReport(state, payable_until))


def test_an_open_page_is_ended_and_takes_no_money(salon, opened):
    visit, page = opened
    assert end(salon, visit) == EndedPage("ended")
    payment = salon.payment(visit)
    assert (payment.state, payment.final_at, payment.next_attempt_at) == ("ended", salon.now, None)
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)


@pytest.mark.parametrize(("state", "outcome"), [("paid", "paid"), ("failed", "ended"), ("expired", "ended")])
def test_a_final_payment_is_not_asked_to_end(salon, opened, state, outcome):
    visit, page = opened
    if state == "paid":
        salon.bank.pay(page)
        salon.settle(visit)
    else:
        payments.mark_final(payment=salon.payment(visit), state=state, now=salon.now)
    assert end(salon, visit) == EndedPage(outcome)
    assert (salon.bank.count("end_checkout"), salon.payment(visit).state) == (0, state)


def test_a_page_that_nobody_saw_is_only_superseded(salon):
    visit = salon.visit()
    salon.bank.lose_next_answer("start_checkout")
    salon.press_pay(salon.link(visit))
    assert end(salon, visit) == EndedPage("ended")
    payment = salon.payment(visit)
    assert (payment.state, payment.superseded_at, salon.bank.count("end_checkout")) == ("creating", salon.now, 0)


def test_money_that_was_faster_is_booked(salon, opened):
    visit, page = opened
    salon.bank.pay(page)
    assert end(salon, visit) == EndedPage("paid")
    assert salon.settled(visit) == 10_000


def test_a_debit_that_was_faster_is_processing(salon, opened):
    visit, page = opened
    salon.bank.delay(page)
    assert end(salon, visit) == EndedPage("processing")
    assert salon.payment(visit).state == "processing"


@pytest.mark.parametrize("until", [None, 7])
def test_a_page_that_stays_payable_says_how_long(salon, opened, monkeypatch, until):
    visit, _ = opened
    payment = salon.payment(visit)
    named = None if until is None else salon.now + timedelta(minutes=until)
    answer(salon, monkeypatch, EndState.STILL_PAYABLE, named)
    assert end(salon, visit) == EndedPage("still_payable", named or payment.expires_at)
    assert salon.payment(visit).state == "open"


def test_silence_is_an_outcome_and_ends_nothing(salon, opened):
    visit, _ = opened
    salon.bank.down = True
    assert end(salon, visit) == EndedPage("no_answer", salon.payment(visit).expires_at)
    assert salon.payment(visit).state == "open"


@pytest.mark.parametrize("lost", ["end_checkout", "fetch_payment"])
def test_an_answer_that_is_lost_leaves_the_money_to_be_asked_about(salon, opened, lost):
    visit, page = opened
    salon.bank.pay(page)
    salon.bank.lose_next_answer(lost)
    assert end(salon, visit).outcome == "no_answer"
    assert (salon.payment(visit).state, salon.settled(visit)) == ("open", 0)
    assert end(salon, visit) == EndedPage("paid")
    assert salon.settled(visit) == 10_000


@pytest.mark.parametrize(
    ("told", "outcome", "state"),
    [(PaymentState.FAILED, "ended", "failed"), (PaymentState.UNKNOWN, "no_answer", "open")],
)
def test_complete_without_money_is_settled_by_what_the_bank_says_of_it(
    salon, opened, monkeypatch, told, outcome, state
):
    visit, _ = opened
    answer(salon, monkeypatch, EndState.COMPLETE)
    monkeypatch.setattr(salon.bank, "fetch_payment", lambda _: PaymentReport(state=told))
    assert end(salon, visit) == EndedPage(outcome)
    assert (salon.payment(visit).state, salon.settled(visit)) == (state, 0)


def test_money_that_we_hold_outweighs_a_bank_that_calls_its_page_ended(salon, opened, monkeypatch):
    visit, page = opened

    def ended(_references):
        salon.bank.pay(page)
        salon.settle(visit)
        return EndReport(EndState.ENDED)

    monkeypatch.setattr(salon.bank, "end_checkout", ended)
    assert end(salon, visit) == EndedPage("paid")
    assert (salon.payment(visit).state, salon.settled(visit)) == ("paid", 10_000)
