"""Test cards and test bank accounts, as Stripe's documentation lists them, and what each does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    does: str  # pay | decline | challenge
    code: str = ""
    decline_code: str = ""
    message: str = ""
    refunds: str = ""  # pending | fail_later: overrides the account's habit
    disputed: bool = False


def _declined(code: str, decline_code: str, message: str) -> Outcome:
    return Outcome("decline", code, decline_code, message)


GOOD_CARD = "4242424242424242"
CARDS = {
    GOOD_CARD: Outcome("pay"),
    "5555555555554444": Outcome("pay"),
    "378282246310005": Outcome("pay"),
    "4000000000000002": _declined("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": _declined("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "4000000000009987": _declined("card_declined", "lost_card", "Your card was declined."),
    "4000000000000069": _declined("expired_card", "", "Your card has expired."),
    "4000000000000127": _declined("incorrect_cvc", "", "Your card's security code is incorrect."),
    "4000000000000119": _declined(
        "processing_error", "", "An error occurred while processing your card. Try again in a little bit."
    ),
    "4000002500003155": Outcome("challenge"),
    "4000002760003184": Outcome("challenge"),
    "4000000000003220": Outcome("challenge"),
    "4000000000007726": Outcome("pay", refunds="pending"),
    "4000000000005126": Outcome("pay", refunds="fail_later"),
    "4000000000000259": Outcome("pay", disputed=True),
}
GOOD_IBAN = "DE89370400440532013000"
BAD_IBAN = "DE62370400440532013001"

_BRANDS = (("4", "visa"), ("5", "mastercard"), ("2", "mastercard"), ("3", "amex"), ("6", "discover"))


def brand(number: str) -> str:
    return next((name for start, name in _BRANDS if number.startswith(start)), "unknown")


def outcome(number: str) -> Outcome:
    """An unknown number is declined as Stripe's test mode declines real cards."""
    known = CARDS.get(number)
    if known:
        return known
    if not _luhn(number):
        return _declined("incorrect_number", "", "Your card number is incorrect.")
    return _declined("card_declined", "test_mode_live_card", "Your card was declined. This page takes test cards only.")


def _luhn(number: str) -> bool:
    if not number.isascii() or not number.isdigit() or not 12 <= len(number) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
