"""Text that people typed, made harmless for paper and files: one line, no control characters, bounded."""

from __future__ import annotations

import unicodedata

# Overrides and isolates turn the text around them; marks inside right-to-left words are left alone.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_ELLIPSIS = "…"


def one_line(text: str, *, limit: int = 200) -> str:
    """The text on one line: control characters and line ends become spaces, direction overrides go."""
    kept = "".join(_kept(character) for character in text[: limit * 4])
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + _ELLIPSIS


def _kept(character: str) -> str:
    if character in _BIDI_CONTROLS:
        return ""
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cs", "Co", "Cn"} else character
