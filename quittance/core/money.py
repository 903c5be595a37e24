"""Money as whole minor units with a currency.

A bare number never stands for money anywhere in Quittance, and a float never comes near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

from quittance.core.words import gettext_noop as _

# ISO 4217 list one: only the currencies that do not have two decimals stand here.
_ZERO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = {
    **dict.fromkeys(_ZERO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
# One hundred thousand million minor units: larger than any bill, small enough for a 64-bit column.
MAX_MINOR = 10**11


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies met where one currency was expected."""


class AmountError(ValueError):
    """A typed amount that cannot be read; the text says what to type instead."""


def exponent(currency: str) -> int:
    """How many decimals the currency has by ISO 4217 (JPY 0, EUR 2, KWD 3)."""
    return _EXPONENTS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `minor` counts the smallest unit, so 12.34 EUR is `Money(1234, "EUR")`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {type(self.minor).__name__}")
        if not _CURRENCY.match(self.currency):
            raise ValueError(f"not an ISO 4217 currency code: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly: `Decimal("12.34")`."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, factor: int) -> Money:
        if type(factor) is not int:
            raise TypeError("money is multiplied by whole numbers only")
        return Money(self.minor * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __str__(self) -> str:
        return f"{self.decimal:f} {self.currency}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} met {other.currency}")
        return other


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum; the currency is named because the list may be empty."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def smaller(left: Money, right: Money) -> Money:
    return min(left, right)


def larger(left: Money, right: Money) -> Money:
    return max(left, right)


def split_by_weights(whole: Money, weights: Sequence[int]) -> list[Money]:
    """Split so that the parts sum to the whole, the largest remainders taking the odd units.

    Weights are whole and not negative; when all are zero the first part takes everything.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("weights must be whole numbers of zero or more, at least one of them")
    weight_sum = sum(weights)
    if weight_sum == 0:
        weights, weight_sum = [1, *[0] * (len(weights) - 1)], 1
    sign = -1 if whole.minor < 0 else 1
    shares = [divmod(abs(whole.minor) * weight, weight_sum) for weight in weights]
    parts = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: (-shares[index][1], index))
    for index in by_remainder[: abs(whole.minor) - sum(parts)]:
        parts[index] += 1
    return [Money(sign * part, whole.currency) for part in parts]


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest whole, halves away from zero; denominator above zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def round_to_multiple(amount: Money, step_minor: int) -> Money:
    """The nearest multiple of a step, for cash where small coins do not exist; 0 or 1: unchanged."""
    if step_minor <= 1:
        return amount
    return Money(round_half_up(amount.minor, step_minor) * step_minor, amount.currency)


# The smallest coin, in minor units, where it is more than one of them.
_COINS = {
    "AUD": 5,
    "CAD": 5,
    "CHF": 5,
    "CZK": 100,
    "DKK": 50,
    "HUF": 500,
    "NOK": 100,
    "NZD": 10,
    "SEK": 100,
    "ZAR": 10,
}


def coin_minor(currency: str) -> int:
    """The smallest coin in use; cash comes in multiples of it."""
    return _COINS.get(currency, 1)


def in_coins(amount: Money) -> Money:
    """What is handed over in cash for an amount: the nearest that there are coins for, halves up."""
    return round_to_multiple(amount, coin_minor(amount.currency))


def parse_amount(text: str, currency: str) -> Money:
    """Read what a person typed: `12`, `12,5`, `12.50`, `1 234,50`, `1.234,50`, `1,234.50`.

    Only ASCII digits count. The last separator with at most as many digits behind it as the currency
    has decimals is the decimal mark; the others must group thousands.
    """
    digits = exponent(currency)
    compact = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    sign, body = (-1, compact[1:]) if compact.startswith("-") else (1, compact)
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*", body) or len(body) > 20:
        raise AmountError(_how_to_type(digits))
    parts = re.split(r"[.,]", body)
    separators = re.findall(r"[.,]", body)
    whole, fraction = body, ""
    if separators and len(parts[-1]) <= digits:
        whole, fraction = body[: -len(parts[-1]) - 1], parts[-1]
        separators = separators[:-1]
        if separators and body[-len(parts[-1]) - 1] in separators:
            raise AmountError(_how_to_type(digits))
    if separators and (len(set(separators)) > 1 or not re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+", whole)):
        raise AmountError(_how_to_type(digits))
    number = int(re.sub(r"[.,]", "", whole) + fraction.ljust(digits, "0"))
    if number > MAX_MINOR:
        raise AmountError(_("This amount is too large. Check the number of digits."))
    return Money(sign * number, currency)


def _how_to_type(digits: int) -> str:
    if digits == 0:
        return _("Type the amount in digits, for example 1250.")
    if digits == 2:
        return _("Type the amount in digits, for example 12.50.")
    return _("Type the amount in digits, for example 12.500.")
