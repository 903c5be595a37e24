"""How Stripe counts money: its own decimals, its own last digits, its least and greatest charges.

Written from docs.stripe.com/currencies. It differs from ISO 4217 (core.money) on purpose: ISK and UGX are whole in
life and written with two zeros here, MGA is written without decimals, dinars must end in 0. HUF and TWD are charged
with two decimals; only their payouts are whole, so nothing special stands here for them.
"""

from __future__ import annotations

from quittance.core.money import Money, round_half_up
from quittance.core.money import exponent as iso_exponent

_ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_DECIMAL = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# Amounts must be a multiple of this, in Stripe's units.
_STEP = dict.fromkeys(_THREE_DECIMAL, 10) | {"ISK": 100, "UGX": 100}
# In Stripe's units; where Stripe names none, the least step.
_MINIMUM = {
    "AED": 200,
    "AUD": 50,
    "BGN": 100,
    "BRL": 50,
    "CAD": 50,
    "CHF": 50,
    "CZK": 1500,
    "DKK": 250,
    "EUR": 50,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
    "INR": 50,
    "JPY": 50,
    "MXN": 1000,
    "MYR": 200,
    "NOK": 300,
    "NZD": 50,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "SGD": 50,
    "THB": 1000,
    "USD": 50,
}
# Eight digits, save where a unit is worth so little that Stripe allows more.
_MAXIMUM_DIGITS = {"COP": 10, "HUF": 10, "IDR": 12, "INR": 9, "JPY": 10, "TWD": 10, "VND": 10}
_DIGITS = 8


def stripe_exponent(currency: str) -> int:
    """How many decimals an amount of the API has."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def payable_amount(amount: Money) -> Money:
    """The amount, rounded down to what Stripe can charge: never more than is owed."""
    unit = _unit(amount.currency)
    return Money(amount.minor - amount.minor % unit, amount.currency)


def to_stripe(amount: Money) -> int:
    """ValueError where Stripe cannot charge exactly this."""
    if amount.minor % _unit(amount.currency):
        raise ValueError(f"{amount} cannot be charged exactly; ask for payable_amount first")
    shift = stripe_exponent(amount.currency) - iso_exponent(amount.currency)
    return amount.minor * _ten(shift) // _ten(-shift)


def from_stripe(amount: int, currency: str) -> Money:
    """What they say, in our units. Exact for every amount that they can charge; their fees may need rounding."""
    code = currency.upper()
    shift = stripe_exponent(code) - iso_exponent(code)
    return Money(round_half_up(amount * _ten(-shift), _ten(shift)), code)


def minimum(currency: str) -> Money:
    return from_stripe(_MINIMUM.get(currency, _STEP.get(currency, 1)), currency)


def maximum(currency: str) -> Money:
    greatest = _ten(_MAXIMUM_DIGITS.get(currency, _DIGITS)) - 1
    return from_stripe(greatest - greatest % _STEP.get(currency, 1), currency)


def _unit(currency: str) -> int:
    """The least step of a charge, in our minor units."""
    shift = stripe_exponent(currency) - iso_exponent(currency)
    step = _STEP.get(currency, 1)
    return max(1, step * _ten(-shift) // _ten(shift))


def _ten(power: int) -> int:
    """Ten to a power; 1 for a negative one, so that shifts of both signs read alike."""
    return int("1" + "0" * power)
