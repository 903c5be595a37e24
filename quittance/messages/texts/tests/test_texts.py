from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from quittance.core.direction import without_walls
from quittance.core.money import Money
from quittance.message_channels.contract import HOSTILE_NAMES
from quittance.message_channels.segments import sms_cost
from quittance.messages.texts import MessageFacts, render
from quittance.messages.texts.phrases import fill
from quittance.messages.texts.render import LANGUAGES, language_of
from quittance.messages.texts.sms import MOST_SEGMENTS
from quittance.messages.types import PAYMENTS, TYPES

LINK = "https://pay.ana.example/p/abcdefghijklmnopqrstuv"
FACTS = MessageFacts(
    business_name="Ana's Salon",
    link_address=LINK,
    amount=Money(6000, "EUR"),
    rest=Money(4000, "EUR"),
    client_name="Chloe Müller",
    staff_name="Ben",
    place="Mitte, Torstr. 1, Berlin",
    phone="+49 30 555000",
    visit_at=datetime(2026, 11, 26, 13, tzinfo=UTC),
    deadline_at=datetime(2026, 11, 28, 13, tzinfo=UTC),
    time_zone="Europe/Berlin",
)
HOSTILE = (
    *HOSTILE_NAMES,
    "{link} {business}",
    "http://evil.example/win",
    "=cmd|' /C calc'!A0",
    "Ana\u2028Bcc: x@y.example",
)
# Others are told by a code, a name or a time, not by a link.
EVERY = [
    (type_, language)
    for type_ in TYPES
    if TYPES[type_].group == PAYMENTS and type_ != "desk_code"
    for language in LANGUAGES
]
VARIANTS = [("payment_received", "late"), ("payment_received", "returns"), ("refund", ""), ("refund", "plain")]


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src", "action")]
        assert not any(name.startswith("on") for name, _ in attributes)

    def handle_data(self, text: str) -> None:
        self.words += text


def test_a_payment_link_says_how_much_when_with_whom_and_where():
    mail = render(type="payment_link", channel="email", language="en", facts=FACTS)
    assert mail.subject in ("€60.00 for your visit on Thu, Nov 26", "€60.00 for your visit on Thu 26 Nov")
    for words in ("Hello Chloe Müller,", "With: Ben", "Where: Mitte, Torstr. 1, Berlin", "Pay by: ", LINK):
        assert words in mail.text
    seen = Seen(mail.html)
    assert set(seen.links) == {LINK} and "table" not in seen.tags
    assert "See and pay €60.00" in seen.words


def test_sms_of_the_salon_in_german_costs_one_segment():
    text = render(type="payment_link", channel="sms", language="de-AT", facts=FACTS).text
    assert text == f"Ana's Salon: 60,00 € für Ihren Termin am Do., 26. Nov., 14:00. Ansehen und zahlen: {LINK}"
    assert sms_cost(text).segments == 1


def test_part_paid_names_the_rest_and_paid_in_full_does_not():
    part = render(type="payment_received", channel="email", language="en", facts=FACTS)
    full = render(type="payment_received", channel="email", language="en", facts=replace(FACTS, rest=Money(0, "EUR")))
    assert "Still to pay: €40.00." in part.text
    assert "Still to pay" not in full.text


def test_a_refund_says_how_much_where_to_and_when_it_shows():
    facts = replace(FACTS, amount=Money(4000, "EUR"), method="Visa ·4242", rest=None, deadline_at=None)
    mail = render(type="refund", channel="email", language="en", facts=facts)
    assert mail.subject == "Refund: €40.00 from Ana's Salon"
    assert "We have refunded €40.00 to Visa ·4242. Banks usually show it within 5 to 10 days." in mail.text
    assert "Pay by" not in mail.text and "See the credit note" in mail.html
    text = render(type="refund", channel="sms", language="de", facts=facts).text
    assert text == (
        "Ana's Salon: Wir haben 40,00 € auf Visa *4242 erstattet. "
        f"Banken zeigen das meist in 5 bis 10 Tagen. Beleg: {LINK}"
    )
    assert sms_cost(text).segments == 1


def test_a_refund_to_an_unknown_method_goes_to_where_the_money_came_from():
    mail = render(type="refund", channel="email", language="de", facts=FACTS)
    assert "wir haben 60,00\u00a0€ auf Ihr ursprüngliches Zahlungsmittel erstattet." in mail.text


