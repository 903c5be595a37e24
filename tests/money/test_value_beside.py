"""A gift card, points and the like beside an online rest: set aside, taken with it, or released, and that once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from quittance.audit.models import AuditEntry
from quittance.bills.lines import LineChange
from quittance.bills.models import MoneyCase, Receipt, Tender
from quittance.calendar.models import Visit
from quittance.catalog.models import EarningRule
from quittance.flows import cancel_visit, change_lines, refund, settle_payment, stop_payment, take_payment, take_tender
from quittance.flows.audit_books import audit_books
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError
from quittance.flows.take_payment import Chosen
from quittance.payment_systems.fake import PageClosedError
from quittance.payment_systems.port import DeclinedError, UnavailableError
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.status import VisitStatus
from quittance.wallets.models import CASHBACK, CREDIT, POINTS, Wallet, WalletEntry, WalletHold
from quittance.worker.rounds import run_once
from tests.support.beside import at, open_beside, own, press, states
from tests.support.cards import form, pay_with, sell_card
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.mark.row("C12", "G2")
def test_the_card_is_set_aside_with_the_payment_and_taken_with_it(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    page = open_beside(salon, visit, [card], 5_000)
    payment = salon.payment(visit)
    assert (payment.amount_minor, payment.value_minor) == (5_000, 5_000)
    assert at(card) == (5_000, 5_000)
    assert salon.settled(visit) == 0

    salon.bank.pay(page)
    salon.settle(visit)
    assert at(card) == (0, 0) and states() == ["captured"]
    assert list(Tender.objects.filter(bill_id=visit.bill_id).order_by("pk").values_list("kind", "amount_minor")) == [
        ("online", 5_000),
        ("gift_card", 5_000),
    ]
    assert Receipt.objects.filter(bill_id=visit.bill_id).count() == 2
    assert salon.status(visit) is VisitStatus.PAID
    link = PaymentLink.objects.get(bill_id=visit.bill_id)
    assert (link.closed_reason, link.value_minor) == ("paid", 5_000)
    salon.settle(visit)
    assert at(card) == (0, 0) and WalletEntry.objects.filter(hold_id__isnull=False).count() == 1
    assert AuditEntry.objects.filter(action="tender.gift_card", actor_kind="payment_system").count() == 1


@pytest.mark.row("C12", "G3")
def test_points_cashback_and_credit_pay_one_after_the_other(salon: Salon) -> None:
    EarningRule.objects.create(business=salon.business, location=salon.location, point_value_minor=3)
    points, cashback, credit = own(salon, POINTS, 100), own(salon, CASHBACK, 1_000), own(salon, CREDIT, 500)
    visit = salon.visit()
    page = open_beside(salon, visit, [points, cashback, credit], 8_200)
    salon.bank.pay(page)
    salon.settle(visit)
    assert [at(one) for one in (points, cashback, credit)] == [(0, 0), (0, 0), (0, 0)]
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("C12")
def test_what_covers_everything_is_taken_at_once_and_nobody_outside_is_asked(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit(minor=3_000)
    token = salon.link(visit)
    salon.bank.down = True
    value = Chosen((card.pk,), 0)
    assert take_payment.start(token=token, value=value, now=salon.now).outcome == "paid"
    assert not Payment.objects.exists()
    assert at(card) == (2_000, 0)
    assert salon.status(visit) is VisitStatus.PAID
    assert PaymentLink.objects.get(bill_id=visit.bill_id).closed_reason == "paid"
    assert take_payment.start(token=token, value=value, now=salon.now).outcome == "closed"
    assert at(card) == (2_000, 0)


@pytest.mark.row("C12")
def test_a_deposit_that_a_card_and_money_paid_together_is_paid(salon: Salon) -> None:
    _, card = sell_card(salon, nominal=1_000)
    visit = salon.visit()
    result = press(salon, visit, [card], 2_000, ask="amount", amount=salon.eur(3_000))
    salon.bank.pay(result.address)
    salon.settle(visit)
    assert salon.settled(visit) == 3_000
    assert PaymentLink.objects.get(bill_id=visit.bill_id).closed_reason == "paid"


@pytest.mark.row("C12")
def test_the_card_leaves_at_least_what_can_be_paid_online(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit(minor=5_020)
    page = open_beside(salon, visit, [card], 50)
    salon.bank.pay(page)
    salon.settle(visit)
    assert at(card) == (30, 0)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("C12", "G2")
@pytest.mark.parametrize("ends", ["failed", "expired", "stopped", "never opened", "refused"])
def test_a_payment_that_comes_to_nothing_releases_the_card_once(salon: Salon, ends: str) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    if ends == "refused":
        salon.bank.refuse_next(DeclinedError("no"), "start_checkout")
        assert press(salon, visit, [card], 5_000).outcome == "refused"
    elif ends == "never opened":
        salon.bank.refuse_next(UnavailableError("down", sent=False), "start_checkout")
        assert press(salon, visit, [card], 5_000).outcome == "unavailable"
    else:
        page = open_beside(salon, visit, [card], 5_000)
        assert at(card) == (5_000, 5_000)
        if ends == "failed":
            salon.bank.delay(page)
            salon.settle(visit)
            assert at(card) == (5_000, 5_000)
            salon.bank.finish_delayed(page, succeeded=False)
            salon.settle(visit)
        elif ends == "expired":
            salon.wait(minutes=61)
            salon.settle(visit)
        else:
            stop_payment.stop(actor=salon.actor, visit_id=visit.pk, now=salon.now)
    assert at(card) == (5_000, 0) and states() == ["released"]
    assert salon.payment(visit).value_minor == 0
    # It is free for whatever comes next.
    salon.bank.pay(open_beside(salon, visit, [card], 5_000))
    salon.settle(visit)
    assert at(card) == (0, 0) and states() == ["released", "captured"]


@pytest.mark.row("C12")
def test_while_money_is_on_its_way_nobody_asks_for_what_the_card_pays(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    page = open_beside(salon, visit, [card], 5_000)
    salon.bank.delay(page)
    salon.settle(visit)
    assert salon.press_pay(salon.link(visit)).outcome == "nothing_due"
    with pytest.raises(FlowError, match="Nothing is due"):
        salon.cash(visit, 5_000)
    salon.bank.finish_delayed(page, succeeded=True)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.PAID and at(card) == (0, 0)


def late_success(salon: Salon, visit: Visit, card: Wallet, meanwhile: Callable[[], object]) -> None:
    """The page was given up while the bank was down, so the card was released; then the client paid on it."""
    page = open_beside(salon, visit, [card], 5_000)
    salon.bank.down = True
    salon.cash(visit, 1_000, decision=Decision(stop_payment=True, take_anyway=True))
    salon.bank.down = False
    assert at(card)[1] == 0
    meanwhile()
    salon.bank.pay(page)
    salon.settle(visit)


@pytest.mark.row("C12", "G2")
def test_money_that_lands_after_the_release_takes_the_card_anew_as_far_as_it_is_due(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    late_success(salon, visit, card, lambda: None)
    assert states() == ["released"]
    assert at(card) == (1_000, 0)  # 10.00 came in cash, 50.00 online: the card pays the 40.00 that are left
    assert salon.status(visit) is VisitStatus.PAID
    assert not MoneyCase.objects.exists()


@pytest.mark.row("C12", "H4")
def test_money_that_lands_after_the_card_was_spent_leaves_the_visit_part_paid_with_a_case(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    late_success(salon, visit, card, lambda: pay_with(salon, salon.visit(), card, 5_000))
    assert at(card) == (0, 0)
    assert salon.status(visit) is VisitStatus.PART_PAID and salon.settled(visit) == 6_000
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor, case.payment_id) == ("value_gone", 4_000, salon.payment(visit).pk)
    salon.settle(visit)
    assert MoneyCase.objects.count() == 1


@pytest.mark.row("C12")
def test_money_that_lands_after_the_visit_was_cancelled_leaves_the_card_alone(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    page = open_beside(salon, visit, [card], 5_000)
    salon.bank.down = True
    cancel_visit.cancel(
        actor=salon.actor,
        visit_id=visit.pk,
        expected_version=None,
        decision=Decision(stop_payment=True, take_anyway=True),
        now=salon.now,
    )
    salon.bank.down = False
    salon.bank.pay(page)
    salon.settle(visit)
    assert at(card) == (5_000, 0) and states() == ["released"]


@pytest.mark.row("C12", "B2")
def test_a_price_that_changes_ends_the_page_and_frees_the_card(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    page = open_beside(salon, visit, [card], 5_000)
    line = salon.bill(visit).lines.get()
    salon.wait(minutes=16)
    change_lines.change(
        form=form(salon, visit), line_id=line.pk, line_change=LineChange(unit_minor=4_000), now=salon.now
    )
    assert at(card) == (5_000, 0)
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)
    assert press(salon, visit, [card], 5_000).outcome == "changed"
    assert press(salon, visit, [card], 0).outcome == "paid"
    assert at(card) == (1_000, 0)


@pytest.mark.row("C12", "B4")
def test_cash_for_everything_frees_the_card_and_a_cancelled_visit_too(salon: Salon) -> None:
    _, card = sell_card(salon)
    one, other = salon.visit(), salon.visit()
    open_beside(salon, one, [card], 5_000)
    salon.cash(one, 10_000, decision=Decision(stop_payment=True))
    assert at(card) == (5_000, 0)
    open_beside(salon, other, [card], 5_000)
    stop = Decision(stop_payment=True)
    cancel_visit.cancel(actor=salon.actor, visit_id=other.pk, expected_version=None, decision=stop, now=salon.now)
    assert at(card) == (5_000, 0) and states() == ["released", "released"]


@pytest.mark.row("C12")
def test_pressing_pay_again_gives_the_same_page_and_another_choice_gives_another(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    page = open_beside(salon, visit, [card], 5_000)
    assert open_beside(salon, visit, [card], 5_000) == page
    assert WalletHold.objects.count() == 1
    without = salon.press_pay(salon.link(visit))
    assert without.outcome == "redirect" and without.address != page
    assert salon.payment(visit).amount_minor == 10_000
    assert at(card) == (5_000, 0) and states() == ["released"]
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)


@pytest.mark.row("C12")
def test_a_lost_answer_keeps_the_card_and_the_same_request(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    salon.bank.lose_next_answer("start_checkout")
    assert press(salon, visit, [card], 5_000).outcome == "unclear"
    assert at(card) == (5_000, 5_000)
    salon.bank.pay(open_beside(salon, visit, [card], 5_000))
    salon.settle(visit)
    assert Payment.objects.count() == 1 and at(card) == (0, 0)


@pytest.mark.row("C12", "G2")
def test_a_card_that_pays_less_by_now_asks_the_client_to_look_again(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    pay_with(salon, salon.visit(), card, 2_000)
    result = press(salon, visit, [card], 5_000)
    assert (result.outcome, result.amount) == ("changed", salon.eur(7_000))
    assert not WalletHold.objects.exists() and not Payment.objects.exists()


@pytest.mark.row("C12", "G2")
def test_what_cannot_pay_here_pays_nothing(salon: Salon) -> None:
    _, ended = sell_card(salon)
    Wallet.objects.filter(pk=ended.pk).update(expires_at=salon.now)
    _, taken_back = sell_card(salon)
    Wallet.objects.filter(pk=taken_back.pk).update(blocked_at=salon.now)
    dollars = Wallet.objects.create(
        business=salon.business, client=salon.chloe, kind=CREDIT, unit="money", currency="USD", starts_at=salon.now
    )
    visit = salon.visit()
    assert press(salon, visit, [ended, taken_back, dollars], 10_000).outcome == "redirect"
    assert salon.payment(visit).amount_minor == 10_000
    assert not WalletHold.objects.exists()


@pytest.mark.row("C12")
def test_credit_of_another_client_pays_nothing(salon: Salon) -> None:
    credit = own(salon, CREDIT, 5_000)
    eve = type(salon.chloe).objects.create(business=salon.business, name="Eve", created_at=salon.now)
    Wallet.objects.filter(pk=credit.pk).update(client=eve)
    visit = salon.visit()
    assert press(salon, visit, [credit], 5_000).outcome == "changed"


@pytest.mark.row("H1", "C12")
def test_what_a_card_paid_beside_money_goes_back_to_the_card(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    salon.bank.pay(open_beside(salon, visit, [card], 5_000))
    salon.settle(visit)
    tender = Tender.objects.get(bill_id=visit.bill_id, kind="gift_card")
    answer = refund.refund(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=tender.pk,
        amount=salon.eur(2_000),
        reason="",
        expected_version=None,
        now=salon.now,
    )
    assert answer.state == "succeeded"
    assert at(card) == (2_000, 0)


@pytest.mark.row("B4", "C12")
def test_the_desk_can_void_what_the_card_paid(salon: Salon) -> None:
    _, card = sell_card(salon)
    visit = salon.visit(minor=3_000)
    press(salon, visit, [card], 0)
    take_tender.void(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=Tender.objects.get(bill_id=visit.bill_id).pk,
        reason="The wrong card",
        expected_version=None,
        now=salon.now,
    )
    assert at(card) == (5_000, 0) and salon.status(visit) is VisitStatus.UNPAID


@pytest.mark.row("G2")
def test_the_desk_cannot_spend_what_is_set_aside(salon: Salon) -> None:
    _, card = sell_card(salon)
    open_beside(salon, salon.visit(), [card], 5_000)
    with pytest.raises(FlowError, match="left on it"):
        pay_with(salon, salon.visit(), card, 1_000)


@pytest.mark.row("C6", "C12")
def test_a_second_success_captures_one_hold_only(salon: Salon) -> None:
    """Two pages of one bill, each with the card: one is paid, then, against all hope, the other."""
    _, card = sell_card(salon)
    visit = salon.visit()
    first = open_beside(salon, visit, [card], 5_000)
    payment = salon.payment(visit)
    salon.bank.down = True
    with pytest.raises(FlowError):
        stop_payment.stop(actor=salon.actor, visit_id=visit.pk, now=salon.now)
    stop_payment.stop(actor=salon.actor, visit_id=visit.pk, take_anyway=True, now=salon.now)
    salon.bank.down = False
    second = open_beside(salon, visit, [card], 5_000)
    salon.bank.pay(second)
    salon.settle(visit)
    salon.bank.pay(first)
    settle_payment.settle(payment_id=payment.pk, now=salon.now)
    assert at(card) == (0, 0)
    assert states() == ["released", "captured"]
    assert salon.settled(visit) == 15_000 and salon.status(visit) is VisitStatus.OVERPAID
    assert MoneyCase.objects.get().amount_minor == 5_000


def test_the_worker_frees_the_card_of_a_client_who_never_came_back(salon: Salon) -> None:
    _, card = sell_card(salon)
    open_beside(salon, salon.visit(), [card], 5_000)
    for _ in range(8):
        salon.wait(minutes=10)
        run_once(salon.now)
    assert at(card) == (5_000, 0) and states() == ["released"]


@pytest.mark.parametrize("spoil", ["kept", "twice", "freed", "cache"])
def test_the_audit_sees_a_hold_that_is_wrong(salon: Salon, spoil: str) -> None:
    _, card = sell_card(salon)
    visit = salon.visit()
    open_beside(salon, visit, [card], 5_000)
    held, payment = WalletHold.objects.all(), Payment.objects.all()
    if spoil == "kept":
        payment.update(state="expired", final_at=salon.now, next_attempt_at=None)
        undo: Callable[[], object] = partial(payment.update, state="open", final_at=None, next_attempt_at=salon.now)
    elif spoil == "twice":
        held.update(amount=4_000)
        undo = partial(held.update, amount=5_000)
    elif spoil == "freed":
        held.update(state="released", ended_at=salon.now)
        undo = partial(held.update, state="held", ended_at=None)
    else:
        payment.update(value_minor=1)
        undo = partial(payment.update, value_minor=5_000)
    assert "S10" in {finding.invariant for finding in audit_books(now=salon.now)}
    undo()
