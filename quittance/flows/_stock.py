"""What a bill sells leaves the shelf once, and comes back once when it is not sold after all."""

from __future__ import annotations

from datetime import datetime

from quittance.bills.models import Bill, BillLine
from quittance.catalog import stock
from quittance.core.actor import Actor


def follow_stock(*, actor: Actor, bill: Bill, line_id: int | None = None, now: datetime) -> None:
    """The movements of one line, or of all lines, agree with what they sell now. The bill is locked."""
    rows = BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, product__isnull=False)
    if line_id is not None:
        rows = rows.filter(pk=line_id)
    # Always in the order of the products, so that two visits that sell the same never wait for each other.
    for line in rows.select_related("product").order_by("product_id", "pk"):
        assert line.product is not None  # noqa: S101 - by the filter above
        is_sold = line.removed_at is None and bill.ended_at is None
        stock.follow_line(
            product=line.product,
            line_id=line.pk,
            sold=line.quantity if is_sold else 0,
            actor_id=actor.user_id,
            now=now,
        )
