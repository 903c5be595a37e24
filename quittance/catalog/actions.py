"""Every change of what is sold. The caller is a flow or the command line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Model

from quittance.businesses.models import Location
from quittance.catalog.models import Product, Service, TaxRate
from quittance.core.money import MAX_MINOR, Money

PPM = 1_000_000


class CatalogError(ValueError):
    """What was typed cannot be; `field` names it and the text says what to type instead."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What services and products share; `price` is of the location's currency."""

    name: str
    price: Money
    category: str = ""
    tax_rate: TaxRate | None = None
    taxation_system: str = ""


def add_tax_rate(*, location: Location, name: str, ppm: int) -> TaxRate:
    """`ppm` is the rate in millionths: 19 % is 190000."""
    if not 0 <= ppm <= PPM:
        raise CatalogError("ppm", "A tax rate lies between 0 and 100 %.")
    return TaxRate.objects.create(
        business_id=location.business_id, location=location, name=_name(name, limit=60), ppm=ppm
    )


def add_service(*, location: Location, item: NewItem, duration_minutes: int, price_max: Money | None = None) -> Service:
    """`price_max` above the price makes it a range."""
    if not 5 <= duration_minutes <= 24 * 60:
        raise CatalogError("duration_minutes", "A service takes between 5 minutes and a day.")
    if price_max is not None and (price_max.currency != location.currency or price_max <= item.price):
        raise CatalogError("price_max", "The highest price must be above the lowest.")
    _check(location, item)
    return Service.objects.create(
        business_id=location.business_id,
        location=location,
        name=_name(item.name),
        category=item.category.strip()[:80],
        price_minor=item.price.minor,
        price_max_minor=price_max.minor if price_max else None,
        tax_rate=item.tax_rate,
        taxation_system=item.taxation_system,
        duration_minutes=duration_minutes,
        position=_next_position(Service, location),
    )


def add_product(*, location: Location, item: NewItem, sku: str = "", barcode: str = "") -> Product:
    _check(location, item)
    return Product.objects.create(
        business_id=location.business_id,
        location=location,
        name=_name(item.name),
        category=item.category.strip()[:80],
        price_minor=item.price.minor,
        tax_rate=item.tax_rate,
        taxation_system=item.taxation_system,
        sku=sku.strip()[:60],
        barcode=barcode.strip()[:60],
        position=_next_position(Product, location),
    )


def _check(location: Location, item: NewItem) -> None:
    if item.price.currency != location.currency:
        raise CatalogError("price", f"Prices at this location are in {location.currency}.")
    if not 0 <= item.price.minor <= MAX_MINOR:
        raise CatalogError("price", "Type a price of zero or more.")
    if item.tax_rate is not None and item.tax_rate.location_id != location.pk:
        raise CatalogError("tax_rate", "This tax rate belongs to another location.")


def _name(text: str, *, limit: int = 160) -> str:
    clean = " ".join(text.split())
    if not clean:
        raise CatalogError("name", "Type a name.")
    if len(clean) > limit:
        raise CatalogError("name", f"This name is longer than {limit} characters. Shorten it.")
    return clean


def _next_position(model: type[Model], location: Location) -> int:
    last: int | None = model._default_manager.filter(location=location).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
