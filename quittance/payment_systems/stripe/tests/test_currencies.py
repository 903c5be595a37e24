"""Stripe's way of counting, judged by the sandbox's table, which was written apart from ours."""

from decimal import Decimal

import pytest

from quittance.core.money import Money, exponent
from quittance.payment_systems.stripe import currencies
from quittance.sandbox import currencies as judge

ALL = sorted(code.upper() for code in judge.ALL)


@pytest.mark.parametrize("code", ALL)
def test_in_every_currency_what_we_send_is_what_the_card_holder_pays(code):
    for minor in (0, 10, 100, 500, 1230, 12300, 4_567_800, 99_999_900):
        wanted = currencies.payable_amount(Money(minor, code))
        sent = currencies.to_stripe(wanted)
        assert judge.wrong_shape(sent, code.lower()) is None
        assert judge.major(sent, code.lower()) == wanted.decimal
        assert currencies.from_stripe(sent, code.lower()) == wanted


@pytest.mark.parametrize("code", ALL)
def test_what_can_be_charged_is_never_more_than_what_is_owed_and_differs_by_less_than_one_step(code):
    for minor in range(1, 260):
        owed = Money(minor, code)
        payable = currencies.payable_amount(owed)
        assert payable <= owed
        assert currencies.payable_amount(payable) == payable
        step = {"MGA": 100}.get(code, 10 if exponent(code) == 3 else 1)
        assert owed.minor - payable.minor < step


@pytest.mark.parametrize(
    ("money", "sent"),
    [
        (Money(5000, "JPY"), 5000),
        (Money(1234, "EUR"), 1234),
        (Money(5120, "KWD"), 5120),
        (Money(500, "ISK"), 50000),
        (Money(1000, "UGX"), 100000),
        (Money(10050, "HUF"), 10050),
        (Money(50000, "MGA"), 500),
    ],
    ids=str,
)
def test_amounts_are_written_as_stripe_writes_them(money, sent):
    """T03."""
    assert currencies.to_stripe(money) == sent
    assert currencies.from_stripe(sent, money.currency.lower()) == money


@pytest.mark.parametrize("money", [Money(5124, "KWD"), Money(12345, "MGA")], ids=str)
def test_an_amount_that_cannot_be_charged_exactly_is_not_sent(money):
    with pytest.raises(ValueError, match="payable_amount"):
        currencies.to_stripe(money)


@pytest.mark.parametrize("code", sorted(judge.MINIMUM))
def test_the_least_charge_is_the_one_that_stripe_names(code):
    assert currencies.minimum(code.upper()).decimal == judge.major(judge.MINIMUM[code], code)


def test_where_stripe_names_no_least_charge_it_is_one_step():
    assert currencies.minimum("KWD") == Money(10, "KWD")
    assert currencies.minimum("ISK") == Money(1, "ISK")
    assert currencies.minimum("TRY") == Money(1, "TRY")


def test_the_greatest_charge_has_eight_digits_save_where_units_are_small():
    assert currencies.maximum("EUR").decimal == Decimal("999999.99")
    assert currencies.maximum("KWD").decimal == Decimal("99999.990")
    assert currencies.maximum("ISK") == Money(999_999, "ISK")
    assert currencies.maximum("JPY") == Money(9_999_999_999, "JPY")
    for code in ALL:
        assert currencies.payable_amount(currencies.maximum(code)) == currencies.maximum(code)


def test_a_fee_below_our_smallest_unit_is_rounded():
    assert currencies.from_stripe(150, "isk") == Money(2, "ISK")
    assert currencies.from_stripe(-149, "isk") == Money(-1, "ISK")
