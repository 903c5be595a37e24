"""Put the catalog in order: services, products and categories, one step or to where it was dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.catalog import categories
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Category, Product, Service
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import GoneError, RefusedError

_MODELS: Final[dict[str, type[Service | Product | Category]]] = {
    "service": Service,
    "product": Product,
    "category": Category,
}


def step(*, actor: Actor, location_id: int, kind: str, row_id: int, direction: str, now: datetime) -> None:
    """`direction` is `up` or `down`; at the end of the list nothing happens."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    if direction not in ("up", "down"):
        raise RefusedError(_("It moves up or down."))

    def work() -> dict[str, Any]:
        row = _row(actor, location_id, kind, row_id)
        categories.move(row=row, direction="up" if direction == "up" else "down")
        _record(actor, location_id, kind, row_id, now)
        return {}

    once(actor=actor, action="catalog.arranged", now=now, work=work)


def drop(*, actor: Actor, location_id: int, kind: str, row_id: int, before_id: int | None, now: datetime) -> None:
    """Before another one of the same category, or at its end."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        row = _row(actor, location_id, kind, row_id)
        before = None if before_id is None else _row(actor, location_id, kind, before_id)
        try:
            categories.move_before(row=row, before=before)
        except CatalogError as error:
            raise RefusedError(str(error)) from error
        _record(actor, location_id, kind, row_id, now)
        return {}

    once(actor=actor, action="catalog.arranged", now=now, work=work)


def _record(actor: Actor, location_id: int, kind: str, row_id: int, now: datetime) -> None:
    audit.record(actor=actor, location_id=location_id, action="catalog.arranged", subject=(kind, row_id), now=now)


def _row(actor: Actor, location_id: int, kind: str, row_id: int) -> Service | Product | Category:
    # The location's row is the lock: two people who arrange the same list take turns.
    Location.objects.select_for_update(no_key=True, of=("self",)).filter(
        business_id=actor.business_id, pk=location_id
    ).first()
    model = _MODELS.get(kind)
    row = (
        model._default_manager.filter(business_id=actor.business_id, location_id=location_id, pk=row_id).first()
        if model
        else None
    )
    if row is None:
        raise GoneError(_("This does not exist."))
    return row
