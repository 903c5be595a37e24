"""Read an email address or a phone number that somebody typed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

from quittance.rows.fields import key_ring

_EMAIL = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@[^\s<>@,;:\"()\[\]\\]+\.[^\s<>@,;:\"()\[\]\\.]{2,}\Z")
_LONGEST = 254
# With the plus sign: no mobile number of the world is shorter.
_SHORTEST_PHONE = 9


class AddressError(ValueError):
    """The text says what to type instead."""


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """`value` is as contact points hold it: E.164, or an email in lower case."""

    channel: str
    value: str


def read_address(text: str, *, country: str) -> TypedAddress:
    """An email address goes by email, a phone number by SMS; numbers without a country code are of `country`."""
    typed = text.strip()
    if "@" in typed:
        if len(typed) > _LONGEST or ".." in typed or not _EMAIL.match(typed):
            raise AddressError(_("This email address is not complete. Check it, for example chloe@example.com."))
        return TypedAddress("email", typed.lower())
    return TypedAddress("sms", _phone(typed, country))


def short_hash(address: str) -> str:
    """Tells addresses apart in a purpose key without repeating them."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def unreadable(address: str) -> str:
    """What is kept of the address of somebody who was forgotten: it can be met again, and not be read."""
    return "mac:" + key_ring().mac(f"suppressed address {address}")


def _phone(typed: str, country: str) -> str:
    hint = _("This is not a phone number. Type it with its country code, for example +49 151 23456789.")
    if not typed or len(typed) > 32 or not re.fullmatch(r"[+0-9()\s./-]+", typed):
        raise AddressError(hint)
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        raise AddressError(hint) from None
    complete = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or len(complete) < _SHORTEST_PHONE:
        raise AddressError(_("This phone number has too few or too many digits. Check it."))
    return complete
