"""Credit notes: a number of their own, the receipt they refer to, and amounts that add up."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from quittance.bills import actions as bills
from quittance.bills import queries
from quittance.bills.credits import add_credit
from quittance.bills.lines import NewLine
from quittance.bills.models import Bill, NumberSeries, Receipt, Tender
from quittance.bills.receipts import (
    issue_cancellation,
    issue_credit_note,
    issue_credit_note_cancellation,
    issue_receipt,
    number_text,
)
from quittance.documents.receipt import ReceiptDocument
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db


def document_of(receipt: Receipt) -> ReceiptDocument:
    return ReceiptDocument.from_json(receipt.snapshot)


@pytest.fixture
def paid(salon: Salon) -> Bill:
    """A haircut at 19 % and a shampoo at 7 %, €100.00 together, paid in cash."""
    bill = bills.open_bill(
        business_id=salon.business.pk,
        location=salon.location,
        client_id=salon.chloe.pk,
        service_date=salon.now.date(),
        now=salon.now,
    )
    for name, minor, rate, ppm in (("Cut", 8_000, "VAT 19 %", 190_000), ("Shampoo", 2_000, "VAT 7 %", 70_000)):
        line = NewLine(kind="custom", name=name, unit_minor=minor, tax_name=rate, tax_ppm=ppm)
        bills.add_line(bill=bill, line=line, now=salon.now)
    return bill


def tender_of(bill: Bill, salon: Salon, minor: int = 10_000, kind: str = "cash") -> Tender:
    tender = Tender.objects.create(
        business=salon.business,
        bill=bill,
        kind=kind,
        amount_minor=minor,
        currency="EUR",
        taken_at=salon.now,
        payment_id=1 if kind == "online" else None,
        method_label="Visa ·4242" if kind == "online" else "",
    )
    issue_receipt(bill=bill, tender=tender, now=salon.now)
    return tender


def credit_note(bill: Bill, salon: Salon, tender: Tender, price: int, excess: int = 0, *, refund: int = 7) -> Receipt:
    if price:
        add_credit(bill=bill, amount_minor=price, reason="refund", refund_id=refund)
    return issue_credit_note(
        bill=bill,
        refund_id=refund,
        tender=tender,
        amount=salon.eur(price + excess),
        price_minor=price,
        excess_minor=excess,
        method_label=tender.method_label,
        now=salon.now,
    )


@pytest.fixture(autouse=True)
def books_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests write papers without moving money, so the audit of the books would be right to complain."""
    monkeypatch.setattr("tests.support.salon.assert_books", lambda now: None)


@pytest.mark.row("I1")
def test_a_credit_note_has_its_own_number_and_names_the_receipt_it_refers_to(salon: Salon, paid: Bill) -> None:
    tender = tender_of(paid, salon, kind="online")
    note = credit_note(paid, salon, tender, 4_000)
    document = document_of(note)
    assert (number_text(note), document.number, document.refers_to_number) == ("CN-000001", "CN-000001", "000001")
    assert document.is_credit_note
    assert (document.amount_minor, document.tender_label) == (4_000, "Visa ·4242")


@pytest.mark.row("H1")
def test_the_credited_lines_and_their_taxes_add_up_to_the_amount(salon: Salon, paid: Bill) -> None:
    document = document_of(credit_note(paid, salon, tender_of(paid, salon), 4_000))
    assert sorted((line.tax_name, line.gross_minor) for line in document.lines) == [
        ("VAT 19 %", 3_200),
        ("VAT 7 %", 800),
    ]
    assert sorted((row.name, row.net_minor, row.tax_minor) for row in document.tax_rows) == [
        ("VAT 19 %", 2_689, 511),
        ("VAT 7 %", 748, 52),
    ]
    assert sum(row.gross_minor for row in document.tax_rows) == document.total_minor == 4_000


def test_a_refund_of_an_overpayment_changes_no_tax(salon: Salon, paid: Bill) -> None:
    document = document_of(credit_note(paid, salon, tender_of(paid, salon, 13_000), 0, 3_000))
    assert (document.lines, document.tax_rows) == ((), ())
    assert (document.excess_minor, document.unused_minor, document.total_minor) == (3_000, 0, 3_000)


def test_a_refund_of_both_names_each_part(salon: Salon, paid: Bill) -> None:
    document = document_of(credit_note(paid, salon, tender_of(paid, salon, 13_000), 1_000, 3_000))
    assert sum(line.gross_minor for line in document.lines) == 1_000
    assert (document.excess_minor, document.unused_minor, document.total_minor) == (3_000, 0, 4_000)


def test_money_that_paid_for_nothing_is_named_as_such(salon: Salon, paid: Bill) -> None:
    note = issue_credit_note(
        bill=paid,
        refund_id=7,
        tender=None,
        amount=salon.eur(500),
        price_minor=0,
        excess_minor=0,
        method_label="Visa ·4242",
        now=salon.now,
    )
    document = document_of(note)
    assert (document.unused_minor, document.excess_minor, document.refers_to_number) == (500, 0, "")


