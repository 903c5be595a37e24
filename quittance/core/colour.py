"""Colours of a business on client pages: which can be read, and what is made of one on light and on dark pages.

Contrast is that of WCAG 2.2: letters need 4.5 to 1. One colour cannot reach that on white and on near-black, so the
chosen one holds on light pages and a lighter one of the same hue is made of it for dark pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from quittance.core.words import gettext_noop as _

ENOUGH: Final = 4.5
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
# The grounds that an accent stands on, as the tokens of the pages have them (a test compares the two files).
LIGHT_GROUNDS: Final = ("#ffffff", "#f6f7f9")
DARK_GROUNDS: Final = ("#191d23", "#111418", "#222830")
DARK_INK: Final = "#0c0f12"
_TRIES: Final = 60


class ColourError(ValueError):
    """What was typed is no colour."""


@dataclass(frozen=True, slots=True)
class Accent:
    """One accent on one kind of page: links and grounds of buttons, the same under the pointer, letters on it."""

    accent: str
    hover: str
    ink: str


def parse_colour(text: str) -> str:
    """`#0B5D6B`, `0b5d6b` → `#0b5d6b`. Raises ColourError."""
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", text.strip())
    if found is None:
        raise ColourError(_("Type the colour as six digits after #, for example #0b5d6b."))
    return f"#{found.group(1).lower()}"


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def is_readable(colour: str) -> bool:
    """As letters on every light ground, and under white letters."""
    return all(contrast(colour, ground) >= ENOUGH for ground in (*LIGHT_GROUNDS, WHITE))


def nearest_readable(colour: str) -> str:
    """The same hue, only as much darker as reading takes."""
    mixed = colour
    for step in range(_TRIES + 1):
        mixed = mix(colour, BLACK, step / _TRIES)
        if is_readable(mixed):
            break
    return mixed


def light_accent(colour: str) -> Accent:
    """`colour` is readable."""
    return Accent(colour, mix(colour, BLACK, 0.2), WHITE)


def dark_accent(colour: str) -> Accent:
    """The same hue, only as much lighter as dark grounds take."""
    mixed = colour
    for step in range(_TRIES + 1):
        mixed = mix(colour, WHITE, step / _TRIES)
        if all(contrast(mixed, ground) >= ENOUGH for ground in DARK_GROUNDS):
            break
    return Accent(mixed, mix(mixed, WHITE, 0.25), DARK_INK)


def mix(colour: str, other: str, share: float) -> str:
    """`share` of `other` in it, between 0 and 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(own + (theirs - own) * share):02x}" for own, theirs in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
