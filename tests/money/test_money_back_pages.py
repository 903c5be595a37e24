"""What a client sees of money that went back, goes back, or is held: the truth, and no request to pay it again."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from quittance.bills.models import MoneyCase, Receipt, Tender
from quittance.calendar.models import Visit
from quittance.core import clock
from quittance.flows import cancel_visit, decide_case, refund
from quittance.flows.follow_refund import follow
from quittance.payments.models import Refund
from quittance.worker.rounds import run_once
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The salon, and a web clock that shows its time."""
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon


@pytest.fixture
def browser() -> Browser:
    return Browser(enforce_csrf_checks=True, headers={"user-agent": "Mozilla/5.0"})


class Paid:
    """A visit of €100.00 whose link was paid with a Visa card."""

    def __init__(self, salon: Salon, browser: Browser, *, delayed: bool = False) -> None:
        self.salon, self.browser = salon, browser
        self.visit: Visit = salon.visit()
        self.token = salon.link(self.visit)
        self.address = salon.press_pay(self.token).address
        if delayed:
            salon.bank.delay(self.address)
        else:
            salon.bank.pay(self.address)
        salon.settle(self.visit)

    def give_back(self, minor: int) -> Refund:
        answer = refund.refund(
            actor=self.salon.actor,
            visit_id=self.visit.pk,
            tender_id=Tender.objects.filter(bill_id=self.visit.bill_id).latest("pk").pk,
            amount=self.salon.eur(minor),
            reason="The colour did not hold",
            expected_version=self.salon.bill(self.visit).version,
            now=self.salon.now,
        )
        return Refund.objects.get(pk=answer.refund_id)

    def cancel(self, *, keep: int | None = None) -> None:
        cancel_visit.cancel(
            actor=self.salon.actor,
            visit_id=self.visit.pk,
            expected_version=None,
            keep=None if keep is None else self.salon.eur(keep),
            now=self.salon.now,
        )

    def page(self, query: str = "") -> str:
        answer = self.browser.get(f"/p/{self.token}{query}")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    def screen(self) -> str:
        return str(self.browser.get(f"/p/{self.token}/state").json()["state"])


@pytest.fixture
def paid(at_salon: Salon, browser: Browser) -> Paid:
    return Paid(at_salon, browser)


def nothing_asks(page: str) -> None:
    assert "<form" not in page
    assert "To pay now" not in page
    assert "remain to be paid" not in page


@pytest.mark.row("H1", "I1")
def test_a_part_that_went_back_is_shown_with_its_day_and_its_credit_note(paid: Paid, browser: Browser) -> None:
    paid.give_back(4_000)
    page = paid.page()
    assert "Paid, thank you" in page
    assert "Refunded to Visa ·4242" in page
    assert "26 Nov 2026</span>" in page
    assert "Credit note CN-000001 (PDF)" in page
    assert page.count("€40.00") == 2  # the line that takes it off the price, and the refund
    assert "€60.00" in page
    assert "The colour did not hold" not in page
    nothing_asks(page)

    answer = browser.get(f"/p/{paid.token}/receipt.pdf?no=CN-000001")
    assert answer["Content-Disposition"] == 'inline; filename="credit-note-CN-000001.pdf"'
    assert answer.content.startswith(b"%PDF-")
    newest = browser.get(f"/p/{paid.token}/receipt.pdf")
    assert newest["Content-Disposition"] == 'inline; filename="receipt-000001.pdf"'


@pytest.mark.row("H1")
def test_money_on_its_way_back_is_not_called_refunded(paid: Paid) -> None:
    paid.salon.bank.refunds_stay_pending = True
    gone = paid.give_back(10_000)
    page = paid.page()
    assert paid.screen() == "returning"
    assert "Your money is on its way back" in page
    assert "On its way back to Visa ·4242" in page
    assert "Banks usually show it within 5 to 10 days." in page
    assert "Refunded" not in page and "Credit note" not in page
    nothing_asks(page)

    paid.salon.bank.finish_refund(str(gone.reference))
    follow(refund_id=gone.pk, now=paid.salon.wait(days=1))
    page = paid.page()
    assert paid.screen() == "refunded"
    assert "Your money was refunded" in page
    assert "Refunded to Visa ·4242" in page and "27 Nov 2026" in page
    assert "On its way back" not in page
    nothing_asks(page)


