"""The shape of a language's texts, and how their placeholders are filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# With a full stop of the sentence right behind it, if there is one.
_PLACEHOLDER = re.compile(r"( ?)\{([a-z_]+)\}(\.(?!\.))?")
# Marks that may stand behind the last sign of a value and take no room.
_UNSEEN = "\u200e\u200f\u2069"


@dataclass(frozen=True, slots=True)
class TypePhrases:
    """One notification type. `sms` goes from the fullest to the shortest; the first that is cheap is sent.

    A type may have variants: `payment_received_late` says what `payment_received` says when that is the truth.
    `rest` stands where something is still due, `closed` and `sms_closed` where nothing can be done online.
    """

    subject: str
    heading: str
    intro: str
    button: str
    note: str
    sms: tuple[str, ...]
    rest: str = ""
    closed: str = ""
    sms_closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that one language needs. `types` has every type of `messages.types`; `way_paid` is what was paid with."""

    greeting: str
    greeting_without_name: str
    visit: str
    staff: str
    place: str
    amount: str
    deadline: str
    link_hint: str
    contact: str
    why: str
    way_paid: str
    types: Mapping[str, TypePhrases]
    # Stands before an address, in mails that may be unsubscribed from.
    unsubscribe: str = ""
    # How many visits something holds, in brackets, by the plural's name in CLDR; `other` stands for those not named.
    visits: Mapping[str, str] = field(default_factory=dict)


def fill(phrase: str, values: Mapping[str, str]) -> str:
    """Replace `{name}` once, from left to right; what a value contains is never read as a placeholder.

    A blank value takes the space in front of it along, so that no gap stays.
    """

    def said(found: re.Match[str]) -> str:
        value, stop = values[found.group(2)], found.group(3) or ""
        return found.group(1) + with_stop(value, stop) if value else stop

    return _PLACEHOLDER.sub(said, phrase)


def with_stop(value: str, stop: str) -> str:
    """A value that ends in a full stop of its own, such as a date in Russian, ends the sentence as well."""
    return value if value.rstrip(_UNSEEN).endswith(".") else value + stop
