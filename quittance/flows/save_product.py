"""Make a product of the catalog, or change its card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from quittance.catalog import actions as catalog
from quittance.catalog.actions import NewItem
from quittance.catalog.models import Product
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import GoneError
from quittance.flows.save_service import check_version, location_here, saved


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    item: NewItem
    sku: str = ""
    barcode: str = ""
    counts_stock: bool = False


def save_product(
    *,
    actor: Actor,
    location_id: int,
    product_id: int | None,
    expected_version: int | None,
    card: ProductCard,
    now: datetime,
) -> int:
    """The product's id. Raises FieldError naming the field to mend; what lies on the shelf stays as it is."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = location_here(actor=actor, location_id=location_id)

    def work() -> Product:
        typed = {"item": card.item, "sku": card.sku, "barcode": card.barcode, "counts_stock": card.counts_stock}
        if product_id is None:
            return catalog.add_product(location=location, **typed)  # type: ignore[arg-type]
        rows = Product.objects.select_for_update(no_key=True, of=("self",)).select_related("location")
        product = rows.filter(business_id=actor.business_id, location_id=location_id, pk=product_id).first()
        if product is None:
            raise GoneError(_("This product does not exist."))
        check_version(kind="product", row=product, expected=expected_version, now=now)
        return catalog.update_product(product=product, **typed)  # type: ignore[arg-type]

    return saved(actor=actor, location_id=location_id, kind="product", is_new=product_id is None, work=work, now=now)
