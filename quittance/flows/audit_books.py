"""Read all the books and say what is wrong with them: the invariants that must hold after every step.

The names are those of docs/reliability.md. `quittance doctor --books` runs it on live books, and every
test of money ends with it. It reads only, in pages, and stops at a bound of findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from quittance.audit.models import AuditEntry
from quittance.bills.actions import HAND_TENDERS, VALUE_TENDERS
from quittance.bills.cases import EXCESS_KINDS
from quittance.bills.models import Bill, BillLine, JournalEntry, MoneyCase, NumberSeries, Receipt, Tender
from quittance.bills.queries import settled_by_journal
from quittance.calendar.models import Appointment, Visit
from quittance.catalog.stock import differing_products
from quittance.flows._audit_drawers import drawer_findings
from quittance.flows._audit_returns import Finding, returns_findings
from quittance.flows._audit_wallets import wallet_findings
from quittance.messages.models import Message
from quittance.payments.models import Payment, PaymentLink, PaymentReference

MAX_FINDINGS = 100
_PAGE = 500
# As long as the worker asks about a payment whose page has run out.
_ASKED_FOR = timedelta(days=4)


_TAKEN = tuple(f"tender.{kind}" for kind in (*HAND_TENDERS, *VALUE_TENDERS))


class BooksError(AssertionError):
    """The books do not balance; the text lists every finding."""


def audit_books(*, now: datetime, business_id: int | None = None) -> list[Finding]:
    """Every finding, at most MAX_FINDINGS; empty when all is well. All businesses when none is named."""
    scope = Q() if business_id is None else Q(business_id=business_id)
    return list(islice(_all(scope, now), MAX_FINDINGS))


def assert_books(*, now: datetime) -> None:
    """Raise BooksError with every finding, one a line."""
    findings = audit_books(now=now)
    if findings:
        raise BooksError("\n".join(str(finding) for finding in findings))


def _all(scope: Q, now: datetime) -> Iterator[Finding]:
    yield from _conservation(scope)
    yield from _lines(scope)
    yield from _one_tender_per_payment(scope)
    yield from _overpayments(scope)
    yield from returns_findings(scope)
    yield from wallet_findings(scope)
    yield from drawer_findings(scope)
    yield from _payable_pages(scope, now)
    yield from _payments(scope, now)
    yield from _receipts(scope)
    yield from _tenants(scope)
    yield from _messages(scope)
    yield from _trail(scope)
    yield from _stock(scope)


def _stock(scope: Q) -> Iterator[Finding]:
    """What a product says lies on the shelf is what its movements add up to."""
    for product_id, count, moved in differing_products(scope=scope):
        yield Finding("stock", f"product {product_id}", f"count {count}, movements {moved}")


def _pages(scope: Q) -> Iterator[list[Bill]]:
    last = 0
    while True:
        page = list(Bill.objects.filter(scope, pk__gt=last).order_by("pk")[:_PAGE])
        if not page:
            return
        yield page
        last = page[-1].pk


def _conservation(scope: Q) -> Iterator[Finding]:
    """S1: what the bill says is settled is what the journal and the tenders say."""
    for page in _pages(scope):
        ids = [bill.pk for bill in page]
        journal: dict[int, int] = {}
        for business_id in {bill.business_id for bill in page}:
            journal |= settled_by_journal(business_id=business_id, bill_ids=ids)
        tenders = dict(
            Tender.objects.filter(bill_id__in=ids, voided_at__isnull=True)
            .values_list("bill_id")
            .annotate(sum=Sum(F("amount_minor") - F("returned_minor") - F("disputed_minor")))
        )
        for bill in page:
            by_journal, by_tenders = journal.get(bill.pk, 0), tenders.get(bill.pk, 0)
            if not bill.settled_minor == by_journal == by_tenders:
                text = f"settled {bill.settled_minor}, journal {by_journal}, tenders {by_tenders}"
                yield Finding("S1", f"bill {bill.pk}", text)
    wrong = Tender.objects.filter(scope).exclude(currency=F("bill__currency"))
    for tender in wrong[:_PAGE]:
        yield Finding("S11", f"tender {tender.pk}", f"{tender.currency} on a bill of another currency")
    entries = JournalEntry.objects.filter(scope).filter(Q(amount_minor__lte=0) | Q(from_account=F("to_account")))
    for entry in entries[:_PAGE]:
        yield Finding("S1", f"journal {entry.pk}", "an entry with one side or no amount")


def _lines(scope: Q) -> Iterator[Finding]:
    """S1, S11: stored totals equal recomputed ones; every part sums to its whole."""
    for page in _pages(scope):
        ids = [bill.pk for bill in page]
        sums = {
            row["bill_id"]: row
            for row in BillLine.objects.filter(bill_id__in=ids, removed_at__isnull=True)
            .values("bill_id")
            .annotate(gross=Sum("gross_minor"), tax=Sum("tax_minor"))
        }
        for bill in page:
            row = sums.get(bill.pk, {"gross": 0, "tax": 0})
            if (bill.total_minor, bill.tax_minor) != (row["gross"], row["tax"]):
                text = f"total {bill.total_minor} tax {bill.tax_minor}, lines {row['gross']} {row['tax']}"
                yield Finding("S1", f"bill {bill.pk}", text)


def _one_tender_per_payment(scope: Q) -> Iterator[Finding]:
    """S2: one success at the payment system makes one tender; their ids are stored once."""
    twice = Tender.objects.filter(scope, payment_id__isnull=False).values("payment_id")
    for row in twice.annotate(n=Count("id")).filter(n__gt=1)[:_PAGE]:
        yield Finding("S2", f"payment {row['payment_id']}", "has more than one tender")
    references = PaymentReference.objects.filter(scope).values("account_id", "kind", "value")
    for stored in references.annotate(n=Count("id")).filter(n__gt=1)[:_PAGE]:
        yield Finding("S2", f"account {stored['account_id']}", f"one {stored['kind']} is stored twice")


def _overpayments(scope: Q) -> Iterator[Finding]:
    """S3: no silent overpayment, and no case for one that is not there."""
    cases: dict[int | None, int] = {}
    for case in MoneyCase.objects.filter(scope, kind__in=EXCESS_KINDS.values(), subject="", resolved_at__isnull=True):
        if case.bill_id in cases:
            yield Finding("S3", f"bill {case.bill_id}", "two open cases of overpayment")
        cases[case.bill_id] = case.amount_minor
    over = Bill.objects.filter(scope, settled_minor__gt=F("total_minor"))
    for bill in over[:_PAGE]:
        excess = bill.settled_minor - bill.total_minor
        if cases.pop(bill.pk, 0) != excess:
            yield Finding("S3", f"bill {bill.pk}", f"overpaid by {excess} without a case of that amount")
    for bill_id in cases:
        yield Finding("S3", f"bill {bill_id}", "a case of overpayment, but nothing is overpaid")


def _payable_pages(scope: Q, now: datetime) -> Iterator[Finding]:
    """S5: at most one payable page per bill, at the bill's own version, currency and due."""
    live = Payment.objects.filter(scope, state__in=Payment.LIVE, superseded_at__isnull=True).select_related("bill")
    seen: set[int] = set()
    for payment in live.iterator(chunk_size=_PAGE):
        row, bill = f"payment {payment.pk}", payment.bill
        if bill.pk in seen:
            yield Finding("S5", row, "a second payable page for one bill")
        seen.add(bill.pk)
        if payment.bill_version != bill.version:
            text = f"asks for version {payment.bill_version}, the bill is at {bill.version}"
            yield Finding("S5", row, text)
        due = 0 if bill.ended_at else bill.total_minor - bill.settled_minor - bill.disputed_minor
        asks = payment.amount_minor + payment.value_minor
        if payment.currency != bill.currency or asks > due:
            yield Finding("S5", row, f"asks {asks} {payment.currency}, due is {due}")
    links = PaymentLink.objects.filter(scope, closed_at__isnull=True).values("bill_id")
    for found in links.annotate(n=Count("id")).filter(n__gt=1)[:_PAGE]:
        yield Finding("S5", f"bill {found['bill_id']}", "two live links")
    ended = PaymentLink.objects.filter(scope, closed_at__isnull=True, bill__ended_at__lt=now)
    for link in ended[:_PAGE]:
        yield Finding("S5", f"link {link.pk}", "still live although its visit ended")


