"""The audit finds what must never be: each case spoils sound books in one place, below every guard, and asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F, Model

from quittance.audit.models import AuditEntry
from quittance.bills.models import Bill, BillLine, JournalEntry, MoneyCase, NumberSeries, Receipt, Tender
from quittance.businesses.models import Business, Location
from quittance.calendar.models import Appointment, Visit
from quittance.core.money import Money
from quittance.flows import audit_books
from quittance.flows.change_due import Decision
from quittance.flows.refund import refund
from quittance.flows.tests.spoiling import Nth, below_every_guard, change, double, first, remove
from quittance.messages.models import Message
from quittance.payments.models import Dispute, Payment, PaymentAccount, PaymentLink, PaymentReference, Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(salon):
    """A paid visit of which a part went back, money on its way back, a dispute, an overpayment, a foreign one, an open page."""

    def give_back(visit, minor):
        tender = Tender.objects.get(bill_id=visit.bill_id)
        refund(actor=salon.actor, visit_id=visit.pk, tender_id=tender.pk, amount=salon.eur(minor),
               expected_version=None, now=salon.now)  # fmt: skip

    visits = [salon.visit() for _ in range(4)]
    for visit in visits:
        page = salon.open_page(visit)
        foreign = visit is visits[3]
        salon.bank.pay(page, **({"amount": Money(10_000, "USD")} if foreign else {}))
        salon.settle(visit)
        if visit is visits[2]:
            salon.bank.open_dispute(page)
            salon.settle(visit)
    give_back(visits[0], 4_000)
    salon.bank.refunds_stay_pending = True
    give_back(visits[1], 3_000)
    cash = salon.visit()
    salon.cash(cash, 10_500, decision=Decision(insist=True))
    salon.open_page(salon.visit())
    assert findings(salon) == set()
    return salon


def findings(salon) -> set[str]:
    """What the audit says; each row by its place among its kind, since ids go on from test to test."""
    said = {str(finding) for finding in audit_books.audit_books(now=salon.now)}
    return {re.sub(r"^(\S+ (\w+) )(\d+)", _by_place, one) for one in said}


def _by_place(match: re.Match[str]) -> str:
    model = _NAMED.get(match[2])
    before = 0 if model is None else int(first(model).pk) - 1
    return f"{match[1]}{int(match[3]) - before}"


_NAMED: dict[str, type[Model]] = {
    "bill": Bill, "journal": JournalEntry, "tender": Tender, "payment": Payment, "account": PaymentAccount, "refund": Refund,
    "dispute": Dispute, "location": Location, "line": BillLine, "link": PaymentLink, "receipt": Receipt, "visit": Visit,
}  # fmt: skip
ONLINE = {"kind": "online"}
OPEN = {"state": "open"}
GONE = {"state": "succeeded"}
PENDING = {"state": "pending"}
OVER = {"kind": "overpaid"}

# What is spoiled, how, and a part of what the audit says of it.
SPOILED: list[tuple[type[Model], Callable[[], None], str]] = [
    (Bill, change(Bill, {}, settled_minor=F("settled_minor") + 1), "S1 bill 1: settled 6001, journal 6000, tenders 6000"),
    (JournalEntry, remove(JournalEntry, kind="tender"), "S1 bill 1: settled 6000, journal -4000, tenders 6000"),
    (Tender, change(Tender, ONLINE, currency="USD"), "S11 tender 1: USD on a bill of another currency"),
    (JournalEntry, change(JournalEntry, {}, to_account=F("from_account")), "S1 journal 1: an entry with one side or no amount"),
    (JournalEntry, change(JournalEntry, {}, amount_minor=0), "S1 journal 1: an entry with one side or no amount"),
    (Bill, change(Bill, {}, total_minor=F("total_minor") + 1), "S1 bill 1: total 6001 tax 0, lines 6000 0"),
    (BillLine, change(BillLine, {"kind": "custom"}, tax_minor=1), "S1 bill 1: total 6000 tax 0, lines 6000 1"),
    (Tender, double(Tender, ONLINE), "S2 payment 1: has more than one tender"),
    (PaymentReference, double(PaymentReference, {}), "S2 account 1: one checkout is stored twice"),
    (MoneyCase, change(MoneyCase, OVER, amount_minor=499), "S3 bill 5: overpaid by 500 without a case of that amount"),
    (MoneyCase, remove(MoneyCase, **OVER), "S3 bill 5: overpaid by 500 without a case of that amount"),
    (MoneyCase, double(MoneyCase, OVER), "S3 bill 5: two open cases of overpayment"),
    (MoneyCase, change(MoneyCase, OVER, bill_id=Nth(Bill, 6)), "S3 bill 6: a case of overpayment, but nothing is overpaid"),
    (Payment, double(Payment, OPEN), "S5 payment 1005: a second payable page for one bill"),
    (Payment, change(Payment, OPEN, bill_version=1), "S5 payment 5: asks for version 1, the bill is at 2"),
    (Payment, change(Payment, OPEN, currency="USD"), "S5 payment 5: asks 10000 USD, due is 10000"),
    (Payment, change(Payment, OPEN, amount_minor=10_001), "S5 payment 5: asks 10001 EUR, due is 10000"),
    (PaymentLink, double(PaymentLink, {"closed_at": None}), "S5 bill 4: two live links"),
    (Tender, remove(Tender, **ONLINE), "S4 payment 1: is paid, but its money is not in the books"),
    (JournalEntry, remove(JournalEntry, kind="unallocated"), "S4 payment 4: is paid, but its money is not in the books"),
    (Payment, change(Payment, {"state": "paid"}, state="failed"), "S7 payment 1: has money in the books, but is not paid"),
    (Payment, change(Payment, OPEN, next_attempt_at=None), "L3 payment 5: open, and nobody will ask about it"),
    (Receipt, remove(Receipt, cancels=None, refund_id=None), "I1 tender 1: has no receipt"),
    (NumberSeries, change(NumberSeries, {"name": "receipt"}, last_number=9), "I1 location 1: 4 papers of the series receipt, but its last number is 9"),
    (NumberSeries, change(NumberSeries, {"name": "credit_note"}, last_number=2), "I1 location 1: 1 papers of the series credit_note, but its last number is 2"),
    (AuditEntry, remove(AuditEntry, action="payment.paid"), "S16 payment 1: became paid without a trace"),
    (AuditEntry, remove(AuditEntry, action="tender.cash"), "S16 bill 5: 1 tenders by hand, 0 in the trail"),
    (AuditEntry, remove(AuditEntry, action="refund.requested"), "S16 refund 1: was made without a trace"),
    (Bill, change(Bill, {"refunding_minor": 3_000}, refunding_minor=2_999), "S1 bill 2: on its way back 2999, counted [3000]"),
    (Bill, change(Bill, {"refunded_minor": 4_000}, refunded_minor=0), "S1 bill 1: refunded 0, counted [4000]"),
    (Bill, change(Bill, {"disputed_minor": 10_000}, disputed_minor=1), "S1 bill 3: disputed 1, counted [10000]"),
    (Tender, change(Tender, ONLINE, returned_minor=1), "S6 tender 1: returned and disputed (1, 0), counted (4000, 0)"),
    (Dispute, change(Dispute, {}, within_minor=9), "S6 tender 3: returned and disputed (0, 10000), counted (0, 9)"),
    (BillLine, change(BillLine, {"kind": "credit"}, gross_minor=-3_999), "S1 refund 1: undoes 4000 of the price, credited 3999"),
    (Refund, change(Refund, PENDING, amount_minor=10_001), "S6 payment 2: asked back 10001 of 10000"),
    (Refund, change(Refund, GONE, currency="USD"), "S11 refund 1: USD of a payment in another currency"),
    (Receipt, remove(Receipt, refund_id=Nth(Refund, 1)), "I1 refund 1: has reached the client without a credit note"),
    (Refund, change(Refund, GONE, state="pending"), "I1 refund 1: has a credit note too early"),
    (Receipt, double(Receipt, {"refund_id": Nth(Refund, 1)}), "I1 credit notes: a refund has two that count"),
    (Refund, change(Refund, PENDING, next_attempt_at=None), "L3 refund 2: pending, and nobody will ask about it"),
    (Refund, change(Refund, GONE, bill_id=Nth(Bill, 2)), "S12 refund 1: points into another business or visit"),
    (Dispute, change(Dispute, {}, bill_id=Nth(Bill, 2)), "S12 dispute 1: points into another business or visit"),
]  # fmt: skip


@pytest.mark.parametrize("invariant", ["S1", "S11", "S2", "S3", "S4", "S5", "S6", "S7", "S12", "S16", "I1", "L3"])
def test_what_must_never_be_is_found(books, invariant):
    tried = 0
    for model, spoil, said in SPOILED:
        if said.startswith(f"{invariant} "):
            with below_every_guard(model):
                spoil()
                found = findings(books)
            assert any(said in one for one in found), (said, found)
            tried += 1
    assert tried and findings(books) == set()


def test_s12_rows_of_two_businesses_that_point_at_each_other_are_found(books):
    dan = Business.objects.create(name="Dan's Nails", slug="dans-nails")
    for model in (Visit, Appointment, BillLine, Tender, PaymentLink, Payment, Receipt, Refund, Dispute):
        with below_every_guard(model):
            change(model, {}, business_id=dan.pk)()
            found = findings(books)
        name = {BillLine: "line", PaymentLink: "link"}.get(model, model.__name__.lower())
        assert any(one.startswith(f"S12 {name} ") and "another business" in one for one in found), found


def test_a_link_that_outlives_its_visit_is_found(books):
    with below_every_guard(Bill):
        bill = first(PaymentLink, closed_at=None).bill
        Bill.objects.filter(pk=bill.pk).update(ended_at=books.now - timedelta(seconds=1))
        found = findings(books)
    assert any("still live although its visit ended" in one for one in found), found


def test_a_message_that_nobody_sends_or_that_says_it_twice_is_found(books):
    message = Message(
        business=books.business, type="payment_link", channel="sms", address="+49151", purpose_key="one",
        key="1" * 32, state="queued", created_at=books.now, next_attempt_at=books.now,
    )  # fmt: skip
    message.save()
    assert findings(books) == set()
    with below_every_guard(Message):
        Message.objects.update(next_attempt_at=None)
        assert findings(books) == {f"L5 message {message.pk}: queued, and nobody will send it"}
    with below_every_guard(Message):
        double(Message, {}, key="2" * 32)()
        assert findings(books) == {f"S14 business {books.business.pk}: two messages for one purpose"}


def test_the_findings_are_bounded_and_only_those_of_the_business_asked_for(books, monkeypatch):
    monkeypatch.setattr(audit_books, "MAX_FINDINGS", 3)
    with below_every_guard(Bill):
        Bill.objects.update(total_minor=F("total_minor") + 1)
        assert len(audit_books.audit_books(now=books.now)) == 3
        assert len(audit_books.audit_books(now=books.now, business_id=books.business.pk)) == 3
        assert audit_books.audit_books(now=books.now, business_id=books.business.pk + 1) == []
        with pytest.raises(audit_books.BooksError, match=r"S1 bill \d+: total"):
            audit_books.assert_books(now=books.now)
    audit_books.assert_books(now=books.now)
