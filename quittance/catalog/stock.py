"""What lies on the shelf. The caller is a flow with a transaction open that holds the lock of the line's bill."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from quittance.catalog.models import Product, StockMovement

MAX_COUNT = 1_000_000
SALE, RETURN, CORRECTION = "sale", "return", "correction"


def follow_line(*, product: Product, line_id: int, sold: int, actor_id: int | None, now: datetime) -> int:
    """Make the movements of this line of a bill add up to minus `sold`; returns the change, 0 when they did.

    Repeatable: what the line has moved before is read, not remembered. A count below zero is allowed, since the
    goods went over the counter whatever the count says.
    """
    mine = StockMovement.objects.filter(line_id=line_id)
    moved = mine.aggregate(sum=Sum("quantity"))["sum"] or 0
    # What is not counted is not begun; what was counted when it was sold comes back when it is removed.
    if not product.counts_stock and not moved:
        return 0
    change = -sold - moved
    if change == 0:
        return 0
    _move(
        StockMovement(
            business_id=product.business_id,
            product=product,
            kind=SALE if change < 0 else RETURN,
            quantity=change,
            line_id=line_id,
            serial=mine.count(),
            actor_id=actor_id,
            at=now,
        )
    )
    return change


def correct(*, product: Product, counted: int, note: str, actor_id: int | None, now: datetime) -> int:
    """Somebody counted: the movement that leads from what we thought to what is there. The product is locked."""
    change = counted - product.stock_count
    if change:
        _move(
            StockMovement(
                business_id=product.business_id,
                product=product,
                kind=CORRECTION,
                quantity=change,
                note=note.strip()[:200],
                actor_id=actor_id,
                at=now,
            )
        )
    return change


def differing_products(*, scope: Q, limit: int = 100) -> list[tuple[int, int, int]]:
    """(product, its count, the sum of its movements) where the two differ; empty while all is well."""
    rows = Product.objects.filter(scope).annotate(moved=Coalesce(Sum("movements__quantity"), 0))
    wrong = rows.exclude(stock_count=F("moved")).order_by("pk")[:limit]
    return list(wrong.values_list("pk", "stock_count", "moved"))


def _move(movement: StockMovement) -> None:
    Product.objects.filter(pk=movement.product_id).update(stock_count=F("stock_count") + movement.quantity)
    movement.save(force_insert=True)
