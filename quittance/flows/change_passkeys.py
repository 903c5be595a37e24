"""One's own passkeys: make one, name it, remove it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import passkeys, second_factor
from quittance.businesses.actions import SettingError
from quittance.businesses.models import User
from quittance.core.actor import Actor
from quittance.core.webauthn import NotProvedError, question_for_new, read_new
from quittance.flows._once import once
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.flows.use_passkey import count, site
from quittance.rows.locking import in_one_transaction

Result = TypeVar("Result")
_TRIES: Final = 20
_WINDOW: Final = timedelta(minutes=5)


def ask_for_new(*, user: User, now: datetime) -> tuple[str, dict[str, Any]]:
    """The token for the browser's cookie and what its `navigator.credentials.create` takes."""
    count(f"passkey new {user.pk}", _TRIES, _WINDOW, now)
    if not site().can_have_passkeys:
        raise RefusedError(
            _("Passkeys need an address with a name and https, such as https://pay.example.org. This one has none.")
        )
    known = [passkeys.as_known(one) for one in passkeys.passkeys_of(user_id=user.pk)]
    handle = passkeys.handle_for(user_id=user.pk)
    token, challenge = in_one_transaction(lambda: passkeys.ask(purpose="new", user_id=user.pk, handle=handle, now=now))
    question = question_for_new(
        site=site(), challenge=challenge, handle=handle, address=user.email, name=user.name, known=known
    )
    return token, question


def add(*, actor: Actor, user: User, token: str, answer: str, name: str, now: datetime) -> int:
    """The id of the new passkey. Its question is spent even when the answer is wrong."""
    question = in_one_transaction(lambda: passkeys.take(token=token, purpose="new", user_id=user.pk, now=now))
    if question is None:
        raise RefusedError(_("This took too long, or was used already. Press the button again."))
    try:
        key = read_new(site=site(), challenge=question.challenge, answer=answer)
    except NotProvedError as error:
        raise RefusedError(_("This passkey could not be checked. Try again, or with another device.")) from error

    def work() -> int:
        passkeys.hold_person(user_id=user.pk)
        made = passkeys.add(user=user, key=key, handle=question.user_handle, name=name, now=now)
        _note(actor, "passkey.added", user.pk, made.pk, now)
        return made.pk

    try:
        return _told(lambda: in_one_transaction(work))
    except IntegrityError as error:
        raise RefusedError(_("This passkey is in use already.")) from error


def rename(*, actor: Actor, user: User, passkey_id: int, name: str, now: datetime) -> None:
    def work() -> dict[str, Any]:
        if not passkeys.rename(user_id=user.pk, passkey_id=passkey_id, name=name):
            raise GoneError(_("This passkey does not exist any more."))
        _note(actor, "passkey.renamed", user.pk, passkey_id, now)
        return {}

    _told(lambda: once(actor=actor, action="passkey.rename", now=now, work=work))


def remove(*, actor: Actor, user: User, passkey_id: int, now: datetime) -> None:
    """Not the last factor of somebody whose role asks for one."""

    def work() -> dict[str, Any]:
        passkeys.hold_person(user_id=user.pk)
        if not passkeys.remove(user_id=user.pk, passkey_id=passkey_id):
            raise GoneError(_("This passkey does not exist any more."))
        is_last = not second_factor.has_second_factor(user_id=user.pk)
        if is_last and second_factor.is_required(user_id=user.pk):
            raise RefusedError(
                _("Your role asks for two-factor sign-in, and this is your last factor. Set up another one first.")
            )
        if is_last:
            second_factor.drop_codes(user_id=user.pk)
        _note(actor, "passkey.removed", user.pk, passkey_id, now)
        return {}

    once(actor=actor, action="passkey.remove", now=now, work=work)


def _told(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def _note(actor: Actor, action: str, user_id: int, passkey_id: int, now: datetime) -> None:
    subject, detail = ("person", user_id), {"passkey": passkey_id}
    audit.record(actor=actor, location_id=None, action=action, subject=subject, now=now, detail=detail)
