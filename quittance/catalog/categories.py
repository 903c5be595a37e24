"""The headings of the catalog, and the order in which everything stands."""

from __future__ import annotations

from typing import Literal

from django.db.models import Max, Model
from django.utils.translation import gettext as _

from quittance.businesses.models import Location
from quittance.catalog.errors import CatalogError
from quittance.catalog.models import Category, Product, Service

MAX_NAME = 80
MAX_CATEGORIES = 200
Direction = Literal["up", "down"]
Movable = Service | Product | Category


def category_named(*, location: Location, kind: str, name: str) -> Category | None:
    """The heading of this name, made when it is new; None for an empty name."""
    clean = _clean(name)
    if not clean:
        return None
    mine = Category.objects.filter(location=location, kind=kind)
    found = mine.filter(name__iexact=clean).order_by("pk").first()
    if found is not None:
        return found
    if mine.count() >= MAX_CATEGORIES:
        raise CatalogError(
            "category",
            _("At most %(max_categories)s categories fit here. Use one that is there.")
            % {"max_categories": MAX_CATEGORIES},
        )
    row, _created = Category.objects.get_or_create(
        business_id=location.business_id,
        location=location,
        kind=kind,
        name=clean,
        defaults={"position": next_position(Category, location)},
    )
    return row


def rename_category(*, category: Category, name: str) -> None:
    clean = _clean(name)
    if not clean:
        raise CatalogError("name", _("Type a name."))
    taken = Category.objects.filter(location_id=category.location_id, kind=category.kind, name__iexact=clean)
    if taken.exclude(pk=category.pk).exists():
        raise CatalogError("name", _("There is a category of this name already."))
    category.name = clean
    category.save(update_fields=["name"])


def move(*, row: Movable, direction: Direction) -> bool:
    """One place up or down among its neighbours; False at the end of the list."""
    rows = _neighbours(row)
    index = rows.index(row)
    other = index + (1 if direction == "down" else -1)
    if not 0 <= other < len(rows):
        return False
    rows[index], rows[other] = rows[other], rows[index]
    _number(rows)
    return True


def move_before(*, row: Movable, before: Movable | None) -> None:
    """Where it was dropped: before another one of its neighbours, or at their end."""
    rows = [one for one in _neighbours(row) if one != row]
    if before is not None and before not in rows:
        raise CatalogError("before", _("It can be moved within its category only."))
    rows.insert(len(rows) if before is None else rows.index(before), row)
    _number(rows)


def next_position(model: type[Model], location: Location) -> int:
    last: int | None = model._default_manager.filter(location=location).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _neighbours(row: Movable) -> list[Movable]:
    """Those it can change places with, in their order: of the same heading, or all headings of the kind."""
    if isinstance(row, Category):
        mine = Category.objects.filter(location_id=row.location_id, kind=row.kind)
        return list(mine.order_by("position", "pk"))
    rows = type(row)._default_manager.filter(
        location_id=row.location_id, category=row.category, archived_at__isnull=True
    )
    return list(rows.order_by("position", "pk"))


def _number(rows: list[Movable]) -> None:
    for position, one in enumerate(rows):
        if one.position != position:
            type(one)._default_manager.filter(pk=one.pk).update(position=position)


def _clean(name: str) -> str:
    # PostgreSQL takes no NUL in a text.
    return " ".join(name.replace("\0", "").split())[:MAX_NAME]
