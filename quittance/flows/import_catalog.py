"""Services and products from a file: said row by row first, then in one go. What is there stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.catalog import actions as catalog
from quittance.catalog.actions import NewItem
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Product, Service, TaxRate
from quittance.catalog.queries import tax_rates_of
from quittance.core.actor import Actor, Right, require
from quittance.core.money import AmountError, Money, parse_amount
from quittance.documents.csv_table import Row
from quittance.flows._importing import BAD, KNOWN, NEW, ImportPlan, PlannedRow, table_rows
from quittance.flows._once import once
from quittance.flows.errors import FieldError
from quittance.flows.save_service import location_here

Kind = Literal["service", "product"]
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "service": ("Name", "Category", "Price", "Highest price", "Minutes", "Tax", "Taxation system"),
    "product": ("Name", "Category", "Price", "SKU", "Barcode", "Tax", "Taxation system"),
}
_NAME: Final = ("name", "item name", "service name", "service", "product name", "product", "title")
_PRICE: Final = ("price", "price from", "price min", "minimum price", "retail price", "selling price", "cost")
_PRICE_MAX: Final = ("highest price", "price to", "price max", "maximum price")
_CATEGORY: Final = ("category", "categories", "reporting category", "service category", "group")
_MINUTES: Final = ("minutes", "duration", "duration (minutes)", "duration (min)", "length", "time")
_BARCODE: Final = ("barcode", "gtin", "ean", "upc")
_SKU: Final = ("sku", "article", "product code", "code")
_LONGEST_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class _Wanted:
    row: Row
    name: str
    item: NewItem | None = None
    minutes: int = 0
    price_max: Money | None = None
    problem: str = ""
    is_known: bool = False


def plan(*, actor: Actor, location_id: int, kind: Kind, text: str) -> ImportPlan:
    """What would happen; nothing is written. Raises FieldError when the file cannot be read."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = location_here(actor=actor, location_id=location_id)
    return ImportPlan([_planned(one) for one in _read(location, kind, text)])


