"""Taxes of a location for the page that sets them: what there is, and what uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from quittance.catalog.models import Product, Service, TaxationSystem, TaxRate


@dataclass(frozen=True, slots=True)
class Uses:
    """How much of what is sold now has it."""

    services: int = 0
    products: int = 0


def all_tax_rates_of(*, business_id: int, location_id: int) -> list[TaxRate]:
    """Those in use first, then the archived ones."""
    rows = TaxRate.objects.filter(business_id=business_id, location_id=location_id).order_by("ppm", "id")
    return sorted(rows, key=lambda row: row.archived_at is not None)


def all_taxation_systems_of(*, business_id: int, location_id: int) -> list[TaxationSystem]:
    rows = TaxationSystem.objects.filter(business_id=business_id, location_id=location_id).order_by("name", "id")
    return sorted(rows, key=lambda row: row.archived_at is not None)


def tax_rate_by_id(*, business_id: int, rate_id: int) -> TaxRate:
    """Raises TaxRate.DoesNotExist, also for a rate of another business."""
    return TaxRate.objects.get(business_id=business_id, pk=rate_id)


def taxation_system_by_id(*, business_id: int, system_id: int) -> TaxationSystem:
    """Raises TaxationSystem.DoesNotExist, also for one of another business."""
    return TaxationSystem.objects.get(business_id=business_id, pk=system_id)


def uses_of_rates(*, business_id: int, location_id: int) -> dict[int, Uses]:
    """Tax rate → uses. Two queries."""
    services, products = (_counts(model, business_id, location_id, "tax_rate_id") for model in (Service, Product))
    return {key: Uses(services.get(key, 0), products.get(key, 0)) for key in {*services, *products}}


def uses_of_systems(*, business_id: int, location_id: int) -> dict[str, Uses]:
    """Name of a taxation system → uses. Two queries."""
    services, products = (_counts(model, business_id, location_id, "taxation_system") for model in (Service, Product))
    return {key: Uses(services.get(key, 0), products.get(key, 0)) for key in {*services, *products}}


def _counts(model: type[Service | Product], business_id: int, location_id: int, column: str) -> dict[Any, int]:
    rows = model._default_manager.filter(
        business_id=business_id, location_id=location_id, archived_at__isnull=True
    ).order_by()
    return dict(rows.values_list(column).annotate(count=Count("pk")).values_list(column, "count"))
