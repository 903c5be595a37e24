"""The first owner of an empty installation, with the business and its first location."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import actions as businesses
from quittance.businesses import first_owner
from quittance.businesses.actions import NewLocation, SettingError
from quittance.businesses.models import Business, User
from quittance.businesses.people import held_by, hold_business
from quittance.businesses.roles import OWNER
from quittance.core.actor import Actor, NotAllowedError, Right, require
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.limits.actions import count_try
from quittance.rows.locking import in_one_transaction

_TRIES: Final = 10
_WINDOW: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOwner:
    name: str
    email: str
    password: str


def set_up(*, code: str, owner: FirstOwner, business: str, place: NewLocation, ip: str, now: datetime) -> User:
    """Only while nobody can log in, and only with the code of the command line."""
    if count_try(key=f"set up {ip}", window=_WINDOW, now=now) > _TRIES:
        raise RefusedError(_("Too many tries. Wait ten minutes, then try again."))

    def work() -> User:
        if not first_owner.is_empty():
            raise GoneError(_("This installation is set up already."))
        if not first_owner.use_code(code=code, now=now):
            raise FieldError("code", _("This is not the code, or it is too old. Ask the command line for a new one."))
        made = businesses.create_business(name=business)
        Business.objects.filter(pk=made.pk).update(first_steps_shown=True)
        businesses.add_location(business=made, new=place)
        user = businesses.create_user(email=owner.email, name=owner.name, password=owner.password)
        businesses.assign_role(user=user, business=made, role_slug=OWNER)
        actor = Actor(kind="staff", business_id=made.pk, user_id=user.pk, ip=ip)
        audit.record(actor=actor, location_id=None, action="business.made", subject=("business", made.pk), now=now)
        return user

    try:
        return in_one_transaction(work)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def put_first_steps_away(*, actor: Actor, now: datetime) -> None:
    """Out of the rail; the page stays among the settings."""
    require(actor, Right.EDIT_SETTINGS, None)

    def work() -> None:
        business = hold_business(business_id=actor.business_id)
        if not held_by(actor=actor).covers({Right.EDIT_SETTINGS}, None):
            raise NotAllowedError(Right.EDIT_SETTINGS)
        business.first_steps_shown = False
        business.save(update_fields=["first_steps_shown"])
        audit.record(
            actor=actor, location_id=None, action="first_steps.put_away", subject=("business", business.pk), now=now
        )

    in_one_transaction(work)
