"""A sentence ends in one full stop, whatever its last word is: dates, names and currencies may bring one along."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from quittance.core.money import Money
from quittance.messages.texts import MessageFacts, render
from quittance.messages.texts.kinds import KINDS
from quittance.messages.texts.own import OwnText, fill_own
from quittance.messages.texts.render import LANGUAGES
from quittance.messages.texts.sample import sample_facts

NOW: Final = datetime(2026, 11, 24, 9, tzinfo=UTC)
WRONG: Final = re.compile(
    r"[.。،,] ?[\u2069\u200f\u200e]*[.]|[\s\u00a0\u202f][\u2069\u200f\u200e]*[.,;](?!\w)|\(\s|\s\)"
)
PLACES: Final = [("Europe/Berlin", "EUR"), ("Asia/Dubai", "AED"), ("America/New_York", "USD")]


def facts_of(key: str, *, time_zone: str, currency: str) -> MessageFacts:
    facts = sample_facts(
        kind=KINDS[key],
        business_name="Ana's Salon Inc.",
        phone="+49 30 555000",
        place="Torstr. 1, Berlin.",
        currency=currency,
        time_zone=time_zone,
        link_address="https://pay.ana.example/p/abcdefghijklmnopqrstuv",
        now=NOW,
    )
    name = facts.membership and "10 visits etc."
    return replace(facts, staff_name=facts.staff_name and "Ben Jr.", client_name="Chloe M.", membership=name)


@pytest.mark.row("D3")
@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize("language", [*LANGUAGES, "en-US", "pt-BR"])
def test_no_text_has_two_full_stops_or_a_gap_before_one(language: str, key: str) -> None:
    for time_zone, currency in PLACES:
        facts = facts_of(key, time_zone=time_zone, currency=currency)
        rest = replace(facts, rest=Money(4_000, currency), can_pay=False)
        for said in (facts, rest):
            for channel in ("email", "sms"):
                text = render(type=KINDS[key].type, channel=channel, language=language, facts=said)
                for part in (text.subject, text.text):
                    # Our own mark before the foot of a mail, and the code of a country, are no sentence.
                    assert not WRONG.search(part.replace("-- \n", "")), part


@pytest.mark.row("D3")
def test_a_gift_card_in_russian_ends_its_sentence_once() -> None:
    facts = facts_of("gift_card", time_zone="Europe/Berlin", currency="RUB")
    said = render(type="gift_card", channel="email", language="ru", facts=facts).text
    assert "Она действует до 24 нояб. 2027\u202fг.\n" in said


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("Good until {until}.", "24 нояб. 2027 г.", "Good until 24 нояб. 2027 г."),
        ("Good until {until}. Bye.", "\u206824 г.\u2069", "Good until \u206824 г.\u2069 Bye."),
        ("Good until {until}.", "today", "Good until today."),
        ("Good until {until}...", "2027 г.", "Good until 2027 г...."),
        ("Good until {until}.", "", "Good until."),
    ],
)
def test_a_businesss_own_words_have_one_full_stop_too(text: str, value: str, said: str) -> None:
    assert fill_own(OwnText(body=text).body, {"until": value}) == said
