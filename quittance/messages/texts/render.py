"""Turn facts into the text of one message. What people typed is inert in every part of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from quittance.core.locale_format import format_date, format_datetime, format_day, format_money
from quittance.core.money import Money
from quittance.documents.inert import one_line
from quittance.messages.texts.de import GERMAN
from quittance.messages.texts.email_html import EmailParts, as_html, as_text
from quittance.messages.texts.en import ENGLISH
from quittance.messages.texts.phrases import Phrases, TypePhrases, fill
from quittance.messages.texts.sms import fit

LANGUAGES: Final[dict[str, Phrases]] = {"en": ENGLISH, "de": GERMAN}
_LONGEST_NAME: Final = 60
# A name with an address in it would become a link in the mail of whoever it is sent to.
_LOOKS_LIKE_ADDRESS = re.compile(r"[/@\\<>]|www\.|\w\.[A-Za-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What a text may say. `amount` is asked (payment_link), landed, failed or refunded; `rest` is still due after it.

    `method` is where the money went back to; `variant` picks other words of the same type (`late`, `returns`, `plain`).
    Services are not named: a message is read by whoever holds the phone.
    """

    business_name: str
    link_address: str
    amount: Money | None = None
    rest: Money | None = None
    client_name: str = ""
    staff_name: str = ""
    place: str = ""
    phone: str = ""
    visit_at: datetime | None = None
    deadline_at: datetime | None = None
    time_zone: str = "UTC"
    can_pay: bool = True
    method: str = ""
    variant: str = ""
    # A gift card: what is typed to pay with it, and its last day.
    code: str = ""
    last_date: date | None = None
    # The business's own colour, `#rrggbb`; empty is ours.
    accent: str = ""


@dataclass(frozen=True, slots=True)
class RenderedText:
    """`subject` and `html` are empty for SMS."""

    text: str
    subject: str = ""
    html: str = ""


def language_of(code: str) -> str:
    """The language that we have a text in for `de-AT`, or English."""
    short = code.replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


def render(*, type: str, channel: str, language: str, facts: MessageFacts) -> RenderedText:  # noqa: A002 - the column's name
    """The text of one type for one channel; KeyError for a type that has none."""
    language = language_of(language)
    phrases = LANGUAGES[language]
    type_phrases = phrases.types[f"{type}_{facts.variant}" if facts.variant else type]
    values = _values(facts, phrases, language)
    if channel != "email":
        closed = type_phrases.sms_closed if not facts.can_pay else ()
        return RenderedText(text=fit(closed or type_phrases.sms, values))
    parts = _email_parts(phrases, type_phrases, facts, values, language)
    return RenderedText(text=as_text(parts), subject=_subject(type_phrases, facts, values), html=as_html(parts))


def _values(facts: MessageFacts, phrases: Phrases, language: str) -> dict[str, str]:
    visit_at = facts.visit_at
    return {
        "business": one_line(facts.business_name, limit=_LONGEST_NAME),
        "client": _name(facts.client_name),
        "phone": one_line(facts.phone, limit=32),
        "link": facts.link_address,
        "method": one_line(facts.method, limit=_LONGEST_NAME) or phrases.way_paid,
        "code": one_line(facts.code, limit=_LONGEST_NAME),
        "until": format_date(facts.last_date, language) if facts.last_date else "",
        "amount": format_money(facts.amount, language) if facts.amount else "",
        "rest": format_money(facts.rest, language) if facts.rest else "",
        "day": format_day(visit_at.astimezone(ZoneInfo(facts.time_zone)).date(), language) if visit_at else "",
        "when": format_datetime(visit_at, language, facts.time_zone) if visit_at else "",
    }


def _name(name: str) -> str:
    """A name to greet by, or nothing when it is more than a name."""
    line = one_line(name, limit=_LONGEST_NAME + 1)
    is_name = len(line) <= _LONGEST_NAME and any(unicodedata.category(letter)[0] == "L" for letter in line)
    return line if is_name and not _LOOKS_LIKE_ADDRESS.search(line) else ""


def _subject(phrases: TypePhrases, facts: MessageFacts, values: dict[str, str]) -> str:
    if "{day}" in phrases.subject and facts.visit_at is None:
        return fill("{business}: {amount}", values)
    return fill(phrases.subject, values)


def _email_parts(
    phrases: Phrases, type_phrases: TypePhrases, facts: MessageFacts, values: dict[str, str], language: str
) -> EmailParts:
    rows = [(phrases.visit, values["when"]), (phrases.staff, one_line(facts.staff_name, limit=_LONGEST_NAME))]
    rows += [(phrases.place, one_line(facts.place, limit=160)), (phrases.amount, values["amount"])]
    if facts.deadline_at and facts.can_pay:
        rows.append((phrases.deadline, format_datetime(facts.deadline_at, language, facts.time_zone)))
    sentences = [fill(type_phrases.intro, values)]
    if facts.rest and facts.rest.is_positive and type_phrases.rest:
        sentences.append(fill(type_phrases.rest, values))
    if not facts.can_pay and type_phrases.closed:
        sentences.append(type_phrases.closed)
    has_button = bool(type_phrases.button and facts.link_address) and (facts.can_pay or not type_phrases.closed)
    return EmailParts(
        language=language,
        business=values["business"],
        heading=fill(type_phrases.heading, values),
        greeting=fill(phrases.greeting, values) if values["client"] else phrases.greeting_without_name,
        sentences=tuple(sentences),
        rows=tuple((label, value) for label, value in rows if value),
        button=fill(type_phrases.button, values) if has_button else "",
        link=values["link"],
        link_hint=phrases.link_hint,
        note=type_phrases.note if has_button or not type_phrases.closed else "",
        footer=(
            *((fill(phrases.contact, values),) if values["phone"] else ()),
            fill(phrases.why, values) if facts.visit_at else values["business"],
        ),
        accent=facts.accent,
    )
