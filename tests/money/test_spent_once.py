"""T06, S10: real threads spend one balance; exactly what is there is spent, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from quittance.bills.models import Tender
from quittance.flows import change_lines, settle_payment, take_tender
from quittance.flows.errors import FlowError
from quittance.payment_systems.fake import FakeBank
from quittance.wallets import actions
from quittance.wallets.actions import Because
from quittance.wallets.models import Wallet, WalletEntry
from tests.money.test_races import at_once, open_house
from tests.support.cards import form, gift_card_type, pay_with, sell_card, without_lines
from tests.support.salon import Salon

__all__ = ["open_house"]
pytestmark = pytest.mark.django_db(transaction=True)

REPEATS = 200


@pytest.mark.row("G2", "B4")
def test_t06_two_visits_that_spend_one_card_at_the_same_moment_spend_it_once(open_house: Salon) -> None:
    salon = open_house
    _, card = sell_card(salon)
    visits = [salon.visit(minor=5_000 * REPEATS) for _ in range(2)]
    works: list[Callable[[], object]] = [partial(pay_with, salon, visit, card, 5_000) for visit in visits]
    for repeat in range(1, REPEATS + 1):
        answers = at_once(list(works))
        assert sum(isinstance(answer, dict) for answer in answers) == 1, answers
        assert sum(isinstance(answer, FlowError) for answer in answers) == 1, answers
        card.refresh_from_db()
        assert (card.balance, card.held) == (0, 0)
        assert sum(salon.settled(visit) for visit in visits) == 5_000 * repeat
        if repeat < REPEATS:
            top_up(salon)


def top_up(salon: Salon) -> None:
    """The card is full again, and what it paid stays paid: as if somebody had topped it up."""
    card = Wallet.objects.get()
    moved = actions.put_on(wallet=card, units=5_000)
    because = Because(why="earned")
    actions.note(moved=moved, because=because, actor=salon.actor, now=salon.now)


@pytest.mark.row("G2")
def test_five_visits_that_spend_parts_of_one_card_spend_what_is_there(open_house: Salon) -> None:
    salon = open_house
    _, card = sell_card(salon)
    visits = [salon.visit(minor=2_000) for _ in range(5)]
    answers = at_once([partial(pay_with, salon, visit, card, 2_000) for visit in visits])
    assert sum(isinstance(answer, dict) for answer in answers) == 2, answers
    card.refresh_from_db()
    assert card.balance == 1_000


def test_a_card_that_is_spent_and_taken_back_at_the_same_moment_is_one_or_the_other(open_house: Salon) -> None:
    salon = open_house
    for _ in range(5):
        sold, card = sell_card(salon)
        paid = Tender.objects.get(bill_id=sold.bill_id)
        visit = salon.visit(minor=5_000)

        void = partial(
            take_tender.void,
            actor=salon.actor,
            visit_id=sold.pk,
            tender_id=paid.pk,
            reason="typed twice",
            expected_version=None,
            now=salon.now,
        )
        answers = at_once([void, partial(pay_with, salon, visit, card, 5_000)])
        assert sum(isinstance(answer, dict) for answer in answers) == 1, answers
        card.refresh_from_db()
        assert card.balance == 0
        assert (salon.settled(sold), salon.settled(visit)) in {(5_000, 5_000), (0, 0)}


def test_five_reports_of_the_payment_of_a_card_hand_it_out_once(open_house: Salon, bank: FakeBank) -> None:
    salon = open_house
    visit = without_lines(salon, salon.visit())
    change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=gift_card_type(salon).pk, now=salon.now)
    bank.pay(salon.open_page(visit))
    payment_id = salon.payment(visit).pk
    at_once([lambda: settle_payment.settle(payment_id=payment_id, now=salon.now)] * 5)
    assert Wallet.objects.get().balance == 5_000
    assert WalletEntry.objects.count() == 1
