from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from quittance.core.locale_format import known_locale
from quittance.message_channels.contract import HOSTILE_NAMES
from quittance.message_channels.segments import sms_cost
from quittance.messages.texts import MessageFacts, render
from quittance.messages.texts.kinds import KINDS
from quittance.messages.texts.render import LANGUAGES, visits_text
from quittance.messages.texts.sms import MOST_SEGMENTS
from quittance.messages.types import MEMBERSHIP, TYPES, VISITS

FACTS = MessageFacts(
    business_name="Ana's Salon",
    link_address="",
    client_name="Chloe Müller",
    staff_name="Ben",
    phone="+49 30 555000",
    visit_at=datetime(2026, 11, 26, 13, tzinfo=UTC),
    time_zone="Europe/Berlin",
)
HELD = MessageFacts(
    business_name="Ana's Salon", link_address="", membership="Massages", visits=10, last_date=date(2027, 11, 26)
)
ABOUT_TIME = [
    one.slug for one in TYPES.values() if one.group == VISITS and one.slug in KINDS and not KINDS[one.slug].has_button
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("type_", ABOUT_TIME)
@pytest.mark.parametrize("name", ["Ana's Salon", *HOSTILE_NAMES])
def test_a_text_about_a_visit_says_when_and_has_nothing_to_press(type_, language, name):
    facts = replace(FACTS, business_name=name, staff_name=name, client_name=name)
    mail = render(type=type_, channel="email", language=language, facts=facts)
    assert "14:00" in mail.text or "2:00" in mail.text
    assert "href" not in mail.html and "<script" not in mail.html and "{" not in mail.text
    assert "\n" not in mail.subject
    text = render(type=type_, channel="sms", language=language, facts=facts).text
    assert ("14:00" in text or "2:00" in text) and sms_cost(text).segments <= MOST_SEGMENTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [HELD, replace(HELD, last_date=None, variant="endless")])
def test_a_membership_says_what_it_is_how_many_visits_it_holds_and_until_when(language, facts):
    mail = render(type=MEMBERSHIP, channel="email", language=language, facts=facts)
    held = visits_text(count=10, language=language)
    assert "Massages" in mail.subject and "href" not in mail.html and held in mail.text
    assert ("2027" in mail.text) == bool(facts.last_date)
    text = render(type=MEMBERSHIP, channel="sms", language=language, facts=facts).text
    cost = sms_cost(text)
    assert "Massages" in text and held in text and cost.segments <= (1 if cost.alphabet != "ucs2" else 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_membership_by_time_says_no_number_and_leaves_no_gap(language):
    facts = replace(HELD, visits=0)
    for channel in ("email", "sms"):
        text = render(type=MEMBERSHIP, channel=channel, language=language, facts=facts).text
        assert "Massages" in text and "  " not in text and "(" not in text and visits_text(count=0, language="en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_counts_visits_in_its_own_forms(language):
    """For every number below ten thousand; the million of some languages is no membership."""
    needed = {known_locale(language).plural_form(count) for count in range(1, 10_000)}
    forms = LANGUAGES[language].visits
    assert set(forms) <= needed | {"other"}
    same_as_other = {"pl": {"many"}, "ru": {"many"}, "uk": {"many"}, "ar": {"many", "zero"}, "tr": {"one"}}
    assert needed - set(forms) <= same_as_other.get(language, set())
    assert all("{n}" in form or language == "ar" for form in forms.values())


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "(1 visit)"),
        ("de", 10, "(10 Besuche)"),
        ("pl", 3, "(3 wizyty)"),
        ("pl", 12, "(12 wizyt)"),
        ("pl", 22, "(22 wizyty)"),
        ("ru", 21, "(21 визит)"),
        ("ru", 12, "(12 визитов)"),
        ("uk", 4, "(4 візити)"),
        ("tr", 10, "(10 randevu)"),
        ("ar", 2, "(زيارتان)"),
        ("ar", 10, "(10 زيارات)"),
        ("ar", 12, "(12 زيارة)"),
        ("de-AT", 1, "(1 Besuch)"),
    ],
)
def test_visits_are_counted_as_one_says_it(language, count, said):
    assert visits_text(count=count, language=language) == said
