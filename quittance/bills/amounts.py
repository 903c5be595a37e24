"""The arithmetic of a bill, in whole minor units and without the database.

Tax is rounded per line, halves away from zero; a total is the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quittance.core.money import MAX_MINOR, Money, round_half_up

PPM = 1_000_000


class LineError(ValueError):
    """A line that cannot be: the text says what to change."""


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """gross = net + tax, each of the bill's currency in minor units."""

    gross_minor: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class BillFacts:
    """What is owed: due = total − settled − disputed, never below zero and zero once the bill has ended.

    Money that a bank disputes settles nothing and is not asked for again either.
    """

    total: Money
    tax: Money
    settled: Money
    refunding: Money
    refunded: Money
    disputed: Money
    ended: bool
    price_open: bool

    @property
    def due(self) -> Money:
        covered = self.settled + self.disputed
        if self.ended or covered >= self.total:
            return Money.zero(self.total.currency)
        return self.total - covered

    @property
    def excess(self) -> Money:
        return Money(max(0, self.settled.minor - self.total.minor), self.total.currency)


def line_amounts(
    *,
    unit_minor: int,
    quantity: int,
    discount_ppm: int,
    discount_minor: int,
    tax_ppm: int,
    prices_include_tax: bool,
) -> LineAmounts:
    """Amounts of one line; raises LineError with a sentence when a number is out of bounds."""
    if not 1 <= quantity <= 10_000:
        raise LineError(_("The quantity must be between 1 and 10,000."))
    if not 0 <= unit_minor <= MAX_MINOR:
        raise LineError(_("The price must be zero or more."))
    full = unit_minor * quantity
    if not 0 <= discount_ppm <= PPM:
        raise LineError(_("The discount must be between 0 and 100 percent."))
    if not 0 <= discount_minor <= full:
        raise LineError(_("The discount cannot be larger than the price."))
    asked = full - discount_minor - round_half_up(full * discount_ppm, PPM)
    if asked > MAX_MINOR:
        raise LineError(_("This amount is too large. Check the price and the quantity."))
    if prices_include_tax:
        tax = round_half_up(asked * tax_ppm, PPM + tax_ppm)
        return LineAmounts(gross_minor=asked, net_minor=asked - tax, tax_minor=tax)
    tax = round_half_up(asked * tax_ppm, PPM)
    return LineAmounts(gross_minor=asked + tax, net_minor=asked, tax_minor=tax)


@dataclass(frozen=True, slots=True)
class TaxSplit:
    name: str
    ppm: int
    net_minor: int
    tax_minor: int
    gross_minor: int


def tax_split(lines: Iterable[tuple[str, int, LineAmounts]]) -> list[TaxSplit]:
    """Sums by (tax name, rate), in the order in which the rates first occur."""
    sums: dict[tuple[str, int], list[int]] = {}
    for name, ppm, amounts in lines:
        entry = sums.setdefault((name, ppm), [0, 0, 0])
        entry[0] += amounts.net_minor
        entry[1] += amounts.tax_minor
        entry[2] += amounts.gross_minor
    return [
        TaxSplit(name=name, ppm=ppm, net_minor=net, tax_minor=tax, gross_minor=gross)
        for (name, ppm), (net, tax, gross) in sums.items()
    ]