@pytest.mark.row("H1")
def test_a_refund_that_failed_stands_as_paid_again(paid: Paid) -> None:
    paid.salon.bank.refunds_stay_pending = True
    gone = paid.give_back(10_000)
    paid.salon.bank.finish_refund(str(gone.reference), succeeded=False)
    follow(refund_id=gone.pk, now=paid.salon.now)
    page = paid.page()
    assert "Paid, thank you" in page
    assert "On its way back" not in page and "Refund" not in page


@pytest.mark.row("H1")
def test_cash_that_was_handed_back_is_named_as_cash(at_salon: Salon, browser: Browser) -> None:
    visit = at_salon.visit()
    token = at_salon.link(visit)
    at_salon.cash(visit, 10_000)
    refund.refund(
        actor=at_salon.actor,
        visit_id=visit.pk,
        tender_id=Tender.objects.get().pk,
        amount=at_salon.eur(10_000),
        expected_version=None,
        now=at_salon.now,
    )
    page = " ".join(browser.get(f"/p/{token}").content.decode().split())
    assert "Paid back in cash" in page
    assert "Your money was refunded" in page
    nothing_asks(page)


@pytest.mark.row("H2")
def test_a_cancelled_visit_says_what_went_back_and_what_stays(paid: Paid) -> None:
    paid.cancel(keep=2_000)
    page = paid.page()
    assert "This visit was cancelled" in page
    assert "Refunded to Visa ·4242" in page and "€80.00" in page
    assert "€20.00 of what was paid stays with Ana&#x27;s Salon." in page
    assert "Receipt 000001 (PDF)" in page and "Credit note CN-000001 (PDF)" in page
    nothing_asks(page)


@pytest.mark.row("H2")
def test_a_paid_visit_that_was_cancelled_without_a_decision_promises_nothing(paid: Paid) -> None:
    paid.cancel()
    page = paid.page()
    assert "This visit was cancelled" in page
    assert "Paid, thank you" not in page
    assert "€100.00 was paid for this visit. Ana&#x27;s Salon knows and will settle it with you." in page
    assert "stays with" not in page
    nothing_asks(page)


@pytest.mark.row("H2")
def test_money_that_comes_after_the_cancellation_is_explained_at_every_step(at_salon: Salon, browser: Browser) -> None:
    late = Paid(at_salon, browser, delayed=True)
    late.cancel()
    assert "A payment of €100.00 was still on its way." in late.page()
    nothing_asks(late.page())

    at_salon.bank.finish_delayed(late.address, succeeded=True)
    at_salon.wait(hours=1)
    at_salon.settle(late.visit)
    page = late.page("/return")
    assert "€100.00 arrived after this visit was cancelled. It goes back to you by itself." in page
    nothing_asks(page)

    at_salon.wait(minutes=1)
    run_once(at_salon.now)
    page = late.page()
    assert "Refunded to SEPA direct debit ·3000" in page
    assert "by itself" not in page
    nothing_asks(page)


@pytest.mark.row("H4")
def test_what_a_person_keeps_back_from_going_by_itself_is_not_promised(at_salon: Salon, browser: Browser) -> None:
    late = Paid(at_salon, browser, delayed=True)
    late.cancel()
    at_salon.bank.finish_delayed(late.address, succeeded=True)
    at_salon.wait(hours=1)
    at_salon.settle(late.visit)
    decide_case.decide(actor=at_salon.actor, case_id=MoneyCase.objects.get().pk, decision="hold", now=at_salon.now)
    page = late.page()
    assert "€100.00 arrived after this visit was cancelled. Ana&#x27;s Salon knows and will settle it with you." in page
    assert "by itself" not in page


