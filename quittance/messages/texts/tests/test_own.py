from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quittance.core.direction import WALL, WALL_END, without_walls
from quittance.message_channels.segments import sms_cost
from quittance.messages.texts import OwnText, kind_of, render
from quittance.messages.texts.kinds import KINDS
from quittance.messages.texts.own import MOST_OWN_SEGMENTS, TemplateError, check_text, clean, fill_own, names_in
from quittance.messages.texts.render import LANGUAGES, email_parts, values_of
from quittance.messages.texts.standard import standard_text
from quittance.messages.texts.tests.test_texts import FACTS, HOSTILE, LINK, Seen
from quittance.messages.types import TYPES

KIND = KINDS["payment_link"]
OWN = OwnText(
    subject="{client}, {amount} at {business}",
    heading="Nearly done, {client}",
    body="We look forward to {when}.\nPay {amount} when it suits you.",
    button="Pay {amount}",
    note="Ask for {staff}.",
)
SMS = OwnText(body="{client}, {amount} at {business}: {link}")
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
# What a person, or somebody who means harm, may have typed as a name.
names = st.one_of(
    st.text(max_size=80),
    st.sampled_from([*HOSTILE, "{link}", "{amount.__class__}", "{{link}}", "%(link)s", "${link}", f"Ana{BIDI}Bcc: x"]),
)


@pytest.mark.row("D3")
@settings(max_examples=150, deadline=None)
@given(client=names, staff=names, place=names)
def test_whatever_a_value_holds_it_is_never_read_as_a_placeholder(client, staff, place):
    facts = replace(FACTS, client_name=client, staff_name=staff, place=place)
    own = replace(OWN, body="A {client} B {staff} C {place} D {amount} E")
    values = values_of(facts, "en")
    said = {name: " " + values[name] if values[name] else "" for name in ("client", "staff", "place")}
    expected = f"A{said['client']} B{said['staff']} C{said['place']} D €60.00 E"
    assert fill_own(own.body, values) == expected
    mail = render(type="payment_link", channel="email", language="en", facts=facts, own=own)
    seen = Seen(mail.html)
    assert set(seen.links) == {LINK}
    assert "script" not in seen.tags and "img" not in seen.tags and seen.tags.count("a") == 2


@pytest.mark.row("D3")
@settings(max_examples=150, deadline=None)
@given(client=names, business=names)
def test_a_value_brings_no_line_no_control_and_no_turning_mark_into_a_text(client, business):
    facts = replace(FACTS, client_name=client, business_name=business)
    mail = render(type="payment_link", channel="email", language="en", facts=facts, own=OWN)
    said = render(type="payment_link", channel="sms", language="en", facts=facts, own=SMS)
    for line in (mail.subject, said.text):
        assert not any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in line)
        # The walls around a name are ours, and each has its end.
        assert not set(BIDI) & set(without_walls(line))
        assert line.count(WALL) == line.count(WALL_END) <= 2
    assert sms_cost(said.text).segments <= MOST_OWN_SEGMENTS
    assert said.text.count(LINK) == 1 and said.text.endswith(LINK)


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("{}abcdefgilnkrtumo_. "), max_size=60))
def test_what_passes_the_check_leaves_no_brace_behind_when_it_is_filled(text):
    try:
        check_text(box="body", text=text, kind=KIND, limit=600)
    except TemplateError:
        return
    assert not {"{", "}"} & set(fill_own(text, values_of(FACTS, "en")))


@pytest.mark.row("D3")
@pytest.mark.parametrize(
    "text",
    [
        "{clientt}",
        "{client.name}",
        "{client[0]}",
        "{client!r}",
        "{0}",
        "{}",
        "{ client }",
        "{Client}",
        "{{client}}",
        "{{ client }}",
        "{% if client %}",
        "Hello {client",
        "Hello client}",
        "{code}",
        "{link}{{link}",
    ],
)
def test_anything_but_the_fixed_names_is_refused_with_the_names_that_are_known(text):
    with pytest.raises(TemplateError) as refused:
        check_text(box="body", text=text, kind=KIND, limit=600)
    assert "{client}" in str(refused.value) and refused.value.box == "body"


def test_a_blank_name_leaves_no_gap():
    values = values_of(replace(FACTS, client_name=""), "en")
    assert fill_own("Hello {client}, pay {amount}.", values) == "Hello, pay €60.00."


def test_own_words_are_said_in_mail_and_sms():
    mail = render(type="payment_link", channel="email", language="en", facts=FACTS, own=OWN)
    assert mail.subject == "Chloe Müller, €60.00 at Ana's Salon"
    assert "Nearly done, Chloe Müller" in Seen(mail.html).words and "Pay €60.00:\n" in mail.text
    assert "We look forward to Thu" in mail.text and ".\n\nPay €60.00 when it suits you." in mail.text
    text = render(type="payment_link", channel="sms", language="en", facts=FACTS, own=SMS).text
    assert text == f"Chloe Müller, €60.00 at Ana's Salon: {LINK}"


def test_the_standard_text_is_said_where_a_placeholder_has_no_value():
    """A sale has no time, so words about one would be a lie."""
    sale = replace(FACTS, visit_at=None)
    mail = render(type="payment_link", channel="email", language="en", facts=sale, own=OWN)
    assert "look forward" not in mail.text and "Here is the payment link" in mail.text
    own = OwnText(body="Until {when}: {link}")
    text = render(type="payment_link", channel="sms", language="en", facts=sale, own=own).text
    assert text.startswith("Ana's Salon: €60.00") and text.endswith(LINK)


def test_an_sms_that_would_cost_too_much_gives_way_to_the_standard_text():
    own = OwnText(body="a" * 599 + " {link}")
    text = render(type="payment_link", channel="sms", language="en", facts=FACTS, own=own).text
    assert sms_cost(text).segments == 1 and text.endswith(LINK)


def test_own_words_never_ask_to_pay_what_cannot_be_paid_any_more():
    closed = replace(FACTS, can_pay=False)
    own = replace(OWN, body="Pay again: {link}")
    for channel in ("email", "sms"):
        said = render(type="payment_failed", channel=channel, language="en", facts=closed, own=own)
        assert "Pay again" not in said.text and "contact us" in said.text


@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_standard_text_could_be_saved_as_it_is(key, language):
    kind = KINDS[key]
    for channel in TYPES[kind.type].channels:
        text = standard_text(kind, channel, language)
        for box, words in text.boxes().items():
            check_text(box=box, text=words, kind=kind, limit=2000)
        needed = kind.needed_in_mail if channel == "email" else kind.needed
        assert set(needed) <= set(names_in(text.body))


@pytest.mark.parametrize("key", KINDS)
def test_saying_the_standard_text_in_own_words_says_the_same(key):
    kind = KINDS[key]
    facts = replace(FACTS, variant=key.removeprefix(kind.type).removeprefix("_"), code="QT7K", rest=None)
    facts = replace(facts, last_date=date(2027, 11, 26) if "until" in kind.placeholders else None)
    assert kind_of(kind.type, facts) == key
    ours = email_parts(type=kind.type, language="en", facts=facts)
    own = standard_text(kind, "email", "en")
    theirs = email_parts(type=kind.type, language="en", facts=facts, own=own)
    assert (ours.heading, ours.sentences, ours.button) == (theirs.heading, theirs.sentences, theirs.button)


def test_typed_text_is_kept_without_marks_that_turn_it():
    assert clean("A\u202eB\x00 \r\n\r\n\r\n\r\nC ", lines=True) == "AB\n\nC"
    assert clean("A\nB", lines=False) == "A B"
