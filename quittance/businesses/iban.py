"""The number of a bank account, checked as its standard says."""

from __future__ import annotations

import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def clean_iban(text: str) -> str:
    """Without spaces, in capitals; raises ValueError with a sentence for what no bank would take."""
    compact = "".join(text.split()).upper()
    if not _SHAPE.fullmatch(compact):
        raise ValueError("Type the IBAN as the bank writes it, for example DE89 3704 0044 0532 0130 00.")
    turned = compact[4:] + compact[:4]
    if int("".join(str(int(sign, 36)) for sign in turned)) % 97 != 1:
        raise ValueError("This IBAN has a typing mistake: its check digits do not fit.")
    return compact


def spaced_iban(iban: str) -> str:
    """In groups of four, as people read it."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
