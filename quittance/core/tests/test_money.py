import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.core.locale_format import format_money
from quittance.core.money import (
    AmountError,
    CurrencyMismatchError,
    Money,
    parse_amount,
    round_half_up,
    round_to_multiple,
    split_by_weights,
    total,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12", "EUR", 1200),
        ("12,5", "EUR", 1250),
        ("12.50", "EUR", 1250),
        ("1.234,50", "EUR", 123450),
        ("1,234.50", "EUR", 123450),
        ("1 234,50", "EUR", 123450),
        ("1.234.567", "EUR", 123456700),
        ("5000", "JPY", 5000),
        ("5,000", "JPY", 5000),
        ("5.124", "KWD", 5124),
        ("-3", "EUR", -300),
    ],
)
def test_an_amount_is_read_as_a_person_types_it(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e9", "٣", "1,2,3", "1.2.3", "12,345,6.7", "NaN", "--1", "9" * 15, "1.234.5"]
)
def test_an_unreadable_amount_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AmountError, match=r"\.$"):
        parse_amount(text, "EUR")


def test_different_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatchError):
        _ = Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(CurrencyMismatchError):
        _ = Money(1, "EUR") < Money(1, "USD")


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        Money(1.0, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        _ = Money(100, "EUR") * 0.5  # type: ignore[operator]


@given(
    minor=st.integers(-(10**9), 10**9),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=8),
)
def test_split_parts_sum_to_the_whole(minor: int, weights: list[int]) -> None:
    whole = Money(minor, "EUR")
    parts = split_by_weights(whole, weights)
    assert total(parts, currency="EUR") == whole
    assert len(parts) == len(weights)


def test_the_largest_remainder_takes_the_odd_cent() -> None:
    assert [part.minor for part in split_by_weights(Money(100, "EUR"), [1, 1, 1])] == [34, 33, 33]


@pytest.mark.parametrize(("numerator", "expected"), [(5, 3), (-5, -3), (4, 2), (3, 2), (0, 0)])
def test_halves_round_away_from_zero(numerator: int, expected: int) -> None:
    assert round_half_up(numerator, 2) == expected


def test_cash_is_rounded_to_the_smallest_coin() -> None:
    assert round_to_multiple(Money(1528, "CHF"), 5) == Money(1530, "CHF")
    assert round_to_multiple(Money(1528, "EUR"), 1) == Money(1528, "EUR")


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(6000, "EUR"), "en", "€60.00"),
        (Money(123450, "EUR"), "de", "1.234,50\u00a0€"),
        (Money(5000, "JPY"), "en", "JP¥5,000"),
        (Money(5124, "KWD"), "en", "KWD\u00a05.124"),
        (Money(10050, "HUF"), "en", "HUF\u00a0100.50"),
    ],
)
def test_money_is_written_with_the_currencys_own_decimals(money: Money, locale: str, text: str) -> None:
    assert format_money(money, locale) == text
