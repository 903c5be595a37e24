"""The audit of value and of drawers finds what must never be, as `test_audit_books.py` does for bills and payments."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db.models import F, Model

from quittance.bills.models import Tender
from quittance.businesses.models import Business
from quittance.drawers.models import CashMove, ClosedEntry, Closing, ClosingPart, Drawer
from quittance.flows import change_lines
from quittance.flows.audit_books import audit_books
from quittance.flows.close_day import close_day
from quittance.flows.move_cash import move_cash
from quittance.flows.tests.spoiling import below_every_guard, change, double, first
from quittance.flows.tests.test_close_day import count_of
from quittance.payments.models import Payment
from quittance.wallets.models import CASHBACK, Wallet, WalletEntry, WalletHold
from tests.support.beside import open_beside, own
from tests.support.cards import form, gift_card_type, pay_with, sell_card
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def close(salon: Salon, counted: int) -> None:
    count = count_of(salon, counted)
    close_day(actor=salon.actor, location_id=salon.location.pk, count=count, now=salon.now)


@pytest.fixture
def books(salon: Salon) -> Salon:
    """A card that was sold and taken beside a payment, cashback spent and set aside, a card nobody paid, two closings."""
    _, card = sell_card(salon)
    paid = salon.visit()
    salon.bank.pay(open_beside(salon, paid, [card], 5_000))
    salon.settle(paid)
    cashback = own(salon, CASHBACK, 3_000)
    pay_with(salon, salon.visit(), cashback, 1_000)
    open_beside(salon, salon.visit(), [cashback], 8_000)
    type_ = gift_card_type(salon)
    change_lines.add_gift_card(form=form(salon, salon.visit()), gift_card_type_id=type_.pk, now=salon.now)
    close(salon, 5_000)
    salon.cash(salon.visit(), 1_000)
    move_cash(
        actor=salon.actor, location_id=salon.location.pk, kind="change", amount=salon.eur(500), reason="", now=salon.now
    )
    close(salon, 1_500)
    assert findings(salon) == set()
    return salon


def findings(salon: Salon) -> set[str]:
    """Without ids, which go on from test to test."""
    said = {str(finding) for finding in audit_books(now=salon.now)}
    return {re.sub(r"^(\S+ [a-z ]+) \d+:", r"\1:", one) for one in said}


def pretend_online() -> None:
    """What took units off a wallet says that it was a payment with money."""
    row = first(WalletEntry, why="spent", hold_id=None)
    WalletEntry.objects.filter(pk=row.pk).update(tender_id=first(Tender, kind="online").pk)


CARD, BACK = {"kind": "gift_card"}, {"kind": CASHBACK}
HELD, TAKEN = {"state": "held"}, {"state": "captured"}
SPENT = {"why": "spent", "hold_id": None}
SECOND = {"serial": 2}

SPOILED: list[tuple[type[Model], Callable[[], None], str]] = [
    (Wallet, change(Wallet, CARD, balance=1), "S10 wallet: balance 1, entries 0"),
    (Wallet, change(Wallet, CARD, moves=7), "S10 wallet: 7 moves, 2 entries, the last is number 2"),
    (Wallet, change(Wallet, BACK, held=2_001), "S10 wallet: held 2001 of 2000, open holds 2000"),
    (Wallet, change(Wallet, CARD, standing_units=4_999), "S10 wallet: 4999 units stand, entries say 5000"),
    (Wallet, change(Wallet, CARD, issued_line_id=0), "S10 wallet: was handed out for no line"),
    (Wallet, change(Wallet, CARD, issued_line_id=0), "S10 line: is paid, and nothing was handed out for it"),
    (WalletHold, change(WalletHold, TAKEN, amount=4_999), "S10 hold: captured, but 5000 was spent of it"),
    (WalletHold, change(WalletHold, TAKEN, tender_id=None), "S10 hold: is captured, and its tender is None"),
    (WalletHold, change(WalletHold, HELD, payment_id=None), "S10 hold: stands beside no payment of its bill"),
    (WalletHold, change(WalletHold, HELD, state="released"), "S10 hold: is released, but payment"),
    (WalletHold, double(WalletHold, HELD, tender_id=None), "S10 hold: a second hold of wallet"),
    (Payment, change(Payment, {"state": "open"}, value_minor=1), "S10 payment: says 1 pays beside it, its holds say 2000"),
    (Tender, change(Tender, {"kind": CASHBACK}, units=999), "S10 tender: keeps 999 units, but its wallet says otherwise"),
    (WalletEntry, pretend_online, "units of a wallet and is no tender of value"),
    (WalletEntry, change(WalletEntry, SPENT, change=-999), "S1 wallet: journal -1000, entries -999"),
    (Closing, change(Closing, SECOND, serial=3), "D1 closing: number 3 after 1"),
    (Closing, change(Closing, SECOND, opening_minor=1), "D1 closing: opens with 1, 0 were kept"),
    (CashMove, change(CashMove, {}, change_minor=501), "D1 closing: 500 by hand, the entries by hand say 501"),
    (ClosedEntry, change(ClosedEntry, {}, change_minor=4_999), "D1 closing: the journal has cash 4999, terminal 0"),
    (ClosedEntry, change(ClosedEntry, {}, change_minor=4_999), "D1 journal: closed as 4999 of cash"),
    (ClosingPart, change(ClosingPart, {}, taken_minor=F("taken_minor") + 1), "D1 closing: its people have cash 5001"),
    (Drawer, change(Drawer, {}, last_serial=5), "D1 drawer: last number 5"),
]  # fmt: skip


def test_value_and_cash_that_must_never_be_are_found(books: Salon) -> None:
    for model, spoil, said in SPOILED:
        with below_every_guard(model):
            spoil()
            found = findings(books)
        assert any(said in one for one in found), (said, found)
    assert findings(books) == set()


@pytest.mark.parametrize("model", [Wallet, WalletEntry, WalletHold, Closing, ClosedEntry, CashMove])
def test_s12_value_and_cash_of_two_businesses_that_point_at_each_other_are_found(
    books: Salon, model: type[Model]
) -> None:
    dan = Business.objects.create(name="Dan's Nails", slug="dans-nails")
    with below_every_guard(model):
        change(model, {}, business_id=dan.pk)()
        found = findings(books)
    assert any(one.startswith("S12 ") and "points into another business" in one for one in found), found


def test_units_that_came_back_as_they_went_are_nobody_s_tender(books: Salon) -> None:
    with below_every_guard(WalletEntry):
        pretend_online()
        double(WalletEntry, SPENT, change=1_000, why="put_back", serial=99)()
        found = findings(books)
    assert not any("is no tender of value" in one for one in found), found
