"""Services and products in the owner's order, category by category; found by a word; archived ones apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quittance.businesses.online_payment import OnlinePayment
from quittance.businesses.queries import staff_of
from quittance.catalog import queries
from quittance.catalog.models import Category, Product, Service, ServiceStaff
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.locale_format import format_money
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.catalog.sections import catalog_context
from quittance.desk.fields import typed_percent
from quittance.desk.online_payment import LABELS
from quittance.desk.photos import photo_urls

PAGES: Final = {"service": "services", "product": "products"}
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: Service | Product
    url: str
    facts: tuple[str, ...]
    stock: int | None
    photo_url: str = ""
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one category; without one the name is empty."""

    name: str
    rows: tuple[ItemRow, ...]


@require_safe
def front(_request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:services"))


@require_safe
@desk_view(Right.EDIT_SETTINGS)
def items(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """Five queries beside those of signing in."""
    text = request.GET.get("q", "").strip()[: queries.MAX_QUERY]
    shows_archived = request.GET.get("archived") == "1"
    found = _found(desk, kind, text, shows_archived=shows_archived)
    words = _Words(desk, found)
    photos = photo_urls(desk=desk, kind=kind, ids=[item.pk for item in found])
    can_arrange = not text and not shows_archived
    groups = []
    for category, members in groupby(found, key=lambda item: None if shows_archived or text else item.category):
        rows = list(members)
        groups.append(
            Group(
                name=category.name if category else "",
                rows=tuple(
                    ItemRow(
                        item=item,
                        url=reverse(f"desk:{kind}", kwargs={"item_id": item.pk}),
                        facts=words.of(item),
                        stock=item.stock_count if isinstance(item, Product) and item.counts_stock else None,
                        photo_url=photos.get(item.pk, ""),
                        is_first=index == 0,
                        is_last=index == len(rows) - 1,
                    )
                    for index, item in enumerate(rows)
                ),
            )
        )
    context = {
        **catalog_context(request, desk, current=PAGES[kind]),
        "kind": kind,
        "groups": groups,
        "count": len(found),
        "text": text,
        "archived": shows_archived,
        "can_arrange": can_arrange,
        "list_url": reverse(f"desk:{PAGES[kind]}"),
        "new_url": reverse(f"desk:new_{kind}"),
        "request_id": new_key(),
    }
    return render(request, "desk/catalog/items.html", context)


def _found(desk: Desk, kind: str, text: str, *, shows_archived: bool) -> Sequence[Service | Product]:
    here: dict[str, Any] = {"business_id": desk.business.pk, "location_id": desk.location.pk}
    if shows_archived:
        return queries.archived_of(**here, kind=kind)
    if kind == Category.SERVICE:
        if text:
            return queries.find_services(**here, text=text, limit=queries.MAX_FOUND)
        return queries.services_of(**here)
    return queries.find_products(**here, text=text, limit=queries.MAX_FOUND) if text else queries.products_of(**here)


class _Words:
    """What stands below a name: how long, how much, by whom, on what terms."""

    def __init__(self, desk: Desk, found: Sequence[Service | Product]) -> None:
        self.desk = desk
        ids = [item.pk for item in found if isinstance(item, Service)]
        self.performers: dict[int, dict[int, ServiceStaff]] = {}
        self.names: dict[int, str] = {}
        if ids:
            self.performers = queries.performers_of(business_id=desk.business.pk, service_ids=ids)
            members = staff_of(business_id=desk.business.pk, location_id=desk.location.pk)
            self.names = {member.pk: member.name for member in members}

    def of(self, item: Service | Product) -> tuple[str, ...]:
        facts = self._service(item) if isinstance(item, Service) else self._product(item)
        if item.tax_rate is not None:
            facts.append(item.tax_rate.name)
        if item.taxation_system:
            facts.append(item.taxation_system)
        return tuple(facts)

    def _service(self, service: Service) -> list[str]:
        minutes = service.duration_minutes
        price = self._money(service.price_minor)
        if service.price_max_minor is not None:
            price = f"{price} – {self._money(service.price_max_minor)}"
        facts = [ngettext("%(n)s min", "%(n)s min", minutes) % {"n": minutes}, price]
        if service.deposit_kind == Service.FIXED:
            facts.append(_("deposit %(amount)s") % {"amount": self._money(service.deposit_minor or 0)})
        elif service.deposit_kind == Service.PERCENT:
            facts.append(_("deposit %(amount)s") % {"amount": typed_percent(service.deposit_ppm or 0)})
        if service.online_payment != OnlinePayment.NOT_AVAILABLE:
            status = LABELS[OnlinePayment(service.online_payment)]
            facts.append(_("online payment: %(status)s") % {"status": status})
        names = [self.names[one] for one in self.performers.get(service.pk, {}) if one in self.names]
        if names:
            more = len(names) - _MOST_NAMED
            facts.append(", ".join(names[:_MOST_NAMED]) + (f" +{more}" if more > 0 else ""))
        return facts

    def _product(self, product: Product) -> list[str]:
        facts = [self._money(product.price_minor)]
        facts += [product.sku] if product.sku else []
        return facts + ([product.barcode] if product.barcode else [])

    def _money(self, minor: int) -> str:
        return format_money(Money(minor, self.desk.location.currency), get_language() or "en")
