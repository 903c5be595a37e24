"""T14 with value: kill the process at every point of paying with a card and money; nothing is spent twice or lost."""

from __future__ import annotations

import pytest

from quittance.bills.models import Tender
from quittance.calendar.models import Visit
from quittance.flows import stop_payment
from quittance.flows.errors import FlowError
from quittance.payments.models import Payment
from quittance.wallets.models import Wallet, WalletHold
from tests.money.test_crashes import sweep
from tests.support.beside import open_beside, press
from tests.support.cards import sell_card
from tests.support.crashes import CrashPoints
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


class Cards:
    """A card of 50.00 for each visit of the sweep."""

    def __init__(self, salon: Salon) -> None:
        self.salon = salon
        self.of: dict[int, Wallet] = {}

    def sell(self, visit: Visit) -> None:
        self.of[visit.pk] = sell_card(self.salon)[1]

    def press(self, visit: Visit) -> object:
        return press(self.salon, visit, [self.of[visit.pk]], 5_000)

    def open(self, visit: Visit) -> str:
        return open_beside(self.salon, visit, [self.of[visit.pk]], 5_000)

    def check(self, visit: Visit) -> None:
        """At rest nothing is set aside, and the card has paid exactly what the visit says."""
        card = self.of[visit.pk]
        card.refresh_from_db()
        by_card = sum(row.amount_minor for row in Tender.objects.filter(bill_id=visit.bill_id, kind="gift_card"))
        assert card.held == 0 and card.balance + by_card == 5_000
        assert not WalletHold.objects.filter(state="held").exists()
        online = Payment.objects.filter(bill_id=visit.bill_id, state="paid").count()
        assert by_card == (5_000 if online else 0)


@pytest.fixture
def cards(salon: Salon) -> Cards:
    return Cards(salon)


@pytest.mark.parametrize("client_returns", [True, False])
def test_t14_killed_while_a_page_is_opened_beside_a_card(
    salon: Salon, crashes: CrashPoints, cards: Cards, client_returns: bool
) -> None:
    def afterwards(visit: Visit) -> None:
        if client_returns:
            salon.bank.pay(cards.open(visit))

    def prepare(visit: Visit) -> None:
        cards.sell(visit)
        salon.link(visit)

    points = sweep(salon, crashes, prepare=prepare, work=cards.press, afterwards=afterwards, check=cards.check)
    assert points >= 6


def test_t14_killed_while_money_and_a_card_are_settled(salon: Salon, crashes: CrashPoints, cards: Cards) -> None:
    def prepare(visit: Visit) -> None:
        cards.sell(visit)
        salon.bank.pay(cards.open(visit))

    points = sweep(
        salon, crashes, prepare=prepare, work=salon.settle, afterwards=lambda _visit: None, check=cards.check
    )
    assert points >= 6


@pytest.mark.parametrize("client_pays", [True, False])
def test_t14_killed_while_the_desk_stops_a_payment_beside_a_card(
    salon: Salon, crashes: CrashPoints, cards: Cards, client_pays: bool
) -> None:
    pages: list[str] = []

    def prepare(visit: Visit) -> None:
        cards.sell(visit)
        pages.append(cards.open(visit))
        if client_pays:
            salon.bank.pay(pages[-1])

    def stop(visit: Visit) -> None:
        try:
            stop_payment.stop(actor=salon.actor, visit_id=visit.pk, now=salon.now)
        except FlowError:
            return

    points = sweep(salon, crashes, prepare=prepare, work=stop, afterwards=lambda _visit: None, check=cards.check)
    assert points >= 6


def test_t14_killed_while_a_card_pays_it_all(salon: Salon, crashes: CrashPoints, cards: Cards) -> None:
    def prepare(visit: Visit) -> None:
        cards.sell(visit)
        salon.link(visit)
        salon.cash(visit, 5_000)

    def check(visit: Visit) -> None:
        card = cards.of[visit.pk]
        card.refresh_from_db()
        assert card.balance + salon.settled(visit) == 10_000
        assert salon.settled(visit) in (5_000, 10_000)

    points = sweep(
        salon,
        crashes,
        prepare=prepare,
        work=lambda visit: press(salon, visit, [cards.of[visit.pk]], 0),
        afterwards=lambda _visit: None,
        check=check,
    )
    assert points >= 2
