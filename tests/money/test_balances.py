"""Gift cards: sold, spent, put back, taken back; the books agree after each step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine, JournalEntry, MoneyCase, Receipt, Tender
from quittance.flows import change_lines
from quittance.flows._returning import change_refund
from quittance.flows._value import expires_after
from quittance.flows.audit_books import audit_books
from quittance.flows.change_due import Decision
from quittance.flows.errors import RefusedError
from quittance.flows.refund import lock_unfrozen
from quittance.flows.spend_wallet import Asked, spend
from quittance.outbox.models import Event
from quittance.payments.models import Refund
from quittance.payments.status import VisitStatus
from quittance.rows.locking import in_one_transaction
from quittance.wallets.models import Wallet, WalletEntry
from quittance.wallets.queries import shown_code
from tests.support.cards import (
    balance,
    form,
    gift_card_type,
    give_back,
    pay_with,
    sell_card,
    service,
    void,
    without_lines,
)

pytestmark = pytest.mark.django_db


# ---- gift cards


@pytest.mark.row("B4", "G1")
def test_a_card_is_handed_out_once_when_its_bill_is_paid_and_pays_the_next_visit(salon):
    _, card = sell_card(salon)
    assert (card.balance, card.client_id, card.currency) == (5_000, salon.chloe.pk, "EUR")
    assert card.expires_at == datetime(2027, 11, 26, 23, 0, tzinfo=UTC)
    assert Event.objects.filter(name="wallet.issued").count() == 1
    visit = salon.visit(minor=8_000)
    answer = pay_with(salon, visit, card)
    tender = Tender.objects.get(pk=answer["tender"])
    assert (tender.kind, tender.amount_minor, tender.units, tender.wallet_id) == ("gift_card", 5_000, 5_000, card.pk)
    assert balance(card) == 0
    entry = JournalEntry.objects.get(tender_id=tender.pk)
    assert (entry.from_account, entry.to_account) == (f"wallet:{card.pk}", "bill")
    assert Receipt.objects.get(tender=tender).snapshot["tender_label"] == f"Gift card ·{card.last4}"
    assert salon.status(visit) is VisitStatus.PART_PAID
    salon.cash(visit, 3_000)
    assert salon.status(visit) is VisitStatus.PAID


def test_a_card_has_no_tax_at_its_sale_and_is_nothing_before_its_bill_is_paid(salon):
    visit = salon.visit()
    type_ = gift_card_type(salon)
    answer = change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=type_.pk, now=salon.now)
    line = BillLine.objects.get(pk=answer["line"])
    assert (line.gross_minor, line.tax_minor, line.kind) == (5_000, 0, "gift_card")
    salon.cash(visit, 14_999)
    assert Wallet.objects.count() == 0
    salon.cash(visit, 1)
    assert Wallet.objects.get().balance == 5_000


@pytest.mark.row("G1")
def test_an_online_payment_that_lands_hands_the_card_out_once(salon):
    visit = without_lines(salon, salon.visit())
    type_ = gift_card_type(salon)
    change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=type_.pk, now=salon.now)
    salon.bank.pay(salon.open_page(visit))
    assert Wallet.objects.count() == 0
    salon.settle(visit)
    salon.settle(visit)
    assert Wallet.objects.get().balance == 5_000
    assert WalletEntry.objects.count() == 1


@pytest.mark.parametrize("minor", [5_001, 10_001])
def test_a_card_pays_neither_more_than_is_on_it_nor_more_than_is_due(salon, minor):
    _, card = sell_card(salon, nominal=5_000 if minor == 5_001 else 20_000)
    visit = salon.visit()
    with pytest.raises(RefusedError, match="Only"):
        pay_with(salon, visit, card, minor)
    assert balance(card) == card.issued_units


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAA"}, "No gift card has this code"),
        ({"code": ""}, "No gift card has this code"),
        ({"code": "", "wallet_id": 10**12}, "no such balance"),
    ],
)
def test_a_card_that_is_not_there_pays_nothing(salon, spoil, sentence):
    _, card = sell_card(salon)
    with pytest.raises(RefusedError, match=sentence):
        pay_with(salon, salon.visit(), card, **spoil)


def test_a_card_pays_until_its_last_day_has_passed_and_nothing_after(salon):
    _, card = sell_card(salon)
    assert card.expires_at is not None
    salon.now = card.expires_at
    with pytest.raises(RefusedError, match="has ended"):
        pay_with(salon, salon.visit(), card)


def test_t61_a_year_after_the_29th_of_february_is_the_28th():
    leap = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
    assert expires_after(leap, 12, time_zone="Europe/Berlin") == datetime(2029, 2, 28, 23, 0, tzinfo=UTC)
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # the 1st of January in Berlin
    assert expires_after(late, 1, time_zone="Europe/Berlin") == datetime(2027, 2, 1, 23, 0, tzinfo=UTC)
    assert expires_after(leap, None, time_zone="UTC") is None


def test_voiding_a_card_payment_puts_it_back_once(salon):
    _, card = sell_card(salon)
    visit = salon.visit()
    taken = pay_with(salon, visit, card, 4_000)["tender"]
    void(salon, visit, taken)
    assert (balance(card), salon.settled(visit)) == (5_000, 0)
    with pytest.raises(RefusedError, match="voided before"):
        void(salon, visit, taken)
    assert balance(card) == 5_000


def test_refunds_of_a_card_payment_go_back_to_the_card(salon):
    _, card = sell_card(salon)
    visit = salon.visit(minor=5_000)
    taken = pay_with(salon, visit, card)["tender"]
    assert give_back(salon, visit, taken, 1_234).state == "succeeded"
    assert balance(card) == 1_234
    give_back(salon, visit, taken, 3_766)
    assert balance(card) == 5_000
    assert {(one.wallet_id, one.payment_id) for one in Refund.objects.all()} == {(card.pk, None)}
    accounts = JournalEntry.objects.filter(refund_id__isnull=False).values_list("to_account", flat=True)
    assert set(accounts) == {"refunding", f"wallet:{card.pk}"}


# ---- what paid for a card goes away


def test_voiding_what_paid_for_a_card_takes_it_back_and_paying_again_gives_the_same_card(salon):
    visit, card = sell_card(salon)
    void(salon, visit, Tender.objects.get().pk)
    assert (balance(card), card.blocked_at) == (0, salon.now)
    with pytest.raises(RefusedError, match="taken back"):
        pay_with(salon, salon.visit(), card)
    salon.cash(visit, 5_000)
    assert (balance(card), card.blocked_at) == (5_000, None)
    assert Wallet.objects.count() == 1


def test_what_paid_for_a_card_that_was_used_can_be_neither_voided_nor_refunded_beyond_what_is_left(salon):
    visit, card = sell_card(salon)
    paid = Tender.objects.get().pk
    pay_with(salon, salon.visit(), card, 2_000)
    with pytest.raises(RefusedError, match="used already"):
        void(salon, visit, paid)
    with pytest.raises(RefusedError, match="used already"):
        give_back(salon, visit, paid, 3_001)
    give_back(salon, visit, paid, 3_000)
    assert (balance(card), salon.settled(visit)) == (0, 2_000)


def test_a_refund_beside_a_card_leaves_the_card_alone_while_its_price_is_paid(salon):
    visit = salon.visit(minor=10_000)
    change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=gift_card_type(salon).pk, now=salon.now)
    salon.cash(visit, 15_000)
    paid, card = Tender.objects.get().pk, Wallet.objects.get()
    give_back(salon, visit, paid, 10_000)
    assert balance(card) == 5_000
    give_back(salon, visit, paid, 2_000)
    assert balance(card) == 3_000
    give_back(salon, visit, paid, 3_000)
    assert (balance(card), card.blocked_at is not None) == (0, True)


def test_a_card_is_worth_what_was_paid_for_it_when_more_went_back_than_the_services_cost_in_the_end(salon):
    visit = salon.visit(minor=5_000)
    salon.cash(visit, 5_000)
    give_back(salon, visit, Tender.objects.get().pk, 2_000)
    change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=gift_card_type(salon).pk, now=salon.now)
    done = salon.bill(visit).lines.exclude(kind__in=("credit", "gift_card")).get()
    change_lines.change(
        form=form(salon, visit), line_id=done.pk, line_change=LineChange(unit_minor=1_000), now=salon.now
    )
    salon.cash(visit, 1_000)
    card = Wallet.objects.get()
    # 40.00 are kept of what was taken, so the card of 50.00 stands for so much, now and after any other change.
    assert balance(card) == 4_000
    change_lines.add_service(form=form(salon, visit), service_id=service(salon).pk, now=salon.now)
    assert balance(card) == 4_000
    assert not audit_books(now=salon.now)


def test_an_online_refund_that_fails_gives_the_card_back(salon):
    visit = without_lines(salon, salon.visit())
    change_lines.add_gift_card(form=form(salon, visit), gift_card_type_id=gift_card_type(salon).pk, now=salon.now)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    card = Wallet.objects.get()
    salon.bank.refunds_answer = "pending"
    row = give_back(salon, visit, Tender.objects.get().pk, 5_000)
    assert balance(card) == 0

    def fail() -> None:
        bill = lock_unfrozen(salon.bill(visit), salon.now)
        change_refund(
            bill=bill, refund=Refund.objects.get(pk=row.refund_id), state="failed", actor=salon.actor, now=salon.now
        )

    if row.state != "failed":
        in_one_transaction(fail)
    assert balance(card) == 5_000


def test_a_line_whose_card_is_out_is_removed_with_the_card_or_not_at_all(salon):
    visit, card = sell_card(salon)
    line_id = card.issued_line_id or 0
    with pytest.raises(RefusedError, match="handed out already"):
        change_lines.change(
            form=form(salon, visit),
            line_id=line_id,
            line_change=LineChange(discount_ppm=500_000),
            now=salon.now,
        )
    change_lines.remove(form=form(salon, visit), line_id=line_id, now=salon.now)
    assert balance(card) == 0
    assert MoneyCase.objects.get(resolved_at__isnull=True).kind == "overpaid"
    _, used = sell_card(salon)
    pay_with(salon, salon.visit(), used, 1)
    sold = BillLine.objects.get(pk=used.issued_line_id or 0)
    with pytest.raises(RefusedError, match="used already"):
        change_lines.remove(form=form(salon, sold.bill.visit), line_id=sold.pk, now=salon.now)


# ---- the audit


def test_the_audit_tells_of_each_thing_that_must_never_be(salon):
    _, card = sell_card(salon)
    pay_with(salon, salon.visit(), card, 1_000)
    own = Wallet.objects.filter(pk=card.pk)

    def found():
        return {(one.invariant, one.row.split()[0]) for one in audit_books(now=salon.now)}

    assert found() == set()
    for wrong, right in (
        ({"balance": 3_999}, {"balance": 4_000}),
        ({"held": 1}, {"held": 0}),
        ({"moves": 9}, {"moves": 2}),
        ({"standing_units": 4_999}, {"standing_units": 5_000}),
    ):
        own.update(**wrong)
        assert ("S10", "wallet") in found(), wrong
        own.update(**right)
    tenders = Tender.objects.filter(wallet=card)
    tenders.update(units=999)
    assert ("S10", "tender") in found()
    tenders.update(units=1_000)
    line_id = card.issued_line_id
    own.update(issued_line_id=None)
    assert ("S10", "line") in found()
    own.update(issued_line_id=line_id)


def test_insisting_does_not_help_to_overpay_with_value(salon):
    _, card = sell_card(salon)
    visit = salon.visit(minor=1_000)
    with pytest.raises(RefusedError, match=r"Only €10\.00 is due"):
        spend(
            actor=salon.actor,
            visit_id=visit.pk,
            asked=Asked(code=shown_code(card), amount=salon.eur(1_001)),
            expected_version=None,
            decision=Decision(insist=True),
            now=salon.now,
        )
