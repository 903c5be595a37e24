"""Money that goes back: refunds from the desk, from the payment system, and by themselves (laws 12 and 13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine, JournalEntry, MoneyCase, Receipt, Tender
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import cancel_visit, change_lines, decide_case, follow_refund, refund, take_tender
from quittance.flows.change_due import Decision
from quittance.flows.errors import ChangedMeanwhileError, FlowError, RefusedError
from quittance.flows.settle_payment import settle
from quittance.outbox.models import Event
from quittance.payment_systems.port import DeclinedError, UnavailableError
from quittance.payments.models import Payment, Refund
from quittance.payments.status import VisitStatus
from quittance.worker.rounds import run_once
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def paid_visit(salon: Salon, minor: int = 10_000) -> Visit:
    visit = salon.visit(minor=minor)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit


def tender_of(visit: Visit) -> Tender:
    return Tender.objects.filter(bill_id=visit.bill_id).latest("pk")


def give_back(
    salon: Salon, visit: Visit, minor: int, *, tender: Tender | None = None, actor=None
) -> refund.RefundAnswer:
    return refund.refund(
        actor=actor or salon.actor,
        visit_id=visit.pk,
        tender_id=(tender or tender_of(visit)).pk,
        amount=salon.eur(minor),
        reason="The colour did not hold",
        expected_version=salon.bill(visit).version,
        now=salon.now,
    )


def page_of(salon: Salon, visit: Visit):
    return salon.bank.book(salon.payment(visit).references.get(kind="checkout").value).checkout


def returned(salon: Salon, visit: Visit) -> list[int]:
    """What the bank has paid back, in minor units, by its own books."""
    page = salon.bank.book(page_of(salon, visit))
    return [seen.amount.minor for seen in page.refunds.values() if seen.state != "failed"]


@pytest.mark.row("H1")
def test_a_part_goes_back_and_the_due_does_not_rise(salon: Salon) -> None:
    visit = paid_visit(salon)
    answer = give_back(salon, visit, 4_000)
    assert answer.state == "succeeded"
    bill = salon.bill(visit)
    assert (bill.total_minor, bill.settled_minor, bill.refunded_minor) == (6_000, 6_000, 4_000)
    assert facts(bill).due.is_zero and facts(bill).excess.is_zero
    assert returned(salon, visit) == [4_000]
    assert salon.status(visit) is VisitStatus.PAID
    note = Receipt.objects.get(refund_id=answer.refund_id)
    assert note.series == "CN"
    entries = JournalEntry.objects.filter(refund_id=answer.refund_id).order_by("serial")
    assert [(entry.from_account, entry.to_account, entry.amount_minor) for entry in entries] == [
        ("bill", "refunding", 4_000),
        ("refunding", f"online:{salon.account.pk}", 4_000),
    ]


@pytest.mark.row("H1")
def test_all_of_it_goes_back_and_the_visit_says_refunded(salon: Salon) -> None:
    visit = paid_visit(salon)
    give_back(salon, visit, 10_000)
    assert salon.status(visit) is VisitStatus.REFUNDED
    with pytest.raises(RefusedError, match="Nothing of this payment is left"):
        give_back(salon, visit, 1)


def test_taxes_go_back_in_the_shares_in_which_they_were_taken(salon: Salon) -> None:
    visit = paid_visit(salon)
    BillLine.objects.filter(bill_id=visit.bill_id).update(tax_ppm=190_000, net_minor=8_403, tax_minor=1_597)
    give_back(salon, visit, 3_333)
    give_back(salon, visit, 6_667)
    taken_back = BillLine.objects.filter(bill_id=visit.bill_id, kind="credit")
    assert sum(line.tax_minor for line in taken_back) == -1_597
    assert sum(line.net_minor for line in taken_back) == -8_403


@pytest.mark.row("H1")
def test_a_pending_refund_is_told_as_pending_and_the_client_only_when_it_succeeded(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refunds_stay_pending = True
    answer = give_back(salon, visit, 10_000)
    assert answer.state == "pending"
    assert salon.status(visit) is VisitStatus.PROCESSING
    assert not Receipt.objects.filter(refund_id=answer.refund_id).exists()
    assert not Event.objects.filter(name="refund.succeeded").exists()
    reference = Refund.objects.get().reference
    salon.bank.finish_refund(reference)
    salon.wait(minutes=3)
    run_once(salon.now)
    assert Refund.objects.get().state == "succeeded"
    assert salon.status(visit) is VisitStatus.REFUNDED
    assert Event.objects.filter(name="refund.succeeded").count() == 1


def test_t37_a_refund_that_fails_brings_the_money_back_into_the_books(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refunds_stay_pending = True
    give_back(salon, visit, 4_000)
    salon.bank.finish_refund(Refund.objects.get().reference, succeeded=False)
    salon.settle(visit)
    bill = salon.bill(visit)
    assert (bill.total_minor, bill.settled_minor, bill.refunding_minor, bill.refunded_minor) == (10_000, 10_000, 0, 0)
    assert MoneyCase.objects.get(resolved_at=None).kind == "refund_failed"
    assert not Event.objects.filter(name="refund.succeeded").exists()
    assert salon.status(visit) is VisitStatus.PAID


def test_a_refund_that_fails_after_it_had_succeeded_takes_its_credit_note_back(salon: Salon) -> None:
    visit = paid_visit(salon)
    answer = give_back(salon, visit, 4_000)
    salon.bank.finish_refund(Refund.objects.get().reference, succeeded=False)
    salon.settle(visit)
    assert salon.settled(visit) == 10_000
    papers = Receipt.objects.filter(refund_id=answer.refund_id).order_by("pk")
    assert [paper.cancels_id is not None for paper in papers] == [False, True]


@pytest.mark.row("H1")
def test_a_refusal_of_the_payment_system_is_said_and_changes_nothing(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refuse_next(DeclinedError("There is not enough money in the account."), "refund")
    with pytest.raises(RefusedError, match="not enough money"):
        give_back(salon, visit, 4_000)
    assert salon.settled(visit) == 10_000
    assert Refund.objects.get().state == "failed"
    assert not MoneyCase.objects.exists()
    give_back(salon, visit, 4_000)
    assert returned(salon, visit) == [4_000]


@pytest.mark.row("H1")
def test_a_lost_answer_is_looked_for_and_nothing_is_paid_back_twice(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.lose_next_answer("refund")
    answer = give_back(salon, visit, 4_000)
    assert answer.state == "requested"
    salon.wait(seconds=40)
    run_once(salon.now)
    assert Refund.objects.get().state == "succeeded"
    assert returned(salon, visit) == [4_000]
    assert salon.bank.count("refund") == 1


def test_a_refund_that_never_left_is_sent_by_the_worker_with_its_own_key(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refuse_next(UnavailableError("down", sent=False), "refund")
    give_back(salon, visit, 4_000)
    salon.wait(seconds=40)
    run_once(salon.now)
    assert Refund.objects.get().state == "succeeded"
    assert [note for operation, note in salon.bank.requests if operation == "refund"] == [Refund.objects.get().key] * 2


def test_after_twenty_hours_an_unknown_refund_is_only_looked_for(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refuse_next(UnavailableError("down", sent=True), "refund")
    give_back(salon, visit, 4_000)
    salon.wait(hours=21)
    assert follow_refund.follow(refund_id=Refund.objects.get().pk, now=salon.now) == "failed"
    assert salon.bank.count("refund") == 1
    assert salon.settled(visit) == 10_000
    assert MoneyCase.objects.get().kind == "refund_failed"


def test_t09_the_same_pressing_twice_refunds_once(salon: Salon) -> None:
    visit = paid_visit(salon)
    pressed = replace(salon.actor, request_id="press-0001")
    first = give_back(salon, visit, 4_000, actor=pressed)
    assert give_back(salon, visit, 4_000, actor=pressed) == first
    assert returned(salon, visit) == [4_000]


def test_the_same_pressing_a_day_later_asks_nobody_again(salon: Salon) -> None:
    """The payment system forgets keys after a day: asking once more could refund once more."""
    visit = paid_visit(salon)
    pressed = replace(salon.actor, request_id="press-0001")
    version = salon.bill(visit).version
    salon.bank.lose_next_answer("refund")
    asked = {"visit_id": visit.pk, "tender_id": tender_of(visit).pk, "amount": salon.eur(4_000)}
    refund.refund(actor=pressed, expected_version=version, now=salon.now, **asked)
    salon.wait(hours=25)
    answer = refund.refund(actor=pressed, expected_version=version, now=salon.now, **asked)
    assert answer.state == "requested"
    assert salon.bank.count("refund") == 1
    run_once(salon.now)
    assert Refund.objects.get().state == "succeeded"
    assert salon.bank.count("refund") == 1


def test_an_old_form_refunds_nothing(salon: Salon) -> None:
    visit = paid_visit(salon)
    version = salon.bill(visit).version
    give_back(salon, visit, 1_000)
    with pytest.raises(ChangedMeanwhileError):
        refund.refund(
            actor=salon.actor, visit_id=visit.pk, tender_id=tender_of(visit).pk, amount=salon.eur(1_000),
            expected_version=version, now=salon.now,
        )  # fmt: skip
    assert returned(salon, visit) == [1_000]


def test_s6_more_than_was_taken_is_never_asked_for(salon: Salon) -> None:
    visit = paid_visit(salon)
    give_back(salon, visit, 7_000)
    with pytest.raises(RefusedError, match=r"Only 30\.00 EUR"):
        give_back(salon, visit, 3_001)
    with pytest.raises(RefusedError, match="above zero"):
        give_back(salon, visit, 0)
    assert salon.bank.count("refund") == 1


@pytest.mark.row("H1")
def test_without_the_right_nothing_goes_back(salon: Salon) -> None:
    visit = paid_visit(salon)
    ben = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.REFUND}})
    with pytest.raises(NotAllowedError):
        give_back(salon, visit, 100, actor=ben)
    assert salon.bank.count("refund") == 0


@pytest.mark.row("H1")
def test_cash_is_handed_back_and_never_voided_afterwards(salon: Salon) -> None:
    visit = salon.visit()
    salon.cash(visit, 10_000)
    assert give_back(salon, visit, 2_500).state == "succeeded"
    assert salon.settled(visit) == 7_500
    assert Receipt.objects.get(refund_id=Refund.objects.get().pk).series == "CN"
    with pytest.raises(RefusedError):
        take_tender.void(
            actor=salon.actor, visit_id=visit.pk, tender_id=tender_of(visit).pk, reason="wrong",
            expected_version=salon.bill(visit).version, now=salon.now,
        )  # fmt: skip


@pytest.mark.row("B14", "H4")
def test_cash_beside_a_payment_is_overpaid_and_waits_for_a_person(salon: Salon) -> None:
    """T26: cash was taken although the client's page could not be ended; the payment lands."""
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.down = True
    salon.cash(visit, 10_000, decision=Decision(stop_payment=True, take_anyway=True))
    salon.bank.down = False
    salon.bank.pay(page)
    salon.wait(days=2)
    run_once(salon.now)
    assert salon.status(visit) is VisitStatus.OVERPAID
    case = MoneyCase.objects.get(resolved_at=None)
    assert (case.kind, case.amount_minor, case.next_attempt_at) == ("overpaid", 10_000, None)
    salon.wait(days=3)
    run_once(salon.now)
    assert salon.bank.count("refund") == 0
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="refund", now=salon.now)
    assert returned(salon, visit) == [10_000]
    assert salon.status(visit) is VisitStatus.PAID
    assert salon.bill(visit).total_minor == 10_000
    assert not MoneyCase.objects.filter(resolved_at=None).exists()


