"""Money and instants as people of a locale write them (CLDR through Babel).

Babel looks everything up anew each time, and a page says the same prices, days and hours over and over: what was
said last is kept, within bounds.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_interval, format_skeleton
from babel.dates import format_time as babel_time
from babel.numbers import NumberPattern, format_currency, parse_pattern

from quittance.core.money import Money, exponent

_LETTER_MEETS_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_LETTERS_AND_SIGN = re.compile(r"[A-Za-z]+[$£¥]")
_EUROPEAN = {"en": "en_GB", "pt": "pt_PT"}
_KEPT_LOCALES, _KEPT_TEXTS = 64, 4096


def known_locale(code: str) -> Locale:
    """The Babel locale of a code like `de` or `pt-BR`; English where it is unknown.

    Plain `en` and `pt` are written as in Europe: `26 Nov`, 14:00, `60,00 €`. An American place says `en-US`, `pt-BR`.
    Arabic has the digits 0 to 9, as cards, banks and most shops show them there, and the currency after them.
    """
    return _locale(code)


def format_money(money: Money, locale: str) -> str:
    """`60,00 €` in German, `€60.00` in English; decimals are the currency's own, never CLDR's."""
    return _money(money.minor, money.currency, locale)


def format_day(day: date, locale: str) -> str:
    """`Thu 26 Nov` in the locale's own way of saying it."""
    return _day(day, locale)


def format_days(first: date, last: date, locale: str) -> str:
    """A stretch of days: `23 – 29 Nov`."""
    return str(format_interval(first, last, skeleton="MMMd", locale=known_locale(locale)))


def format_date(day: date, locale: str) -> str:
    """A full date with the year: `26 Nov 2026`."""
    known = known_locale(locale)
    # Arabic's own short form is all numbers, which marks of direction turn round: the month's name is unmistakable.
    return babel_date(day, format="long" if known.language == "ar" else "medium", locale=known)


def format_time(at: datetime, locale: str, time_zone: str) -> str:
    """The wall clock at the location; `at` is aware."""
    return _wall_clock(at, locale, time_zone)


def format_datetime(at: datetime, locale: str, time_zone: str) -> str:
    """Day and wall clock at the location: `Thu 26 Nov, 14:00`."""
    local = at.astimezone(ZoneInfo(time_zone))
    comma = "،" if known_locale(locale).language == "ar" else ","
    return f"{format_day(local.date(), locale)}{comma} {format_time(at, locale, time_zone)}"


def colon(locale: str) -> str:
    """The colon after a label: French keeps it apart from the word."""
    return "\u202f:" if known_locale(locale).language == "fr" else ":"


# What is kept stands behind functions with full types: a kept function takes whatever can be a key.


@lru_cache(maxsize=_KEPT_LOCALES)
def _locale(code: str) -> Locale:
    # What stands behind -x- is ours and changes no number and no date.
    code = code.partition("-x-")[0]
    try:
        return Locale.parse(_EUROPEAN.get(code, code).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@lru_cache(maxsize=_KEPT_TEXTS)
def _money(minor: int, currency: str, locale: str) -> str:
    amount, pattern = Money(minor, currency).decimal, _money_pattern(exponent(currency), locale)
    text = format_currency(amount, currency, pattern, locale=_locale(locale), currency_digits=False)
    # CLDR wants a space between a code of letters and the digits; Babel leaves it out.
    text = _LETTER_MEETS_DIGIT.sub("\u00a0", text)
    return _kept_together(text) if _locale(locale).text_direction == "rtl" else text


def _kept_together(text: str) -> str:
    """From right to left the sign of `US$` and a minus would change sides: marks of direction hold them."""
    return _LETTERS_AND_SIGN.sub("\\g<0>\u200e", text).replace("-", "\u200e-")


@lru_cache(maxsize=_KEPT_LOCALES)
def _money_pattern(digits: int, locale: str) -> NumberPattern:
    fraction = "." + "0" * digits if digits else ""
    parts = _locale(locale).currency_formats["standard"].pattern.split(";")
    return parse_pattern(";".join(part.replace(".00", fraction, 1) for part in parts))


@lru_cache(maxsize=_KEPT_TEXTS)
def _day(day: date, locale: str) -> str:
    return format_skeleton("MMMEd", datetime(day.year, day.month, day.day, tzinfo=UTC), locale=_locale(locale))


@lru_cache(maxsize=_KEPT_TEXTS)
def _wall_clock(at: datetime, locale: str, time_zone: str) -> str:
    return babel_time(at, format="short", tzinfo=ZoneInfo(time_zone), locale=_locale(locale))
