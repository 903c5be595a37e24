"""Money cases: what a person may have to decide, with exactly the amount in question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quittance.bills.models import Bill, MoneyCase
from quittance.core.money import Money

OVERPAID = "overpaid"
LATE = "late"
AMOUNT_DIFFERS = "amount_differs"
CURRENCY_DIFFERS = "currency_differs"
UNMATCHED = "unmatched"
CANCELLED_PAID = "cancelled_paid"
NO_ANSWER = "no_answer"


def open_case(
    *,
    business_id: int,
    kind: str,
    amount: Money,
    now: datetime,
    bill: Bill | None = None,
    payment_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> MoneyCase:
    """The open case of this kind for the bill or the payment; made when there is none."""
    found = MoneyCase.objects.filter(business_id=business_id, kind=kind, payment_id=payment_id)
    if payment_id is None:
        found = found.filter(bill=bill, resolved_at__isnull=True)
    row = found.first()
    if row is not None:
        return row
    return MoneyCase.objects.create(
        business_id=business_id,
        location_id=bill.location_id if bill else None,
        bill=bill,
        payment_id=payment_id,
        kind=kind,
        amount_minor=amount.minor,
        currency=amount.currency,
        detail=detail or {},
        opened_at=now,
    )


def open_unmatched_case(
    *, business_id: int, amount: Money, reference: str, detail: dict[str, Any], now: datetime
) -> bool:
    """Money that names us and fits no payment of ours; one case per id of theirs. False: it has one."""
    known = MoneyCase.objects.filter(business_id=business_id, kind=UNMATCHED, detail__reference=reference)
    if known.exists():
        return False
    MoneyCase.objects.create(
        business_id=business_id,
        kind=UNMATCHED,
        amount_minor=amount.minor,
        currency=amount.currency,
        detail={**detail, "reference": reference},
        opened_at=now,
    )
    return True


def sync_excess_case(*, bill: Bill, now: datetime) -> None:
    """Keep the overpayment case equal to the excess: open it, correct its amount, or close it."""
    excess = max(0, bill.settled_minor - bill.total_minor)
    row = MoneyCase.objects.filter(
        business_id=bill.business_id,
        bill=bill,
        kind=OVERPAID,
        payment_id__isnull=True,
        resolved_at__isnull=True,
    ).first()
    if row is None:
        if excess:
            amount = Money(excess, bill.currency)
            open_case(business_id=bill.business_id, kind=OVERPAID, amount=amount, now=now, bill=bill)
    elif not excess:
        row.resolved_at, row.resolution = now, "no longer overpaid"
        row.save(update_fields=["resolved_at", "resolution"])
    elif row.amount_minor != excess:
        row.amount_minor = excess
        row.save(update_fields=["amount_minor"])
