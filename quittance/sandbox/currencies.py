"""The sandbox's own currency table, written from docs.stripe.com/currencies.

It is deliberately not shared with the product: a product that multiplies by 100 on the way out and divides by 100 on
the way back
agrees with itself, never with this table.
"""

from decimal import Decimal

ZERO_DECIMAL = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
# Without a minor unit in life, but written with two decimals that must be 00 in Stripe's API.
WRITTEN_WITH_TWO_ZEROS = frozenset({"isk", "ugx"})
# Charged with two decimals, paid out without any.
WHOLE_IN_PAYOUTS = frozenset({"huf", "twd"})

_TWO_DECIMAL = (
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc "
    "cve czk dkk dop "
    "dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp "
    "lkr lrd lsl mad "
    "mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd sar sbd "
    "scr sek sgd shp "
    "sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd uyu uzs wst xcd yer zar zmw"
)
ALL = frozenset(_TWO_DECIMAL.split()) | ZERO_DECIMAL | THREE_DECIMAL

# Smallest charge in the API's units (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
MINIMUM = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400,
    "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200,
    "sek": 300, "sgd": 50,
    "thb": 1000, "usd": 50,
}  # fmt: skip
MAXIMUM = 99_999_999


def exponent(currency: str) -> int:
    """How many digits of an API amount stand behind the decimal point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def major(amount: int, currency: str) -> Decimal:
    """What the card holder is really charged, in whole units: 1234 eur -> 12.34, 5000 jpy -> 5000, 50000 isk -> 500."""
    value = Decimal(amount).scaleb(-exponent(currency))
    return value.quantize(Decimal(1)) if currency in WRITTEN_WITH_TWO_ZEROS else value


def wrong_shape(amount: int, currency: str) -> str | None:
    """Why Stripe could not charge this amount in this currency, or None."""
    if currency in THREE_DECIMAL and amount % 10:
        return (
            f"Invalid amount: {currency.upper()} has three decimals, and the last digit must be 0. "
            f"Use {amount - amount % 10} or {amount - amount % 10 + 10}."
        )
    if currency in WRITTEN_WITH_TWO_ZEROS and amount % 100:
        return f"Invalid amount: {currency.upper()} is written with two decimals that must be 00. {amount} is not."
    return None


def shown(amount: int, currency: str) -> str:
    """An amount for a person: ``12.34 EUR``."""
    return f"{major(amount, currency):,} {currency.upper()}"
