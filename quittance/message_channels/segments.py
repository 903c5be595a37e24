"""What an SMS costs: its segments, by the alphabet that the phone network can send it in (3GPP 23.038)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These need an escape in front and so count twice.
_EXTENDED = frozenset("^{}\\[~]|€\f")
_GSM_ALONE, _GSM_JOINED = 160, 153
_UCS_ALONE, _UCS_JOINED = 70, 67


@dataclass(frozen=True, slots=True)
class SmsCost:
    alphabet: Literal["gsm7", "ucs2"]
    units: int
    segments: int

    @property
    def room(self) -> int:
        """How many units fit into these segments."""
        alone, joined = (_GSM_ALONE, _GSM_JOINED) if self.alphabet == "gsm7" else (_UCS_ALONE, _UCS_JOINED)
        return alone if self.segments == 1 else joined * self.segments


def sms_cost(text: str) -> SmsCost:
    """One character outside the phone alphabet makes the whole text cost more than twice as much."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        units = sum(2 if letter in _EXTENDED else 1 for letter in text)
        return SmsCost("gsm7", units, _segments(units, _GSM_ALONE, _GSM_JOINED))
    units = len(text.encode("utf-16-be")) // 2
    return SmsCost("ucs2", units, _segments(units, _UCS_ALONE, _UCS_JOINED))


def _segments(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
