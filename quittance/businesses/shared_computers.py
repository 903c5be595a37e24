"""Computers that several people use, and the PINs by which they change places there."""

from __future__ import annotations

import hashlib
import itertools
import re
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q
from django.utils.translation import gettext as _

from quittance.businesses.actions import SettingError, required_text
from quittance.businesses.models import Location, SharedComputer, User
from quittance.core.ids import new_token

_PIN: Final = re.compile(r"[0-9]{4,8}")


def mark(*, location: Location, name: str, by_user_id: int | None, now: datetime) -> tuple[SharedComputer, str]:
    """The row, and the token that the computer keeps."""
    token = new_token()
    row = SharedComputer.objects.create(
        business_id=location.business_id,
        location=location,
        name=required_text("name", name, 60),
        token_hash=_hash(token),
        marked_by_id=by_user_id,
        marked_at=now,
    )
    return row, token


def end(*, business_id: int, computer_id: int, now: datetime) -> SharedComputer | None:
    row = SharedComputer.objects.filter(business_id=business_id, pk=computer_id, ended_at__isnull=True).first()
    if row is not None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    return row


def computers_of(*, business_id: int) -> list[SharedComputer]:
    rows = SharedComputer.objects.filter(business_id=business_id, ended_at__isnull=True)
    return list(rows.select_related("location").order_by("location_id", "id")[:100])


def computer_by_token(token: str) -> SharedComputer | None:
    if not token or len(token) > 64:
        return None
    rows = SharedComputer.objects.select_related("business", "location")
    return rows.filter(token_hash=_hash(token), ended_at__isnull=True, location__archived_at__isnull=True).first()


def people_at(*, computer: SharedComputer) -> list[User]:
    """Who works at the computer's location and has set a PIN, by name."""
    here = Q(assignments__location=computer.location_id) | Q(assignments__location__isnull=True)
    rows = User.objects.filter(
        here,
        assignments__business_id=computer.business_id,
        assignments__deactivated_at__isnull=True,
        is_active=True,
    ).exclude(pin_hash="")
    return list(rows.distinct().order_by("name", "id")[:200])


def set_pin(*, user: User, pin: str) -> None:
    """Raises SettingError for what everybody would guess first."""
    if not _PIN.fullmatch(pin) or not pin.isascii():
        raise SettingError("pin", _("Type four to eight digits."))
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise SettingError("pin", _("This is among the first that anybody would try. Take less regular digits."))
    user.pin_hash = make_password(pin)
    user.save(update_fields=["pin_hash"])


def is_pin(*, user: User, pin: str) -> bool:
    return bool(user.pin_hash) and check_password(pin, user.pin_hash)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