def _payments(scope: Q, now: datetime) -> Iterator[Finding]:
    """S4, S7, L1's near half: paid means recorded money, recorded money means paid, once and for ever."""
    tenders = set(Tender.objects.filter(scope, payment_id__isnull=False).values_list("payment_id", flat=True))
    parked = set(JournalEntry.objects.filter(scope, kind="unallocated").values_list("payment_id", flat=True))
    paid = Payment.objects.filter(scope, state="paid").values_list("pk", "captured_currency", "bill__currency")
    recorded = tenders | parked
    for payment_id, captured_currency, currency in paid.iterator(chunk_size=_PAGE):
        expected = tenders if captured_currency == currency else parked
        if payment_id not in expected:
            yield Finding("S4", f"payment {payment_id}", "is paid, but its money is not in the books")
        recorded.discard(payment_id)
    for unpaid_id in recorded:
        yield Finding("S7", f"payment {unpaid_id}", "has money in the books, but is not paid")
    resting = Payment.objects.filter(scope, next_attempt_at__isnull=True, lease_until__isnull=True)
    recent = resting.filter(expires_at__gt=now - _ASKED_FOR)
    for payment in recent.exclude(state__in=Payment.FINAL)[:_PAGE]:
        yield Finding("L3", f"payment {payment.pk}", f"{payment.state}, and nobody will ask about it")


