"""The text of an SMS: short enough to be cheap, with the link always whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from quittance.message_channels.segments import sms_cost
from quittance.messages.texts.phrases import fill

MOST_SEGMENTS: Final = 2
_LONGEST_NAME: Final = 30
# Typography that the phone alphabet lacks, for signs that it has: one odd dash would double the cost.
_PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "·": "*",
    }
)


def fit(phrases: Sequence[str], values: Mapping[str, str]) -> str:
    """Of the phrases that name the business, the fullest that costs one segment, else two; else the same without it.

    A payment link from nobody looks like fraud, so the name is worth a segment.
    """
    plain = {name: value if name == "link" else inert(value) for name, value in values.items()}
    plain["business"] = plain.get("business", "")[:_LONGEST_NAME].strip()
    usable = [phrase for phrase in phrases if _has_all(phrase, plain)] or list(phrases[-1:])
    named = [phrase for phrase in usable if "{business}" in phrase and plain["business"]]
    nameless = [phrase for phrase in usable if "{business}" not in phrase]
    for phrases_of_kind in (named, nameless):
        for segments in range(1, MOST_SEGMENTS + 1):
            for phrase in phrases_of_kind:
                if sms_cost(fill(phrase, plain)).segments <= segments:
                    return fill(phrase, plain)
    return fill(usable[-1], plain).removeprefix(": ")


def inert(text: str) -> str:
    """One line without control, direction and joining marks, in plain signs where there are such."""
    kept = (letter for letter in text.translate(_PLAIN) if unicodedata.category(letter) not in {"Cf", "Cs", "Co", "Cn"})
    line = "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Zs"} else letter for letter in kept)
    return " ".join(line.split())


def _has_all(phrase: str, values: Mapping[str, str]) -> bool:
    return all(f"{{{name}}}" not in phrase or values.get(name) for name in ("when", "staff", "phone", "deadline"))
