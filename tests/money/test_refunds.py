"""Refunds from the desk: asked for once, told honestly, never more than was taken (law 12)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.bills.models import BillLine, JournalEntry, MoneyCase, Receipt
from quittance.bills.queries import facts
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import change_lines, follow_refund, refund, take_tender
from quittance.flows.errors import ChangedMeanwhileError, FlowError, RefusedError
from quittance.outbox.models import Event
from quittance.payment_systems.port import DeclinedError, UnavailableError
from quittance.payments.models import Refund
from quittance.payments.status import VisitStatus
from quittance.worker.rounds import run_once
from tests.money.giving_back import give_back, page_of, paid_visit, returned, tender_of
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


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
    salon.bank.finish_refund(reference or "")
    salon.wait(minutes=3)
    run_once(salon.now)
    assert Refund.objects.get().state == "succeeded"
    assert salon.status(visit) is VisitStatus.REFUNDED
    assert Event.objects.filter(name="refund.succeeded").count() == 1


def test_t37_a_refund_that_fails_brings_the_money_back_into_the_books(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refunds_stay_pending = True
    give_back(salon, visit, 4_000)
    salon.bank.finish_refund(Refund.objects.get().reference or "", succeeded=False)
    salon.settle(visit)
    bill = salon.bill(visit)
    assert (bill.total_minor, bill.settled_minor, bill.refunding_minor, bill.refunded_minor) == (10_000, 10_000, 0, 0)
    assert MoneyCase.objects.get(resolved_at=None).kind == "refund_failed"
    assert not Event.objects.filter(name="refund.succeeded").exists()
    assert salon.status(visit) is VisitStatus.PAID


def test_a_refund_that_fails_after_it_had_succeeded_takes_its_credit_note_back(salon: Salon) -> None:
    visit = paid_visit(salon)
    answer = give_back(salon, visit, 4_000)
    salon.bank.finish_refund(Refund.objects.get().reference or "", succeeded=False)
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


def test_s6_a_refund_that_was_overtaken_in_the_dashboard_is_not_asked_for(salon: Salon) -> None:
    """It never left; when the worker looks again, less is there than it wants."""
    visit = paid_visit(salon)
    salon.bank.refuse_next(UnavailableError("down", sent=False), "refund")
    give_back(salon, visit, 9_000)
    salon.bank.dashboard_refund(page_of(salon, visit), salon.eur(5_000))
    salon.wait(seconds=40)
    run_once(salon.now)
    ours = Refund.objects.get(origin="desk")
    assert (ours.state, salon.bank.count("refund")) == ("failed", 1)
    assert "no longer fits" in ours.failure
    assert (salon.settled(visit), returned(salon, visit)) == (5_000, [5_000])
    assert {case.kind for case in MoneyCase.objects.filter(resolved_at=None)} == {"refund_failed"}


def test_a_refund_that_still_fits_beside_the_dashboards_is_asked_for(salon: Salon) -> None:
    visit = paid_visit(salon)
    salon.bank.refuse_next(UnavailableError("down", sent=False), "refund")
    give_back(salon, visit, 5_000)
    salon.bank.dashboard_refund(page_of(salon, visit), salon.eur(5_000))
    salon.wait(seconds=40)
    run_once(salon.now)
    assert Refund.objects.get(origin="desk").state == "succeeded"
    assert sorted(returned(salon, visit)) == [5_000, 5_000]


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

    def press() -> refund.RefundAnswer:
        return refund.refund(
            actor=pressed,
            visit_id=visit.pk,
            tender_id=tender_of(visit).pk,
            amount=salon.eur(4_000),
            expected_version=version,
            now=salon.now,
        )

    press()
    salon.wait(hours=25)
    answer = press()
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
    with pytest.raises(RefusedError, match=r"Only €30\.00"):
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
