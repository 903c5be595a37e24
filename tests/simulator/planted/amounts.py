"""What could be wrong about amounts and currencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

from quittance.bills import actions as bills
from quittance.bills import returns
from quittance.bills.cases import sync_excess_case
from quittance.bills.models import BillLine, MoneyCase
from quittance.core.money import Money
from quittance.core.money import exponent as digits
from quittance.payment_systems.stripe import currencies, page, translate
from tests.simulator.planted.bug import planted


@planted(
    "ignore currency",
    "What was captured is in the currency that was asked for; what else could it be in.",
    caught_by=("S11",),
    profiles=("calm", "post", "crowd"),
)
def ignore_currency() -> Iterator[None]:
    captured = translate._captured

    def in_ours(session: Any, intent: Any, charge: Any) -> Money:
        asked = charge and {**charge, "currency": session["currency"]}
        return captured(session, intent, asked)

    with mock.patch.object(translate, "_captured", in_ours):
        yield


@planted(
    "x100 both ways",
    "Amounts go out times a hundred and come back divided by a hundred, whatever the currency.",
    caught_by=("S5", "S11", "contract"),
    profiles=("calm", "post"),
)
def times_hundred() -> Iterator[None]:
    def out(amount: Money) -> int:
        return int(amount.minor * 100 // 10 ** digits(amount.currency))

    def back(amount: int, currency: str) -> Money:
        return Money(amount * 10 ** digits(currency.upper()) // 100, currency.upper())

    with (
        mock.patch.object(currencies, "to_stripe", out),
        mock.patch.object(page, "to_stripe", out),
        mock.patch.object(currencies, "from_stripe", back),
        mock.patch.object(translate, "from_stripe", back),
    ):
        yield


@planted(
    "float sum",
    "The total is the sum of the lines in euros, taken back to cents.",
    caught_by=("S1",),
    profiles=("calm", "crowd"),
)
def float_sum() -> Iterator[None]:
    exact = bills.recompute

    def rough(bill: Any, *, now: Any) -> None:
        exact(bill, now=now)
        lines = BillLine.objects.filter(bill_id=bill.pk, removed_at__isnull=True).order_by("pk")
        total = 0.0
        for gross in lines.values_list("gross_minor", flat=True):
            total += gross / 100
        if int(total * 100) != bill.total_minor:
            bill.total_minor = int(total * 100)
            bill.save(update_fields=["total_minor"])
            sync_excess_case(bill=bill, now=now)

    with mock.patch.object(bills, "recompute", rough), mock.patch.object(returns, "recompute", rough):
        yield


@planted(
    "excess case never corrected",
    "The case of what is too much keeps the amount with which it was opened.",
    caught_by=("S3",),
    profiles=("calm", "crowd", "post"),
    favours=("take",),
)
def excess_case_never_corrected() -> Iterator[None]:
    def open_only(*, bill: Any, now: Any) -> None:
        open_now = MoneyCase.objects.filter(bill=bill, subject="", resolved_at__isnull=True)
        if bill.settled_minor > bill.total_minor and open_now.exists():
            return
        sync_excess_case(bill=bill, now=now)

    with mock.patch.object(bills, "sync_excess_case", open_only):
        yield
