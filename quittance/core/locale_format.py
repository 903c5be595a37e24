"""Money and instants as people of a locale write them (CLDR through Babel)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton
from babel.dates import format_time as babel_time
from babel.numbers import format_currency

from quittance.core.money import Money, exponent

_LETTER_MEETS_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def known_locale(code: str) -> Locale:
    """The Babel locale of a code like `de` or `pt-BR`; English where it is unknown.

    Plain `en` is written as in Europe, day before month and 14:00: an American place says `en-US`.
    """
    try:
        return Locale.parse("en_GB" if code == "en" else code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def format_money(money: Money, locale: str) -> str:
    """`60,00 €` in German, `€60.00` in English; decimals are the currency's own, never CLDR's."""
    digits = exponent(money.currency)
    pattern = known_locale(locale).currency_formats["standard"].pattern
    fraction = "." + "0" * digits if digits else ""
    whole_and_fraction = ";".join(_with_decimals(part, fraction) for part in pattern.split(";"))
    text = format_currency(
        money.decimal, money.currency, whole_and_fraction, locale=known_locale(locale), currency_digits=False
    )
    # CLDR wants a space between a code of letters and the digits; Babel leaves it out.
    return _LETTER_MEETS_DIGIT.sub("\u00a0", text)


def format_day(day: date, locale: str) -> str:
    """`Thu 26 Nov` in the locale's own way of saying it."""
    return format_skeleton("MMMEd", datetime(day.year, day.month, day.day, tzinfo=UTC), locale=known_locale(locale))


def format_date(day: date, locale: str) -> str:
    """A full date with the year: `26 Nov 2026`."""
    return babel_date(day, format="medium", locale=known_locale(locale))


def format_time(at: datetime, locale: str, time_zone: str) -> str:
    """The wall clock at the location; `at` is aware."""
    return babel_time(at, format="short", tzinfo=ZoneInfo(time_zone), locale=known_locale(locale))


def format_datetime(at: datetime, locale: str, time_zone: str) -> str:
    """Day and wall clock at the location: `Thu 26 Nov, 14:00`."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{format_day(local.date(), locale)}, {format_time(at, locale, time_zone)}"


def _with_decimals(pattern: str, fraction: str) -> str:
    return pattern.replace(".00", fraction, 1)