def test_each_location_counts_its_credit_notes_without_gaps_beside_its_receipts(salon: Salon, paid: Bill) -> None:
    tender = tender_of(paid, salon)
    notes = [credit_note(paid, salon, tender, 1_000, refund=refund) for refund in (7, 8, 9)]
    assert [number_text(note) for note in notes] == ["CN-000001", "CN-000002", "CN-000003"]
    last = dict(NumberSeries.objects.values_list("name", "last_number"))
    assert last == {"receipt": 1, "credit_note": 3}
    assert {sum(line.gross_minor for line in document_of(note).lines) for note in notes} == {1_000}


def test_a_refund_that_fails_after_all_takes_its_credit_note_back(salon: Salon, paid: Bill) -> None:
    tender = tender_of(paid, salon, kind="online")
    note = credit_note(paid, salon, tender, 4_000)
    back = issue_credit_note_cancellation(bill=paid, refund_id=7, now=salon.wait(days=2))
    document = document_of(back)
    assert back.cancels == note
    assert (document.number, document.cancels_number) == ("CN-000002", "CN-000001")
    assert (document.total_minor, document.lines) == (4_000, document_of(note).lines)
    assert document.date_text != document_of(note).date_text


def test_a_refund_that_moves_after_all_gets_a_new_credit_note(salon: Salon, paid: Bill) -> None:
    tender = tender_of(paid, salon, kind="online")
    credit_note(paid, salon, tender, 4_000)
    issue_credit_note_cancellation(bill=paid, refund_id=7, now=salon.now)
    # The visit had ended, so its credit lines stayed and the money counts as too much now.
    again = credit_note(paid, salon, tender, 0, 4_000)
    assert document_of(again).lines == ()
    back = issue_credit_note_cancellation(bill=paid, refund_id=7, now=salon.now)
    assert back.cancels == again


def test_a_receipt_after_a_credit_shows_the_credit_so_that_its_lines_add_up(salon: Salon, paid: Bill) -> None:
    credit_note(paid, salon, tender_of(paid, salon, 5_000), 4_000)
    bills.recompute(paid, now=salon.now)
    later = issue_receipt(
        bill=paid,
        tender=Tender.objects.create(
            business=salon.business, bill=paid, kind="cash", amount_minor=1_000, currency="EUR", taken_at=salon.now
        ),
        now=salon.now,
    )
    document = document_of(later)
    assert sum(line.gross_minor for line in document.lines) == document.total_minor == 6_000
    assert sum(row.gross_minor for row in document.tax_rows) == 6_000


def test_the_receipt_of_money_that_came_after_the_cancellation_says_so(salon: Salon, paid: Bill) -> None:
    bills.end_bill(bill=paid, reason="cancelled", now=salon.now)
    salon.wait(hours=1)
    paid.settled_minor = 10_000
    document = document_of(tender_of(paid, salon, kind="online").receipts.get())
    assert (document.total_minor, document.overpaid_minor, document.came_late) == (0, 10_000, True)
    assert sum(line.gross_minor for line in document.lines) == 0


def test_queries_of_receipts_are_not_confused_by_credit_notes(salon: Salon, paid: Bill) -> None:
    tender = tender_of(paid, salon)
    note = credit_note(paid, salon, tender, 4_000)
    receipt = queries.receipt_of_tender(business_id=salon.business.pk, tender_id=tender.pk)
    assert receipt is not None
    assert receipt.refund_id is None
    assert queries.counting_receipts_of(paid) == [receipt]
    assert queries.counting_papers_of(paid) == [receipt, note]
    cancelled = issue_cancellation(bill=paid, tender=tender, now=salon.now)
    assert cancelled.cancels == receipt
    assert queries.counting_receipts_of(paid) == []
    assert queries.counting_papers_of(paid) == [note]


def test_a_credit_note_is_written_in_the_clients_language(salon: Salon, paid: Bill) -> None:
    salon.chloe.language = "de"
    salon.chloe.save()
    paid.refresh_from_db()
    document = document_of(credit_note(paid, salon, tender_of(paid, salon), 4_000))
    assert (document.language, document.tender_label) == ("de", "Bar")


@pytest.mark.row("H1")
def test_another_location_counts_for_itself(salon: Salon, paid: Bill) -> None:
    credit_note(paid, salon, tender_of(paid, salon), 4_000)
    other = open_salon(salon.bank, owner="Dan")
    bill = bills.open_bill(
        business_id=other.business.pk,
        location=other.location,
        client_id=other.chloe.pk,
        service_date=other.now.date(),
        now=other.now,
    )
    bills.add_line(bill=bill, line=NewLine(kind="custom", name="Cut", unit_minor=10_000), now=other.now)
    assert number_text(credit_note(bill, other, tender_of(bill, other), 4_000)) == "CN-000001"


def test_whoever_draws_a_first_number_at_the_same_moment_gets_the_next_one(
    paid: Bill, salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    NumberSeries.objects.create(business=salon.business, location=salon.location, name="receipt", last_number=4)
    looked: list[object] = []
    see = QuerySet.first

    def blind_at_first(rows: QuerySet[NumberSeries]) -> object:
        """The other's row was not there yet when we looked."""
        if rows.model is NumberSeries and not looked:
            looked.append(rows)
            return None
        return see(rows)

    monkeypatch.setattr(QuerySet, "first", blind_at_first)
    tender = tender_of(paid, salon)
    assert looked and Receipt.objects.get(tender=tender).number == 5
