"""Money that is too much, came too late, went back outside or is disputed (laws 12 and 13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine, MoneyCase
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.core.money import Money
from quittance.flows import cancel_visit, change_lines, decide_case
from quittance.flows.change_due import Decision
from quittance.flows.errors import RefusedError
from quittance.flows.settle_payment import settle
from quittance.payments.models import Payment, Refund
from quittance.payments.status import VisitStatus
from quittance.worker.rounds import run_once
from tests.money.giving_back import give_back, page_of, paid_visit, returned
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


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


def cancel(
    salon: Salon, visit: Visit, *, keep: Money | None = None, decision: Decision = Decision()
) -> dict[str, object]:
    return cancel_visit.cancel(
        actor=salon.actor,
        visit_id=visit.pk,
        expected_version=salon.bill(visit).version,
        keep=keep,
        decision=decision,
        now=salon.now,
    )


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