@pytest.mark.row("H3")
def test_disputed_money_is_never_asked_for_again(paid: Paid) -> None:
    paid.salon.bank.open_dispute(paid.address)
    paid.salon.settle(paid.visit)
    page = paid.page()
    assert paid.screen() == "disputed"
    assert "Your bank has taken this payment back" in page
    assert "Your bank has taken €100.00 back. Nobody asks you to pay it again" in page
    assert "Paid, thank you" not in page
    nothing_asks(page)


@pytest.mark.row("H3")
def test_a_lost_dispute_that_is_asked_for_again_needs_a_new_link(paid: Paid) -> None:
    reference = paid.salon.bank.open_dispute(paid.address)
    paid.salon.settle(paid.visit)
    paid.salon.bank.close_dispute(reference, won=False)
    paid.salon.settle(paid.visit)
    case = MoneyCase.objects.get(kind="dispute_lost")
    decide_case.decide(actor=paid.salon.actor, case_id=case.pk, decision="ask_again", now=paid.salon.now)
    page = paid.page()
    assert paid.screen() == "reopened"
    assert "€100.00 of this visit is open. Ask Ana&#x27;s Salon for a new link, or pay there." in page
    assert "Paid, thank you" not in page and "Nothing is due" not in page
    nothing_asks(page)


@pytest.mark.row("H3")
def test_a_lost_dispute_that_is_written_off_is_neither_paid_nor_due(paid: Paid) -> None:
    reference = paid.salon.bank.open_dispute(paid.address)
    paid.salon.bank.close_dispute(reference, won=False)
    paid.salon.settle(paid.visit)
    case = MoneyCase.objects.get(kind="dispute_lost")
    decide_case.decide(actor=paid.salon.actor, case_id=case.pk, decision="write_off", now=paid.salon.now)
    page = paid.page()
    assert paid.screen() == "settled"
    assert "Nothing is due" in page and "There is nothing to pay here." in page
    assert "Paid, thank you" not in page and "This visit is paid" not in page
    nothing_asks(page)


@pytest.mark.row("C11", "H1")
def test_a_page_full_of_refunds_takes_no_query_more(paid: Paid, browser: Browser, django_assert_max_num_queries):
    for _ in range(3):
        paid.give_back(1_000)
    paid.salon.bank.refunds_stay_pending = True
    paid.give_back(2_000)
    paid.salon.bank.open_dispute(paid.address, paid.salon.eur(1_000))
    paid.salon.settle(paid.visit)
    with django_assert_max_num_queries(5):
        page = browser.get(f"/p/{paid.token}").content.decode()
    assert "CN-000003" in page
    assert "Your bank has taken €10.00 back" in page


@pytest.mark.row("C11", "H4")
def test_what_is_too_much_costs_one_query_more(at_salon: Salon, browser: Browser, django_assert_max_num_queries):
    paid = Paid(at_salon, browser)
    paid.cancel()
    with django_assert_max_num_queries(6):
        browser.get(f"/p/{paid.token}")


@pytest.mark.row("C4")
def test_another_visits_credit_note_is_not_behind_this_link(paid: Paid, browser: Browser) -> None:
    paid.give_back(4_000)
    other = Paid(paid.salon, browser)
    assert Receipt.objects.filter(series="CN").count() == 1
    assert browser.get(f"/p/{other.token}/receipt.pdf?no=CN-000001").status_code == 404


@pytest.mark.row("C11")
def test_the_same_in_german(paid: Paid) -> None:
    paid.give_back(10_000)
    page = paid.page("?lang=de")
    assert "Ihr Geld wurde erstattet" in page
    assert "Erstattet auf Visa ·4242" in page
    assert "Erstattungsbeleg CN-000001 (PDF)" in page
