"""Which way a language is written, and walls around words that run the other way.

A name in Latin letters inside an Arabic sentence, or a number such as 2026-000041, moves the words and signs beside it
unless it stands alone between two isolating marks (UAX 9). Pages write the walls as `<bdi>`.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from quittance.core.locale_format import known_locale

WALL: Final = "\u2068"
WALL_END: Final = "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# Digits too: in an Arabic sentence the hyphen between two numbers swaps them.
_LEFT_TO_RIGHT = frozenset({"L", "EN"})


def is_right_to_left(language: str) -> bool:
    return known_locale(language).text_direction == "rtl"


def runs_against(text: str, language: str) -> bool:
    """Whether the text could turn words of the language around it, or be turned by them."""
    other_way = _LEFT_TO_RIGHT if is_right_to_left(language) else _RIGHT_TO_LEFT
    return any(unicodedata.bidirectional(letter) in other_way for letter in text)


def walled(text: str, language: str) -> str:
    """The text between two walls where it needs them; most names need none."""
    return f"{WALL}{text}{WALL_END}" if runs_against(text, language) else text


def without_walls(text: str) -> str:
    return text.replace(WALL, "").replace(WALL_END, "")
