"""The desk changes the visit while the client pays, or may be paying."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.bills.actions import freeze
from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine, MoneyCase, Tender
from quittance.calendar.models import Visit
from quittance.flows import cancel_visit, change_lines, stop_payment, take_tender
from quittance.flows.change_due import Decision
from quittance.flows.change_lines import LinesForm
from quittance.flows.errors import (
    BusyError,
    ChangedMeanwhileError,
    ClientIsPayingError,
    PaidOnlineError,
    PaymentProcessingError,
    RefusedError,
    StillPayableError,
)
from quittance.flows.settle_payment import settle
from quittance.payment_systems.fake import PageClosedError
from quittance.payment_systems.port import UnavailableError
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.status import VisitStatus
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db

STOP = Decision(stop_payment=True)


def raise_price(salon: Salon, visit: Visit, minor: int, decision: Decision = Decision()) -> None:
    line = BillLine.objects.get(bill_id=visit.bill_id)
    form = LinesForm(salon.actor, visit.pk, salon.bill(visit).version, decision)
    change_lines.change(form=form, line_id=line.pk, line_change=LineChange(unit_minor=minor), now=salon.now)


@pytest.mark.row("B14")
def test_t25_cash_while_a_page_is_open_ends_the_page_first(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    with pytest.raises(ClientIsPayingError) as caught:
        salon.cash(visit, 10_000)
    assert caught.value.amount == salon.eur(10_000)
    assert salon.settled(visit) == 0
    salon.cash(visit, 10_000, decision=STOP)
    assert salon.settled(visit) == 10_000
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)
    assert Payment.objects.get().state == "ended"


@pytest.mark.row("B14")
def test_t25_cash_is_not_booked_when_the_client_was_faster(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    with pytest.raises(PaidOnlineError) as caught:
        salon.cash(visit, 10_000, decision=STOP)
    assert caught.value.amount == salon.eur(10_000)
    assert Tender.objects.get().kind == "online"
    assert salon.status(visit) is VisitStatus.PAID
    assert not salon.bill(visit).frozen_by


def test_t25_the_desk_may_insist_and_the_visit_is_overpaid(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.cash(visit, 10_000, decision=Decision(stop_payment=True, insist=True))
    assert salon.status(visit) is VisitStatus.OVERPAID
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor) == ("overpaid", 10_000)


def test_t26_cash_won_and_the_card_too_is_one_case_of_excess(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.refuse_next(UnavailableError("no answer", sent=True))
    with pytest.raises(StillPayableError):
        salon.cash(visit, 10_000, decision=STOP)
    salon.bank.refuse_next(UnavailableError("no answer", sent=True))
    salon.cash(visit, 10_000, decision=Decision(stop_payment=True, take_anyway=True))
    assert salon.payment(visit).superseded_at is not None
    salon.bank.pay(page)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.OVERPAID
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor, case.resolved_at) == ("overpaid", 10_000, None)


@pytest.mark.row("B13")
def test_t27_a_raised_price_ends_the_page_and_the_link_asks_the_new_one(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    page = salon.open_page(visit)
    raise_price(salon, visit, 13_000, STOP)
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)
    token = PaymentLink.objects.get().token.reveal()
    assert salon.press_pay(token).amount == salon.eur(13_000)


def test_t27_an_old_price_that_was_paid_meanwhile_leaves_the_rest_due(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    page = salon.open_page(visit)
    salon.bank.pay(page)
    with pytest.raises(PaidOnlineError):
        raise_price(salon, visit, 13_000, STOP)
    raise_price(salon, visit, 13_000)
    assert salon.status(visit) is VisitStatus.PART_PAID
    assert salon.link(visit)


@pytest.mark.row("B9")
def test_from_minute_15_a_change_ends_the_page_unasked(salon: Salon) -> None:
    visit = salon.visit()
    salon.open_page(visit)
    salon.wait(minutes=14, seconds=59)
    with pytest.raises(ClientIsPayingError):
        salon.cash(visit, 5_000)
    salon.wait(seconds=1)
    salon.cash(visit, 5_000)
    assert salon.payment(visit).state == "ended"


def test_a_page_that_cannot_be_ended_needs_take_it_anyway(salon: Salon) -> None:
    visit = salon.visit()
    salon.open_page(visit)
    salon.bank.down = True
    with pytest.raises(StillPayableError):
        salon.cash(visit, 5_000, decision=STOP)
    assert salon.settled(visit) == 0
    salon.cash(visit, 5_000, decision=Decision(stop_payment=True, take_anyway=True))
    assert salon.settled(visit) == 5_000
    payment = salon.payment(visit)
    assert payment.state == "open"
    assert payment.superseded_at == salon.now
    assert payment.next_attempt_at == salon.now


def test_money_that_is_processing_is_kept_and_cash_needs_insisting(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.delay(page)
    with pytest.raises(PaymentProcessingError):
        salon.cash(visit, 10_000, decision=STOP)
    assert salon.status(visit) is VisitStatus.PROCESSING
    with pytest.raises(RefusedError, match="Nothing is due"):
        salon.cash(visit, 10_000)
    assert salon.settled(visit) == 0


def test_a_stale_form_changes_nothing(salon: Salon) -> None:
    visit = salon.visit()
    version = salon.bill(visit).version
    salon.cash(visit, 1_000)
    with pytest.raises(ChangedMeanwhileError):
        take_tender.take(
            actor=salon.actor,
            visit_id=visit.pk,
            kind="cash",
            amount=salon.eur(1_000),
            expected_version=version,
            now=salon.now,
        )
    assert salon.settled(visit) == 1_000


def test_a_frozen_bill_turns_everybody_else_away_until_the_freeze_runs_out(salon: Salon) -> None:
    visit = salon.visit()
    token = salon.link(visit)
    bill = salon.bill(visit)
    freeze(bill=bill, by="f" * 32, now=salon.now)
    with pytest.raises(BusyError):
        salon.cash(visit, 1_000)
    assert salon.press_pay(token).outcome == "busy"
    salon.wait(seconds=60)
    salon.cash(visit, 1_000)
    assert salon.settled(visit) == 1_000


def test_the_same_request_twice_takes_the_cash_once_and_shows_the_first_result(salon: Salon) -> None:
    visit = salon.visit()
    actor = replace(salon.actor, request_id="r1")
    results = [
        take_tender.take(
            actor=actor,
            visit_id=visit.pk,
            kind="cash",
            amount=salon.eur(1_000),
            expected_version=2,
            now=salon.now,
        )
        for _ in range(2)
    ]
    assert results[0] == results[1]
    assert salon.settled(visit) == 1_000


@pytest.mark.row("B4")
def test_a_voided_tender_stays_with_its_reason_and_a_receipt_of_its_own(salon: Salon) -> None:
    visit = salon.visit()
    taken = salon.cash(visit, 10_000)
    take_tender.void(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=int(str(taken["tender"])),
        reason="  typed  twice ",
        expected_version=salon.bill(visit).version,
        now=salon.now,
    )
    tender = Tender.objects.get()
    assert (tender.void_reason, tender.voided_by_id) == ("typed twice", 7)
    assert salon.settled(visit) == 0
    assert [receipt.number for receipt in tender.receipts.order_by("number")] == [1, 2]
    with pytest.raises(RefusedError, match="voided before"):
        take_tender.void(
            actor=salon.actor,
            visit_id=visit.pk,
            tender_id=tender.pk,
            reason="again",
            expected_version=None,
            now=salon.now,
        )


def test_online_money_cannot_be_voided(salon: Salon) -> None:
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    with pytest.raises(RefusedError, match="Refund"):
        take_tender.void(
            actor=salon.actor,
            visit_id=visit.pk,
            tender_id=Tender.objects.get().pk,
            reason="x",
            expected_version=None,
            now=salon.now,
        )


@pytest.mark.row("B16")
def test_a_cancelled_visit_takes_nothing_and_late_money_is_kept_with_a_case(salon: Salon) -> None:
    visit = salon.visit()
    token = salon.link(visit)
    page = salon.press_pay(token).address
    salon.bank.down = True
    cancel_visit.cancel(
        actor=salon.actor,
        visit_id=visit.pk,
        expected_version=salon.bill(visit).version,
        decision=Decision(stop_payment=True, take_anyway=True),
        now=salon.now,
    )
    salon.bank.down = False
    assert salon.press_pay(token).outcome == "closed"
    salon.bank.pay(page)
    salon.settle(visit)
    assert salon.settled(visit) == 10_000
    assert MoneyCase.objects.get().kind == "cancelled_paid"


@pytest.mark.row("B9")
def test_stop_payment_ends_the_page_and_changes_nothing_else(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    stop_payment.stop(actor=salon.actor, visit_id=visit.pk, now=salon.now)
    assert salon.payment(visit).state == "ended"
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)
    assert salon.status(visit) is not VisitStatus.BEING_PAID


def test_money_on_a_superseded_page_supersedes_the_page_that_replaced_it(salon: Salon) -> None:
    visit = salon.visit()
    old = salon.open_page(visit)
    salon.bank.down = True
    salon.cash(visit, 1_000, decision=Decision(stop_payment=True, take_anyway=True))
    salon.bank.down = False
    token = PaymentLink.objects.get().token.reveal()
    new = salon.press_pay(token)
    assert new.amount == salon.eur(9_000)
    first = Payment.objects.earliest("pk")
    salon.bank.pay(old)
    settle(payment_id=first.pk, now=salon.now)
    assert salon.settled(visit) == 11_000
    latest = Payment.objects.latest("pk")
    assert latest.superseded_at is not None
    assert MoneyCase.objects.get(kind="overpaid").amount_minor == 1_000
