"""Every language says all that English says, with the same facts in it, and no SMS of it is dear."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

from quittance.core.locale_format import format_date, format_datetime
from quittance.message_channels.segments import sms_cost
from quittance.messages.texts.kinds import KINDS
from quittance.messages.texts.phrases import Phrases, TypePhrases, fill
from quittance.messages.texts.render import LANGUAGES, visits_text
from quittance.messages.texts.sms import MOST_SEGMENTS, fit

ENGLISH = LANGUAGES["en"]
OTHERS = [language for language in LANGUAGES if language != "en"]
EVERY_TEXT = [(language, key) for language in LANGUAGES for key in ENGLISH.types]
VALUES = {
    "business": "Ana's Salon",
    "client": "Chloe",
    "phone": "+49 30 555000",
    "staff": "Ben",
    "place": "Torstr. 1",
    "link": "https://pay.ana.example/p/abcdefghijklmnopqrstuv",
    "method": "Visa *4242",
    "code": "ABCD-EFGH-JKLM-NPQR",
    "until": "26.11.2027",
    "deadline": "25.11., 18:00",
    "membership": "Ten haircuts",
    "visits": "(10 visits)",
    "amount": "60,00 €",
    "rest": "40,00 €",
    "day": "26.11.",
    "when": "26.11., 14:00",
}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]*)\}", text))


def texts_of(phrases: Phrases | TypePhrases) -> dict[str, Any]:
    return {field.name: getattr(phrases, field.name) for field in fields(phrases)}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_types_of_english(language: str) -> None:
    assert list(LANGUAGES[language].types) == list(ENGLISH.types)
    assert set(KINDS) <= set(LANGUAGES[language].types)


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_around_a_text_are_complete(language: str) -> None:
    theirs = texts_of(LANGUAGES[language])
    for name, text in texts_of(ENGLISH).items():
        if isinstance(text, str):
            assert theirs[name].strip(), name
            assert theirs[name] != text or name == "why", name
            assert placeholders(theirs[name]) == placeholders(text), name


@pytest.mark.parametrize(("language", "key"), [one for one in EVERY_TEXT if one[0] != "en"])
def test_a_text_says_what_the_english_one_says(language: str, key: str) -> None:
    theirs = texts_of(LANGUAGES[language].types[key])
    for name, text in texts_of(ENGLISH.types[key]).items():
        if isinstance(text, str):
            assert bool(theirs[name].strip()) == bool(text), name
            assert not text or theirs[name] != text, name
            assert placeholders(theirs[name]) == placeholders(text), name
            continue
        assert len(theirs[name]) == len(text), name
        for mine, english in zip(theirs[name], text, strict=True):
            assert mine != english and placeholders(mine) == placeholders(english), mine


@pytest.mark.parametrize(("language", "key"), EVERY_TEXT)
def test_what_must_be_said_is_said(language: str, key: str) -> None:
    text, kind = LANGUAGES[language].types[key], KINDS.get(key)
    if kind is None:
        return
    for needed in kind.needed:
        assert all(needed in placeholders(phrase) for phrase in text.sms)
    mail = f"{text.heading} {text.intro} {text.note}"
    assert set(kind.needed_in_mail) <= placeholders(mail)
    assert placeholders(f"{mail} {text.subject} {text.button} {' '.join(text.sms)}") <= {*kind.placeholders, "link"}


@pytest.mark.parametrize(("language", "key"), EVERY_TEXT)
def test_sms_go_from_the_fullest_to_the_shortest_and_the_chosen_one_is_cheap(language: str, key: str) -> None:
    text = LANGUAGES[language].types[key]
    for phrases in filter(None, (text.sms, text.sms_closed)):
        named = [phrase for phrase in phrases if "{business}" in phrase]
        nameless = [phrase for phrase in phrases if "{business}" not in phrase]
        assert list(phrases) == named + nameless
        for group in (named, nameless):
            lengths = [len(fill(phrase, VALUES)) for phrase in group]
            assert lengths == sorted(lengths, reverse=True)
        chosen = fit(phrases, VALUES)
        assert sms_cost(chosen).segments <= MOST_SEGMENTS
        assert VALUES["business"] in chosen
        assert sms_cost(fill(phrases[0], VALUES)).segments <= 2 * MOST_SEGMENTS


# What has no long address in it fits one SMS of the shorter kind, too: its letters halve the room.
SHORT = (
    "gift_card_endless",
    "membership",
    "membership_endless",
    "visit_booked",
    "visit_moved",
    "visit_cancelled",
    "desk_code",
)


@pytest.mark.row("D3")
@pytest.mark.parametrize("key", SHORT)
@pytest.mark.parametrize("language", ["ar", "pl", "ru", "tr", "uk"])
def test_a_short_message_costs_one_sms_in_letters_beyond_the_phone_alphabet(language: str, key: str) -> None:
    own = {"code": "123456"} if key == "desk_code" else {}
    held = {"visits": visits_text(count=10, language=language), "until": format_date(date(2027, 11, 24), language)}
    when = format_datetime(datetime(2026, 11, 26, 13, tzinfo=UTC), language, "UTC")
    chosen = fit(LANGUAGES[language].types[key].sms, VALUES | own | held | {"when": when, "phone": ""})
    assert VALUES["business"] in chosen
    assert sms_cost(chosen).segments == 1, chosen
