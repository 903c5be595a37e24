"""Tax rates and taxation systems of a location. Bills copy both, so nothing here changes what was sold before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from quittance.businesses.models import Location
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Product, Service, TaxationSystem, TaxRate
from quittance.catalog.names import clean_name

MAX_RATES: Final = 50
MAX_SYSTEMS: Final = 20
_WHOLE_PPM: Final = 1_000_000
_SYSTEM_NAME: Final = 40


def add_tax_rate(*, location: Location, name: str, ppm: int) -> TaxRate:
    """`ppm` is the rate in millionths: 19 % is 190000."""
    if TaxRate.objects.filter(location=location).count() >= MAX_RATES:
        raise CatalogError("name", _("A location has at most %(max_rates)s tax rates.") % {"max_rates": MAX_RATES})
    rate = TaxRate(business_id=location.business_id, location=location)
    _fill_rate(rate, name, ppm)
    rate.save()
    return rate


def change_tax_rate(*, rate: TaxRate, name: str, ppm: int) -> None:
    """What is sold from now on takes it; lines that were written keep theirs."""
    _fill_rate(rate, name, ppm)
    rate.version += 1
    rate.save()


def choose_default(*, rate: TaxRate, is_default: bool) -> None:
    """The one that a new service or product begins with; a location has one or none."""
    if is_default and rate.archived_at is not None:
        raise CatalogError("is_default", _("This rate is archived. Bring it back first."))
    if is_default:
        TaxRate.objects.filter(location_id=rate.location_id, is_default=True).exclude(pk=rate.pk).update(
            is_default=False
        )
    if rate.is_default != is_default:
        rate.is_default = is_default
        rate.save(update_fields=["is_default"])


def archive_tax_rate(*, rate: TaxRate, now: datetime | None) -> None:
    """Nothing new takes it; what has it keeps it. `now` None brings it back."""
    if now is None:
        _refuse_taken(rate, rate.name)
    rate.archived_at = now
    rate.is_default = False
    rate.version += 1
    rate.save()


def add_system(*, location: Location, name: str) -> TaxationSystem:
    clean = _free_system_name(location.pk, name, 0)
    if TaxationSystem.objects.filter(location=location).count() >= MAX_SYSTEMS:
        raise CatalogError(
            "name", _("A location has at most %(max_systems)s taxation systems.") % {"max_systems": MAX_SYSTEMS}
        )
    return TaxationSystem.objects.create(business_id=location.business_id, location=location, name=clean)


def rename_system(*, system: TaxationSystem, name: str) -> None:
    """Services and products follow; lines of bills keep the name that they were written with."""
    clean = _free_system_name(system.location_id, name, system.pk)
    for model in (Service, Product):
        model._default_manager.filter(location_id=system.location_id, taxation_system=system.name).update(
            taxation_system=clean
        )
    system.name = clean
    system.version += 1
    system.save()


def archive_system(*, system: TaxationSystem, now: datetime | None) -> None:
    system.archived_at = now
    system.version += 1
    system.save()


def system_named(*, location: Location, name: str, kept: str = "") -> str:
    """The name as the location has it, made when it is new; `kept` is what the item has and may keep."""
    clean = " ".join(name.replace("\0", "").split())[:_SYSTEM_NAME]
    if not clean or clean == kept:
        return clean
    rows = list(TaxationSystem.objects.filter(location=location).order_by("pk"))
    exact = [row for row in rows if row.name == clean]
    found = next(iter(exact or [row for row in rows if row.name.casefold() == clean.casefold()]), None)
    if found is None:
        if len(rows) >= MAX_SYSTEMS:
            raise CatalogError(
                "taxation_system",
                _("A location has at most %(max_systems)s taxation systems.") % {"max_systems": MAX_SYSTEMS},
            )
        # Two cards may be saved at one moment: the second finds the row of the first.
        found, _created = TaxationSystem.objects.get_or_create(
            business_id=location.business_id, location=location, name=clean
        )
    if found.archived_at is not None and found.name != kept:
        raise CatalogError(
            "taxation_system",
            _("%(name)s is archived. Choose another, or bring it back under Settings › Taxes.") % {"name": found.name},
        )
    return found.name


def _fill_rate(rate: TaxRate, name: str, ppm: int) -> None:
    if not 0 <= ppm <= _WHOLE_PPM:
        raise CatalogError("ppm", _("A tax rate lies between 0 and 100 %."))
    clean = clean_name(name, limit=60)
    if rate.archived_at is None and clean != rate.name:
        _refuse_taken(rate, clean)
    rate.name, rate.ppm = clean, ppm


def _refuse_taken(rate: TaxRate, name: str) -> None:
    """Names are how imports and people tell rates apart."""
    taken = TaxRate.objects.filter(location_id=rate.location_id, name__iexact=name, archived_at__isnull=True)
    if taken.exclude(pk=rate.pk).exists():
        raise CatalogError("name", _("There is a tax rate of this name already. Choose another name."))


def _free_system_name(location_id: int, name: str, own_id: int) -> str:
    clean = clean_name(name, limit=_SYSTEM_NAME)
    taken = TaxationSystem.objects.filter(location_id=location_id, name__iexact=clean)
    if taken.exclude(pk=own_id).exists():
        raise CatalogError("name", _("There is a taxation system of this name already. It may be archived."))
    return clean
