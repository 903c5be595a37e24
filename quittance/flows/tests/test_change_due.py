"""Changing what is due when two do it at once, or the client's page will not end; the rest is in tests/money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills.models import Bill, Tender
from quittance.core.actor import NotAllowedError, Right
from quittance.core.money import Money
from quittance.flows import cancel_visit, change_due, take_tender
from quittance.flows.change_due import Change, Decision
from quittance.flows.errors import (
    ChangedMeanwhileError,
    GoneError,
    PaymentProcessingError,
    RefusedError,
    StillPayableError,
)
from quittance.payment_systems.port import EndReport, EndState, UnavailableError
from quittance.payments.models import Payment, Refund

pytestmark = pytest.mark.django_db

STOP = Decision(stop_payment=True)


def take(salon, visit, minor=1_000, *, request_id="", decision=STOP):
    return take_tender.take(
        actor=replace(salon.actor, request_id=request_id),
        visit_id=visit.pk,
        kind="cash",
        amount=salon.eur(minor),
        expected_version=None,
        decision=decision,
        now=salon.now,
    )


def freeze_by_another(salon, visit):
    bills.freeze(bill=salon.bill(visit), by="another" * 4, now=salon.now)


def test_a_page_whose_answer_was_lost_is_given_up_unasked(salon):
    visit = salon.visit()
    salon.bank.lose_next_answer("start_checkout")
    assert salon.press_pay(salon.link(visit)).outcome == "unclear"
    take(salon, visit, decision=Decision())
    assert (Payment.objects.get().superseded_at, salon.settled(visit)) == (salon.now, 1_000)


def test_who_lost_the_freeze_changes_nothing(salon):
    """Our minute ran out at the bank, and another desk holds the visit now."""
    visit = salon.visit()
    salon.open_page(visit)
    salon.bank.on_answer = lambda operation: freeze_by_another(salon, visit) if operation == "end_checkout" else None
    with pytest.raises(ChangedMeanwhileError):
        take(salon, visit)
    bill = salon.bill(visit)
    assert (salon.settled(visit), bill.frozen_by, Tender.objects.count()) == (0, "another" * 4, 0)


def test_what_changed_while_the_page_was_ended_is_shown_before_anything_is_done(salon, monkeypatch):
    visit = salon.visit()
    salon.open_page(visit)

    def ended(_references):
        Bill.objects.update(version=99)
        return EndReport(EndState.ENDED)

    monkeypatch.setattr(salon.bank, "end_checkout", ended)
    with pytest.raises(ChangedMeanwhileError):
        take(salon, visit)
    assert (salon.settled(visit), salon.bill(visit).frozen_by) == (0, "")
    Payment.objects.update(state="open", superseded_at=None, final_at=None)
    take(salon, visit, decision=Decision(stop_payment=True, insist=True))
    assert salon.settled(visit) == 1_000


def test_a_debit_that_was_agreed_to_meanwhile_needs_insisting(salon):
    visit = salon.visit()
    salon.bank.delay(salon.open_page(visit))
    with pytest.raises(PaymentProcessingError) as caught:
        take(salon, visit)
    assert (caught.value.amount, salon.settled(visit), salon.bill(visit).frozen_by) == (salon.eur(10_000), 0, "")
    take(salon, visit, decision=Decision(insist=True))
    assert salon.settled(visit) == 1_000


def test_a_visit_of_another_business_does_not_exist(salon):
    visit = salon.visit()
    stranger = replace(salon.actor, business_id=salon.business.pk + 1)
    change = Change(stranger, visit.bill_id, None, "x")
    with pytest.raises(GoneError):
        change_due.change_due(change=change, now=salon.now, work=lambda _bill: {})


def test_the_same_pressing_in_two_processes_takes_the_cash_once(salon):
    """The other process has answered by the time ours writes its answer: ours is undone."""
    visit = salon.visit()
    first = {"tender": 1, "amount_minor": 1_000, "version": 3}
    answers = iter([None, first])
    pressed = replace(salon.actor, request_id="p" * 32)

    def both_at_once(bill):
        audit.remember_answer(actor=pressed, action="x", result=first, now=salon.now)
        bills.take_tender(bill=bill, kind="cash", amount=salon.eur(1_000), actor=pressed, now=salon.now)
        return {}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit, "first_answer", lambda **_: next(answers))
        change = Change(pressed, visit.bill_id, None, "tender.cash")
        assert change_due.change_due(change=change, now=salon.now, work=both_at_once) == first
    assert (Tender.objects.count(), salon.settled(visit)) == (0, 0)


def test_what_stands_in_the_way_may_be_what_the_same_pressing_did(salon):
    visit = salon.visit()
    freeze_by_another(salon, visit)
    answers = iter([None, {"tender": 1}])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit, "first_answer", lambda **_: next(answers))
        assert take(salon, visit, request_id="p" * 32) == {"tender": 1}
    assert Tender.objects.count() == 0


@pytest.mark.parametrize("is_silent", [True, False])
def test_a_change_that_is_refused_after_the_page_was_given_up_frees_the_visit_at_once(salon, is_silent):
    """Or the desk reads "busy" for a minute, and the client is led back to a page that takes nothing."""
    visit = salon.visit()
    salon.open_page(visit)
    if is_silent:
        salon.bank.lose_next_answer("end_checkout")

    def refuse(_bill):
        bills.take_tender(bill=_bill, kind="cash", amount=salon.eur(1_000), actor=salon.actor, now=salon.now)
        raise RefusedError("This price is too low.")

    change = Change(salon.actor, visit.bill_id, None, "lines", Decision(stop_payment=True, take_anyway=True))
    with pytest.raises(RefusedError, match="too low"):
        change_due.change_due(change=change, now=salon.now, work=refuse)
    assert (Tender.objects.count(), bills.is_frozen(salon.bill(visit), now=salon.now)) == (0, False)
    again = salon.press_pay(salon.link(visit))
    assert again.outcome == "redirect"
    assert Payment.objects.filter(state="open", superseded_at__isnull=True).count() == 1
    assert Payment.objects.count() == 2


def test_s5_nobody_is_sent_to_a_page_that_may_be_gone(salon):
    """The desk stopped the payment, the answer was lost, and the desk left it at that."""
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.lose_next_answer("end_checkout")
    with pytest.raises(StillPayableError):
        take(salon, visit)
    assert salon.payment(visit).next_attempt_at == salon.now
    again = salon.press_pay(salon.link(visit))
    assert (again.outcome, again.address == salon.bank.book(page).address) == ("redirect", False)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["expired", "open"]


def test_a_page_that_did_not_end_after_all_is_shown_again(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.refuse_next(UnavailableError("down", sent=True), "end_checkout")
    with pytest.raises(StillPayableError):
        take(salon, visit)
    assert salon.press_pay(salon.link(visit)).address == salon.bank.book(page).address
    assert salon.payment(visit).unknown_since is None


def test_while_the_bank_is_silent_about_an_ending_page_pay_says_so(salon):
    visit = salon.visit()
    salon.open_page(visit)
    salon.bank.refuse_next(UnavailableError("down", sent=True), "end_checkout")
    with pytest.raises(StillPayableError):
        take(salon, visit)
    salon.bank.refuse_next(UnavailableError("down", sent=True), "fetch_payment")
    assert salon.press_pay(salon.link(visit)).outcome == "unavailable"


def test_a_page_that_was_paid_before_it_ended_is_being_confirmed(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.refuse_next(UnavailableError("down", sent=True), "end_checkout")
    with pytest.raises(StillPayableError):
        take(salon, visit)
    salon.bank.pay(page)
    assert salon.press_pay(salon.link(visit)).outcome == "confirming"
    assert salon.settled(visit) == 10_000


def test_what_never_left_leaves_the_page_as_it_was(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.refuse_next(UnavailableError("down", sent=False), "end_checkout")
    with pytest.raises(StillPayableError):
        take(salon, visit)
    asked = salon.bank.count("fetch_payment")
    assert salon.press_pay(salon.link(visit)).address == salon.bank.book(page).address
    assert salon.bank.count("fetch_payment") == asked


def test_what_another_process_did_meanwhile_leaves_the_visit_free(salon):
    visit = salon.visit()
    salon.open_page(visit)
    first = {"tender": 1}
    answers = iter([None, first])
    pressed = replace(salon.actor, request_id="p" * 32)

    def both_at_once(_bill):
        audit.remember_answer(actor=pressed, action="x", result=first, now=salon.now)
        return {}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit, "first_answer", lambda **_: next(answers))
        change = Change(pressed, visit.bill_id, None, "tender.cash", STOP)
        assert change_due.change_due(change=change, now=salon.now, work=both_at_once) == first
    assert not bills.is_frozen(salon.bill(visit), now=salon.now)


class TestCancelling:
    def cancel(self, salon, visit, **more):
        return cancel_visit.cancel(
            **{"actor": salon.actor, "visit_id": visit.pk, "expected_version": None, "now": salon.now, **more}
        )

    def test_it_is_done_once(self, salon):
        visit = salon.visit()
        self.cancel(salon, visit)
        with pytest.raises(RefusedError, match="cancelled before"):
            self.cancel(salon, visit)

    @pytest.mark.parametrize("keep", [Money(-1, "EUR"), Money(4_001, "EUR"), Money(100, "USD")])
    def test_what_is_kept_lies_between_nothing_and_what_was_taken(self, salon, keep):
        visit = salon.visit()
        salon.cash(visit, 4_000)
        with pytest.raises(RefusedError, match=r"between zero and €40\.00"):
            self.cancel(salon, visit, keep=keep)
        assert salon.bill(visit).ended_at is None

    def test_giving_back_needs_its_right_keeping_all_does_not(self, salon):
        visit = salon.visit()
        salon.cash(visit, 4_000)
        ben = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.REFUND}})
        with pytest.raises(NotAllowedError):
            self.cancel(salon, visit, keep=salon.eur(3_999), actor=ben)
        assert salon.bill(visit).ended_at is None
        answer = self.cancel(salon, visit, keep=salon.eur(4_000), actor=ben)
        assert (answer["refunds"], Refund.objects.count(), salon.bill(visit).total_minor) == ([], 0, 4_000)

    def test_its_live_link_takes_nothing_more_and_one_without_a_link_has_none_to_close(self, salon):
        linked, bare = salon.visit(), salon.visit()
        token = salon.link(linked)
        for visit in (linked, bare):
            self.cancel(salon, visit)
        assert salon.press_pay(token).outcome == "closed"
