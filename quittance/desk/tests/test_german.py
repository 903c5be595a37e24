"""The German catalog of the desk: complete, nothing left over, and saying the same with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils import translation

from quittance.desk.languages import DESK_LANGUAGES
from quittance.ui.tests.messages_of import PACKAGE, messages_of, messages_on_paper, plurals_of

# What the desk's catalog holds: its own texts, and what the rooms below it say there. `ui` and `bills` have their own.
ROOMS: Final = (
    "desk", "flows", "calendar", "payments", "messages", "drawers", "wallets", "catalog", "clients", "businesses", "core",
    "message_channels", "payment_systems", "bills", "documents", "pay_desks", "reminders",
)  # fmt: skip
BELOW: Final = ("ui", "bills")
LANGUAGES: Final = sorted(set(DESK_LANGUAGES) - {"en"})
# Words that are the same in both languages.
SAME: Final = {
    "de": {
        "%(at)s: %(why)s", "%(n)s min", "20 %", "Barcode", "Code", "Computer", "CSV", "IBAN", "in %(n)d h", "in %(n)d min",
        "Link", "Links", "live", "Logo", "Name", "Passkey", "Passkeys", "Person", "PIN", "QR", "Port", "Region",
        "Salon", "SMS (Twilio)", "Status", "Text", "Webhook",
    },
}  # fmt: skip
_PLACEHOLDER: Final = re.compile(r"%\([a-z_]+\)[a-z]|\{[^}]*\}|%%|</?\w+>")


def catalog_of(room: str, language: str) -> Catalog:
    path = PACKAGE / room / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as lines:
        return read_po(lines, locale=language)


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(map(str, text))


def _texts(catalog: Catalog) -> Iterator[tuple[Message, str, tuple[str, ...], tuple[str, ...]]]:
    """Each message with its key, its English forms and its translated forms."""
    for message in catalog:
        if not message.id:
            continue
        english, said = _forms(message.id), _forms(message.string)
        context = f"{message.context}\x04" if message.context else ""
        yield message, context + english[0], english, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_desk_is_translated_and_none_is_left_over(language: str):
    texts = {key: (english, said) for _, key, english, said in _texts(catalog_of("desk", language))}
    below = messages_of("ui") | messages_on_paper()
    wanted = {key: plural for key, plural in plurals_of(*ROOMS).items() if key not in below}

    assert sorted(set(wanted) - set(texts)) == []
    assert sorted(set(texts) - set(wanted)) == []
    assert [key for key, (_, said) in texts.items() if not all(form.strip() for form in said)] == []
    assert [key for key, (english, said) in texts.items() if len(said) != len(english)] == []
    assert [key for key, plural in wanted.items() if plural and texts[key][0][1:] != (plural,)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_placeholders(language: str):
    for _, key, english, said in _texts(catalog_of("desk", language)):
        for ours, theirs in zip(english, said, strict=True):
            missing = set(_PLACEHOLDER.findall(ours)) ^ set(_PLACEHOLDER.findall(theirs))
            # One of something may be said without its number.
            assert missing <= ({"%(n)s"} if len(english) > 1 else set()), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_was_left_in_english(language: str):
    same = {key for _, key, english, said in _texts(catalog_of("desk", language)) if english == said}

    assert same - SAME[language] == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_two_rooms_have_is_said_alike(language: str):
    """Django reads all catalogs into one, so which of two translations were shown would be chance."""
    theirs = {key: said for room in (*BELOW, "pay") for _, key, _, said in _texts(catalog_of(room, language))}

    assert {
        key: (said, theirs[key])
        for _, key, _, said in _texts(catalog_of("desk", language))
        if theirs.get(key, said) != said
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_django_says_what_our_catalog_says(language: str):
    """Django and allauth translate some of the same words in their own way."""
    with translation.override(language):
        others = {
            key: translation.gettext(key)
            for _, key, english, said in _texts(catalog_of("desk", language))
            if len(english) == 1 and "\x04" not in key and translation.gettext(key) != said[0]
        }
    assert others == {}
