"""A business's own words: the whole template language is a fixed list of `{names}`.

It has no attributes, no conditions and no nesting. A text is filled in one pass from left to right, so what a value
contains is never read as a placeholder; braces that are not one of the names are refused when the text is saved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from quittance.documents.inert import one_line
from quittance.message_channels.segments import SmsCost, sms_cost
from quittance.messages.texts.kinds import OPTIONAL, TextKind
from quittance.messages.texts.phrases import with_stop
from quittance.messages.texts.sms import inert

# An SMS in own words may cost so much; where a long name makes it dearer, ours is sent instead.
MOST_OWN_SEGMENTS: Final = 3
LONGEST: Final = {"subject": 120, "heading": 80, "body": 2000, "button": 40, "note": 300}
LONGEST_SMS: Final = 600
_PLACEHOLDER = re.compile(r"( ?)\{([a-z_]+)\}(\.(?!\.))?")
_BRACED = re.compile(r"\{([^{}]*)\}")


class TemplateError(ValueError):
    """One box cannot be what was typed; the text says what to write instead."""

    def __init__(self, box: str, sentence: str) -> None:
        super().__init__(sentence)
        self.box = box


@dataclass(frozen=True, slots=True)
class OwnText:
    """`their_name`, `their_language` and `has_link_button` describe a template that WhatsApp has approved."""

    body: str
    subject: str = ""
    heading: str = ""
    button: str = ""
    note: str = ""
    their_name: str = ""
    their_language: str = ""
    has_link_button: bool = False

    def boxes(self) -> dict[str, str]:
        return {
            "subject": self.subject,
            "heading": self.heading,
            "body": self.body,
            "button": self.button,
            "note": self.note,
        }


def names_in(text: str) -> tuple[str, ...]:
    """The placeholders in the sequence of their first use."""
    return tuple(dict.fromkeys(found.group(2) for found in _PLACEHOLDER.finditer(text)))


def check_text(*, box: str, text: str, kind: TextKind, limit: int) -> None:
    """TemplateError unless every brace belongs to a placeholder that this text may use."""
    if len(text) > limit:
        raise TemplateError(
            box, _("This is %(text)s characters long. At most %(limit)s fit.") % {"text": len(text), "limit": limit}
        )
    for found in _BRACED.finditer(text):
        name = found.group(1)
        if name not in kind.placeholders:
            known = ", ".join(f"{{{one}}}" for one in kind.placeholders)
            raise TemplateError(
                box,
                _("{%(name)s} is not a placeholder here. Use one of: %(known)s.") % {"name": name[:40], "known": known},
            )
    if set(_BRACED.sub("", text)) & {"{", "}"}:
        raise TemplateError(box, _("A brace stands alone. Braces are for placeholders such as {client} only."))


def clean(text: str, *, lines: bool) -> str:
    """What was typed without control and direction marks; line ends stay where a text may have lines."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tidy = [one_line(row, limit=LONGEST["body"] + 1) for row in rows]
    if not lines:
        return " ".join(row for row in tidy if row)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(tidy)).strip()


def fill_own(text: str, values: Mapping[str, str]) -> str:
    """One pass. A blank value takes the space in front of it along, so that no gap stays."""

    def value_of(found: re.Match[str]) -> str:
        value, stop = values.get(found.group(2), ""), found.group(3) or ""
        return found.group(1) + with_stop(value, stop) if value else stop

    return _PLACEHOLDER.sub(value_of, text)


def is_sayable(own: OwnText, values: Mapping[str, str]) -> bool:
    """Whether every placeholder that matters has a value now."""
    used = {name for text in own.boxes().values() for name in names_in(text)}
    return all(values.get(name) for name in used - OPTIONAL)


def own_sms(own: OwnText, values: Mapping[str, str]) -> str | None:
    """The text of the SMS, or None where it cannot be said or would cost too much."""
    plain = {name: value if name == "link" else inert(value)[:60] for name, value in values.items()}
    if not is_sayable(own, plain):
        return None
    text = fill_own(own.body, plain).strip()
    return text if sms_cost(text).segments <= MOST_OWN_SEGMENTS else None


def cost_of(text: str) -> SmsCost:
    """What an SMS with this text costs."""
    return sms_cost(text)


def dear_signs(text: str) -> str:
    """The signs that take the text out of the cheap phone alphabet, each once."""
    odd = [sign for sign in dict.fromkeys(text) if sms_cost(sign).alphabet == "ucs2"]
    return " ".join(sign for sign in odd if unicodedata.category(sign)[0] != "C")
