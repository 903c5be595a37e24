"""Show who one is with a passkey: at the log-in page, and once more before what moves money or rights."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quittance.audit import actions as audit
from quittance.businesses import passkeys
from quittance.businesses.models import Passkey, PasskeyChallenge, User
from quittance.core.actor import Actor
from quittance.core.webauthn import NotProvedError, Site, claimed_id, question_for_known, read_proof, site_at
from quittance.flows.errors import RefusedError
from quittance.limits.actions import count_try
from quittance.rows.locking import in_one_transaction

# As many as with passwords: a whole team logs in from one address in the morning, one person rarely.
_ASKED: Final = 30
_ANSWERED: Final = 30
_PERSON: Final = 10
_MINUTE: Final = timedelta(minutes=1)
_FIVE_MINUTES: Final = timedelta(minutes=5)
_TOO_OLD: Final = gettext_noop("This took too long, or was used already. Press the button again.")
_NOT_RIGHT: Final = gettext_noop("This passkey could not be checked. Try again, or type the password.")
_UNKNOWN: Final = gettext_noop("This passkey is not known here. Type the password.")
_log = structlog.get_logger("quittance.passkeys")


def site() -> Site:
    return site_at(settings.QUITTANCE_BASE_URL)


def ask_at_sign_in(*, ip: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """The token for the browser's cookie and what its `navigator.credentials.get` takes; nobody is named."""
    count(f"passkey asked {ip}", _ASKED, _MINUTE, now)
    token, challenge = in_one_transaction(lambda: passkeys.ask(purpose="sign_in", user_id=None, handle="", now=now))
    return token, question_for_known(site=site(), challenge=challenge)


def sign_in(*, token: str, answer: str, ip: str, now: datetime) -> User:
    """Whoever the passkey was made for. The device has verified the person, so both factors are shown."""
    count(f"passkey answered {ip}", _ANSWERED, _MINUTE, now)
    question = _taken(token=token, purpose="sign_in", user_id=None, now=now)
    found = _passkey(answer)
    if found is None:
        raise RefusedError(_(_UNKNOWN))
    _prove(found, question=question, answer=answer, needs_handle=True, ip=ip, now=now)
    if not found.user.is_active:
        raise RefusedError(_("This log-in is switched off. Ask the owner of the business."))
    return found.user


def ask_again(*, user: User, now: datetime) -> tuple[str, dict[str, Any]]:
    """Before what moves money or rights: only the person's own passkeys are asked for."""
    count(f"passkey asked by {user.pk}", _ASKED, _MINUTE, now)
    known = [passkeys.as_known(one) for one in passkeys.passkeys_of(user_id=user.pk)]
    if not known:
        raise RefusedError(_("You have no passkey yet. Type your password."))
    token, challenge = in_one_transaction(lambda: passkeys.ask(purpose="again", user_id=user.pk, handle="", now=now))
    return token, question_for_known(site=site(), challenge=challenge, known=known)


def show_again(*, user: User, token: str, answer: str, ip: str, now: datetime) -> None:
    """Raises a sentence unless it is a passkey of this very person."""
    count(f"passkey answered {ip}", _ANSWERED, _MINUTE, now)
    question = _taken(token=token, purpose="again", user_id=user.pk, now=now)
    found = _passkey(answer)
    if found is None or found.user_id != user.pk:
        raise RefusedError(_("This is not a passkey of yours. Use your own, or type your password."))
    _prove(found, question=question, answer=answer, needs_handle=False, ip=ip, now=now)


def count(key: str, limit: int, window: timedelta, now: datetime) -> None:
    if count_try(key=key, window=window, now=now) > limit:
        raise RefusedError(_("Too many tries. Wait five minutes, then try again."))


def _taken(*, token: str, purpose: passkeys.Purpose, user_id: int | None, now: datetime) -> PasskeyChallenge:
    """Spent before anything is looked at: an answer that is wrong costs the question, too."""
    question = in_one_transaction(lambda: passkeys.take(token=token, purpose=purpose, user_id=user_id, now=now))
    if question is None:
        raise RefusedError(_(_TOO_OLD))
    return question


def _passkey(answer: str) -> Passkey | None:
    try:
        return passkeys.passkey_by_credential(credential_id=claimed_id(answer=answer))
    except NotProvedError as error:
        raise RefusedError(_(_NOT_RIGHT)) from error


def _prove(
    found: Passkey, *, question: PasskeyChallenge, answer: str, needs_handle: bool, ip: str, now: datetime
) -> None:
    count(f"passkey of {found.user_id}", _PERSON, _FIVE_MINUTES, now)
    key = passkeys.as_known(found)
    try:
        proof = read_proof(site=site(), challenge=question.challenge, key=key, answer=answer)
    except NotProvedError as error:
        _log.warning("passkey refused", passkey=found.pk, reason=str(error)[:200])
        raise RefusedError(_(_NOT_RIGHT)) from error
    if proof.handle != found.user_handle and (needs_handle or proof.handle):
        _log.warning("passkey refused", passkey=found.pk, reason="made for another account")
        raise RefusedError(_(_NOT_RIGHT))
    if in_one_transaction(lambda: passkeys.count_use(passkey=found, counter=proof.sign_counter, now=now)):
        return
    in_one_transaction(lambda: _note_copy(found, ip=ip, now=now))
    _log.warning("passkey refused", passkey=found.pk, reason="its counter went back")
    raise RefusedError(_("This looks like a copy of a passkey, so it was refused. Type the password, then remove it."))


def _note_copy(found: Passkey, *, ip: str, now: datetime) -> None:
    """In the trail of each business where the person works; who held the copy is not known."""
    passkeys.note_copy(passkey=found, now=now)
    for business_id in passkeys.businesses_of(user_id=found.user_id):
        actor = Actor(kind="system", business_id=business_id, ip=ip)
        subject = ("person", found.user_id)
        audit.record(
            actor=actor, location_id=None, action="passkey.copy_refused", subject=subject, now=now,
            detail={"passkey": found.pk},
        )  # fmt: skip
