"""The stored request that opens a page: repeated to the letter, searched for, never left in doubt for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.models import MoneyCase
from quittance.flows.open_page import OpenOutcome, open_page, resume
from quittance.payment_systems.port import DeclinedError, MisconfiguredError, RateLimitedError
from quittance.payments import actions as payments
from quittance.payments.models import Payment, PaymentAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(salon):
    """A payment whose opening answer was lost: the page exists at the bank, nobody saw it."""
    visit = salon.visit()
    salon.bank.lose_next_answer("start_checkout")
    assert salon.press_pay(salon.link(visit)).outcome == "unclear"
    return salon.payment(visit)


def asked(salon, operation="start_checkout"):
    return [note for name, note in salon.bank.requests if name == operation]


@pytest.mark.parametrize("repeat", [open_page, resume])
def test_a_page_that_is_open_is_not_asked_for_again(salon, repeat):
    visit = salon.visit()
    salon.open_page(visit)
    assert repeat(payment_id=salon.payment(visit).pk, now=salon.now) is OpenOutcome.OPEN
    assert len(asked(salon)) == 1


@pytest.mark.parametrize("repeat", [open_page, resume])
def test_a_payment_that_lost_its_place_shows_no_page(salon, repeat):
    visit = salon.visit()
    salon.open_page(visit)
    payments.supersede(payment=salon.payment(visit), now=salon.now)
    assert repeat(payment_id=salon.payment(visit).pk, now=salon.now) is OpenOutcome.LOST_PLACE
    assert len(asked(salon)) == 1


def test_the_repeated_request_gives_the_same_page(salon, lost):
    assert open_page(payment_id=lost.pk, now=salon.now) is OpenOutcome.OPEN
    lost.refresh_from_db()
    assert (lost.state, lost.unknown_since) == ("open", None)
    assert asked(salon) == [lost.key, lost.key]
    assert len(salon.bank.books) == 1


@pytest.mark.parametrize("error", [MisconfiguredError("The key was revoked."), RateLimitedError(30)])
def test_after_a_lost_answer_only_a_page_or_a_refusal_ends_the_doubt(salon, lost, error):
    salon.bank.refuse_next(error, "start_checkout")
    assert open_page(payment_id=lost.pk, now=salon.now) is OpenOutcome.UNCLEAR
    lost.refresh_from_db()
    assert (lost.state, lost.unknown_since) == ("creating", salon.now)
    assert MoneyCase.objects.count() == 0
    assert open_page(payment_id=lost.pk, now=salon.now) is OpenOutcome.OPEN


def test_after_a_lost_answer_a_refusal_says_that_no_page_is_there(salon, lost):
    salon.bank.refuse_next(DeclinedError("This amount cannot be paid online."), "start_checkout")
    assert open_page(payment_id=lost.pk, now=salon.now) is OpenOutcome.REFUSED
    lost.refresh_from_db()
    assert (lost.state, lost.decline_reason) == ("failed", "This amount cannot be paid online.")


def test_a_first_call_that_found_the_bank_down_opened_nothing(salon):
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.down = True
    assert salon.press_pay(token).outcome == "unavailable"
    payment = salon.payment(visit)
    assert (payment.state, payment.decline_reason, payment.final_at) == ("failed", "", salon.now)
    assert PaymentAccount.objects.get().trouble == ""


def test_refused_keys_are_the_account_s_trouble(salon):
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.refuse_next(MisconfiguredError("The key was revoked."), "start_checkout")
    assert salon.press_pay(token).outcome == "not_ready"
    assert PaymentAccount.objects.get().trouble == "The key was revoked."
    assert salon.payment(visit).state == "failed"


def test_a_failure_that_comes_after_another_answer_changes_nothing(salon, lost):
    """Two tabs asked with the same key: the page came to one, the refusal to the other."""

    def other_tab(operation):
        if operation == "start_checkout":
            salon.bank.on_call = None
            assert open_page(payment_id=lost.pk, now=salon.now) is OpenOutcome.OPEN
            salon.bank.refuse_next(DeclinedError("no"), "start_checkout")

    salon.bank.on_call = other_tab
    assert open_page(payment_id=lost.pk, now=salon.now) is OpenOutcome.REFUSED
    lost.refresh_from_db()
    assert (lost.state, lost.final_at, lost.decline_reason) == ("open", None, "")


class TestResume:
    def test_within_the_page_s_life_the_request_is_repeated(self, salon, lost):
        salon.wait(minutes=69)
        assert resume(payment_id=lost.pk, now=salon.now) is OpenOutcome.OPEN
        assert (len(asked(salon)), asked(salon, "find_checkout")) == (2, [])

    def test_ten_minutes_past_its_end_the_bank_is_searched_for_our_key(self, salon, lost):
        assert resume(payment_id=lost.pk, now=lost.expires_at + timedelta(minutes=10)) is OpenOutcome.OPEN
        assert (len(asked(salon)), asked(salon, "find_checkout")) == (1, [lost.key])
        lost.refresh_from_db()
        assert (lost.state, lost.address) == ("open", salon.bank.book("fake_checkout_1").checkout.address)

    def test_what_is_not_there_never_was(self, salon, lost):
        salon.bank._by_key.clear()
        past_its_end = lost.expires_at + timedelta(minutes=10)
        assert resume(payment_id=lost.pk, now=past_its_end) is OpenOutcome.LOST_PLACE
        lost.refresh_from_db()
        assert (lost.state, lost.final_at) == ("failed", past_its_end)

    def test_a_search_without_an_answer_leaves_the_doubt(self, salon, lost):
        salon.bank.down = True
        assert resume(payment_id=lost.pk, now=lost.expires_at + timedelta(minutes=10)) is OpenOutcome.UNCLEAR
        lost.refresh_from_db()
        assert lost.state == "creating"

    def test_twenty_hours_on_the_key_may_be_forgotten_so_the_request_is_not_repeated(self, salon, lost):
        Payment.objects.filter(pk=lost.pk).update(expires_at=lost.started_at + timedelta(days=2))
        assert resume(payment_id=lost.pk, now=lost.started_at + timedelta(hours=20)) is OpenOutcome.OPEN
        assert (len(asked(salon)), asked(salon, "find_checkout")) == (1, [lost.key])

    def test_a_superseded_payment_is_searched_for_and_its_page_shown_to_nobody(self, salon, lost):
        payments.supersede(payment=lost, now=salon.now)
        assert resume(payment_id=lost.pk, now=salon.now) is OpenOutcome.LOST_PLACE
        lost.refresh_from_db()
        assert (lost.state, lost.next_attempt_at, len(asked(salon))) == ("open", salon.now, 1)
