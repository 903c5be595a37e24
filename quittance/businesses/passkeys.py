"""The passkeys of people who log in, and the questions that browsers are asked about them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from quittance.businesses.actions import SettingError, required_text
from quittance.businesses.models import Passkey, PasskeyChallenge, RoleAssignment, User
from quittance.core.ids import new_token
from quittance.core.webauthn import WAIT_SECONDS, KnownKey

Purpose = Literal["new", "sign_in", "again"]
MOST: Final = 20
_NAME_LENGTH: Final = 60
_LIFE: Final = timedelta(seconds=WAIT_SECONDS)
# Spent and old questions are kept this long, for nothing but a look at what happened.
_KEPT: Final = timedelta(hours=1)


def hold_person(*, user_id: int) -> User:
    """Lock the row that every change of a person's factors takes first."""
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def passkeys_of(*, user_id: int) -> list[Passkey]:
    return list(Passkey.objects.filter(user_id=user_id).order_by("created_at", "id"))


def passkey_by_credential(*, credential_id: str) -> Passkey | None:
    return Passkey.objects.filter(credential_id=credential_id).select_related("user").first() if credential_id else None


def as_known(passkey: Passkey) -> KnownKey:
    return KnownKey(passkey.credential_id, passkey.public_key, tuple(passkey.transports), passkey.sign_counter)


def handle_for(*, user_id: int) -> str:
    """The name of the account inside devices: the one that their passkeys have, a new random one for the first."""
    known = Passkey.objects.filter(user_id=user_id).values_list("user_handle", flat=True).first()
    return known or secrets.token_urlsafe(32)


def ask(*, purpose: Purpose, user_id: int | None, handle: str, now: datetime) -> tuple[str, str]:
    """A new question: the token for the browser's cookie, and the challenge to be signed."""
    token, challenge = new_token(), secrets.token_urlsafe(32)
    PasskeyChallenge.objects.filter(expires_at__lt=now - _KEPT).delete()
    PasskeyChallenge.objects.create(
        token_hash=_hash(token),
        purpose=purpose,
        challenge=challenge,
        user_id=user_id,
        user_handle=handle,
        expires_at=now + _LIFE,
    )
    return token, challenge


def take(*, token: str, purpose: Purpose, user_id: int | None, now: datetime) -> PasskeyChallenge | None:
    """The question behind the cookie, once: whoever answers it a second time finds nothing."""
    row = PasskeyChallenge.objects.filter(token_hash=_hash(token), purpose=purpose).first()
    if row is None or row.user_id != user_id:
        return None
    open_rows = PasskeyChallenge.objects.filter(pk=row.pk, used_at__isnull=True, expires_at__gt=now)
    return row if open_rows.update(used_at=now) else None


def add(*, user: User, key: KnownKey, handle: str, name: str, now: datetime) -> Passkey:
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise SettingError("name", _("You have %(most)s passkeys. Remove one that you do not use.") % {"most": MOST})
    if Passkey.objects.filter(credential_id=key.credential_id).exists():
        raise SettingError("name", _("This passkey is in use already."))
    return Passkey.objects.create(
        user=user,
        credential_id=key.credential_id,
        public_key=key.public_key,
        user_handle=handle,
        sign_counter=key.sign_counter,
        transports=list(key.transports),
        name=required_text("name", name, _NAME_LENGTH),
        created_at=now,
    )


def rename(*, user_id: int, passkey_id: int, name: str) -> bool:
    clean = required_text("name", name, _NAME_LENGTH)
    return bool(Passkey.objects.filter(user_id=user_id, pk=passkey_id).update(name=clean))


def remove(*, user_id: int, passkey_id: int) -> bool:
    return bool(Passkey.objects.filter(user_id=user_id, pk=passkey_id).delete()[0])


def remove_all(*, user_id: int) -> int:
    return Passkey.objects.filter(user_id=user_id).delete()[0]


def count_use(*, passkey: Passkey, counter: int, now: datetime) -> bool:
    """False for a number that does not go up: the private key is somewhere else as well. Many devices never count."""
    goes_up = Q(sign_counter__lt=counter) if counter else Q(sign_counter=0)
    return bool(Passkey.objects.filter(goes_up, pk=passkey.pk).update(sign_counter=counter, last_used_at=now))


def note_copy(*, passkey: Passkey, now: datetime) -> None:
    Passkey.objects.filter(pk=passkey.pk).update(copy_refused_at=now)


def businesses_of(*, user_id: int) -> list[int]:
    """Where the person works: whose audit trails hear of a copied passkey."""
    rows = RoleAssignment.objects.filter(user_id=user_id, deactivated_at__isnull=True)
    return sorted(set(rows.values_list("business_id", flat=True)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
