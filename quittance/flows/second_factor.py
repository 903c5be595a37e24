"""The second factor of a sign-in: set up, check, renew its recovery codes, turn off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import passkeys, people, second_factor
from quittance.businesses.actions import SettingError
from quittance.businesses.models import User
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.limits.actions import count_try
from quittance.rows.locking import in_one_transaction

_TRIES: Final = 5
_WINDOW: Final = timedelta(minutes=5)


def check(*, user_id: int, code: str, now: datetime) -> None:
    """Raises a sentence unless the code is right; at sign-in, so there is no actor yet."""
    _count(user_id, now)
    if not in_one_transaction(lambda: second_factor.is_right(user_id=user_id, code=code, now=now)):
        raise FieldError("code", _("This code is not right, or it was used already. Wait for the next one."))


def turn_on(*, actor: Actor, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """One's own; returns the recovery codes, which are shown once. Every other sign-in has to begin anew."""
    _count(user.pk, now)

    def work() -> list[str]:
        passkeys.hold_person(user_id=user.pk)
        codes = second_factor.activate(user=user, secret=secret, code=code, now=now)
        if codes is None:
            raise FieldError("code", _("This code does not fit. Type the six digits that the app shows now."))
        _note(actor, "second_factor.turned_on", user.pk, now)
        return codes

    return in_one_transaction(work)


def renew_codes(*, actor: Actor, user: User, now: datetime) -> list[str]:
    def work() -> list[str]:
        if not second_factor.has_second_factor(user_id=user.pk):
            raise GoneError(_("Two-factor sign-in is off."))
        codes = second_factor.new_recovery_codes(user=user)
        _note(actor, "second_factor.codes_renewed", user.pk, now)
        return codes

    return in_one_transaction(work)


def turn_off(*, actor: Actor, user: User, now: datetime) -> None:
    """One's own app, unless a role asks for two factors and there is no passkey beside it."""

    def work() -> None:
        passkeys.hold_person(user_id=user.pk)
        if second_factor.is_required(user_id=user.pk) and not second_factor.has_passkey(user_id=user.pk):
            raise RefusedError(_("Your role asks for two-factor sign-in, so it stays on."))
        if not second_factor.turn_off(user_id=user.pk):
            raise GoneError(_("Two-factor sign-in is off already."))
        _note(actor, "second_factor.turned_off", user.pk, now)

    in_one_transaction(work)


def reset(*, actor: Actor, user_id: int, now: datetime) -> None:
    """Somebody lost the phone and the recovery codes: an owner looks them in the eye and presses this.

    Their passkeys go too: what was on the phone must open nothing.
    """
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> None:
        people.hold_business(business_id=actor.business_id)
        if not people.end_sign_ins(actor=actor, user_id=user_id):
            raise GoneError(_("This person does not work here."))
        passkeys.hold_person(user_id=user_id)
        had_passkeys = passkeys.remove_all(user_id=user_id)
        if not second_factor.turn_off(user_id=user_id) and not had_passkeys:
            raise GoneError(_("Two-factor sign-in is off already."))
        _note(actor, "second_factor.reset", user_id, now)

    _told(lambda: in_one_transaction(work))


def _told(work: Callable[[], None]) -> None:
    try:
        work()
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def _count(user_id: int, now: datetime) -> None:
    if count_try(key=f"second factor {user_id}", window=_WINDOW, now=now) > _TRIES:
        raise RefusedError(_("Too many tries. Wait five minutes, then try again."))


def _note(actor: Actor, action: str, user_id: int, now: datetime) -> None:
    audit.record(actor=actor, location_id=None, action=action, subject=("person", user_id), now=now)