def twice_paid(salon: Salon) -> Visit:
    """C6: both pages were paid; the second one is too much."""
    visit = salon.visit()
    token = salon.link(visit)
    first = salon.press_pay(token).address
    Payment.objects.filter(bill_id=visit.bill_id).update(superseded_at=salon.now)
    second = salon.press_pay(token).address
    assert first != second
    salon.bank.pay(first)
    salon.bank.pay(second)
    for payment in Payment.objects.filter(bill_id=visit.bill_id):
        settle(payment_id=payment.pk, now=salon.now)
    return visit


@pytest.mark.row("C6", "H4")
def test_what_two_online_payments_made_too_much_goes_back_after_a_day(salon: Salon) -> None:
    visit = twice_paid(salon)
    case = MoneyCase.objects.get(resolved_at=None)
    assert (case.kind, case.amount_minor) == ("overpaid", 10_000)
    assert case.next_attempt_at == salon.now + timedelta(hours=24)
    salon.wait(hours=23, minutes=59)
    run_once(salon.now)
    assert salon.bank.count("refund") == 0
    salon.wait(minutes=2)
    run_once(salon.now)
    assert salon.bank.count("refund") == 1
    newest = Refund.objects.get()
    assert (newest.origin, newest.amount_minor, newest.excess_minor) == ("itself", 10_000, 10_000)
    assert newest.payment_id == Payment.objects.filter(bill_id=visit.bill_id).latest("pk").pk
    assert salon.status(visit) is VisitStatus.PAID


