"""The part of the audit about money that went back, or that a bank holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from quittance.audit.models import AuditEntry
from quittance.bills.models import Bill, BillLine, Receipt, Tender
from quittance.bills.queries import DISPUTED, REFUNDING, settled_by_journal
from quittance.payments.models import Dispute, Payment, Refund

_PAGE = 500
_UNDER_WAY = ("requested", "pending")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must never be: which invariant, which row, what the books say."""

    invariant: str
    row: str
    text: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.row}: {self.text}"


def returns_findings(scope: Q) -> Iterator[Finding]:
    yield from _bills(scope)
    yield from _tenders(scope)
    yield from _credits(scope)
    yield from _bounds(scope)
    yield from _papers(scope)
    yield from _followed(scope)
    yield from _tenants(scope)


def _bills(scope: Q) -> Iterator[Finding]:
    """S1: what is on its way, gone or disputed is what the refunds, the disputes and the journal say."""
    touched = Q(refunds__isnull=False) | Q(disputes__isnull=False)
    touched |= Q(refunding_minor__gt=0) | Q(refunded_minor__gt=0) | Q(disputed_minor__gt=0)
    bills = {bill.pk: bill for bill in Bill.objects.filter(scope).filter(touched).distinct()}
    refunds = Refund.objects.filter(bill_id__in=bills).exclude(state="failed")
    under_way = _sums(refunds.filter(state__in=_UNDER_WAY).values_list("bill_id", "price_minor", "excess_minor"))
    gone = _sums(refunds.filter(state="succeeded").values_list("bill_id", "price_minor", "excess_minor"))
    held = _sums(
        Dispute.objects.filter(bill_id__in=bills, state__in=("open", "lost"), decision="").values_list(
            "bill_id", "within_minor"
        )
    )
    in_journal: dict[str, dict[int, int]] = {REFUNDING: {}, DISPUTED: {}}
    for account, sums in in_journal.items():
        for business_id in {bill.business_id for bill in bills.values()}:
            sums.update(settled_by_journal(business_id=business_id, bill_ids=bills, account=account))
    for pk, bill in bills.items():
        for name, stored, counted in (
            ("on its way back", bill.refunding_minor, {under_way.get(pk, 0), in_journal[REFUNDING].get(pk, 0)}),
            ("refunded", bill.refunded_minor, {gone.get(pk, 0)}),
            ("disputed", bill.disputed_minor, {held.get(pk, 0), in_journal[DISPUTED].get(pk, 0)}),
        ):
            if counted != {stored}:
                yield Finding("S1", f"bill {pk}", f"{name} {stored}, counted {sorted(counted)}")


def _tenders(scope: Q) -> Iterator[Finding]:
    """S6: what a tender gave back is what its refunds and disputes say."""
    refunds = Refund.objects.filter(scope, tender__isnull=False).exclude(state="failed")
    back = _sums(refunds.values_list("tender_id", "price_minor", "excess_minor"))
    disputed = _sums(
        Dispute.objects.filter(scope, state__in=("open", "lost")).values_list("payment_id", "within_minor")
    )
    touched = Q(returned_minor__gt=0) | Q(disputed_minor__gt=0) | Q(pk__in=back) | Q(payment_id__in=disputed)
    for tender in Tender.objects.filter(scope).filter(touched):
        expected = back.get(tender.pk, 0), disputed.get(tender.payment_id or 0, 0)
        if (tender.returned_minor, tender.disputed_minor) != expected:
            text = f"returned and disputed {tender.returned_minor, tender.disputed_minor}, counted {expected}"
            yield Finding("S6", f"tender {tender.pk}", text)


def _credits(scope: Q) -> Iterator[Finding]:
    """S1: a refund of price carries a credit line of equal amount; one that failed carries none."""
    lines = BillLine.objects.filter(scope, refund_id__isnull=False, removed_at__isnull=True)
    credited = dict(lines.values_list("refund_id").annotate(sum=-Sum("gross_minor")))
    for refund in Refund.objects.filter(scope).select_related("bill"):
        expected = 0 if refund.state == "failed" else refund.price_minor
        found = credited.get(refund.pk, 0)
        # An ended visit costs no more than was agreed on, so there the credit of a failed refund stays.
        if found != expected and not (refund.state == "failed" and refund.bill.ended_at is not None):
            yield Finding("S1", f"refund {refund.pk}", f"undoes {expected} of the price, credited {found}")


