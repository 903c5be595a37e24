"""S10: real threads want one card beside their payments; it is set aside once, and taken or released once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from quittance.bills.models import Receipt, Tender
from quittance.flows import settle_payment, stop_payment, take_payment
from quittance.flows.take_payment import Chosen
from quittance.payments.models import Payment
from quittance.wallets.models import WalletEntry, WalletHold
from tests.money.test_races import at_once, open_house
from tests.support.beside import at, open_beside, states
from tests.support.cards import pay_with, sell_card
from tests.support.salon import Salon

__all__ = ["open_house"]
pytestmark = pytest.mark.django_db(transaction=True)

REPEATS = 10


@pytest.mark.row("G2", "C12")
def test_two_clients_who_want_one_card_at_the_same_moment_get_it_once(open_house: Salon) -> None:
    salon = open_house
    for _ in range(REPEATS):
        _, card = sell_card(salon)
        tokens = [salon.link(salon.visit()) for _ in range(2)]
        value = Chosen((card.pk,), 5_000)
        works: list[Callable[[], object]] = [
            partial(take_payment.start, token=token, value=value, now=salon.now) for token in tokens
        ]
        answers = at_once(works)
        assert sorted(getattr(answer, "outcome", str(answer)) for answer in answers) == ["changed", "redirect"]
        assert at(card) == (5_000, 5_000)


@pytest.mark.row("C6", "C12")
def test_five_devices_that_press_pay_with_the_card_open_one_page_with_one_hold(open_house: Salon) -> None:
    salon = open_house
    _, card = sell_card(salon)
    token = salon.link(salon.visit())
    value = Chosen((card.pk,), 5_000)
    answers = at_once([partial(take_payment.start, token=token, value=value, now=salon.now)] * 5)
    assert {getattr(answer, "outcome", str(answer)) for answer in answers} == {"redirect"}
    assert (Payment.objects.count(), WalletHold.objects.count()) == (1, 1)
    assert at(card) == (5_000, 5_000)


@pytest.mark.row("C12")
def test_five_devices_that_pay_it_all_with_the_card_pay_once(open_house: Salon) -> None:
    salon = open_house
    _, card = sell_card(salon)
    visit = salon.visit(minor=2_000)
    token = salon.link(visit)
    value = Chosen((card.pk,), 0)
    answers = at_once([partial(take_payment.start, token=token, value=value, now=salon.now)] * 5)
    outcomes = [getattr(answer, "outcome", str(answer)) for answer in answers]
    assert outcomes.count("paid") == 1 and outcomes.count("closed") == 4, outcomes
    assert at(card) == (3_000, 0)


@pytest.mark.row("G2", "C12")
def test_five_reports_of_one_success_take_the_card_once(open_house: Salon) -> None:
    salon = open_house
    _, card = sell_card(salon)
    visit = salon.visit()
    salon.bank.pay(open_beside(salon, visit, [card], 5_000))
    payment_id = salon.payment(visit).pk
    answers = at_once([lambda: settle_payment.settle(payment_id=payment_id, now=salon.now)] * 5)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert at(card) == (0, 0) and states() == ["captured"]
    assert Tender.objects.filter(bill_id=visit.bill_id).count() == 2
    assert Receipt.objects.filter(bill_id=visit.bill_id).count() == 2
    assert WalletEntry.objects.filter(hold_id__isnull=False).count() == 1


@pytest.mark.row("G2", "C12")
@pytest.mark.parametrize("rival", ["desk spends", "desk stops", "page runs out"])
def test_a_card_that_lands_and_is_wanted_elsewhere_at_the_same_moment_is_spent_once(
    open_house: Salon, rival: str
) -> None:
    salon = open_house
    for _ in range(REPEATS):
        _, card = sell_card(salon)
        visit, other = salon.visit(), salon.visit()
        page = open_beside(salon, visit, [card], 5_000)
        payment_id = salon.payment(visit).pk
        if rival != "page runs out":
            salon.bank.pay(page)
        else:
            salon.wait(minutes=61)
        works: list[Callable[[], object]] = [partial(settle_payment.settle, payment_id=payment_id, now=salon.now)] * 2
        if rival == "desk stops":
            works.append(partial(stop_payment.stop, actor=salon.actor, visit_id=visit.pk, now=salon.now))
        else:
            works.append(partial(pay_with, salon, other, card, 5_000))
        at_once(works)
        settle_payment.settle(payment_id=payment_id, now=salon.now)
        balance, held = at(card)
        spent = salon.settled(visit) - (5_000 if rival != "page runs out" else 0) + salon.settled(other)
        assert held == 0 and balance + spent == 5_000
        assert WalletHold.objects.filter(payment_id=payment_id).values_list("state", flat=True)[0] != "held"
