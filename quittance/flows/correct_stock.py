"""Somebody counted what lies on the shelf."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.catalog import stock
from quittance.catalog.models import Product
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import FieldError, GoneError


def correct_stock(
    *, actor: Actor, location_id: int, product_id: int, counted: int, note: str = "", now: datetime
) -> int:
    """What the count changed by. The trail of the product keeps who counted, when and why."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    if not 0 <= counted <= stock.MAX_COUNT:
        raise FieldError("counted", _("Type how many there are, for example 12."))

    def work() -> dict[str, Any]:
        rows = Product.objects.select_for_update(no_key=True, of=("self",))
        product = rows.filter(business_id=actor.business_id, location_id=location_id, pk=product_id).first()
        if product is None:
            raise GoneError(_("This product does not exist."))
        change = stock.correct(product=product, counted=counted, note=note, actor_id=actor.user_id, now=now)
        if change:
            audit.record(
                actor=actor,
                location_id=location_id,
                action="stock.corrected",
                subject=("product", product_id),
                now=now,
                detail={"change": change, "counted": counted},
            )
        return {"change": change}

    return int(once(actor=actor, action="stock.corrected", now=now, work=work)["change"])
