"""Memberships, points, cashback and credit; bank transfer; cash where small coins do not exist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.bills.models import JournalEntry, Receipt, Tender
from quittance.bills.tender_accounts import tender_movements
from quittance.catalog.models import EarningRule
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import cancel_visit, change_lines, take_tender
from quittance.flows.audit_books import assert_books
from quittance.flows.errors import RefusedError
from quittance.payments.models import Refund
from quittance.payments.status import VisitStatus
from quittance.wallets.models import Wallet
from tests.support.cards import (
    balance,
    form,
    give_back,
    membership_type,
    pay_with,
    sell_card,
    sell_membership,
    service,
    void,
    without_lines,
)
from tests.support.salon import open_salon

pytestmark = pytest.mark.django_db


# ---- memberships


@pytest.mark.row("B4", "G1")
def test_a_membership_pays_for_one_line_of_its_services_with_one_visit(salon):
    massage, cut = service(salon), service(salon, name="Cut")
    _, ten = sell_membership(salon, massage)
    visit = without_lines(salon, salon.visit())
    covered = change_lines.add_service(form=form(salon, visit), service_id=massage.pk, now=salon.now)["line"]
    other = change_lines.add_service(form=form(salon, visit), service_id=cut.pk, now=salon.now)["line"]
    with pytest.raises(RefusedError, match="does not include"):
        pay_with(salon, visit, ten, line_id=other)
    answer = pay_with(salon, visit, ten, line_id=covered)
    assert (answer["amount_minor"], balance(ten)) == (6_000, 9)
    with pytest.raises(RefusedError, match="paid for this service already"):
        pay_with(salon, visit, ten, line_id=covered)
    with pytest.raises(RefusedError, match="paid for this line"):
        change_lines.remove(form=form(salon, visit), line_id=covered, now=salon.now)
    with pytest.raises(RefusedError, match="as a whole"):
        give_back(salon, visit, answer["tender"], 100)
    void(salon, visit, answer["tender"])
    assert balance(ten) == 10
    pay_with(salon, visit, ten, line_id=covered)
    assert balance(ten) == 9


def test_a_membership_for_a_time_pays_as_often_as_it_is_needed_until_it_ends(salon):
    massage = service(salon)
    sold_in, monthly = sell_membership(salon, visits=None, months=1)
    for _ in range(3):
        visit = without_lines(salon, salon.visit())
        line = change_lines.add_service(form=form(salon, visit), service_id=massage.pk, now=salon.now)["line"]
        pay_with(salon, visit, monthly, line_id=line)
    assert balance(monthly) == 1
    with pytest.raises(RefusedError, match="used already"):
        void(salon, sold_in, Tender.objects.earliest("pk").pk)
    salon.wait(days=40)
    with pytest.raises(RefusedError, match="has ended"):
        pay_with(salon, visit, monthly, line_id=line)


def test_a_membership_is_sold_to_somebody_only(salon):
    visit = salon.visit()
    bill = salon.bill(visit)
    bill.client = None
    bill.save()
    type_ = membership_type(salon)
    with pytest.raises(RefusedError, match="belongs to somebody"):
        change_lines.add_membership(form=form(salon, visit), membership_type_id=type_.pk, now=salon.now)


# ---- points, cashback, credit


@pytest.mark.row("G3", "B4")
def test_points_and_cashback_are_earned_by_rule_and_spent_at_the_desk(salon):
    EarningRule.objects.create(
        business=salon.business, location=salon.location, points_per_unit=2, point_value_minor=3, cashback_ppm=50_000
    )
    visit = salon.visit(minor=10_050)
    salon.cash(visit, 10_050)
    points, cashback = Wallet.objects.get(kind="points"), Wallet.objects.get(kind="cashback")
    assert (points.balance, cashback.balance) == (201, 502)
    spent_on = salon.visit(minor=1_000)
    answer = pay_with(salon, spent_on, points, 100)
    assert Tender.objects.get(pk=answer["tender"]).units == 34
    pay_with(salon, spent_on, cashback)
    # What was paid with value earns nothing; the rest does.
    salon.cash(spent_on, 398)
    assert (balance(points), balance(cashback)) == (201 - 34 + 7, 19)


def test_what_was_earned_goes_with_the_money_that_earned_it_as_far_as_it_is_there(salon):
    EarningRule.objects.create(business=salon.business, location=salon.location, points_per_unit=1, point_value_minor=1)
    visit = salon.visit()
    salon.cash(visit, 10_000)
    points = Wallet.objects.get()
    assert points.balance == 100
    paid = Tender.objects.get().pk
    give_back(salon, visit, paid, 5_000)
    assert balance(points) == 50
    pay_with(salon, salon.visit(), points, 40)
    give_back(salon, visit, paid, 5_000)
    assert balance(points) == 0


def test_points_buy_nothing_where_no_value_is_set(salon):
    rule = EarningRule.objects.create(
        business=salon.business, location=salon.location, points_per_unit=1, point_value_minor=1
    )
    salon.cash(salon.visit(), 10_000)
    rule.point_value_minor = 0
    rule.save()
    with pytest.raises(RefusedError, match="cannot be spent here"):
        pay_with(salon, salon.visit(), Wallet.objects.get())


@pytest.mark.row("H2", "B4")
def test_cancelling_a_paid_visit_can_turn_the_money_into_credit_that_pays_the_next_one(salon):
    visit = salon.visit()
    salon.cash(visit, 4_000)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    cancel_visit.cancel(
        actor=salon.actor,
        visit_id=visit.pk,
        expected_version=None,
        keep=salon.eur(1_000),
        as_credit=True,
        now=salon.now,
    )
    credit = Wallet.objects.get()
    assert (credit.kind, credit.balance, salon.settled(visit)) == ("credit", 9_000, 1_000)
    assert {one.state for one in Refund.objects.all()} == {"succeeded"}
    assert Receipt.objects.filter(refund_id__isnull=False).count() == 2
    # No money left the house.
    assert not JournalEntry.objects.filter(refund_id__isnull=False, to_account__in=("cash", "online:1")).exists()
    other = salon.visit(minor=9_500)
    assert pay_with(salon, other, credit)["amount_minor"] == 9_000
    salon.cash(other, 500)
    assert salon.status(other) is VisitStatus.PAID


def test_credit_needs_the_right_and_a_client(salon):
    visit = salon.visit()
    salon.cash(visit, 4_000)
    weak = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.REFUND}})
    asked = {"visit_id": visit.pk, "expected_version": None, "keep": salon.eur(0), "as_credit": True, "now": salon.now}
    with pytest.raises(NotAllowedError):
        cancel_visit.cancel(actor=weak, **asked)
    bill = salon.bill(visit)
    bill.client = None
    bill.save()
    with pytest.raises(RefusedError, match="no client"):
        cancel_visit.cancel(actor=salon.actor, **asked)
    assert Wallet.objects.count() == 0


def test_cancelling_puts_a_card_back_on_the_card_and_only_money_into_credit(salon):
    _, card = sell_card(salon)
    visit = salon.visit()
    pay_with(salon, visit, card)
    salon.cash(visit, 5_000)
    cancel_visit.cancel(
        actor=salon.actor, visit_id=visit.pk, expected_version=None, keep=salon.eur(0), as_credit=True, now=salon.now
    )
    assert balance(card) == 5_000
    assert Wallet.objects.get(kind="credit").balance == 5_000


def test_dan_cannot_pay_with_a_card_of_another_business(salon, bank):
    _, card = sell_card(salon)
    dan = open_salon(bank, owner="Dan")
    with pytest.raises(RefusedError, match="No gift card has this code"):
        pay_with(dan, dan.visit(), card)
    with pytest.raises(RefusedError, match="no such balance"):
        pay_with(dan, dan.visit(), card, code="", wallet_id=card.pk)


# ---- bank transfer, and cash where small coins do not exist


@pytest.mark.row("B4")
def test_a_bank_transfer_is_taken_and_voided_like_any_tender(salon):
    visit = salon.visit()
    taken = take_tender.take(
        actor=salon.actor,
        visit_id=visit.pk,
        kind="bank_transfer",
        amount=salon.eur(10_000),
        expected_version=None,
        now=salon.now,
    )["tender"]
    assert JournalEntry.objects.get().from_account == "bank_transfer"
    assert Receipt.objects.get().snapshot["tender_label"] == "Bank transfer"
    void(salon, visit, taken)
    assert salon.settled(visit) == 0


@pytest.mark.row("B4")
@pytest.mark.parametrize(
    ("due", "typed", "handed"),
    [(1_002, 1_002, 1_000), (1_002, 1_000, 1_000), (1_003, 1_005, 1_005), (1_000, 1_000, 1_000)],
)
def test_cash_is_rounded_where_small_coins_do_not_exist_and_settles_all(bank, db, due, typed, handed):
    salon = open_salon(bank, currency="CHF")
    visit = salon.visit(minor=due)
    salon.cash(visit, typed)
    tender = Tender.objects.get()
    assert (tender.amount_minor, tender.amount_minor + tender.rounding_minor) == (due, handed)
    assert salon.status(visit) is VisitStatus.PAID
    cash = sum(
        entry.amount_minor * (1 if entry.from_account == "cash" else -1)
        for entry in JournalEntry.objects.all()
        if "cash" in (entry.from_account, entry.to_account)
    )
    assert cash == handed
    give_back(salon, visit, tender.pk, due)
    back = JournalEntry.objects.filter(to_account="cash", refund_id__isnull=False)
    assert sum(back.values_list("amount_minor", flat=True)) == handed
    assert_books(now=salon.now)


def test_only_the_cash_part_is_rounded_and_only_whole_coins_are_taken(bank, db):
    salon = open_salon(bank, currency="CHF")
    visit = salon.visit(minor=1_002)
    with pytest.raises(RefusedError, match=r"steps of CHF\xa00\.05"):
        salon.cash(visit, 503)
    take_tender.take(
        actor=salon.actor,
        visit_id=visit.pk,
        kind="card_terminal",
        amount=salon.eur(501),
        expected_version=None,
        now=salon.now,
    )
    salon.cash(visit, 500)
    tender = Tender.objects.get(kind="cash")
    assert (tender.amount_minor, tender.rounding_minor) == (501, -1)
    void(salon, visit, tender.pk)
    assert salon.settled(visit) == 501
    assert_books(now=salon.now)


def test_what_is_less_than_the_smallest_coin_goes_back_as_rounding_and_not_as_cash(bank, db):
    salon = open_salon(bank, currency="CHF")
    visit = salon.visit(minor=1_000)
    salon.cash(visit, 1_000)
    give_back(salon, visit, Tender.objects.get().pk, 2)
    [entry] = JournalEntry.objects.filter(refund_id__isnull=False, from_account="refunding")
    assert (entry.to_account, entry.amount_minor) == ("rounding", 2)
    assert_books(now=salon.now)


def test_a_due_of_less_than_the_smallest_coin_is_all_rounding():
    tender = Tender(kind="cash", amount_minor=2, rounding_minor=-2, currency="CHF")
    assert [(one.kind, one.amount_minor) for one in tender_movements(tender, "")] == [("rounding", 2)]
