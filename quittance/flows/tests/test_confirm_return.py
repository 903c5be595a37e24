from __future__ import annotations

import pytest

from quittance.flows.confirm_return import ReturnAnswer, confirm
from quittance.payments.models import Payment
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def come_back(salon, token):
    return confirm(token=token, now=salon.now)


@pytest.fixture
def paying(salon):
    visit = salon.visit()
    token = salon.link(visit)
    return visit, token, salon.press_pay(token).address


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "A" * 23])
def test_a_token_that_is_not_ours_has_no_answer(salon, token):
    assert come_back(salon, token) is None
    assert salon.bank.requests == []


def test_before_any_payment_there_is_nothing_to_confirm(salon):
    assert come_back(salon, salon.link(salon.visit())) == ReturnAnswer(answered=True, state="")
    assert salon.bank.requests == []


def test_who_has_paid_is_told_at_once(salon, paying):
    visit, token, page = paying
    salon.bank.pay(page)
    assert come_back(salon, token) == ReturnAnswer(answered=True, state="paid")
    assert (salon.settled(visit), salon.status(visit)) == (10_000, VisitStatus.PAID)


def test_who_comes_back_again_is_told_from_our_own_record(salon, paying):
    _, token, page = paying
    salon.bank.pay(page)
    come_back(salon, token)
    asked = len(salon.bank.requests)
    assert come_back(salon, token) == ReturnAnswer(answered=True, state="paid")
    assert len(salon.bank.requests) == asked


def test_who_has_not_paid_yet_finds_the_page_open(salon, paying):
    visit, token, _ = paying
    assert come_back(salon, token) == ReturnAnswer(answered=True, state="open")
    assert salon.settled(visit) == 0


def test_while_the_bank_is_silent_the_worker_is_asked_to_look_at_once(salon, paying):
    visit, token, page = paying
    salon.bank.pay(page)
    salon.bank.down = True
    assert come_back(salon, token) == ReturnAnswer(answered=False, state="open")
    payment = salon.payment(visit)
    assert (payment.state, payment.next_attempt_at, salon.settled(visit)) == ("open", salon.now, 0)


class TestAnOpeningAnswerThatWasLost:
    @pytest.fixture
    def lost(self, salon):
        visit = salon.visit()
        token = salon.link(visit)
        salon.bank.lose_next_answer("start_checkout")
        assert salon.press_pay(token).outcome == "unclear"
        return visit, token

    def test_the_page_is_found_again_and_settled(self, salon, lost):
        visit, token = lost
        salon.bank.pay("fake_checkout_1")
        assert come_back(salon, token) == ReturnAnswer(answered=True, state="paid")
        assert (salon.settled(visit), len(salon.bank.books)) == (10_000, 1)

    def test_while_it_stays_lost_nothing_is_answered(self, salon, lost):
        visit, token = lost
        salon.bank.down = True
        assert come_back(salon, token) == ReturnAnswer(answered=False, state="creating")
        assert salon.payment(visit).state == "creating"


def test_the_newest_payment_of_the_link_counts(salon, paying):
    visit, token, first = paying
    salon.wait(minutes=56)
    second = salon.press_pay(token).address
    assert second != first
    salon.bank.pay(second)
    assert come_back(salon, token) == ReturnAnswer(answered=True, state="paid")
    assert list(Payment.objects.filter(bill_id=visit.bill_id).order_by("pk").values_list("state", flat=True)) == [
        "ended",
        "paid",
    ]
