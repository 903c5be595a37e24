"""Turn facts into the text of one message. What people typed is inert in every part of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from quittance.core.direction import walled
from quittance.core.language_files import language_files
from quittance.core.locale_format import format_date, format_datetime, format_day, format_money, known_locale
from quittance.core.money import Money
from quittance.documents.inert import one_line
from quittance.messages.texts.email_html import EmailParts, as_html, as_text
from quittance.messages.texts.own import OwnText, fill_own, is_sayable, own_sms
from quittance.messages.texts.phrases import Phrases, TypePhrases, fill
from quittance.messages.texts.sms import fit

LANGUAGES: Final[dict[str, Phrases]] = {
    code: file.PHRASES
    for code, file in language_files("quittance.messages.texts", [str(Path(__file__).parent)]).items()
}
_LONGEST_NAME: Final = 60
# Written by the language itself, in its own direction.
_OF_THE_LANGUAGE: Final = frozenset({"amount", "rest", "day", "when", "until", "visits"})
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
    # What a membership is called, and how many visits it holds; none where it counts days only.
    membership: str = ""
    visits: int = 0
    # Where its reader takes back that such mails come.
    unsubscribe_address: str = ""
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


def kind_of(type: str, facts: MessageFacts) -> str:  # noqa: A002 - the column's name
    """Which text of the type says the truth about these facts."""
    return f"{type}_{facts.variant}" if facts.variant else type


def render(
    *,
    type: str,  # noqa: A002 - the column's name
    channel: str,
    language: str,
    facts: MessageFacts,
    own: OwnText | None = None,
) -> RenderedText:
    """The text of one type for one channel; KeyError for a type that has none.

    `own` are the business's words; ours are said where a placeholder of theirs has no value, where an SMS would cost
    too much, and where their text asks to pay what cannot be paid any more.
    """
    language = language_of(language)
    type_phrases = LANGUAGES[language].types[kind_of(type, facts)]
    values = values_of(facts, language)
    if not facts.can_pay and type_phrases.closed:
        own = None
    if channel != "email":
        text = own_sms(own, values) if own is not None else None
        closed = type_phrases.sms_closed if not facts.can_pay else ()
        return RenderedText(text=text or fit(closed or type_phrases.sms, values))
    parts = email_parts(type=type, language=language, facts=facts, own=own)
    if own is not None and not is_sayable(own, values):
        own = None
    said = _between_walls(values, language)
    subject = _subject(type_phrases, facts, said) if own is None else fill_own(own.subject, said)
    return RenderedText(text=as_text(parts), subject=subject, html=as_html(parts))


def values_of(facts: MessageFacts, language: str) -> dict[str, str]:
    """Every placeholder with its value, inert: one line, bounded, without marks that turn the text around it."""
    visit_at, phrases = facts.visit_at, LANGUAGES[language]
    return {
        "business": one_line(facts.business_name, limit=_LONGEST_NAME),
        "client": _name(facts.client_name),
        "phone": one_line(facts.phone, limit=32),
        "staff": one_line(facts.staff_name, limit=_LONGEST_NAME),
        "place": one_line(facts.place, limit=160),
        "link": facts.link_address,
        "method": one_line(facts.method, limit=_LONGEST_NAME) or phrases.way_paid,
        "membership": one_line(facts.membership, limit=_LONGEST_NAME),
        "visits": visits_text(count=facts.visits, language=language),
        "code": one_line(facts.code, limit=_LONGEST_NAME),
        "until": format_date(facts.last_date, language) if facts.last_date else "",
        "amount": format_money(facts.amount, language) if facts.amount else "",
        "rest": format_money(facts.rest, language) if facts.rest else "",
        "day": format_day(visit_at.astimezone(ZoneInfo(facts.time_zone)).date(), language) if visit_at else "",
        "when": format_datetime(visit_at, language, facts.time_zone) if visit_at else "",
        "deadline": format_datetime(facts.deadline_at, language, facts.time_zone) if facts.deadline_at else "",
    }


def visits_text(*, count: int, language: str) -> str:
    """`(10 visits)`; empty for none."""
    if count < 1:
        return ""
    forms = LANGUAGES[language_of(language)].visits
    return fill(forms.get(known_locale(language).plural_form(count), forms["other"]), {"n": str(count)})


def _between_walls(values: dict[str, str], language: str) -> dict[str, str]:
    """What people typed, and codes, so that no name turns the sentence around it; SMS do without, for old phones."""
    return {name: value if name in _OF_THE_LANGUAGE else walled(value, language) for name, value in values.items()}


def _name(name: str) -> str:
    """A name to greet by, or nothing when it is more than a name."""
    line = one_line(name, limit=_LONGEST_NAME + 1)
    is_name = len(line) <= _LONGEST_NAME and any(unicodedata.category(letter)[0] == "L" for letter in line)
    return line if is_name and not _LOOKS_LIKE_ADDRESS.search(line) else ""


def _subject(phrases: TypePhrases, facts: MessageFacts, values: dict[str, str]) -> str:
    if "{day}" in phrases.subject and facts.visit_at is None:
        return fill("{business}: {amount}", values)
    return fill(phrases.subject, values)


def email_parts(
    *,
    type: str,  # noqa: A002 - the column's name
    language: str,
    facts: MessageFacts,
    own: OwnText | None = None,
) -> EmailParts:
    """What the mail says, part by part, nothing escaped yet."""
    language = language_of(language)
    phrases, raw = LANGUAGES[language], values_of(facts, language)
    values = _between_walls(raw, language)
    ours = phrases.types[kind_of(type, facts)]
    if own is not None and not is_sayable(own, values):
        own = None
    sentences = _sentences(ours, facts, values, own)
    has_button = bool(ours.button and facts.link_address) and (facts.can_pay or not ours.closed)
    note = ours.note if own is None else fill_own(own.note, values)
    return EmailParts(
        language=language,
        business=values["business"],
        heading=fill(ours.heading, values) if own is None else fill_own(own.heading, values),
        greeting=fill(phrases.greeting, values) if values["client"] else phrases.greeting_without_name,
        sentences=sentences,
        rows=_rows(phrases, facts, values, language),
        button=_button(ours, values, own) if has_button else "",
        link=raw["link"],
        link_hint=phrases.link_hint,
        note=note if has_button or not ours.closed else "",
        footer=(
            *((fill(phrases.contact, values),) if values["phone"] else ()),
            fill(phrases.why, values) if facts.visit_at else values["business"],
        ),
        accent=facts.accent,
        unsubscribe=phrases.unsubscribe,
        unsubscribe_link=facts.unsubscribe_address,
        between=" " if own is None else "\n\n",
    )


def _sentences(ours: TypePhrases, facts: MessageFacts, values: dict[str, str], own: OwnText | None) -> tuple[str, ...]:
    sentences = [fill(ours.intro, values)]
    if own is not None:
        sentences = [line for line in fill_own(own.body, values).splitlines() if line.strip()]
    if facts.rest and facts.rest.is_positive and ours.rest:
        sentences.append(fill(ours.rest, values))
    if not facts.can_pay and ours.closed:
        sentences.append(ours.closed)
    return tuple(sentences)


def _rows(phrases: Phrases, facts: MessageFacts, values: dict[str, str], language: str) -> tuple[tuple[str, str], ...]:
    rows = [(phrases.visit, values["when"]), (phrases.staff, values["staff"]), (phrases.place, values["place"])]
    rows.append((phrases.amount, values["amount"]))
    if facts.deadline_at and facts.can_pay:
        rows.append((phrases.deadline, format_datetime(facts.deadline_at, language, facts.time_zone)))
    return tuple((label, value) for label, value in rows if value)


def _button(ours: TypePhrases, values: dict[str, str], own: OwnText | None) -> str:
    return fill_own(own.button, values) if own is not None and own.button else fill(ours.button, values)
