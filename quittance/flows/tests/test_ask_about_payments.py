from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.models import MoneyCase, Tender
from quittance.due.actions import claim
from quittance.flows import ask_about_payments
from quittance.flows._ask_times import next_ask_at
from quittance.payment_systems.port import MisconfiguredError, RateLimitedError
from quittance.payments import actions as payments
from quittance.payments.account_health import may_be_asked
from quittance.payments.models import Payment, PaymentAccount
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def ask(salon):
    """What the worker does with payments that are due; returns how many were."""
    due = claim(Payment, limit=20, lease_seconds=60, now=salon.now, only=may_be_asked(salon.now))
    for row in due:
        ask_about_payments.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
    return len(due)


def live_through(salon, *, until, step=timedelta(seconds=5), hook=None):
    """The worker runs; time passes. `hook` is called at every step."""
    while salon.now < until:
        ask(salon)
        if hook is not None:
            hook()
        salon.now += step
    ask(salon)


class TestT11NoWebhooksAtAll:
    @pytest.mark.parametrize("paid_after_seconds", [3, 19, 25, 61, 200, 600, 1000, 1800, 2700, 3240, 3500, 3594])
    def test_a_payment_is_recorded_within_ten_minutes(self, salon, paid_after_seconds):
        visit = salon.visit()
        page = salon.open_page(visit)
        start = salon.now
        live_through(salon, until=start + timedelta(seconds=paid_after_seconds))
        salon.bank.pay(page)
        paid_at = salon.now
        while salon.status(visit) is not VisitStatus.PAID:
            salon.wait(seconds=5)
            ask(salon)
            assert salon.now - paid_at <= timedelta(minutes=10), salon.payment(visit).next_attempt_at
        assert Tender.objects.count() == 1
        assert salon.payment(visit).next_attempt_at is None

    def test_a_page_that_nobody_paid_ends_and_is_not_asked_about_any_more(self, salon):
        visit = salon.visit()
        salon.open_page(visit)
        start = salon.now
        live_through(salon, until=start + timedelta(hours=1, seconds=10))
        payment = salon.payment(visit)
        assert (payment.state, payment.next_attempt_at) == ("expired", None)
        asked = salon.bank.count("fetch_payment")
        assert 8 <= asked <= 20
        live_through(salon, until=start + timedelta(days=1), step=timedelta(hours=1))
        assert salon.bank.count("fetch_payment") == asked

    def test_a_debit_that_lands_on_the_third_day_is_recorded(self, salon):
        visit = salon.visit()
        page = salon.open_page(visit)
        salon.bank.delay(page)
        live_through(salon, until=salon.now + timedelta(days=3), step=timedelta(minutes=30))
        assert salon.status(visit) is VisitStatus.PROCESSING
        salon.bank.finish_delayed(page)
        landed_at = salon.now
        live_through(salon, until=salon.now + timedelta(minutes=15), step=timedelta(minutes=1))
        assert salon.status(visit) is VisitStatus.PAID
        assert salon.now - landed_at <= timedelta(minutes=15)


class TestOpeningCallWhoseAnswerWasLost:
    @pytest.mark.row("C11")
    def test_the_same_request_is_repeated_with_its_key_after_30_seconds(self, salon):
        visit = salon.visit()
        salon.bank.lose_next_answer("start_checkout")
        salon.press_pay(salon.link(visit))
        assert salon.payment(visit).state == "creating"
        salon.wait(seconds=29)
        assert ask(salon) == 0
        salon.wait(seconds=1)
        assert ask(salon) == 1
        payment = salon.payment(visit)
        assert payment.state == "open" and payment.address
        assert [note for operation, note in salon.bank.requests if operation == "start_checkout"] == [payment.key] * 2
        assert len(salon.bank.books) == 1

    def test_it_is_asked_about_for_as_long_as_the_answer_is_missing(self, salon):
        visit = salon.visit()
        salon.bank.lose_next_answer("start_checkout")
        salon.press_pay(salon.link(visit))
        salon.bank.down = True
        live_through(salon, until=salon.now + timedelta(hours=2), step=timedelta(minutes=1))
        assert salon.payment(visit).state == "creating"
        salon.bank.down = False
        live_through(salon, until=salon.now + timedelta(minutes=20), step=timedelta(minutes=1))
        payment = salon.payment(visit)
        assert payment.state in Payment.FINAL
        assert payment.next_attempt_at is None

    def test_what_never_reached_the_bank_fails_ten_minutes_past_its_end(self, salon):
        visit = salon.visit()
        salon.bank.lose_next_answer("start_checkout")
        salon.press_pay(salon.link(visit))
        salon.bank.books.clear()
        salon.bank._by_key.clear()
        salon.bank.down = True
        live_through(salon, until=salon.now + timedelta(minutes=71), step=timedelta(minutes=1))
        salon.bank.down = False
        live_through(salon, until=salon.now + timedelta(minutes=20), step=timedelta(minutes=1))
        assert salon.payment(visit).state == "failed"


