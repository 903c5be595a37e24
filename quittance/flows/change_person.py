"""What somebody is in a business: give and take roles, switch the log-in off and on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.businesses import people
from quittance.businesses.models import User
from quittance.core.actor import Actor, Right, require
from quittance.flows._people import changing_people, location_of, note, role_of
from quittance.flows.errors import GoneError


def give_role(*, actor: Actor, user_id: int, role_id: int, location_id: int | None, now: datetime) -> None:
    require(actor, Right.EDIT_PEOPLE, location_id)

    def work() -> dict[str, Any]:
        role, location = role_of(actor=actor, role_id=role_id), location_of(actor=actor, location_id=location_id)
        try:
            people.give_role(actor=actor, user_id=user_id, role=role, location=location)
        except User.DoesNotExist:
            raise GoneError(_("This person does not work here.")) from None
        note(
            actor=actor, action="role.given", subject=("person", user_id), location_id=location_id, now=now,
            role=role.pk,
        )  # fmt: skip
        return {"person": user_id}

    changing_people(actor=actor, action="role.give", now=now, work=work)


def take_role(*, actor: Actor, user_id: int, assignment_id: int, now: datetime) -> None:
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> dict[str, Any]:
        taken = people.take_role(actor=actor, user_id=user_id, assignment_id=assignment_id)
        if taken is None:
            raise GoneError(_("This person does not have this role any more."))
        require(actor, Right.EDIT_PEOPLE, taken.location_id)
        note(
            actor=actor, action="role.taken", subject=("person", user_id), location_id=taken.location_id, now=now,
            role=taken.role_id,
        )  # fmt: skip
        return {"person": user_id}

    changing_people(actor=actor, action="role.take", now=now, work=work)


def deactivate(*, actor: Actor, user_id: int, now: datetime) -> None:
    """From this moment: every sign-in of the person ends, also those on other devices."""
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> dict[str, Any]:
        if not people.deactivate(actor=actor, user_id=user_id, now=now):
            raise GoneError(_("This person's log-in is off already."))
        note(actor=actor, action="person.deactivated", subject=("person", user_id), location_id=None, now=now)
        return {"person": user_id}

    changing_people(actor=actor, action="person.deactivate", now=now, work=work)


def reactivate(*, actor: Actor, user_id: int, now: datetime) -> None:
    """With the roles that the person had before."""
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> dict[str, Any]:
        if not people.reactivate(actor=actor, user_id=user_id):
            raise GoneError(_("This person's log-in is not off."))
        note(actor=actor, action="person.reactivated", subject=("person", user_id), location_id=None, now=now)
        return {"person": user_id}

    changing_people(actor=actor, action="person.reactivate", now=now, work=work)


def end_sign_ins(*, actor: Actor, user_id: int, now: datetime) -> None:
    """A lost phone: the person has to log in anew everywhere. One's own may always be ended."""
    if actor.user_id != user_id:
        require(actor, Right.EDIT_PEOPLE, None)

    def work() -> dict[str, Any]:
        if not people.end_sign_ins(actor=actor, user_id=user_id):
            raise GoneError(_("This person does not work here."))
        note(actor=actor, action="person.sign_ins_ended", subject=("person", user_id), location_id=None, now=now)
        return {"person": user_id}

    changing_people(actor=actor, action="person.end_sign_ins", now=now, work=work)