def test_a_person_can_hold_what_would_go_back_by_itself(salon: Salon) -> None:
    twice_paid(salon)
    case = MoneyCase.objects.get(resolved_at=None)
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="hold", now=salon.now)
    salon.wait(days=3)
    run_once(salon.now)
    assert salon.bank.count("refund") == 0
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="unhold", now=salon.now)
    run_once(salon.now)
    assert salon.bank.count("refund") == 1


def test_what_is_no_longer_too_much_does_not_go_back(salon: Salon) -> None:
    visit = twice_paid(salon)
    line = BillLine.objects.get(bill_id=visit.bill_id)
    change_lines.change(
        form=change_lines.LinesForm(salon.actor, visit.pk, salon.bill(visit).version),
        line_id=line.pk,
        line_change=LineChange(unit_minor=16_000),
        now=salon.now,
    )
    case = MoneyCase.objects.get(resolved_at=None)
    assert (case.amount_minor, case.detail["by_itself_minor"]) == (4_000, 4_000)
    salon.wait(hours=25)
    run_once(salon.now)
    assert [row.amount_minor for row in Refund.objects.all()] == [4_000]


def cancel(salon: Salon, visit: Visit, **asked: object) -> dict[str, object]:
    return cancel_visit.cancel(
        actor=salon.actor, visit_id=visit.pk, expected_version=salon.bill(visit).version, now=salon.now, **asked
    )  # fmt: skip


