"""Change places at a shared computer: mark it, set one's PIN, switch by name and PIN."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import shared_computers
from quittance.businesses.actions import SettingError
from quittance.businesses.models import SharedComputer, User
from quittance.core.actor import Actor, Right, require
from quittance.flows._people import location_of
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.limits.actions import count_try
from quittance.rows.locking import in_one_transaction

_TRIES: Final = 5
_WINDOW: Final = timedelta(minutes=15)


def mark_computer(*, actor: Actor, location_id: int, name: str, now: datetime) -> str:
    """The token that this computer's cookie holds from now on."""
    require(actor, Right.EDIT_PEOPLE, location_id)

    def work() -> str:
        location = location_of(actor=actor, location_id=location_id)
        if location is None:
            raise GoneError(_("This location does not exist."))
        row, token = shared_computers.mark(location=location, name=name, by_user_id=actor.user_id, now=now)
        _note(actor, "computer.shared", ("computer", row.pk), location_id, now)
        return token

    try:
        return in_one_transaction(work)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def end_computer(*, actor: Actor, computer_id: int, now: datetime) -> None:
    """Nobody switches there any more; who is signed in there stays until they log out."""
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> None:
        row = shared_computers.end(business_id=actor.business_id, computer_id=computer_id, now=now)
        if row is None:
            raise GoneError(_("This computer is not shared any more."))
        require(actor, Right.EDIT_PEOPLE, row.location_id)
        _note(actor, "computer.ended", ("computer", row.pk), row.location_id, now)

    in_one_transaction(work)


def set_pin(*, actor: Actor, user: User, pin: str, now: datetime) -> None:
    """One's own. The digits stand nowhere but in their hash."""

    def work() -> None:
        shared_computers.set_pin(user=user, pin=pin)
        _note(actor, "pin.set", ("person", user.pk), None, now)

    try:
        in_one_transaction(work)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def switch(*, computer: SharedComputer, user_id: int, pin: str, ip: str, now: datetime) -> User:
    """Whoever has the PIN, at a computer that is marked; both together are two factors."""
    for key in (f"pin {user_id}", f"pin {user_id} {computer.pk}"):
        if count_try(key=key, window=_WINDOW, now=now) > _TRIES:
            raise RefusedError(_("Too many tries. Log in with your password, or wait fifteen minutes."))
    user = next((one for one in shared_computers.people_at(computer=computer) if one.pk == user_id), None)
    if user is None or not shared_computers.is_pin(user=user, pin=pin):
        raise FieldError("pin", _("This is not the PIN."))
    actor = Actor(kind="staff", business_id=computer.business_id, user_id=user.pk, ip=ip)
    note: dict[str, Any] = {"computer": computer.pk}
    in_one_transaction(lambda: _note(actor, "person.switched", ("person", user.pk), computer.location_id, now, **note))
    return user


def _note(
    actor: Actor, action: str, subject: tuple[str, int], location_id: int | None, now: datetime, **detail: Any
) -> None:
    audit.record(actor=actor, location_id=location_id, action=action, subject=subject, now=now, detail=detail)