class TestSuperseded:
    def test_its_page_is_ended_by_the_worker(self, salon):
        visit = salon.visit()
        page = salon.open_page(visit)
        payments.supersede(payment=salon.payment(visit), now=salon.now)
        assert ask(salon) == 1
        assert salon.payment(visit).state == "ended"
        assert salon.bank.book(page).state == "expired"
        assert salon.payment(visit).next_attempt_at is None

    def test_money_that_landed_first_is_recorded(self, salon):
        visit = salon.visit()
        page = salon.open_page(visit)
        payments.supersede(payment=salon.payment(visit), now=salon.now)
        salon.bank.pay(page)
        ask(salon)
        assert salon.status(visit) is VisitStatus.PAID

    def test_a_page_whose_address_was_never_shown_is_found_and_ended(self, salon):
        visit = salon.visit()
        salon.bank.lose_next_answer("start_checkout")
        salon.press_pay(salon.link(visit))
        payments.supersede(payment=salon.payment(visit), now=salon.now)
        ask(salon)
        assert salon.payment(visit).state == "ended"
        assert salon.bank.book("fake_checkout_1").state == "expired"
        assert salon.bank.count("start_checkout") == 1

    def test_no_answer_keeps_it_asked_about(self, salon):
        visit = salon.visit()
        salon.open_page(visit)
        payments.supersede(payment=salon.payment(visit), now=salon.now)
        salon.bank.down = True
        ask(salon)
        assert salon.payment(visit).state == "open"
        assert salon.now < salon.payment(visit).next_attempt_at <= salon.now + timedelta(seconds=25)


