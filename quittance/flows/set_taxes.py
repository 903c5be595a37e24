"""Tax rates and taxation systems of a location: add, change, archive. What was written stays as it was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.catalog import taxes
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import TaxationSystem, TaxRate
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import refuse_stale
from quittance.flows.errors import FieldError, GoneError

Row = TypeVar("Row", TaxRate, TaxationSystem)


def save_tax_rate(
    *,
    actor: Actor,
    location_id: int,
    rate_id: int | None,
    expected_version: int | None,
    name: str,
    ppm: int,
    is_default: bool,
    now: datetime,
) -> int:
    """Without an id: a new one. Returns its id; FieldError names the box to mend."""

    def work(location: Location) -> TaxRate:
        if rate_id is None:
            rate = taxes.add_tax_rate(location=location, name=name, ppm=ppm)
        else:
            rate = _own(TaxRate, location, rate_id)
            refuse_stale(rate.version, expected_version)
            taxes.change_tax_rate(rate=rate, name=name, ppm=ppm)
        taxes.choose_default(rate=rate, is_default=is_default)
        return rate

    action = f"tax_rate.{'created' if rate_id is None else 'changed'}"
    return _saved(actor, location_id, action, now, work)


def archive_tax_rate(*, actor: Actor, location_id: int, rate_id: int, archived: bool, now: datetime) -> None:
    """Nothing new takes it; `archived` False brings it back."""

    def work(location: Location) -> TaxRate:
        rate = _own(TaxRate, location, rate_id)
        if (rate.archived_at is not None) != archived:
            taxes.archive_tax_rate(rate=rate, now=now if archived else None)
        return rate

    _saved(actor, location_id, f"tax_rate.{'archived' if archived else 'restored'}", now, work)


def save_taxation_system(
    *, actor: Actor, location_id: int, system_id: int | None, expected_version: int | None, name: str, now: datetime
) -> int:
    """Without an id: a new one. A new name is taken over by services and products, not by lines of bills."""

    def work(location: Location) -> TaxationSystem:
        if system_id is None:
            return taxes.add_system(location=location, name=name)
        system = _own(TaxationSystem, location, system_id)
        refuse_stale(system.version, expected_version)
        taxes.rename_system(system=system, name=name)
        return system

    action = f"taxation_system.{'created' if system_id is None else 'changed'}"
    return _saved(actor, location_id, action, now, work)


def archive_taxation_system(*, actor: Actor, location_id: int, system_id: int, archived: bool, now: datetime) -> None:
    def work(location: Location) -> TaxationSystem:
        system = _own(TaxationSystem, location, system_id)
        if (system.archived_at is not None) != archived:
            taxes.archive_system(system=system, now=now if archived else None)
        return system

    _saved(actor, location_id, f"taxation_system.{'archived' if archived else 'restored'}", now, work)


def _own(model: type[Row], location: Location, row_id: int) -> Row:
    row = model._default_manager.filter(business_id=location.business_id, location=location, pk=row_id).first()
    if row is None:
        raise GoneError(_("This does not exist at this location."))
    return row


def _saved(
    actor: Actor,
    location_id: int,
    action: str,
    now: datetime,
    work: Callable[[Location], TaxRate | TaxationSystem],
) -> int:
    """One pressing saves once, and the trail knows the rate as it is from now on."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def audited() -> dict[str, Any]:
        # The location's row is the lock: names and the one default are looked at and written by one at a time.
        location = (
            Location.objects.select_for_update(no_key=True)
            .filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True)
            .first()
        )
        if location is None:
            raise GoneError(_("This location does not exist."))
        try:
            row = work(location)
        except CatalogError as error:
            raise FieldError(error.field, str(error)) from error
        detail: dict[str, Any] = {"name": row.name, "version": row.version}
        if isinstance(row, TaxRate):
            detail |= {"ppm": row.ppm, "is_default": row.is_default}
        kind = action.partition(".")[0]
        audit.record(
            actor=actor, location_id=location_id, action=action, subject=(kind, row.pk), now=now, detail=detail
        )
        return {"row": row.pk}

    return int(once(actor=actor, action=action, now=now, work=audited)["row"])
