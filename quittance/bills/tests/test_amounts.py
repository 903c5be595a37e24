"""The arithmetic of a bill to the last cent, at its bounds and just beyond them."""

from __future__ import annotations

import pytest

from quittance.bills.amounts import BillFacts, LineAmounts, LineError, TaxSplit, line_amounts, tax_split
from quittance.core.money import MAX_MINOR, Money


def amounts(**line):
    whole = {"unit_minor": 10_000, "quantity": 1, "discount_ppm": 0, "discount_minor": 0, "tax_ppm": 0}
    return line_amounts(**{**whole, "prices_include_tax": True, **line})


def facts(*, total=10_000, settled=0, disputed=0, refunding=0, refunded=0, ended=False):
    def eur(minor):
        return Money(minor, "EUR")

    return BillFacts(
        total=eur(total), tax=eur(0), settled=eur(settled), refunding=eur(refunding), refunded=eur(refunded),
        disputed=eur(disputed), ended=ended, price_open=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "gross", "net", "tax"),
    [
        ({}, 10_000, 10_000, 0),
        ({"tax_ppm": 190_000}, 10_000, 8_403, 1_597),
        ({"tax_ppm": 190_000, "prices_include_tax": False}, 11_900, 10_000, 1_900),
        ({"tax_ppm": 1_000_000}, 10_000, 5_000, 5_000),
        ({"quantity": 3}, 30_000, 30_000, 0),
        ({"quantity": 10_000}, 100_000_000, 100_000_000, 0),
        ({"quantity": 2, "discount_ppm": 250_000}, 15_000, 15_000, 0),
        ({"quantity": 2, "discount_minor": 1}, 19_999, 19_999, 0),
        ({"quantity": 2, "discount_minor": 20_000}, 0, 0, 0),
        ({"discount_ppm": 1_000_000}, 0, 0, 0),
        ({"unit_minor": 0}, 0, 0, 0),
        ({"unit_minor": MAX_MINOR}, MAX_MINOR, MAX_MINOR, 0),
        # Halves are rounded away from zero: half a cent of discount is a cent less, half a cent of tax a cent more.
        ({"unit_minor": 1, "discount_ppm": 500_000}, 0, 0, 0),
        ({"unit_minor": 5, "tax_ppm": 100_000, "prices_include_tax": False}, 6, 5, 1),
    ],
)
def test_a_line_is_its_net_and_its_tax(line, gross, net, tax):
    assert amounts(**line) == LineAmounts(gross_minor=gross, net_minor=net, tax_minor=tax)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"quantity": 0}, "The quantity must be between 1 and 10,000."),
        ({"quantity": 10_001}, "The quantity must be between 1 and 10,000."),
        ({"unit_minor": -1}, "The price must be zero or more."),
        ({"unit_minor": MAX_MINOR + 1}, "The price must be zero or more."),
        ({"discount_ppm": -1}, "The discount must be between 0 and 100 percent."),
        ({"discount_ppm": 1_000_001}, "The discount must be between 0 and 100 percent."),
        ({"discount_minor": -1}, "The discount cannot be larger than the price."),
        ({"discount_minor": 10_001}, "The discount cannot be larger than the price."),
        ({"quantity": 2, "discount_minor": 20_001}, "The discount cannot be larger than the price."),
        ({"unit_minor": MAX_MINOR, "quantity": 2}, "This amount is too large. Check the price and the quantity."),
    ],
)
def test_a_line_that_cannot_be_says_what_to_change(line, sentence):
    with pytest.raises(LineError) as caught:
        amounts(**line)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("state", "due", "excess"),
    [
        ({}, 10_000, 0),
        ({"settled": 9_999}, 1, 0),
        ({"settled": 10_000}, 0, 0),
        ({"settled": 10_001}, 0, 1),
        ({"settled": 4_000, "disputed": 6_000}, 0, 0),
        ({"settled": 4_000, "disputed": 5_999}, 1, 0),
        ({"settled": 4_000, "disputed": 7_000}, 0, 0),
        ({"refunding": 3_000, "refunded": 3_000}, 10_000, 0),
        ({"ended": True}, 0, 0),
        ({"ended": True, "settled": 10_001}, 0, 1),
    ],
)
def test_due_is_what_is_neither_settled_nor_disputed_and_excess_what_is_too_much(state, due, excess):
    seen = facts(**state)
    assert (seen.due, seen.excess) == (Money(due, "EUR"), Money(excess, "EUR"))


def test_taxes_are_summed_by_name_and_rate_as_they_first_occur():
    lines = [
        ("7 %", 70_000, LineAmounts(107, 100, 7)),
        ("19 %", 190_000, LineAmounts(119, 100, 19)),
        ("7 %", 70_000, LineAmounts(214, 200, 14)),
        ("7 %", 50_000, LineAmounts(1, 1, 0)),
    ]
    assert tax_split(lines) == [
        TaxSplit("7 %", 70_000, 300, 21, 321),
        TaxSplit("19 %", 190_000, 100, 19, 119),
        TaxSplit("7 %", 50_000, 1, 0, 1),
    ]
    assert tax_split([]) == []
