"""What the flows about people share: the lock, the refusal, the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import people
from quittance.businesses.actions import SettingError
from quittance.businesses.models import Location, Role
from quittance.core.actor import Actor
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError, GoneError

Result = TypeVar("Result")


def changing_people(
    *, actor: Actor, action: str, now: datetime, work: Callable[[], dict[str, Any]], seen: Seen | None = None
) -> dict[str, Any]:
    """Run `work` under the business's lock, once for one pressing; what cannot be comes back as FieldError."""

    def locked() -> dict[str, Any]:
        people.hold_business(business_id=actor.business_id)
        return work()

    try:
        return once(actor=actor, action=action, now=now, work=locked, seen=seen)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def role_of(*, actor: Actor, role_id: int) -> Role:
    role = Role.objects.filter(business_id=actor.business_id, pk=role_id).first()
    if role is None:
        raise GoneError(_("This role does not exist."))
    return role


def location_of(*, actor: Actor, location_id: int | None) -> Location | None:
    if location_id is None:
        return None
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    return location


def note(
    *, actor: Actor, action: str, subject: tuple[str, int | None], location_id: int | None, now: datetime, **detail: Any
) -> None:
    audit.record(actor=actor, location_id=location_id, action=action, subject=subject, now=now, detail=detail)
