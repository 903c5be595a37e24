"""Locations: add one, change it, take it out of use and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills.models import Bill
from quittance.businesses import actions as businesses
from quittance.businesses import places
from quittance.businesses.actions import NewLocation, SettingError, add_location
from quittance.businesses.models import Location
from quittance.businesses.people import held_by, hold_business
from quittance.businesses.presets import PRESETS
from quittance.calendar.models import Visit
from quittance.catalog.models import Product, Service
from quittance.core.actor import Actor, NotAllowedError, Right, require
from quittance.drawers.models import Drawer
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError, GoneError


def add(*, actor: Actor, new: NewLocation, now: datetime) -> int:
    """By somebody who may change settings everywhere, because the new place is a part of everywhere."""
    require(actor, Right.EDIT_SETTINGS, None)

    def work() -> dict[str, Any]:
        business = hold_business(business_id=actor.business_id)
        if not held_by(actor=actor).covers({Right.EDIT_SETTINGS}, None):
            raise NotAllowedError(Right.EDIT_SETTINGS)
        place = add_location(business=business, new=new)
        _note(actor, "location.added", place.pk, now)
        return {"location": place.pk}

    return int(_once(actor, "location.add", now, work)["location"])


def change(
    *, actor: Actor, location_id: int, new: NewLocation, expected_version: int | None = None, now: datetime
) -> None:
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        try:
            changed = places.change_location(
                business_id=actor.business_id,
                location_id=location_id,
                new=new,
                is_currency_fixed=is_currency_fixed(business_id=actor.business_id, location_id=location_id),
            )
        except Location.DoesNotExist:
            raise GoneError(_("This location does not exist.")) from None
        _note(actor, "location.changed", location_id, now, fields=changed)
        return {"location": location_id}

    _once(actor, "location.change", now, work, Seen(f"location {location_id}", expected_version))


def use_preset(*, actor: Actor, location_id: int, preset: str, now: datetime) -> None:
    """What a salon or a clinic begins with. Links that are there keep the end they were made with."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        chosen = PRESETS.get(preset)
        place = (
            Location.objects.select_for_update(no_key=True)
            .filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True)
            .first()
        )
        if place is None or chosen is None:
            raise GoneError(_("This location or preset does not exist."))
        _note(actor, "location.changed", location_id, now, fields=businesses.use_preset(location=place, preset=chosen))
        return {"location": location_id}

    _once(actor, "location.preset", now, work)


def archive(*, actor: Actor, location_id: int, now: datetime) -> None:
    """Refused while somebody is booked there in the days to come."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        hold_business(business_id=actor.business_id)
        booked = Visit.objects.filter(
            business_id=actor.business_id, location_id=location_id, cancelled_at__isnull=True, starts_at__gt=now
        )
        if booked.exists():
            raise FieldError("location", _("Clients are booked here in the days to come. Move or cancel them first."))
        if not places.archive_location(business_id=actor.business_id, location_id=location_id, now=now):
            raise GoneError(_("This location is not in use any more."))
        _note(actor, "location.archived", location_id, now)
        return {"location": location_id}

    _once(actor, "location.archive", now, work)


def restore(*, actor: Actor, location_id: int, now: datetime) -> None:
    """An archived place grants nothing, so this asks for the right everywhere."""
    require(actor, Right.EDIT_SETTINGS, None)

    def work() -> dict[str, Any]:
        hold_business(business_id=actor.business_id)
        if not held_by(actor=actor).covers({Right.EDIT_SETTINGS}, None):
            raise NotAllowedError(Right.EDIT_SETTINGS)
        if not places.restore_location(business_id=actor.business_id, location_id=location_id):
            raise GoneError(_("This location is in use, or does not exist."))
        _note(actor, "location.restored", location_id, now)
        return {"location": location_id}

    _once(actor, "location.restore", now, work)


def is_currency_fixed(*, business_id: int, location_id: int) -> bool:
    """Bills and prices hold amounts of the location's currency: another one would change what they mean."""
    here = {"business_id": business_id, "location_id": location_id}
    return any(model.objects.filter(**here).exists() for model in (Bill, Service, Product, Drawer))


def _note(actor: Actor, action: str, location_id: int, now: datetime, **detail: Any) -> None:
    audit.record(
        actor=actor, location_id=location_id, action=action, subject=("location", location_id), now=now, detail=detail
    )


def _once(actor: Actor, action: str, now: datetime, work: Any, seen: Seen | None = None) -> dict[str, Any]:
    try:
        return once(actor=actor, action=action, now=now, work=work, seen=seen)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None