def _bounds(scope: Q) -> Iterator[Finding]:
    """S6: we never ask back more than was captured; S11: in the currency in which it was captured."""
    asked = Refund.objects.filter(scope, payment__isnull=False).exclude(state="failed").exclude(origin="outside")
    for payment_id, asked_minor in _sums(asked.values_list("payment_id", "amount_minor")).items():
        captured = Payment.objects.values_list("captured_minor", flat=True).get(pk=payment_id) or 0
        if asked_minor > captured:
            yield Finding("S6", f"payment {payment_id}", f"asked back {asked_minor} of {captured}")
    wrong = Refund.objects.filter(scope, payment__isnull=False).exclude(currency=F("payment__captured_currency"))
    for refund in wrong[:_PAGE]:
        yield Finding("S11", f"refund {refund.pk}", f"{refund.currency} of a payment in another currency")


def _papers(scope: Q) -> Iterator[Finding]:
    """I1: a credit note for what reached the client, and none that counts for what did not."""
    notes = Receipt.objects.filter(scope, refund_id__isnull=False, cancels__isnull=True, cancelled_by__isnull=True)
    standing = list(notes.values_list("refund_id", flat=True))
    gone = set(
        Refund.objects.filter(scope, state="succeeded", tender__isnull=False)
        .filter(Q(price_minor__gt=0) | Q(excess_minor__gt=0))
        .values_list("pk", flat=True)
    )
    for refund_id in gone.symmetric_difference(standing):
        text = "has reached the client without a credit note" if refund_id in gone else "has a credit note too early"
        yield Finding("I1", f"refund {refund_id}", text)
    if len(standing) != len(set(standing)):
        yield Finding("I1", "credit notes", "a refund has two that count")


def _followed(scope: Q) -> Iterator[Finding]:
    """L3: somebody will ask about it. S16: money that went back stands in the trail."""
    asleep = Refund.objects.filter(scope, state__in=_UNDER_WAY, next_attempt_at__isnull=True, lease_until__isnull=True)
    for refund in asleep[:_PAGE]:
        yield Finding("L3", f"refund {refund.pk}", f"{refund.state}, and nobody will ask about it")
    traced = set(AuditEntry.objects.filter(scope, action="refund.requested").values_list("subject_id", flat=True))
    for refund_id in Refund.objects.filter(scope).values_list("pk", flat=True):
        if refund_id not in traced:
            yield Finding("S16", f"refund {refund_id}", "was made without a trace")


def _tenants(scope: Q) -> Iterator[Finding]:
    """S12: rows that belong together belong to one business, and to one bill."""
    pairs = (
        ("refund", Refund.objects.exclude(business_id=F("bill__business_id"))),
        ("refund", Refund.objects.filter(tender__isnull=False).exclude(bill_id=F("tender__bill_id"))),
        ("refund", Refund.objects.filter(payment__isnull=False).exclude(bill_id=F("payment__bill_id"))),
        ("dispute", Dispute.objects.exclude(business_id=F("bill__business_id"))),
        ("dispute", Dispute.objects.exclude(bill_id=F("payment__bill_id"))),
    )
    for name, rows in pairs:
        for row in rows.filter(scope)[:_PAGE]:
            yield Finding("S12", f"{name} {row.pk}", "points into another business or visit")


def _sums(rows: Iterable[tuple[int | None, *tuple[int, ...]]]) -> dict[int, int]:
    """From (id, amount, ...) to the sum of all amounts of each id."""
    sums: dict[int, int] = {}
    for key, *amounts in rows:
        # The callers leave out rows without one.
        sums[key or 0] = sums.get(key or 0, 0) + sum(amounts)
    return sums
