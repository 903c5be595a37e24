"""Add a heading to the catalog, or give it another name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.catalog import categories
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Category
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError, GoneError
from quittance.flows.save_service import location_here


def save_category(
    *,
    actor: Actor,
    location_id: int,
    kind: str,
    category_id: int | None,
    name: str,
    expected_version: int | None = None,
    now: datetime,
) -> int:
    """`kind` is `service` or `product`."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = location_here(actor=actor, location_id=location_id)
    action = "category.created" if category_id is None else "category.changed"

    def work() -> dict[str, Any]:
        try:
            if category_id is None:
                row = categories.category_named(location=location, kind=kind, name=name)
                if row is None:
                    raise FieldError("name", _("Type a name."))
            else:
                row = Category.objects.filter(
                    business_id=actor.business_id, location=location, kind=kind, pk=category_id
                ).first()
                if row is None:
                    raise GoneError(_("This category does not exist."))
                categories.rename_category(category=row, name=name)
        except CatalogError as error:
            raise FieldError(error.field, str(error)) from error
        audit.record(actor=actor, location_id=location_id, action=action, subject=("category", row.pk), now=now)
        return {"category": row.pk}

    seen = Seen(f"category {category_id}", expected_version) if category_id is not None else None
    return int(once(actor=actor, action=action, now=now, work=work, seen=seen)["category"])