def test_money_that_came_after_the_cancellation_is_not_simply_thanked_for():
    back = render(
        type="payment_received", channel="email", language="en", facts=replace(FACTS, variant="returns", rest=None)
    )
    assert "arrived after your visit was cancelled. It goes back to your original payment method." in back.text
    assert "Thank you" not in back.text
    open_still = render(
        type="payment_received", channel="email", language="en", facts=replace(FACTS, variant="late", rest=None)
    )
    assert "We know about it and will settle it with you." in open_still.text


@pytest.mark.parametrize(("type_", "variant"), VARIANTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["Ana's Salon", *HOSTILE])
def test_every_variant_is_complete_inert_and_cheap(type_, variant, language, name):
    facts = replace(FACTS, business_name=name, method=name, variant=variant, deadline_at=None)
    mail = render(type=type_, channel="email", language=language, facts=facts)
    seen = Seen(mail.html)
    assert set(seen.links) == {LINK} and "script" not in seen.tags and "img" not in seen.tags
    assert "\n" not in mail.subject
    text = render(type=type_, channel="sms", language=language, facts=facts).text
    assert sms_cost(text).segments <= MOST_SEGMENTS and text.endswith(LINK)


def test_a_failed_payment_that_cannot_be_repeated_has_no_button():
    closed = replace(FACTS, can_pay=False)
    mail = render(type="payment_failed", channel="email", language="en", facts=closed)
    assert "Please contact us" in mail.text and "Pay again" not in mail.html
    assert LINK not in render(type="payment_failed", channel="sms", language="en", facts=closed).text


@pytest.mark.parametrize(("type_", "language"), EVERY)
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_every_text_is_complete_in_every_language(type_, language, channel):
    # What is said of a link that ends is not said where it does not.
    ends_at = FACTS.deadline_at if type_ == "link_expiring" else None
    for facts in (
        FACTS,
        replace(FACTS, visit_at=None, client_name="", staff_name="", place="", phone="", deadline_at=ends_at),
    ):
        said = render(type=type_, channel=channel, language=language, facts=facts)
        for part in (said.text, said.subject, said.html):
            body = part.split("</style>")[-1]
            assert "{" not in body and "None" not in body and "  " not in part.replace("-- ", "")
        assert LINK in said.text


@pytest.mark.parametrize(("type_", "language"), EVERY)
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.row("D3")
def test_t50_hostile_names_are_inert_in_mails(type_, language, name):
    facts = replace(FACTS, client_name=name, staff_name=name, business_name=name, place=name, phone=name)
    said = render(type=type_, channel="email", language=language, facts=facts)
    seen = Seen(said.html)
    assert set(seen.links) <= {LINK}
    assert "script" not in seen.tags and "img" not in seen.tags and "table" not in seen.tags
    assert seen.tags.count("style") == 1
    # Walls are ours, and closed on the line where they begin; a name brings no mark of direction in.
    lines = f"{said.subject}\n{said.text}\n{said.html}"
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066\u2067\u2028]", lines)
    assert all(
        re.fullmatch("[^\u2068\u2069]*(\u2068[^\u2068\u2069]*\u2069[^\u2068\u2069]*)*", line)
        for line in lines.split("\n")
    )
    assert "\n" not in said.subject
    assert said.text.splitlines()[0] == said.text.splitlines()[0].strip()
    assert not re.search(r"(?m)^(Bcc|MAIL FROM)", said.text)


@pytest.mark.parametrize(("type_", "language"), EVERY)
@pytest.mark.parametrize("name", HOSTILE)
def test_t50_hostile_names_are_inert_and_cheap_in_sms(type_, language, name):
    text = render(type=type_, channel="sms", language=language, facts=replace(FACTS, business_name=name)).text
    assert sms_cost(text).segments <= MOST_SEGMENTS
    assert text.endswith(LINK)
    assert not re.search("[\x00-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069\u2028]", text)


@pytest.mark.row("G1", "D3")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", ["", "endless"])
@pytest.mark.parametrize("name", ["Ana's Salon", *HOSTILE])
def test_a_gift_card_tells_its_code_and_its_last_day_and_has_no_button(variant, language, name):
    facts = MessageFacts(
        business_name=name,
        link_address="",
        amount=Money(5000, "EUR"),
        client_name=name,
        phone=name,
        code="ABCD-EFGH-JKLM-NPQR",
        last_date=date(2027, 11, 26),
        variant=variant,
    )
    mail = render(type="gift_card", channel="email", language=language, facts=facts)
    seen = Seen(mail.html)
    assert seen.links == [] and "script" not in seen.tags
    assert facts.code in mail.text and facts.code in mail.html
    assert ("2027" in mail.text) == (variant == "")
    text = render(type="gift_card", channel="sms", language=language, facts=facts).text
    assert sms_cost(text).segments <= MOST_SEGMENTS and text.endswith(facts.code)


