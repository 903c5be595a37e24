"""What is sold at a location, found by name, SKU or barcode; who performs it, and what lies on the shelf."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import F, Q

from quittance.catalog.models import (
    Category,
    Product,
    Service,
    ServiceStaff,
    StockMovement,
    TaxationSystem,
    TaxRate,
)

MAX_FOUND = 50
MAX_QUERY = 100
MAX_LISTED = 2_000
# As the catalog shows it: what has no category first, then category by category.
_ORDER: Final = (F("category__position").asc(nulls_first=True), "category_id", "position", "id")


def services_of(*, business_id: int, location_id: int) -> list[Service]:
    """All that are offered now, with their tax, in the catalog's order; one query."""
    return list(
        Service.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
        .select_related("tax_rate", "category")
        .order_by(*_ORDER)
    )


def products_of(*, business_id: int, location_id: int) -> list[Product]:
    return list(
        Product.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
        .select_related("tax_rate", "category")
        .order_by(*_ORDER)
    )


def tax_rates_of(*, business_id: int, location_id: int) -> list[TaxRate]:
    """Those that something new can take."""
    rows = TaxRate.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    return list(rows.order_by("ppm", "id"))


def service_by_id(*, business_id: int, service_id: int) -> Service:
    """Raises Service.DoesNotExist, also for a service of another business."""
    return Service.objects.select_related("tax_rate", "category").get(business_id=business_id, pk=service_id)


def services_by_id(*, business_id: int, location_id: int, service_ids: Iterable[int]) -> dict[int, Service]:
    """Those of them that are offered here now."""
    rows = Service.objects.filter(
        business_id=business_id, location_id=location_id, pk__in=list(service_ids), archived_at__isnull=True
    )
    return {row.pk: row for row in rows}


def product_by_id(*, business_id: int, product_id: int) -> Product:
    """Raises Product.DoesNotExist, also for a product of another business."""
    return Product.objects.select_related("tax_rate", "category").get(business_id=business_id, pk=product_id)


def find_services(*, business_id: int, location_id: int, text: str, limit: int = 20) -> list[Service]:
    """Services whose name or category holds every word typed."""
    rows = Service.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    for word in text[:MAX_QUERY].split():
        rows = rows.filter(Q(name__icontains=word) | Q(category__name__icontains=word))
    return list(rows.select_related("tax_rate", "category").order_by(*_ORDER)[: min(limit, MAX_FOUND)])


def find_products(*, business_id: int, location_id: int, text: str, limit: int = 20) -> list[Product]:
    """Products by name, SKU or barcode; a scanned barcode or an exact SKU gives that product alone."""
    rows = Product.objects.filter(
        business_id=business_id, location_id=location_id, archived_at__isnull=True
    ).select_related("tax_rate", "category")
    typed = text[:MAX_QUERY].strip()
    if typed:
        exact = list(rows.filter(Q(barcode=typed) | Q(sku__iexact=typed)).order_by(*_ORDER)[:MAX_FOUND])
        if exact:
            return exact
    for word in typed.split():
        rows = rows.filter(Q(name__icontains=word) | Q(sku__icontains=word) | Q(category__name__icontains=word))
    return list(rows.order_by(*_ORDER)[: min(limit, MAX_FOUND)])


def archived_of(*, business_id: int, location_id: int, kind: str) -> list[Service] | list[Product]:
    """What is not sold any more, by name."""
    here: dict[str, Any] = {"business_id": business_id, "location_id": location_id, "archived_at__isnull": False}
    if kind == Category.SERVICE:
        services = Service.objects.filter(**here).select_related("tax_rate", "category")
        return list(services.order_by("name", "id")[:MAX_LISTED])
    products = Product.objects.filter(**here).select_related("tax_rate", "category")
    return list(products.order_by("name", "id")[:MAX_LISTED])


def categories_of(*, business_id: int, location_id: int, kind: str) -> list[Category]:
    rows = Category.objects.filter(business_id=business_id, location_id=location_id, kind=kind)
    return list(rows.order_by("position", "id"))


def category_by_id(*, business_id: int, category_id: int) -> Category:
    """Raises Category.DoesNotExist, also for a category of another business."""
    return Category.objects.get(business_id=business_id, pk=category_id)


def taxation_systems_of(*, business_id: int, location_id: int) -> list[str]:
    """The names to choose from."""
    rows = TaxationSystem.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    return list(rows.order_by("name", "id").values_list("name", flat=True))


def performers_of(*, business_id: int, service_ids: Iterable[int]) -> dict[int, dict[int, ServiceStaff]]:
    """Service → staff → terms; a service that is missing here is performed by everybody. One query."""
    found: dict[int, dict[int, ServiceStaff]] = {}
    rows = ServiceStaff.objects.filter(business_id=business_id, service_id__in=list(service_ids))
    for row in rows.order_by("pk"):
        found.setdefault(row.service_id, {})[row.staff_id] = row
    return found


def terms_of(*, business_id: int, service_id: int, staff_id: int | None) -> ServiceStaff | None:
    """The own price and duration of one person for one service, if there are any."""
    if staff_id is None:
        return None
    return ServiceStaff.objects.filter(business_id=business_id, service_id=service_id, staff_id=staff_id).first()


def movements_of(*, business_id: int, product_id: int, limit: int = MAX_FOUND) -> list[StockMovement]:
    """The newest first."""
    rows = StockMovement.objects.filter(business_id=business_id, product_id=product_id)
    return list(rows.order_by("-id")[: min(limit, MAX_FOUND)])
