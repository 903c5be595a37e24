"""Codes of gift cards: made, written in groups, looked up without being readable in the table."""

from __future__ import annotations

import secrets
from typing import Final

from quittance.rows.fields import key_ring

# Letters and digits that nobody takes for another when reading them aloud.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH: Final = 16


def new_code() -> str:
    """80 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def code_mac(typed: str) -> str:
    """Of a code as somebody types it: lower case, blanks and dashes do not matter."""
    return key_ring().mac("gift card " + "".join(letter for letter in typed.upper() if letter.isalnum()))


def grouped(code: str) -> str:
    """In groups of four, to be read and typed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
