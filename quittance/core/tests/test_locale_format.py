from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quittance.core.locale_format import colon, format_date, format_datetime, format_money
from quittance.core.money import Money

AT = datetime(2026, 11, 26, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "money", "when"),
    [
        ("en", "€1,234.50", "Thu 26 Nov, 14:00"),
        ("de", "1.234,50\u00a0€", "Do., 26. Nov., 14:00"),
        ("fr", "1\u202f234,50\u00a0€", "jeu. 26 nov., 14:00"),
        ("es", "1.234,50\u00a0€", "jue, 26 nov, 14:00"),
        ("it", "1.234,50\u00a0€", "gio 26 nov, 14:00"),
        ("nl", "€\u00a01.234,50", "do 26 nov, 14:00"),
    ],
)
def test_each_language_writes_money_and_time_its_own_way(language: str, money: str, when: str) -> None:
    assert format_money(Money(123450, "EUR"), language) == money
    assert format_datetime(AT, language, "Europe/Berlin") == when


def test_plain_portuguese_is_that_of_europe() -> None:
    assert (
        format_money(Money(123450, "EUR"), "pt")
        == format_money(Money(123450, "EUR"), "pt-PT")
        == "1\u00a0234,50\u00a0€"
    )
    assert format_money(Money(123450, "BRL"), "pt-BR") == "R$\u00a01.234,50"
    assert format_date(AT.date(), "pt") == "26/11/2026"


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (123456, "EUR", "\u200f1,234.56\u00a0€"),
        (6000, "USD", "\u200f60.00\u00a0US$\u200e"),
        (-6000, "EUR", "\u200f\u200e-60.00\u00a0€"),
        (6000, "AED", "\u200f60.00\u00a0د.إ.\u200f"),
    ],
)
def test_amounts_in_arabic_have_the_digits_that_cards_and_banks_show_there(minor, currency, written):
    assert format_money(Money(minor, currency), "ar") == written


def test_day_and_hour_in_arabic_are_joined_by_an_arabic_comma():
    at = datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert format_datetime(at, "ar", "Europe/Berlin").split() == ["الخميس،", "26", "نوفمبر،", "2:00", "م"]


def test_french_keeps_a_colon_apart() -> None:
    assert [f"Total{colon(language)}" for language in ("fr", "fr-CH", "en", "nl")] == [
        "Total\u202f:",
        "Total\u202f:",
        "Total:",
        "Total:",
    ]
