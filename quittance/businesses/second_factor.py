"""A second factor at sign-in: codes of an authenticator app (RFC 6238), and recovery codes for a lost phone.

A passkey is a factor too; its own rules stand in `passkeys.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote

from quittance.businesses.models import Passkey, RecoveryCode, Role, SecondFactor, User
from quittance.core.secret import Secret

_STEP_SECONDS: Final = 30
# A phone's clock may be half a minute off, either way.
_DRIFT: Final = (-1, 0, 1)
_CODES: Final = 10
_SIGNS: Final = "23456789abcdefghjkmnpqrstvwxyz"


def new_secret() -> str:
    """160 bits, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def app_address(*, secret: str, email: str) -> str:
    """What the QR code holds."""
    return f"otpauth://totp/{quote(f'Quittance:{email}')}?secret={secret}&issuer=Quittance"


def code_at(*, secret: str, at: datetime) -> str:
    """What the app shows at that moment."""
    return _code(secret, int(at.timestamp()) // _STEP_SECONDS)


def has_app(*, user_id: int) -> bool:
    """Whether an authenticator app is set up."""
    return SecondFactor.objects.filter(user_id=user_id).exists()


def has_passkey(*, user_id: int) -> bool:
    return Passkey.objects.filter(user_id=user_id).exists()


def has_second_factor(*, user_id: int) -> bool:
    """Anything beside the password: an app or a passkey."""
    return has_app(user_id=user_id) or has_passkey(user_id=user_id)


def password_is_not_enough(*, user_id: int) -> bool:
    """An app is asked after every password; a passkey only where a role wants two factors."""
    return has_app(user_id=user_id) or (is_required(user_id=user_id) and has_passkey(user_id=user_id))


def is_required(*, user_id: int) -> bool:
    """Whether a role that the person has anywhere asks for it."""
    rows = Role.objects.filter(
        requires_second_factor=True, assignments__user_id=user_id, assignments__deactivated_at__isnull=True
    )
    return rows.exists()


def activate(*, user: User, secret: str, code: str, now: datetime) -> list[str] | None:
    """The recovery codes, shown once; None where the code does not fit, so that the app surely has the secret."""
    step = _fitting_step(secret, code, now)
    if step is None:
        return None
    SecondFactor.objects.update_or_create(
        user=user, defaults={"secret": Secret(secret), "activated_at": now, "last_step": step}
    )
    return new_recovery_codes(user=user)


def new_recovery_codes(*, user: User) -> list[str]:
    """Those from before stop working."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        "-".join("".join(secrets.choice(_SIGNS) for _sign in range(5)) for _half in range(2)) for _n in range(_CODES)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(code)) for code in codes)
    return codes


def codes_left(*, user_id: int) -> int:
    return RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True).count()


def is_right(*, user_id: int, code: str, now: datetime) -> bool:
    """A code of the app or a recovery code; each is taken once, also when it arrives twice at the same moment."""
    row = SecondFactor.objects.filter(user_id=user_id).first()
    step = _fitting_step(row.secret.reveal(), code, now) if row else None
    if row is not None and step is not None:
        return bool(SecondFactor.objects.filter(pk=row.pk, last_step__lt=step).update(last_step=step))
    unused = RecoveryCode.objects.filter(user_id=user_id, code_hash=_hash(code), used_at__isnull=True)
    return bool(unused.update(used_at=now))


def turn_off(*, user_id: int) -> bool:
    """The app; the recovery codes go with the last factor."""
    is_gone = bool(SecondFactor.objects.filter(user_id=user_id).delete()[0])
    if not has_passkey(user_id=user_id):
        drop_codes(user_id=user_id)
    return is_gone


def drop_codes(*, user_id: int) -> None:
    RecoveryCode.objects.filter(user_id=user_id).delete()


def _fitting_step(secret: str, code: str, now: datetime) -> int | None:
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    current = int(now.timestamp()) // _STEP_SECONDS
    fitting = [current + drift for drift in _DRIFT if hmac.compare_digest(_code(secret, current + drift), typed)]
    return fitting[0] if fitting else None


def _code(secret: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _hash(code: str) -> str:
    """50 random bits behind a limit on tries: a plain hash is enough."""
    return hashlib.sha256("".join(sign for sign in code.lower() if sign.isalnum()).encode()).hexdigest()