def test_a_name_that_is_an_address_does_not_greet_with_a_link():
    for name in ("Win at http://evil.example", "www.evil.example", "evil.example", "v@evil.example", "123", "x" * 61):
        mail = render(type="payment_link", channel="email", language="en", facts=replace(FACTS, client_name=name))
        assert mail.text.startswith("Hello,\n")
    for name in ("Zoë O'Neil-Smith", "Анна Каренина", "王小明", "محمد", "Dr. Chloe Müller"):
        mail = render(type="payment_link", channel="email", language="en", facts=replace(FACTS, client_name=name))
        assert without_walls(mail.text).startswith(f"Hello {name},\n")


def test_a_name_in_another_script_keeps_the_sms_within_two_segments():
    text = render(
        type="payment_link", channel="sms", language="en", facts=replace(FACTS, business_name="Салон красоты " * 5)
    ).text
    assert text.startswith("Салон") and sms_cost(text).segments <= MOST_SEGMENTS and text.endswith(LINK)


def test_a_link_that_is_very_long_is_never_cut():
    long_link = "https://" + "a" * 200 + ".example/p/" + "t" * 22
    text = render(type="payment_link", channel="sms", language="en", facts=replace(FACTS, link_address=long_link)).text
    assert text.endswith(long_link)


def test_a_value_is_never_read_as_a_placeholder():
    assert fill("{a} and {b}", {"a": "{b}", "b": "{a}"}) == "{b} and {a}"


@pytest.mark.parametrize(
    ("code", "language"), [("de-AT", "de"), ("de_CH", "de"), ("en-GB", "en"), ("ja", "en"), ("", "en")]
)
def test_a_language_without_texts_falls_back_to_english(code, language):
    assert language_of(code) == language


def test_an_arabic_mail_runs_from_right_to_left_and_keeps_latin_names_and_numbers_whole() -> None:
    mail = render(type="payment_link", channel="email", language="ar", facts=FACTS)
    assert '<html lang="ar" dir="rtl">' in mail.html
    assert "<bdi>Ana&#x27;s Salon</bdi>" in mail.html and "<bdi>+49 30 555000</bdi>" in mail.html
    assert f'dir="ltr">{LINK}</a>' in mail.html
    assert "\u2068" not in mail.html and "\u2068+49 30 555000\u2069" in mail.text
    assert f"\n{LINK}\n" in mail.text


def test_an_arabic_name_does_not_turn_a_german_mail() -> None:
    mail = render(type="payment_link", channel="email", language="de", facts=replace(FACTS, business_name="صالون آنا"))
    assert "bei <bdi>صالون آنا</bdi> haben" in mail.html and "bei \u2068صالون آنا\u2069 haben" in mail.text


def test_an_arabic_sms_begins_in_arabic_and_its_code_has_a_line_of_its_own() -> None:
    """Phones take the direction of each line from its first letter, and know no walls."""
    link = render(type="payment_link", channel="sms", language="ar", facts=FACTS).text
    assert link.startswith("من Ana's Salon: مبلغ 60.00 €") and link.endswith(LINK)
    card = replace(FACTS, code="2345-EFGH-JKLM-NPQR", last_date=date(2027, 11, 26))
    assert render(type="gift_card", channel="sms", language="ar", facts=card).text.endswith("\n2345-EFGH-JKLM-NPQR")


def test_a_mail_wears_the_colour_of_its_business_lighter_on_dark_pages() -> None:
    plain = render(type="payment_link", channel="email", language="en", facts=FACTS).html
    own = render(type="payment_link", channel="email", language="en", facts=replace(FACTS, accent="#1a4ca3")).html
    assert "background:#0b5d6b" in plain and "background:#5fc4d3!important" in plain
    assert "background:#1a4ca3" in own and "#0b5d6b" not in own and "#5fc4d3" not in own
    assert "DARK_" not in plain + own


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["Ana's Salon", *HOSTILE])
def test_a_code_for_the_desk_is_one_cheap_sms_that_names_no_service(language, name):
    facts = MessageFacts(business_name=name, link_address="", code="012345")
    text = render(type="desk_code", channel="sms", language=language, facts=facts).text
    plain = render(type="desk_code", channel="sms", language=language, facts=replace(facts, business_name="Ana")).text
    # No name brings a line of its own; where it is read from the right the code has one.
    assert "012345" in text and text.count("\n") == plain.count("\n") and "{" not in text.replace(name, "")
    assert len(text) <= 134
