"""An installation that nobody can log in to: a code from the command line lets one person make its first owner."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from quittance.businesses.models import SetUpCode, User

CODE_LIFE: Final = timedelta(hours=1)
# Without letters and digits that people mistake for each other.
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12


def is_empty() -> bool:
    """Whether nobody can log in to this installation yet."""
    return not User.objects.exists()


def new_code(*, now: datetime) -> str:
    """In three groups; every code from before stops working."""
    SetUpCode.objects.filter(used_at__isnull=True).update(used_at=now)
    code = "".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH))
    SetUpCode.objects.create(code_hash=_hash(code), created_at=now, expires_at=now + CODE_LIFE)
    return "-".join(code[at : at + 4] for at in range(0, _LENGTH, 4))


def use_code(*, code: str, now: datetime) -> bool:
    """Single use: of two who type it at once, one is told False."""
    rows = SetUpCode.objects.filter(code_hash=_hash(code), used_at__isnull=True, expires_at__gt=now)
    return bool(rows.update(used_at=now))


def _hash(code: str) -> str:
    return hashlib.sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).hexdigest()
