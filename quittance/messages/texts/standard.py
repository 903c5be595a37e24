"""Our own words in the shape in which a business writes its own, as what the editor begins with."""

from __future__ import annotations

from quittance.messages.texts.kinds import TextKind
from quittance.messages.texts.own import OwnText
from quittance.messages.texts.render import LANGUAGES


def standard_text(kind: TextKind, channel: str, language: str) -> OwnText:
    """For WhatsApp the same words as a start: what is sent there has to be approved there first."""
    phrases = LANGUAGES[language].types[kind.key]
    if channel != "email":
        return OwnText(body=phrases.sms[0])
    return OwnText(
        body=phrases.intro,
        subject=phrases.subject,
        heading=phrases.heading,
        button=phrases.button,
        note=phrases.note,
    )
