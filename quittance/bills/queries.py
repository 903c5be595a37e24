"""Money facts of bills. Every query takes the business.

The few rows of one bill are put in order here, not by the database: an ORDER BY doubles what Django spends on
making the statement, and the page behind a payment link is made of such statements.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from django.db.models import Sum

from quittance.bills.amounts import BillFacts
from quittance.bills.models import Bill, BillLine, JournalEntry, MoneyCase, Receipt, Tender
from quittance.core.money import Money

BILL_ACCOUNT = "bill"
REFUNDING = "refunding"
DISPUTED = "disputed"
UNALLOCATED = "unallocated"
CREDIT = "credit"


def facts(bill: Bill) -> BillFacts:
    """Total, settled, due and excess of a bill that is in memory already."""
    return BillFacts(
        total=Money(bill.total_minor, bill.currency),
        tax=Money(bill.tax_minor, bill.currency),
        settled=Money(bill.settled_minor, bill.currency),
        refunding=Money(bill.refunding_minor, bill.currency),
        refunded=Money(bill.refunded_minor, bill.currency),
        disputed=Money(bill.disputed_minor, bill.currency),
        ended=bill.ended_at is not None,
        price_open=bill.price_open,
    )


def bill_by_id(*, business_id: int, bill_id: int) -> Bill:
    """Raises Bill.DoesNotExist, also for a bill of another business."""
    return Bill.objects.select_related("location", "client", "business").get(business_id=business_id, pk=bill_id)


def lines_of(bill: Bill) -> list[BillLine]:
    """What was sold, in order; removed lines stay in the table only."""
    return [line for line in lines_and_credits_of(bill) if line.kind != CREDIT]


def credits_of(bill: Bill) -> list[BillLine]:
    """What was taken back of the price: refunds, a cancelled visit, a lost dispute."""
    return [line for line in lines_and_credits_of(bill) if line.kind == CREDIT]


def lines_and_credits_of(bill: Bill) -> list[BillLine]:
    """All that makes the total, in order."""
    rows = BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, removed_at__isnull=True)
    return sorted(rows, key=attrgetter("position", "pk"))


def tenders_of(bill: Bill) -> list[Tender]:
    """All tenders, voided ones too, in the order in which they were taken."""
    return list(Tender.objects.filter(business_id=bill.business_id, bill_id=bill.pk).order_by("id"))


def receipts_of(bill: Bill) -> list[Receipt]:
    """Every paper: receipts, credit notes, and what cancels one of them."""
    return list(Receipt.objects.filter(business_id=bill.business_id, bill_id=bill.pk).order_by("id"))


def counting_receipts_of(bill: Bill) -> list[Receipt]:
    """The receipts that still count, with their tenders: neither cancelled nor cancelling."""
    return [paper for paper in counting_papers_of(bill) if paper.refund_id is None]


def counting_papers_of(bill: Bill) -> list[Receipt]:
    """The same with the credit notes, which have a `refund_id`."""
    rows = Receipt.objects.filter(
        business_id=bill.business_id, bill_id=bill.pk, cancels__isnull=True, cancelled_by__isnull=True
    )
    return sorted(rows.select_related("tender"), key=attrgetter("pk"))


def receipt_of_tender(*, business_id: int, tender_id: int) -> Receipt | None:
    """The one that was given for it, also when it was cancelled since; never a credit note."""
    return Receipt.objects.filter(
        business_id=business_id, tender_id=tender_id, cancels__isnull=True, refund_id__isnull=True
    ).first()


def receipt_by_id(*, business_id: int, receipt_id: int) -> Receipt:
    """Raises Receipt.DoesNotExist, also for a receipt of another business."""
    return Receipt.objects.get(business_id=business_id, pk=receipt_id)


def open_cases_of(bill: Bill) -> list[MoneyCase]:
    return list(
        MoneyCase.objects.filter(business_id=bill.business_id, bill_id=bill.pk, resolved_at__isnull=True).order_by("id")
    )


def settled_by_journal(*, business_id: int, bill_ids: Iterable[int], account: str = BILL_ACCOUNT) -> dict[int, int]:
    """Minor units per bill: what came to the `bill` account (or another one) minus what left it."""
    rows = JournalEntry.objects.filter(business_id=business_id, bill_id__in=list(bill_ids))
    result: dict[int, int] = {}
    for side, sign in (("to_account", 1), ("from_account", -1)):
        sums = rows.filter(**{side: account}).values_list("bill_id").annotate(sum=Sum("amount_minor"))
        for bill_id, amount in sums:
            result[bill_id] = result.get(bill_id, 0) + sign * amount
    return result
