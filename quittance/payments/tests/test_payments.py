"""Links and payments below the flows: each change happens once, and money that moved wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.businesses.models import Business
from quittance.core.money import Money
from quittance.payment_systems.port import PaymentReport, PaymentState, Reference
from quittance.payments import actions, queries
from quittance.payments.actions import ForeignReferenceError
from quittance.payments.models import Payment, PaymentAccount, PaymentLink, PaymentReference
from tests.support.salon import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(salon, monkeypatch):
    """Chloe's open page. These tests write below the flows, so the books are not audited at the end."""
    monkeypatch.setattr("tests.support.salon.assert_books", lambda **_: None)
    visit = salon.visit()
    salon.open_page(visit)
    return salon.payment(visit)


def report(**told):
    return PaymentReport(**{"state": PaymentState.PAID, **told})


class TestLinks:
    def test_a_link_closes_once_and_keeps_its_first_reason(self, salon, opened):
        link = PaymentLink.objects.get()
        assert actions.close_link(link=link, reason="cancelled", now=START)
        assert (link.closed_at, link.closed_reason) == (START, "cancelled")
        again = PaymentLink.objects.get()
        assert not actions.close_link(link=again, reason="paid", now=START + timedelta(days=1))
        assert (PaymentLink.objects.get().closed_at, PaymentLink.objects.get().closed_reason) == (START, "cancelled")
        assert queries.live_link_of(opened.bill) is None
        assert queries.links_of(opened.bill) == [link]

    def test_sent_and_accessed_count_the_first_time(self, salon, opened):
        link = PaymentLink.objects.get()
        PaymentLink.objects.update(accessed_at=None)
        here = salon.business.pk
        later = START + timedelta(hours=1)
        assert not actions.mark_link_sent(business_id=here + 1, link_id=link.pk, now=START)
        assert actions.mark_link_sent(business_id=here, link_id=link.pk, now=START)
        assert not actions.mark_link_sent(business_id=here, link_id=link.pk, now=later)
        assert actions.mark_link_accessed(link_id=link.pk, now=START)
        assert not actions.mark_link_accessed(link_id=link.pk, now=later)
        link.refresh_from_db()
        assert (link.sent_at, link.accessed_at) == (START, START)

    def test_a_link_is_found_by_its_whole_token_only(self, salon, opened):
        link = PaymentLink.objects.get()
        token = link.token.reveal()
        assert queries.link_by_token(token) == link
        for other in (token[:-1], token + "x", token.swapcase(), ""):
            assert queries.link_by_token(other) is None