@pytest.mark.row("H2")
def test_cancelling_a_paid_visit_refunds_all_of_it(salon: Salon) -> None:
    visit = salon.visit()
    salon.cash(visit, 3_000)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    cancel(salon, visit, keep=salon.eur(0))
    assert returned(salon, visit) == [7_000]
    bill = salon.bill(visit)
    assert (bill.total_minor, bill.settled_minor, bill.refunded_minor) == (0, 0, 10_000)
    assert salon.status(visit) is VisitStatus.REFUNDED
    assert not MoneyCase.objects.filter(resolved_at=None).exists()


@pytest.mark.row("H2")
def test_cancelling_a_paid_visit_keeps_a_part(salon: Salon) -> None:
    visit = paid_visit(salon)
    cancel(salon, visit, keep=salon.eur(2_500))
    assert returned(salon, visit) == [7_500]
    bill = salon.bill(visit)
    assert (bill.total_minor, bill.settled_minor) == (2_500, 2_500)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("H2", "H4")
def test_cancelling_without_a_decision_leaves_a_case_that_keeps_or_refunds(salon: Salon) -> None:
    visit = paid_visit(salon)
    cancel(salon, visit)
    case = MoneyCase.objects.get(resolved_at=None)
    assert (case.kind, case.amount_minor, case.next_attempt_at) == ("cancelled_paid", 10_000, None)
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="keep", now=salon.now)
    bill = salon.bill(visit)
    assert (bill.total_minor, bill.settled_minor) == (10_000, 10_000)
    assert not MoneyCase.objects.filter(resolved_at=None).exists()


