"""What is sold at a location, found by name, SKU or barcode."""

from __future__ import annotations

from django.db.models import Q

from quittance.catalog.models import Product, Service, TaxRate

MAX_FOUND = 50
MAX_QUERY = 100


def services_of(*, business_id: int, location_id: int) -> list[Service]:
    """All that are offered now, with their tax, in the catalog's order; one query."""
    return list(
        Service.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
        .select_related("tax_rate")
        .order_by("position", "id")
    )


def products_of(*, business_id: int, location_id: int) -> list[Product]:
    return list(
        Product.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
        .select_related("tax_rate")
        .order_by("position", "id")
    )


def tax_rates_of(*, business_id: int, location_id: int) -> list[TaxRate]:
    return list(TaxRate.objects.filter(business_id=business_id, location_id=location_id).order_by("ppm", "id"))


def service_by_id(*, business_id: int, service_id: int) -> Service:
    """Raises Service.DoesNotExist, also for a service of another business."""
    return Service.objects.select_related("tax_rate").get(business_id=business_id, pk=service_id)


def product_by_id(*, business_id: int, product_id: int) -> Product:
    """Raises Product.DoesNotExist, also for a product of another business."""
    return Product.objects.select_related("tax_rate").get(business_id=business_id, pk=product_id)


def find_services(*, business_id: int, location_id: int, text: str, limit: int = 20) -> list[Service]:
    """Services whose name or category holds every word typed."""
    rows = Service.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    for word in text[:MAX_QUERY].split():
        rows = rows.filter(Q(name__icontains=word) | Q(category__icontains=word))
    return list(rows.select_related("tax_rate").order_by("position", "id")[: min(limit, MAX_FOUND)])


def find_products(*, business_id: int, location_id: int, text: str, limit: int = 20) -> list[Product]:
    """Products by name, SKU or barcode; a scanned barcode or an exact SKU gives that product alone."""
    rows = Product.objects.filter(
        business_id=business_id, location_id=location_id, archived_at__isnull=True
    ).select_related("tax_rate")
    typed = text[:MAX_QUERY].strip()
    if typed:
        exact = list(rows.filter(Q(barcode=typed) | Q(sku__iexact=typed)).order_by("position", "id")[:MAX_FOUND])
        if exact:
            return exact
    for word in typed.split():
        rows = rows.filter(Q(name__icontains=word) | Q(sku__icontains=word) | Q(category__icontains=word))
    return list(rows.order_by("position", "id")[: min(limit, MAX_FOUND)])
