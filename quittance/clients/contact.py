"""Phone numbers and email addresses as they are stored, and names as they are searched."""

from __future__ import annotations

import unicodedata
from typing import Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from quittance.clients.models import ContactPoint

_MAX_EMAIL = 254
# Letters that Unicode does not decompose although people type them without the stroke.
_PLAIN: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h", "ð": "d"})


class ContactError(ValueError):
    """What was typed cannot be stored; `field` names it and the text says what to type instead."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def phone_number(text: str, *, country: str) -> str:
    """The number in E.164 (`+4917612345678`); without a country code it is one of `country`."""
    try:
        parsed = phonenumbers.parse(text.strip(), country)
    except phonenumbers.NumberParseException as error:
        raise ContactError(ContactPoint.PHONE, _how_to_type_a_phone(country)) from error
    if not phonenumbers.is_valid_number(parsed):
        raise ContactError(ContactPoint.PHONE, _how_to_type_a_phone(country))
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def readable_phone(number: str) -> str:
    """`+49 176 12345678` for people; what cannot be read is given back as it is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def email_address(text: str) -> str:
    """The address in lower case, checked for its form only."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ContactError(ContactPoint.EMAIL, _("Type an email address, for example chloe@example.org.")) from error
    if len(address) > _MAX_EMAIL:
        raise ContactError(ContactPoint.EMAIL, _("This email address is too long. Check it for a slip."))
    return address


def searchable(text: str) -> str:
    """Letters without case and accents, one space between words, in any script: `Élodie` finds `elodie`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_PLAIN).split())


def _how_to_type_a_phone(country: str) -> str:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return _("Type the phone number with + and the country code.")
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return _("Type the whole phone number, for example %(national)s, or with + and the country code.") % {
        "national": national
    }