@pytest.mark.row("B16", "H4")
def test_money_that_lands_after_the_visit_was_cancelled_goes_back_at_once(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.down = True
    cancel(salon, visit, decision=Decision(stop_payment=True, take_anyway=True))
    salon.bank.down = False
    salon.bank.pay(page)
    salon.wait(minutes=15)
    run_once(salon.now)
    assert returned(salon, visit) == [10_000]
    assert salon.status(visit) is VisitStatus.REFUNDED
    assert not MoneyCase.objects.filter(resolved_at=None).exists()


@pytest.mark.row("H3")
def test_t35_refunds_made_at_the_payment_system_are_recorded_once_each(salon: Salon) -> None:
    visit = paid_visit(salon)
    page = page_of(salon, visit)
    for minor in (3_000, 2_000):
        salon.bank.dashboard_refund(page, salon.eur(minor))
        for _ in range(3):
            salon.settle(visit)
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [2_000, 3_000]
    bill = salon.bill(visit)
    assert (bill.settled_minor, bill.refunded_minor, facts(bill).due.minor) == (5_000, 5_000, 0)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("H3")
def test_t37_a_dispute_holds_the_money_and_asks_for_nothing_again(salon: Salon) -> None:
    visit = paid_visit(salon)
    page = page_of(salon, visit)
    reference = salon.bank.open_dispute(page)
    salon.settle(visit)
    bill = salon.bill(visit)
    assert (bill.settled_minor, bill.disputed_minor, facts(bill).due.minor) == (0, 10_000, 0)
    assert salon.status(visit) is VisitStatus.DISPUTED
    with pytest.raises(RefusedError):
        give_back(salon, visit, 100)
    salon.bank.close_dispute(reference, won=True)
    salon.settle(visit)
    assert salon.settled(visit) == 10_000
    assert salon.status(visit) is VisitStatus.PAID
    assert not MoneyCase.objects.filter(resolved_at=None).exists()


@pytest.mark.row("H3", "H4")
@pytest.mark.parametrize(("decision", "due"), [("write_off", 0), ("ask_again", 10_000)])
def test_a_lost_dispute_waits_for_a_person(salon: Salon, decision: str, due: int) -> None:
    visit = paid_visit(salon)
    page = page_of(salon, visit)
    reference = salon.bank.open_dispute(page)
    salon.settle(visit)
    salon.bank.close_dispute(reference, won=False)
    salon.settle(visit)
    assert facts(salon.bill(visit)).due.is_zero
    case = MoneyCase.objects.get(resolved_at=None)
    assert case.kind == "dispute_lost"
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision=decision, now=salon.now)
    bill = salon.bill(visit)
    assert (bill.settled_minor, bill.disputed_minor, facts(bill).due.minor) == (0, 0, due)
    assert not MoneyCase.objects.filter(resolved_at=None).exists()


def test_a_price_that_was_taken_back_cannot_be_taken_off_again(salon: Salon) -> None:
    visit = paid_visit(salon)
    give_back(salon, visit, 6_000)
    line = BillLine.objects.get(bill_id=visit.bill_id, kind="custom")
    with pytest.raises((FlowError, ValueError), match="taken back already"):
        change_lines.remove(
            form=change_lines.LinesForm(salon.actor, visit.pk, salon.bill(visit).version),
            line_id=line.pk, now=salon.now,
        )  # fmt: skip
    assert salon.bill(visit).total_minor == 4_000