class TestPayments:
    def test_it_is_opened_once(self, salon, opened):
        checkout = salon.bank.book(opened.references.get(kind="checkout").value).checkout
        assert not actions.mark_open(
            payment=opened, checkout=replace(checkout, address="https://other.example"), now=START
        )
        opened.refresh_from_db()
        assert (opened.state, opened.address) == ("open", checkout.address)

    def test_their_ids_belong_to_one_payment_of_an_account(self, salon, opened):
        other = salon.visit()
        salon.open_page(other)
        checkout = opened.references.get(kind="checkout").value
        with pytest.raises(ForeignReferenceError, match=f"checkout belongs to payment {opened.pk}"):
            actions.store_references(payment=salon.payment(other), references=[Reference("checkout", checkout)])
        before = PaymentReference.objects.count()
        actions.store_references(
            payment=opened, references=[Reference("checkout", checkout), Reference("intent", checkout)]
        )
        assert PaymentReference.objects.count() == before + 1
        found = queries.payment_ids_by_references(
            account_id=salon.account.pk, references=[Reference("refund", checkout), Reference("checkout", checkout)]
        )
        assert found == [opened.pk]
        assert queries.payment_ids_by_references(account_id=salon.account.pk, references=[Reference("charge", checkout)]) == []  # fmt: skip

    @pytest.mark.parametrize("state", ["failed", "expired", "ended"])
    def test_an_end_is_final_until_money_says_otherwise(self, opened, state):
        assert actions.mark_final(payment=opened, state=state, now=START, decline_reason="no" * 200)
        assert (opened.state, opened.final_at, opened.next_attempt_at, len(opened.decline_reason)) == (
            state,
            START,
            None,
            200,
        )
        assert not actions.mark_final(payment=opened, state="failed", now=START + timedelta(days=1))
        assert (opened.state, opened.final_at) == (state, START)
        captured = Money(10_000, "EUR")
        assert actions.mark_paid(payment=opened, report=report(captured=captured), now=START + timedelta(days=2))
        assert (opened.state, opened.captured_minor, opened.captured_currency) == ("paid", 10_000, "EUR")
        assert not actions.mark_paid(payment=opened, report=report(captured=captured), now=START + timedelta(days=3))
        assert opened.final_at == START + timedelta(days=2)
        assert not actions.mark_processing(payment=opened)
        assert not actions.mark_final(payment=opened, state="failed", now=START)
        assert opened.state == "paid"

    @pytest.mark.parametrize("captured", [None, Money(0, "EUR"), Money(-1, "EUR")])
    def test_nothing_is_paid_without_money(self, opened, captured):
        with pytest.raises(ValueError, match="captured money"):
            actions.mark_paid(payment=opened, report=report(captured=captured), now=START)
        assert Payment.objects.get().state == "open"

    def test_a_page_believed_ended_that_turns_out_processing_is_asked_about_again(self, opened):
        actions.mark_final(payment=opened, state="ended", now=START)
        assert actions.mark_processing(payment=opened)
        assert (opened.state, opened.final_at, opened.next_attempt_at) == ("processing", None, opened.expires_at)
        assert not actions.mark_processing(payment=opened)

    def test_a_report_s_details_are_kept_and_an_empty_one_forgets_none(self, opened):
        full = report(
            method="card" * 20, method_detail="Visa 4242" * 20, decline_reason="no" * 200, fee=Money(29, "EUR")
        )
        opened.asked_no = 5
        opened.save()
        actions.note_report(payment=opened, report=full, asked_no=3)
        actions.note_report(payment=opened, report=report(), asked_no=4)
        opened.refresh_from_db()
        assert (opened.applied_no, len(opened.method), len(opened.method_detail), len(opened.decline_reason)) == (4, 40, 80, 200)  # fmt: skip
        assert (opened.fee_minor, opened.fee_currency) == (29, "EUR")

    def test_the_lock_is_renewed_forward_and_never_past_the_page_s_end(self, opened):
        first = opened.locked_until
        actions.renew_lock(payment=opened, now=START - timedelta(minutes=1))
        assert opened.locked_until == first
        actions.renew_lock(payment=opened, now=START + timedelta(minutes=5))
        assert opened.locked_until == START + timedelta(minutes=20)
        actions.renew_lock(payment=opened, now=START + timedelta(minutes=50))
        assert opened.locked_until == opened.expires_at == START + timedelta(minutes=60)

    def test_superseding_frees_the_place_once_and_sets_it_due(self, opened):
        actions.supersede(payment=opened, now=START)
        actions.supersede(payment=opened, now=START + timedelta(hours=1))
        assert (opened.superseded_at, opened.next_attempt_at) == (START, START)
        assert queries.payable_payment_of(opened.bill) is None

    def test_asking_now_only_ever_brings_the_question_forward(self, opened):
        actions.ask_now(payment_id=opened.pk, now=START)
        actions.ask_now(payment_id=opened.pk, now=START + timedelta(hours=1))
        opened.refresh_from_db()
        assert opened.next_attempt_at == START
        actions.mark_final(payment=opened, state="failed", now=START)
        actions.ask_now(payment_id=opened.pk, now=START)
        opened.refresh_from_db()
        assert opened.next_attempt_at is None

    def test_an_answer_is_unknown_since_the_first_silence(self, opened):
        actions.mark_unknown(payment=opened, now=START)
        actions.mark_unknown(payment=opened, now=START + timedelta(hours=1))
        opened.refresh_from_db()
        assert opened.unknown_since == START


class TestAccounts:
    def test_the_webhook_s_time_is_written_once_a_minute(self, salon):
        for seconds, seen in [(0, 0), (59, 0), (60, 0), (61, 61)]:
            actions.mark_webhook_seen(account_id=salon.account.pk, now=START + timedelta(seconds=seconds))
            assert PaymentAccount.objects.get().last_webhook_at == START + timedelta(seconds=seen)

    def test_those_in_use_are_listed_and_those_of_others_do_not_exist(self, salon):
        here = salon.business.pk
        assert queries.accounts_of(here) == [salon.account]
        assert queries.account_by_id(business_id=here, account_id=salon.account.pk) == salon.account
        dan = Business.objects.create(name="Dan's Nails", slug="dans-nails")
        assert queries.accounts_of(dan.pk) == []
        with pytest.raises(PaymentAccount.DoesNotExist):
            queries.account_by_id(business_id=dan.pk, account_id=salon.account.pk)
        PaymentAccount.objects.update(retired_at=START)
        assert queries.accounts_of(here) == []


def test_money_of_another_currency_counts_for_no_link(opened):
    link = PaymentLink.objects.get()
    paid = Payment(link_id=link.pk, state="paid", captured_minor=500, captured_currency="EUR", amount_minor=500)
    foreign = Payment(link_id=link.pk, state="paid", captured_minor=700, captured_currency="USD", amount_minor=700)
    under_way = Payment(link_id=link.pk, state="processing", amount_minor=30)
    of_another = Payment(link_id=link.pk + 1, state="paid", captured_minor=9, captured_currency="EUR", amount_minor=9)
    use = queries.link_use(link=link, payments=[paid, foreign, under_way, of_another, opened], currency="EUR")
    assert (use.paid, use.processing) == (Money(500, "EUR"), Money(30, "EUR"))
