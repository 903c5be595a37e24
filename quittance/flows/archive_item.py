"""Take a service or a product out of the catalog, or bring it back. Nothing is deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.catalog import actions as catalog
from quittance.catalog.models import Product, Service
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import GoneError


def archive_item(
    *, actor: Actor, location_id: int, kind: str, item_id: int, archived: bool = True, now: datetime
) -> None:
    """`kind` is `service` or `product`. Visits that have it keep it."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    action = f"{kind}.{'archived' if archived else 'restored'}"

    def work() -> dict[str, Any]:
        model = Service if kind == "service" else Product
        rows = model._default_manager.select_for_update(no_key=True, of=("self",))
        row = rows.filter(business_id=actor.business_id, location_id=location_id, pk=item_id).first()
        if row is None:
            raise GoneError(_("This does not exist."))
        if (row.archived_at is not None) != archived:
            catalog.archive(item=row, now=now if archived else None)
            audit.record(actor=actor, location_id=location_id, action=action, subject=(kind, item_id), now=now)
        return {}

    once(actor=actor, action=action, now=now, work=work)