def _receipts(scope: Q) -> Iterator[Finding]:
    """I1: numbers without gaps; a receipt for each tender, and one more for each void."""
    for series in NumberSeries.objects.filter(scope):
        of_refunds = Q(refund_id__isnull=series.name == "receipt")
        count = Receipt.objects.filter(of_refunds, location_id=series.location_id).count()
        if count != series.last_number:
            text = f"{count} papers of the series {series.name}, but its last number is {series.last_number}"
            yield Finding("I1", f"location {series.location_id}", text)
    has_receipt = Receipt.objects.filter(tender=OuterRef("pk"), refund_id__isnull=True)
    for tender in Tender.objects.filter(scope).exclude(Exists(has_receipt))[:_PAGE]:
        yield Finding("I1", f"tender {tender.pk}", "has no receipt")


def _tenants(scope: Q) -> Iterator[Finding]:
    """S12: rows that belong together belong to one business."""
    pairs = (
        ("visit", Visit.objects.exclude(business_id=F("bill__business_id"))),
        ("visit", Visit.objects.filter(client__isnull=False).exclude(business_id=F("client__business_id"))),
        ("appointment", Appointment.objects.exclude(business_id=F("staff__business_id"))),
        ("line", BillLine.objects.exclude(business_id=F("bill__business_id"))),
        ("tender", Tender.objects.exclude(business_id=F("bill__business_id"))),
        ("link", PaymentLink.objects.exclude(business_id=F("bill__business_id"))),
        ("payment", Payment.objects.exclude(business_id=F("bill__business_id"))),
        ("payment", Payment.objects.exclude(business_id=F("account__business_id"))),
        ("receipt", Receipt.objects.exclude(business_id=F("bill__business_id"))),
    )
    for name, rows in pairs:
        for row in rows.filter(scope)[:_PAGE]:
            yield Finding("S12", f"{name} {row.pk}", "points into another business")


def _messages(scope: Q) -> Iterator[Finding]:
    """S14: one purpose, one message; none is left where nobody will look at it."""
    twice = Message.objects.filter(scope).values("business_id", "purpose_key")
    for row in twice.annotate(n=Count("id")).filter(n__gt=1)[:_PAGE]:
        yield Finding("S14", f"business {row['business_id']}", "two messages for one purpose")
    stuck = Message.objects.filter(
        scope, state__in=("queued", "calling"), next_attempt_at__isnull=True, lease_until__isnull=True
    )
    for message in stuck[:_PAGE]:
        yield Finding("L5", f"message {message.pk}", f"{message.state}, and nobody will send it")


def _trail(scope: Q) -> Iterator[Finding]:
    """S16: every payment that became paid, and every tender taken by hand, stands in the trail."""
    noted = set(AuditEntry.objects.filter(scope, action="payment.paid").values_list("subject_id", flat=True))
    paid = Payment.objects.filter(scope, state="paid").values_list("pk", flat=True)
    for payment_id in paid.iterator(chunk_size=_PAGE):
        if payment_id not in noted:
            yield Finding("S16", f"payment {payment_id}", "became paid without a trace")
    by_hand = Tender.objects.filter(scope).exclude(kind="online").values("bill_id").annotate(n=Count("id"))
    traces = dict(AuditEntry.objects.filter(scope, action__in=_TAKEN).values_list("subject_id").annotate(n=Count("id")))
    for row in by_hand.iterator(chunk_size=_PAGE):
        if traces.get(row["bill_id"], 0) != row["n"]:
            text = f"{row['n']} tenders by hand, {traces.get(row['bill_id'], 0)} in the trail"
            yield Finding("S16", f"bill {row['bill_id']}", text)