class TestAccountThatIsDown:
    def open_several(self, salon, count=3):
        visits = [salon.visit() for _ in range(count)]
        pages = [salon.open_page(visit) for visit in visits]
        salon.wait(seconds=20)
        return visits, pages

    def test_one_failure_holds_the_others_back(self, salon):
        self.open_several(salon, count=6)
        salon.bank.down = True
        ask(salon)
        failed = salon.bank.count("fetch_payment")
        salon.wait(seconds=5)
        assert ask(salon) == 0
        assert salon.bank.count("fetch_payment") == failed

    def test_one_question_reopens_it(self, salon):
        _visits, pages = self.open_several(salon)
        salon.bank.down = True
        ask(salon)
        asked = salon.bank.count("fetch_payment")
        salon.bank.down = False
        for page in pages:
            salon.bank.pay(page)
        PaymentAccount.objects.update(not_before=salon.now + timedelta(seconds=10))
        Payment.objects.update(next_attempt_at=salon.now)
        salon.wait(seconds=11)
        rows = claim(Payment, limit=20, lease_seconds=60, now=salon.now, only=may_be_asked(salon.now))
        assert len(rows) == 3
        # Three workers begin at the same moment with the account as it was read then: one asks.
        stale = [Payment.objects.select_related("account").get(pk=row.id) for row in rows]
        from quittance.payments.account_health import take_probe

        until = salon.now + timedelta(seconds=30)
        assert [take_probe(account=payment.account, until=until) for payment in stale] == [True, False, False]
        assert salon.bank.count("fetch_payment") == asked

    def test_after_two_hours_all_is_recorded_within_ten_minutes(self, salon):
        visits, pages = self.open_several(salon)
        salon.bank.down = True
        for page in pages:
            salon.bank.pay(page)
        live_through(salon, until=salon.now + timedelta(hours=2), step=timedelta(seconds=30))
        silent = salon.bank.count("fetch_payment")
        assert silent <= 60
        salon.bank.down = False
        live_through(salon, until=salon.now + timedelta(minutes=20), step=timedelta(seconds=15))
        assert {salon.status(visit) for visit in visits} == {VisitStatus.PAID}
        assert PaymentAccount.objects.get().not_before is None
        assert not Payment.objects.filter(next_attempt_at__isnull=False).exists()

    def test_asked_too_often_waits_as_long_as_it_says(self, salon):
        self.open_several(salon, count=1)
        salon.bank.refuse_next(RateLimitedError(40))
        ask(salon)
        assert PaymentAccount.objects.get().not_before == salon.now + timedelta(seconds=40)

    def test_wrong_keys_are_told_and_forgotten_when_they_work(self, salon):
        visits, _ = self.open_several(salon, count=1)
        salon.bank.refuse_next(MisconfiguredError("The key was revoked."))
        ask(salon)
        assert PaymentAccount.objects.get().trouble == "The key was revoked."
        salon.now = salon.payment(visits[0]).next_attempt_at
        ask(salon)
        assert PaymentAccount.objects.get().trouble == ""

    def test_four_silent_days_past_its_end_tell_a_person_once_and_it_is_asked_on(self, salon):
        visits, pages = self.open_several(salon, count=1)
        salon.bank.pay(pages[0])
        salon.bank.down = True
        live_through(salon, until=salon.now + timedelta(days=6), step=timedelta(hours=1))
        case = MoneyCase.objects.get()
        assert (case.kind, case.payment_id) == ("no_answer", salon.payment(visits[0]).pk)
        salon.bank.down = False
        live_through(salon, until=salon.now + timedelta(hours=2), step=timedelta(minutes=5))
        assert salon.status(visits[0]) is VisitStatus.PAID


def test_a_wish_to_be_asked_now_that_comes_during_the_question_is_kept(salon):
    visit = salon.visit()
    salon.open_page(visit)
    salon.wait(seconds=20)
    pk = salon.payment(visit).pk

    def return_page_opens(operation):
        if operation == "fetch_payment":
            payments.ask_now(payment_id=pk, now=salon.now)

    salon.bank.on_answer = return_page_opens
    ask(salon)
    salon.bank.on_answer = None
    assert salon.payment(visit).next_attempt_at == salon.now


def test_a_page_that_was_ended_and_turns_out_processing_is_asked_about_again(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    payment = salon.payment(visit)
    payments.mark_final(payment=payment, state="ended", now=salon.now)
    salon.bank.delay(page)
    salon.settle(visit)
    payment = salon.payment(visit)
    assert payment.state == "processing" and payment.next_attempt_at is not None
    salon.bank.finish_delayed(page)
    salon.now = payment.next_attempt_at
    ask(salon)
    assert salon.status(visit) is VisitStatus.PAID


def test_a_lost_lease_asks_nothing(salon):
    visit = salon.visit()
    salon.open_page(visit)
    ask_about_payments.work(row_id=salon.payment(visit).pk, lease_token="0" * 32, now=salon.now)
    assert salon.bank.count("fetch_payment") == 0


def test_a_final_payment_that_is_still_due_comes_to_rest_without_a_question(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.settle(visit)
    asked = salon.bank.count("fetch_payment")
    Payment.objects.update(next_attempt_at=salon.now)
    assert ask(salon) == 1
    assert (salon.payment(visit).next_attempt_at, salon.bank.count("fetch_payment")) == (None, asked)


def test_an_answer_of_somebody_else_that_came_during_the_finish_is_looked_at_once_more(salon, monkeypatch):
    visit = salon.visit()
    salon.open_page(visit)
    salon.wait(seconds=20)

    def desk_ends_the_page_meanwhile(**asked):
        Payment.objects.update(state="processing")
        return next_ask_at(**asked)

    monkeypatch.setattr("quittance.flows.ask_about_payments.next_ask_at", desk_ends_the_page_meanwhile)
    ask(salon)
    payment = salon.payment(visit)
    assert (payment.next_attempt_at, payment.lease_token) == (salon.now + timedelta(seconds=5), "")
