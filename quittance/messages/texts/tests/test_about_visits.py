from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from quittance.message_channels.contract import HOSTILE_NAMES
from quittance.message_channels.segments import sms_cost
from quittance.messages.texts import MessageFacts, render
from quittance.messages.texts.kinds import KINDS
from quittance.messages.texts.render import LANGUAGES
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
    business_name="Ana's Salon", link_address="", membership="10 massages", last_date=date(2027, 11, 26)
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
def test_a_membership_says_what_it_is_and_until_when(language, facts):
    mail = render(type=MEMBERSHIP, channel="email", language=language, facts=facts)
    assert "10 massages" in mail.subject and "href" not in mail.html
    assert ("2027" in mail.text) == bool(facts.last_date)
    text = render(type=MEMBERSHIP, channel="sms", language=language, facts=facts).text
    cost = sms_cost(text)
    assert "10 massages" in text and cost.segments <= (1 if cost.alphabet != "ucs2" else 2)
