"""Credits: lines below zero that take back a part of the price, tax included, rate by rate."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict

from django.db.models import Max, Sum
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _noop

from quittance.bills.amounts import PPM
from quittance.bills.models import Bill, BillLine
from quittance.bills.queries import CREDIT
from quittance.core.money import Money, round_half_up, split_by_weights

_NAMES: Final = {
    "refund": _noop("Refund"),
    "cancelled": _noop("Visit cancelled"),
    "released": _noop("Booking released"),
    "dispute": _noop("Lost dispute"),
}


def add_credit(
    *, bill: Bill, amount_minor: int, reason: str, refund_id: int | None = None, dispute_id: int | None = None
) -> None:
    """One line a tax rate, in the shares in which the rates stand on the bill now.

    The amount must be above zero and at most the bill's total. The caller brings the totals in step.
    """
    if not 0 < amount_minor <= bill.total_minor:
        raise ValueError(f"a credit of {amount_minor} on a total of {bill.total_minor}")
    rates = [rate for rate in _rates(bill) if rate["gross"] > 0]
    parts = split_by_weights(Money(amount_minor, bill.currency), [rate["gross"] for rate in rates])
    last = bill.lines.aggregate(last=Max("position"))["last"] or 0
    name = _name(bill, reason)
    for place, (rate, part) in enumerate(zip(rates, parts, strict=True), start=1):
        if part.is_zero:
            continue
        tax = _tax_of(part.minor, rate)
        BillLine.objects.create(
            business_id=bill.business_id,
            bill=bill,
            position=last + place,
            kind=CREDIT,
            name=name,
            unit_minor=0,
            tax_name=rate["tax_name"],
            tax_ppm=rate["tax_ppm"],
            taxation_system=rate["taxation_system"],
            gross_minor=-part.minor,
            net_minor=tax - part.minor,
            tax_minor=-tax,
            refund_id=refund_id,
            dispute_id=dispute_id,
        )


def remove_credit(*, bill: Bill, refund_id: int, now: datetime) -> None:
    """The refund failed: the price stands again. The caller brings the totals in step."""
    BillLine.objects.filter(
        business_id=bill.business_id, bill_id=bill.pk, refund_id=refund_id, removed_at__isnull=True
    ).update(removed_at=now)


def keep_more(*, bill: Bill, minor: int, now: datetime) -> int:
    """An ended visit costs more after all: its ending takes back less. Returns how much of `minor` that covers."""
    own = BillLine.objects.filter(
        business_id=bill.business_id,
        bill_id=bill.pk,
        kind=CREDIT,
        refund_id__isnull=True,
        dispute_id__isnull=True,
        removed_at__isnull=True,
    )
    dropped = -(own.aggregate(sum=Sum("gross_minor"))["sum"] or 0)
    covered = min(minor, dropped)
    if covered:
        own.update(removed_at=now)
        bill.total_minor += dropped
        if dropped > covered:
            add_credit(bill=bill, amount_minor=dropped - covered, reason=bill.ended_reason)
    return covered


def document_language(bill: Bill) -> str:
    """What papers of this bill are written in: the client's language, else the location's."""
    return (bill.client.language if bill.client else "") or bill.location.language


class _Rate(TypedDict):
    tax_name: str
    tax_ppm: int
    taxation_system: str
    gross: int
    tax: int


def _rates(bill: Bill) -> list[_Rate]:
    rows = BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, removed_at__isnull=True)
    sums = rows.values("tax_name", "tax_ppm", "taxation_system").annotate(
        gross=Sum("gross_minor"), tax=Sum("tax_minor")
    )
    return [_Rate(**row) for row in sums.order_by("tax_ppm", "tax_name", "taxation_system")]


def _tax_of(part_minor: int, rate: _Rate) -> int:
    """The last credit of a rate takes its whole rest, so that no cent of tax is left behind."""
    if part_minor == rate["gross"]:
        return rate["tax"]
    return round_half_up(part_minor * rate["tax_ppm"], PPM + rate["tax_ppm"])


def _name(bill: Bill, reason: str) -> str:
    with override(document_language(bill)):
        return gettext(_NAMES[reason])
