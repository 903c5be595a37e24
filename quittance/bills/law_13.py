"""What goes back by itself: only what two online payments, or money after the visit's end, made too much.

What a person made too much (a lower price, cash beside a payment) waits for somebody with the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from quittance.bills.models import Bill, Tender


@dataclass(frozen=True, slots=True)
class TooMuch:
    """How much of a tender goes back by itself, from when on."""

    minor: int = 0
    at: datetime | None = None


def returns_itself(*, bill: Bill, kind: str, amount_minor: int, now: datetime) -> TooMuch:
    """Asked before the tender is written: what of it is too much, and why it is."""
    before = max(0, bill.settled_minor - bill.total_minor)
    after = max(0, bill.settled_minor + amount_minor - bill.total_minor)
    if kind != "online" or after == before:
        return TooMuch()
    if bill.ended_at is not None:
        return TooMuch(after - before, now) if bill.location.late_refund_by_itself else TooMuch()
    hours = bill.location.doubled_refund_hours
    online = sum(held_minor(tender) for tender in _online(bill))
    if hours is None or not online:
        return TooMuch()
    doubled = min(after - before, online + amount_minor - bill.total_minor)
    return TooMuch(doubled, now + timedelta(hours=hours)) if doubled > 0 else TooMuch()


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """What will go back by itself of a bill: newest payment first, never more than is too much by then."""

    minor: int
    at: datetime
    parts: tuple[tuple[Tender, int], ...]


def own_return(bill: Bill) -> OwnReturn | None:
    """None when nothing goes back by itself."""
    left = bill.settled_minor - bill.total_minor
    if left <= 0:
        return None
    parts: list[tuple[Tender, int]] = []
    times: list[datetime] = []
    for tender in reversed(_online(bill)):
        part = min(left, tender.returns_itself_minor, held_minor(tender))
        if part > 0 and tender.returns_itself_at is not None:
            parts.append((tender, part))
            times.append(tender.returns_itself_at)
            left -= part
    if not parts:
        return None
    return OwnReturn(sum(part for _, part in parts), min(times), tuple(parts))


def held_minor(tender: Tender) -> int:
    """What the business still holds of a tender: neither voided, gone back, nor disputed."""
    if tender.voided_at is not None:
        return 0
    return tender.amount_minor - tender.returned_minor - tender.disputed_minor


def _online(bill: Bill) -> list[Tender]:
    rows = Tender.objects.filter(business_id=bill.business_id, bill_id=bill.pk, kind="online")
    return list(rows.order_by("pk"))
