"""Make a service of the catalog, or change its card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.audit.queries import of_subject
from quittance.businesses.models import Location
from quittance.catalog import actions as catalog
from quittance.catalog.actions import DepositRule, NewItem, Performer
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Product, Service
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows._once import once
from quittance.flows.errors import ChangedByOtherError, FieldError, GoneError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCard:
    """A card as it was typed; `price_max` above the price makes it a range."""

    item: NewItem
    duration_minutes: int
    price_max: Money | None = None
    deposit: DepositRule = field(default_factory=DepositRule)
    performers: tuple[Performer, ...] = ()


def save_service(
    *,
    actor: Actor,
    location_id: int,
    service_id: int | None,
    expected_version: int | None,
    card: ServiceCard,
    now: datetime,
) -> int:
    """The service's id. Raises FieldError naming the field to mend; nothing was changed then."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = location_here(actor=actor, location_id=location_id)

    def work() -> Service:
        if service_id is None:
            return catalog.add_service(
                location=location,
                item=card.item,
                duration_minutes=card.duration_minutes,
                price_max=card.price_max,
                deposit=card.deposit,
                performers=card.performers,
            )
        rows = Service.objects.select_for_update(no_key=True, of=("self",)).select_related("location")
        service = rows.filter(business_id=actor.business_id, location_id=location_id, pk=service_id).first()
        if service is None:
            raise GoneError(_("This service does not exist."))
        check_version(kind="service", row=service, expected=expected_version, now=now)
        return catalog.update_service(
            service=service,
            item=card.item,
            duration_minutes=card.duration_minutes,
            price_max=card.price_max,
            deposit=card.deposit,
            performers=card.performers,
        )

    return saved(actor=actor, location_id=location_id, kind="service", is_new=service_id is None, work=work, now=now)


def location_here(*, actor: Actor, location_id: int) -> Location:
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    return location


def check_version(*, kind: str, row: Service | Product, expected: int | None, now: datetime) -> None:
    """Items of the catalog count their own versions; who saved last is in the trail."""
    if expected is None or row.version == expected:
        return
    newest = of_subject(business_id=row.business_id, kind=kind, subject_id=row.pk, limit=1)
    by_id, at = (newest[0].actor_id, newest[0].at) if newest else (None, now)
    raise ChangedByOtherError(by_id=by_id, at=at, version=row.version)


def saved(*, actor: Actor, location_id: int, kind: str, is_new: bool, work: Callable[[], Any], now: datetime) -> int:
    """One pressing saves once, and the trail knows."""
    action = f"{kind}.{'created' if is_new else 'changed'}"

    def audited() -> dict[str, Any]:
        try:
            row = work()
        except CatalogError as error:
            raise FieldError(error.field, str(error)) from error
        detail = {"price_minor": row.price_minor, "version": row.version}
        audit.record(
            actor=actor, location_id=location_id, action=action, subject=(kind, row.pk), now=now, detail=detail
        )
        return {kind: row.pk}

    return int(once(actor=actor, action=action, now=now, work=audited)[kind])
