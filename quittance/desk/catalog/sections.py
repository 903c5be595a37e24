"""The pages of the catalog, and what they share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from quittance.catalog.models import Service
from quittance.desk.access import Desk
from quittance.desk.done import done_words
from quittance.desk.shell import page_context
from quittance.ui.shell import Tab


def catalog_context(request: HttpRequest, desk: Desk, *, current: str) -> dict[str, Any]:
    """The frame of a page of the catalog; `current` is `services`, `products` or `value`."""
    return {
        **page_context(request, desk, section="catalog"),
        "sections": [
            Tab(_("Services"), reverse("desk:services"), current=current == "services"),
            Tab(_("Products"), reverse("desk:products"), current=current == "products"),
            Tab(_("Memberships and gift cards"), reverse("desk:value_types"), current=current == "value"),
        ],
        "notice": done_words(request),
    }


def card_tabs(row: Service, *, is_online: bool) -> list[Tab]:
    return [
        Tab(_("Service"), reverse("desk:service", kwargs={"item_id": row.pk}), current=not is_online),
        Tab(_("Online booking"), reverse("desk:service_online", kwargs={"item_id": row.pk}), current=is_online),
    ]