def run(*, actor: Actor, location_id: int, kind: Kind, text: str, now: datetime) -> dict[str, Any]:
    """Import all rows that are new: {"new": n}. The same file once more changes nothing."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = location_here(actor=actor, location_id=location_id)
    action = f"{kind}s.imported"

    def work() -> dict[str, Any]:
        # The location's row is the lock: two imports at one moment would not see each other's rows.
        Location.objects.select_for_update(no_key=True, of=("self",)).get(pk=location.pk)
        done = {NEW: 0}
        for one in _read(location, kind, text):
            if one.item is None or _planned(one).outcome != NEW:
                continue
            try:
                _add(location, kind, one, one.item)
            except CatalogError as error:
                raise FieldError(
                    "file", _("Row %(line)s: %(error)s") % {"line": one.row.line, "error": error}
                ) from error
            done[NEW] += 1
        audit.record(
            actor=actor,
            location_id=location_id,
            action=action,
            subject=("location", location_id),
            now=now,
            detail=done,
        )
        return done

    return once(actor=actor, action=action, now=now, work=work)


def minutes_of(text: str) -> int | None:
    """`45`, `45 min`, `1:30`, `1 h 30 min`, `01:30:00`; seconds where a number is no day of minutes."""
    typed = text.strip().casefold()
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", typed):
        return int(match[1]) * 60 + int(match[2])
    words = re.fullmatch(r"(?:(\d{1,2}) ?h(?:ours?|rs?)?\.?)? ?(?:(\d{1,3}) ?m(?:in(?:utes?|s)?)?\.?)?", typed)
    if words and (words[1] or words[2]):
        return int(words[1] or 0) * 60 + int(words[2] or 0)
    if re.fullmatch(r"\d{1,6}(?:[.,]0+)?", typed):
        number = int(re.split(r"[.,]", typed)[0])
        return number // 60 if number > _LONGEST_MINUTES and number % 60 == 0 else number
    return None


def _planned(one: _Wanted) -> PlannedRow:
    name = one.name or _("row %(line)s") % {"line": one.row.line}
    if one.problem:
        return PlannedRow(one.row.line, name, BAD, one.problem)
    if one.is_known:
        return PlannedRow(one.row.line, name, KNOWN, _("It is in the catalog already and stays as it is."))
    price = str(one.item.price) if one.item else ""
    return PlannedRow(one.row.line, name, NEW, f"{price}, {one.minutes} min" if one.minutes else price)


def _add(location: Location, kind: Kind, one: _Wanted, item: NewItem) -> None:
    if kind == "service":
        catalog.add_service(location=location, item=item, duration_minutes=one.minutes, price_max=one.price_max)
    else:
        sku, barcode = one.row.first(*_SKU), one.row.first(*_BARCODE)
        catalog.add_product(location=location, item=item, sku=sku, barcode=barcode)


def _read(location: Location, kind: Kind, text: str) -> list[_Wanted]:
    rows = table_rows(text, needed=_NAME, example=", ".join(HEADINGS[kind]))
    rates = {
        rate.name.casefold(): rate for rate in tax_rates_of(business_id=location.business_id, location_id=location.pk)
    }
    there = _there(location, kind)
    wanted = []
    for row in rows:
        one = _wanted(location, kind, row, rates, there)
        if not one.problem and not one.is_known:
            there |= _marks(kind, one.name, row.first(*_CATEGORY), row.first(*_SKU), row.first(*_BARCODE))
        wanted.append(one)
    return wanted


def _wanted(
    location: Location, kind: Kind, row: Row, rates: dict[str, TaxRate], there: set[tuple[str, ...]]
) -> _Wanted:
    name = " ".join(row.first(*_NAME).split())
    variation = row.cells.get("variation name", "")
    if variation and variation.casefold() not in ("regular", "default"):
        name = f"{name} {variation}"
    if not name:
        return _Wanted(row, "", problem=_("The name is missing."))
    if len(name) > 160:
        return _Wanted(row, name[:160], problem=_("The name is longer than 160 characters."))
    try:
        price = _amount(row.first(*_PRICE), location.currency)
        price_max = _amount(row.first(*_PRICE_MAX), location.currency)
    except AmountError as error:
        return _Wanted(row, name, problem=_("The price cannot be read. %(error)s") % {"error": _(str(error))})
    if price is None:
        return _Wanted(row, name, problem=_("The price is missing."))
    tax_name = row.first("tax", "tax rate", "vat")
    if tax_name and tax_name.casefold() not in rates:
        return _Wanted(
            row, name, problem=_("There is no tax called %(name)s at this location.") % {"name": tax_name[:60]}
        )
    minutes = 0
    if kind == "service":
        minutes = minutes_of(row.first(*_MINUTES)) or 0
        if not 5 <= minutes <= _LONGEST_MINUTES:
            return _Wanted(row, name, problem=_("How long it takes is missing or cannot be read, for example 45."))
    if price.minor < 0 or (price_max is not None and price_max < price):
        return _Wanted(row, name, problem=_("The highest price must be above the lowest."))
    item = NewItem(
        name=name,
        price=price,
        category=row.first(*_CATEGORY),
        tax_rate=rates.get(tax_name.casefold()),
        taxation_system=row.first("taxation system"),
    )
    marks = _marks(kind, name, item.category, row.first(*_SKU), row.first(*_BARCODE))
    return _Wanted(
        row, name, item, minutes, price_max if price_max and price_max > price else None, is_known=bool(marks & there)
    )


def _amount(text: str, currency: str) -> Money | None:
    """Without the currency that stands around it."""
    bare = re.sub(r"^[^\d+-]+|[^\d]+$", "", text.strip())
    return parse_amount(bare, currency) if bare else None


def _there(location: Location, kind: Kind) -> set[tuple[str, ...]]:
    """By what the items of the catalog are known again; archived ones too, since somebody put them away."""
    marks: set[tuple[str, ...]] = set()
    if kind == "service":
        for name, heading in Service.objects.filter(location=location).values_list("name", "category__name"):
            marks |= _marks(kind, name, heading or "", "", "")
        return marks
    products = Product.objects.filter(location=location)
    for name, heading, sku, barcode in products.values_list("name", "category__name", "sku", "barcode"):
        marks |= _marks(kind, name, heading or "", sku, barcode)
    return marks


def _marks(kind: Kind, name: str, category: str, sku: str, barcode: str) -> set[tuple[str, ...]]:
    marks: set[tuple[str, ...]] = {("name", name.casefold(), " ".join(category.casefold().split()))}
    if kind == "product":
        marks |= {("sku", sku.casefold())} if sku else set()
        marks |= {("barcode", barcode)} if barcode else set()
    return marks
