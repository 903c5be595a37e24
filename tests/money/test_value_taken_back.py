"""A card or membership whose money is gone is taken back at once; what was used of it has a case."""

from __future__ import annotations

import pytest

from quittance.bills.models import MoneyCase
from quittance.calendar.models import Visit
from quittance.catalog.models import EarningRule
from quittance.flows import change_lines, decide_case
from quittance.wallets.models import CASHBACK, POINTS, Wallet
from tests.support.beside import at
from tests.support.cards import form, gift_card_type, membership_type, pay_with, service, without_lines
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def sold_online(salon: Salon, *, membership: bool = False) -> tuple[Visit, Wallet]:
    visit = without_lines(salon, salon.visit())
    if membership:
        type_id = membership_type(salon, service(salon)).pk
        change_lines.add_membership(form=form(salon, visit), membership_type_id=type_id, now=salon.now)
    else:
        type_id = gift_card_type(salon).pk
        change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=type_id, now=salon.now)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit, Wallet.objects.get()


@pytest.mark.row("G1", "H3")
@pytest.mark.parametrize("membership", [False, True])
def test_a_lost_dispute_takes_back_what_was_sold_at_once(salon: Salon, membership: bool) -> None:
    visit, wallet = sold_online(salon, membership=membership)
    whole = wallet.balance
    page = salon.payment(visit).address
    reference = salon.bank.open_dispute(page)
    salon.settle(visit)
    assert at(wallet) == (whole, 0)  # nobody has decided yet
    salon.bank.close_dispute(reference, won=False)
    salon.settle(visit)
    assert at(wallet) == (0, 0) and wallet.blocked_at is not None
    assert not MoneyCase.objects.filter(kind="value_spent").exists()


@pytest.mark.row("G1", "H3", "H4")
def test_what_was_used_of_a_card_whose_dispute_was_lost_has_a_case_until_it_is_paid_again(salon: Salon) -> None:
    visit, card = sold_online(salon)
    pay_with(salon, salon.visit(), card, 2_000)
    reference = salon.bank.open_dispute(salon.payment(visit).address)
    salon.bank.close_dispute(reference, won=False)
    salon.settle(visit)
    assert at(card) == (0, 0)
    case = MoneyCase.objects.get(kind="value_spent")
    assert (case.amount_minor, case.bill_id) == (2_000, visit.bill_id)

    lost = MoneyCase.objects.get(kind="dispute_lost")
    decide_case.decide(actor=salon.actor, case_id=lost.pk, decision="ask_again", now=salon.now)
    assert at(card) == (0, 0)
    salon.cash(visit, 5_000)
    assert at(card) == (3_000, 0) and card.blocked_at is None
    case.refresh_from_db()
    assert case.resolution == "paid again"


@pytest.mark.row("G1", "H3")
def test_a_lost_dispute_that_is_written_off_leaves_the_card_taken_back(salon: Salon) -> None:
    visit, card = sold_online(salon)
    reference = salon.bank.open_dispute(salon.payment(visit).address)
    salon.bank.close_dispute(reference, won=False)
    salon.settle(visit)
    lost = MoneyCase.objects.get(kind="dispute_lost")
    decide_case.decide(actor=salon.actor, case_id=lost.pk, decision="write_off", now=salon.now)
    assert at(card) == (0, 0)


@pytest.mark.row("G1", "H3")
def test_a_refund_made_at_the_payment_system_takes_the_card_back_at_once(salon: Salon) -> None:
    visit, card = sold_online(salon)
    pay_with(salon, salon.visit(), card, 1_000)
    page = salon.payment(visit).references.get(kind="checkout").value
    salon.bank.dashboard_refund(page, salon.eur(3_000))
    salon.settle(visit)
    assert at(card) == (1_000, 0)
    salon.bank.dashboard_refund(page, salon.eur(2_000))
    salon.settle(visit)
    assert at(card) == (0, 0)
    assert MoneyCase.objects.get(kind="value_spent").amount_minor == 1_000


@pytest.mark.row("G3", "H3")
def test_what_was_earned_goes_with_the_money_once_and_comes_back_with_it(salon: Salon) -> None:
    EarningRule.objects.create(
        business=salon.business, location=salon.location, points_per_unit=2, point_value_minor=1, cashback_ppm=50_000
    )
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    points, cashback = Wallet.objects.get(kind=POINTS), Wallet.objects.get(kind=CASHBACK)
    assert (at(points), at(cashback)) == ((200, 0), (500, 0))
    page = salon.payment(visit).references.get(kind="checkout").value
    salon.bank.dashboard_refund(page, salon.eur(5_000))
    salon.settle(visit)
    salon.settle(visit)
    assert (at(points), at(cashback)) == ((100, 0), (250, 0))
    reference = salon.bank.open_dispute(page, salon.eur(5_000))
    salon.settle(visit)
    assert (at(points), at(cashback)) == ((0, 0), (0, 0))
    salon.bank.close_dispute(reference, won=True)
    salon.settle(visit)
    assert (at(points), at(cashback)) == ((100, 0), (250, 0))
