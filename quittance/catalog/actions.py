"""Every change of what is sold. The caller is a flow or the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from quittance.businesses.models import Location, StaffMember
from quittance.catalog.categories import category_named, next_position
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Category, Product, Service, ServiceStaff, TaxRate
from quittance.catalog.names import clean_name
from quittance.catalog.taxes import add_tax_rate, system_named
from quittance.core.money import MAX_MINOR, Money

PPM = 1_000_000
MAX_PERFORMERS = 200

__all__ = ["CatalogError", "add_tax_rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What services and products share; `price` is of the location's currency."""

    name: str
    price: Money
    # The name of a heading; a new one is made for a new name.
    category: str = ""
    tax_rate: TaxRate | None = None
    taxation_system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositRule:
    """What a service asks for at booking; `amount` for a fixed one, `ppm` for a share of its price."""

    kind: str = Service.NO_DEPOSIT
    amount: Money | None = None
    ppm: int | None = None
    from_price: Money | None = None
    new_clients_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Who performs a service; empty price and duration are the service's own."""

    staff_id: int
    price: Money | None = None
    duration_minutes: int | None = None


def add_service(
    *,
    location: Location,
    item: NewItem,
    duration_minutes: int,
    price_max: Money | None = None,
    deposit: DepositRule = DepositRule(),
    performers: Sequence[Performer] = (),
) -> Service:
    """`price_max` above the price makes it a range."""
    service = Service(business_id=location.business_id, location=location, position=next_position(Service, location))
    return _fill_service(service, item, duration_minutes, price_max, deposit, performers)


def update_service(
    *,
    service: Service,
    item: NewItem,
    duration_minutes: int,
    price_max: Money | None,
    deposit: DepositRule,
    performers: Sequence[Performer],
) -> Service:
    """The card becomes what was typed; bills keep what they copied."""
    service.version += 1
    return _fill_service(service, item, duration_minutes, price_max, deposit, performers)


def add_product(
    *, location: Location, item: NewItem, sku: str = "", barcode: str = "", counts_stock: bool = False
) -> Product:
    product = Product(business_id=location.business_id, location=location, position=next_position(Product, location))
    return _fill_product(product, item, sku, barcode, counts_stock)


def update_product(*, product: Product, item: NewItem, sku: str, barcode: str, counts_stock: bool) -> Product:
    product.version += 1
    return _fill_product(product, item, sku, barcode, counts_stock)


def archive(*, item: Service | Product, now: datetime | None) -> None:
    """Out of the lists that sell; visits that have it keep it. `now` None brings it back."""
    type(item)._default_manager.filter(pk=item.pk).update(archived_at=now, version=F("version") + 1)


def _fill_service(
    service: Service,
    item: NewItem,
    duration_minutes: int,
    price_max: Money | None,
    deposit: DepositRule,
    performers: Sequence[Performer],
) -> Service:
    location = service.location
    _check_minutes("duration_minutes", duration_minutes)
    if price_max is not None and (price_max.currency != location.currency or price_max <= item.price):
        raise CatalogError("price_max", _("The highest price must be above the lowest."))
    if price_max is not None and price_max.minor > MAX_MINOR:
        raise CatalogError("price_max", _("This price is too high."))
    _check_deposit(location, deposit)
    _fill(service, item, Category.SERVICE)
    service.duration_minutes = duration_minutes
    service.price_max_minor = price_max.minor if price_max else None
    service.deposit_kind = deposit.kind
    service.deposit_minor = deposit.amount.minor if deposit.amount else None
    service.deposit_ppm = deposit.ppm
    service.deposit_from_minor = deposit.from_price.minor if deposit.from_price else None
    service.deposit_new_clients_only = deposit.new_clients_only
    service.save()
    _set_performers(service, performers)
    return service


def _fill_product(product: Product, item: NewItem, sku: str, barcode: str, counts_stock: bool) -> Product:  # noqa: FBT001
    _fill(product, item, Category.PRODUCT)
    product.sku = sku.strip()[:60]
    product.barcode = barcode.strip()[:60]
    product.counts_stock = counts_stock
    # What lies on the shelf changes by movements only.
    product.save(update_fields=None if product._state.adding else _ALL_BUT_STOCK)
    return product


_ALL_BUT_STOCK = (
    "name",
    "category",
    "price_minor",
    "tax_rate",
    "taxation_system",
    "sku",
    "barcode",
    "counts_stock",
    "version",
)


def _fill(row: Service | Product, item: NewItem, kind: str) -> None:
    _check(row.location, item)
    row.name = clean_name(item.name)
    row.category = category_named(location=row.location, kind=kind, name=item.category)
    row.price_minor = item.price.minor
    row.tax_rate = item.tax_rate
    row.taxation_system = system_named(location=row.location, name=item.taxation_system, kept=row.taxation_system)


def _set_performers(service: Service, performers: Sequence[Performer]) -> None:
    wanted = {one.staff_id: one for one in performers}
    if len(wanted) > MAX_PERFORMERS:
        raise CatalogError(
            "performers",
            _("At most %(max_performers)s people perform one service.") % {"max_performers": MAX_PERFORMERS},
        )
    known = StaffMember.objects.filter(location_id=service.location_id, pk__in=wanted).values_list("pk", flat=True)
    if set(known) != set(wanted):
        raise CatalogError("performers", _("Choose people who work at this location."))
    rows = ServiceStaff.objects.filter(business_id=service.business_id, service=service)
    rows.exclude(staff_id__in=wanted).delete()
    for one in wanted.values():
        if one.price is not None and not 0 <= one.price.minor <= MAX_MINOR:
            raise CatalogError("performers", _("Type a price of zero or more."))
        if one.duration_minutes is not None:
            _check_minutes("performers", one.duration_minutes)
        ServiceStaff.objects.update_or_create(
            business_id=service.business_id,
            service=service,
            staff_id=one.staff_id,
            defaults={
                "price_minor": one.price.minor if one.price else None,
                "duration_minutes": one.duration_minutes,
            },
        )


def _check_minutes(field: str, minutes: int) -> None:
    if not 5 <= minutes <= 24 * 60:
        raise CatalogError(field, _("A service takes between 5 minutes and a day."))


def _check_deposit(location: Location, rule: DepositRule) -> None:
    if rule.kind == Service.FIXED and (rule.amount is None or not 0 < rule.amount.minor <= MAX_MINOR):
        raise CatalogError("deposit_amount", _("Type the amount of the deposit."))
    if rule.kind == Service.PERCENT and (rule.ppm is None or not 0 < rule.ppm <= PPM):
        raise CatalogError("deposit_percent", _("Type a percentage between 1 and 100."))
    fits = (rule.amount is not None) == (rule.kind == Service.FIXED) and (rule.ppm is not None) == (
        rule.kind == Service.PERCENT
    )
    if not fits or rule.kind not in dict(Service.DEPOSITS):
        raise CatalogError("deposit_kind", _("Choose no deposit, a fixed amount or a percentage."))
    if rule.from_price is not None and rule.from_price.currency != location.currency:
        raise CatalogError(
            "deposit_from", _("Prices at this location are in %(currency)s.") % {"currency": location.currency}
        )


def _check(location: Location, item: NewItem) -> None:
    if item.price.currency != location.currency:
        raise CatalogError("price", _("Prices at this location are in %(currency)s.") % {"currency": location.currency})
    if not 0 <= item.price.minor <= MAX_MINOR:
        raise CatalogError("price", _("Type a price of zero or more."))
    if item.tax_rate is not None and item.tax_rate.location_id != location.pk:
        raise CatalogError("tax_rate", _("This tax rate belongs to another location."))
