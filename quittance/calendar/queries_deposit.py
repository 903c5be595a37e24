"""What a visit asks for at booking: the deposits of its services, by the rules that hold now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from quittance.bills.models import Bill, BillLine
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.catalog.deposits import deposit_minor
from quittance.catalog.models import Service
from quittance.core.money import Money


def asks_deposit() -> Exists:
    """Whether any service that a visit sells has a deposit rule: for an annotation of visits."""
    lines = BillLine.objects.filter(bill_id=OuterRef("bill_id"), removed_at__isnull=True, service__isnull=False)
    return Exists(lines.exclude(service__deposit_kind=Service.NO_DEPOSIT))


def deposit_due(*, bill: Bill) -> Money:
    """What of the deposit is still open; zero without a rule, once enough was paid, or once the visit ended."""
    zero = Money.zero(bill.currency)
    now_due = facts(bill)
    if bill.ended_at is not None or not now_due.due.is_positive:
        return zero
    lines = BillLine.objects.filter(
        business_id=bill.business_id, bill_id=bill.pk, removed_at__isnull=True, service__isnull=False
    )
    asking = [
        line
        for line in lines.exclude(service__deposit_kind=Service.NO_DEPOSIT).select_related("service")
        if line.service is not None
    ]
    if not asking:
        return zero
    is_new = is_new_client(business_id=bill.business_id, client_id=bill.client_id, before_bill=bill.pk)
    minor = sum(
        deposit_minor(service=line.service, price_minor=line.gross_minor, is_new_client=is_new)
        for line in asking
        if line.service is not None
    )
    rest = Money(minor, bill.currency) - now_due.settled
    return min(max(rest, zero), now_due.due)


def is_new_client(*, business_id: int, client_id: int | None, before_bill: int | None = None) -> bool:
    """Nobody we know, or somebody who has no other visit, booked before this one, that was not cancelled."""
    if client_id is None:
        return True
    visits = Visit.objects.filter(business_id=business_id, client_id=client_id, cancelled_at__isnull=True)
    if before_bill is not None:
        visits = visits.filter(bill_id__lt=before_bill)
    return not visits.exists()
