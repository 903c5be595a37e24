"""Value at its edges: what cannot pay says why, and what is gone, closed or used up changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.bills import actions as bills
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill, BillLine
from quittance.calendar.models import Visit
from quittance.catalog.models import EarningRule, Product
from quittance.core.money import Money
from quittance.flows import _beside, _excess, _value, cancel_visit, change_lines
from quittance.flows.audit_books import audit_books
from quittance.flows.change_due import Decision
from quittance.flows.errors import RefusedError
from quittance.flows.tests.spoiling import below_every_guard, change
from quittance.rows.locking import in_one_transaction
from quittance.wallets import actions as wallets
from quittance.wallets.actions import Because, NotEnoughError
from quittance.wallets.models import CASHBACK, CREDIT, Wallet
from tests.support.beside import at, open_beside, own
from tests.support.cards import (
    form,
    gift_card_type,
    give_back,
    membership_type,
    pay_with,
    sell_card,
    sell_membership,
    service,
)
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def add_service(salon: Salon, visit: Visit, minor: int, *, up_to: int | None = None) -> BillLine:
    done = service(salon, minor=minor)
    line = replace(NewLine.of_service(done), unit_max_minor=up_to)

    def add() -> BillLine:
        bill = bills.lock_bill(business_id=salon.business.pk, bill_id=visit.bill_id)
        return bills.add_line(bill=bill, line=line, now=salon.now)

    return in_one_transaction(add)


def test_a_cancelled_visit_a_paid_one_and_another_currency_take_no_value(salon: Salon) -> None:
    cashback = own(salon, CASHBACK, 3_000)
    cancelled, paid, due = salon.visit(), salon.visit(), salon.visit()
    cancel_visit.cancel(actor=salon.actor, visit_id=cancelled.pk, expected_version=None, now=salon.now)
    salon.cash(paid, 10_000)
    for visit, said in ((cancelled, "was cancelled"), (paid, "Nothing is due")):
        with pytest.raises(RefusedError, match=said):
            pay_with(salon, visit, cashback, 1_000)
    with pytest.raises(RefusedError, match="above zero"):
        pay_with(salon, due, cashback, 0)
    dollars = wallets.wallet_of_client(
        business_id=salon.business.pk, client_id=salon.chloe.pk, kind=CASHBACK, currency="USD", now=salon.now
    )
    wallets.note(
        moved=wallets.put_on(wallet=dollars, units=500), because=Because(why="earned"), actor=salon.actor, now=salon.now
    )
    with pytest.raises(RefusedError, match=r"is in USD, this visit in EUR"):
        pay_with(salon, due, dollars, 100)
    assert (at(cashback), at(dollars)) == ((3_000, 0), (500, 0))


def test_a_membership_pays_for_one_line_that_has_a_price(salon: Salon) -> None:
    _, membership = sell_membership(salon)
    visit = salon.visit()
    with pytest.raises(RefusedError, match="Choose the service"):
        pay_with(salon, visit, membership)
    open_price = add_service(salon, visit, 6_000, up_to=9_000)
    with pytest.raises(RefusedError, match="Set the price"):
        pay_with(salon, visit, membership, line_id=open_price.pk)
    free = add_service(salon, visit, 0)
    with pytest.raises(RefusedError, match="costs nothing"):
        pay_with(salon, visit, membership, line_id=free.pk)
    assert at(membership) == (10, 0)


def test_what_somebody_else_spent_a_moment_ago_is_not_spent_again(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    cashback = own(salon, CASHBACK, 3_000)

    def gone(**_given: object) -> None:
        raise NotEnoughError

    monkeypatch.setattr(wallets, "spend", gone)
    with pytest.raises(RefusedError, match="not enough left"):
        pay_with(salon, salon.visit(), cashback, 1_000)
    assert at(cashback) == (3_000, 0)


def test_of_two_that_stand_beside_a_page_the_one_that_is_free_already_is_left_alone(salon: Salon) -> None:
    cashback, credit = own(salon, CASHBACK, 3_000), own(salon, CREDIT, 1_000)
    visit = salon.visit()
    open_beside(salon, visit, [cashback, credit], 6_000)
    payment = salon.payment(visit)

    def free_one_then_all() -> None:
        [first, _] = wallets.holds_beside(business_id=salon.business.pk, payment_id=payment.pk)
        assert wallets.release(held=first, now=salon.now)
        payment.value_minor -= first.pays_minor
        payment.save(update_fields=["value_minor"])
        _beside.supersede(payment=payment, now=salon.now)

    in_one_transaction(free_one_then_all)
    assert (at(cashback), at(credit)) == ((3_000, 0), (1_000, 0))
    assert salon.payment(visit).value_minor == 0


def test_nothing_chosen_shares_nothing(salon: Salon) -> None:
    bill = salon.bill(salon.visit())
    none = _beside.shares_for(bill=bill, wallet_ids=(), ask=salon.eur(1), least_rest=salon.eur(0), now=salon.now)
    assert none == ()


def test_an_excess_that_nobody_can_send_begins_no_refund(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = salon.visit()
    salon.cash(visit, 10_001, decision=Decision(insist=True))
    monkeypatch.setattr(_excess, "sendable", lambda _tender, amount: Money.zero(amount.currency))

    def begin() -> list[int]:
        bill = bills.lock_bill(business_id=salon.business.pk, bill_id=visit.bill_id)
        return _excess.begin_returning_excess(bill=bill, actor=salon.actor, now=salon.now, reason="")

    assert in_one_transaction(begin) == []


def test_a_card_that_was_taken_off_the_bill_before_it_was_paid_is_not_handed_out(salon: Salon) -> None:
    visit = salon.visit()
    type_ = gift_card_type(salon)
    line = change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=type_.pk, now=salon.now)
    change_lines.remove(form=form(salon, visit), line_id=line["line"], now=salon.now)
    salon.cash(visit, 10_000)
    assert not Wallet.objects.exists()


def test_a_membership_that_is_not_sold_any_more_or_has_nobody_is_not_handed_out(salon: Salon) -> None:
    visit = salon.visit()
    with pytest.raises(RefusedError, match="not sold here any more"):
        change_lines.add_membership(form=form(salon, visit), membership_type_id=0, now=salon.now)
    type_ = membership_type(salon)
    line = change_lines.add_membership(form=form(salon, visit), membership_type_id=type_.pk, now=salon.now)
    row = BillLine.objects.get(pk=line["line"])
    nobodys: Bill = salon.bill(visit)
    nobodys.client = None
    _value._hand_out(nobodys, row, row.gross_minor, salon.actor, salon.now)
    assert not Wallet.objects.exists()


def test_a_card_that_is_spent_at_this_moment_cannot_be_taken_back(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, card = sell_card(salon)

    def gone(**_given: object) -> None:
        raise NotEnoughError

    monkeypatch.setattr(wallets, "stand", gone)
    tender = salon.bill(visit).tenders.get()
    with pytest.raises(RefusedError):
        give_back(salon, visit, tender.pk, 5_000)
    assert at(card) == (5_000, 0)


def test_cashback_that_was_spent_meanwhile_stays_spent(salon: Salon) -> None:
    EarningRule.objects.create(
        business=salon.business, location=salon.location, points_per_unit=0, point_value_minor=0, cashback_ppm=50_000
    )
    visit = salon.visit()
    salon.cash(visit, 10_000)
    cashback = Wallet.objects.get(kind=CASHBACK)
    assert at(cashback) == (500, 0)
    pay_with(salon, salon.visit(minor=500), cashback, 500)
    give_back(salon, visit, salon.bill(visit).tenders.get().pk, 10_000)
    assert at(cashback) == (0, 0)


def test_a_shelf_that_is_not_the_sum_of_its_movements_is_found(salon: Salon) -> None:
    Product.objects.create(
        business=salon.business, location=salon.location, name="Shampoo", price_minor=900, counts_stock=True
    )
    assert audit_books(now=salon.now) == []
    with below_every_guard(Product):
        change(Product, {}, stock_count=7)()
        found = [str(one) for one in audit_books(now=salon.now)]
    assert any("count 7, movements 0" in one for one in found), found
