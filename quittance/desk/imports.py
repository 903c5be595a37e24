"""Import from a file, said row by row first; and the same tables as a file of ours."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from quittance.catalog import queries as catalog
from quittance.catalog.models import Product, Service
from quittance.clients import queries as clients
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url
from quittance.desk.fields import typed_amount
from quittance.desk.shell import page_context
from quittance.documents.csv_table import MAX_BYTES, TableError, decoded, write_table
from quittance.flows import import_catalog, import_clients
from quittance.flows._importing import BAD, OUTCOMES, ImportPlan
from quittance.flows.errors import FieldError

_PAGES: Final = {"client": "clients", "service": "services", "product": "products"}
_HEADINGS: Final[dict[str, str | Promise]] = {
    "client": gettext_lazy("Import clients"),
    "service": gettext_lazy("Import services"),
    "product": gettext_lazy("Import products"),
}
_SHOWN: Final = 500


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def import_file(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """A file is only looked at; what was seen is imported by the second button."""
    problem, text = "", ""
    plan: ImportPlan | None = None
    if request.method == "POST":
        try:
            text = _text_of(request)
            if "go" in request.POST:
                _run(desk, kind, text)
                return HttpResponseRedirect(done_url("imported", reverse(f"desk:{_PAGES[kind]}")), status=303)
            plan = _plan(desk, kind, text)
        except (FieldError, TableError) as error:
            problem = str(error)
    section = "clients" if kind == "client" else "catalog"
    context = {
        **page_context(request, desk, section=section),
        "heading": _HEADINGS[kind],
        "kind": kind,
        "list_url": reverse(f"desk:{_PAGES[kind]}"),
        "export_url": reverse(f"desk:export_{_PAGES[kind]}"),
        "columns": import_clients.HEADINGS if kind == "client" else import_catalog.HEADINGS[kind],
        "problem": problem,
        "text": text,
        "request_id": new_key(),
    }
    if plan is not None:
        counts = {outcome: plan.count(outcome) for outcome in OUTCOMES}
        rows = sorted(plan.rows, key=lambda row: (row.outcome != BAD, row.line))
        context |= {"plan": plan, "counts": counts, "rows": rows[:_SHOWN], "unseen": max(0, len(rows) - _SHOWN)}
    return render(request, "desk/import.html", context, status=422 if problem else 200)


@require_safe
@desk_view(Right.EDIT_SETTINGS)
def export_file(_request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """All of them as CSV, with the headings that the import reads; nothing in it is a formula."""
    if kind == "client":
        desk.require(Right.EDIT_CLIENTS)
        text = write_table(import_clients.HEADINGS, _client_rows(desk))
    else:
        text = write_table(import_catalog.HEADINGS[kind], _item_rows(desk, kind))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_PAGES[kind]}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _text_of(request: HttpRequest) -> str:
    if "go" in request.POST:
        return request.POST.get("text", "")
    upload = request.FILES.get("file")
    if upload is None:
        raise TableError(_("Choose a CSV file."))
    return decoded(upload.read(MAX_BYTES + 1))


def _plan(desk: Desk, kind: str, text: str) -> ImportPlan:
    here: dict[str, Any] = {"actor": desk.actor, "location_id": desk.location.pk, "text": text}
    if kind == "client":
        return import_clients.plan(**here)
    return import_catalog.plan(**here, kind="service" if kind == "service" else "product")


def _run(desk: Desk, kind: str, text: str) -> None:
    here: dict[str, Any] = {"actor": desk.actor, "location_id": desk.location.pk, "text": text, "now": desk.now}
    if kind == "client":
        import_clients.run(**here)
    else:
        import_catalog.run(**here, kind="service" if kind == "service" else "product")


def _client_rows(desk: Desk) -> list[tuple[str, ...]]:
    return [
        (row.name, row.phone, row.email, row.language, row.note)
        for row in clients.all_cards(business_id=desk.business.pk)
    ]


def _item_rows(desk: Desk, kind: str) -> list[tuple[str, ...]]:
    here = {"business_id": desk.business.pk, "location_id": desk.location.pk}
    if kind == "service":
        return [
            (*_first_cells(desk, row), _typed(desk, row.price_max_minor), str(row.duration_minutes), *_tax_cells(row))
            for row in catalog.services_of(**here)
        ]
    return [(*_first_cells(desk, row), row.sku, row.barcode, *_tax_cells(row)) for row in catalog.products_of(**here)]


def _first_cells(desk: Desk, row: Service | Product) -> tuple[str, str, str]:
    return row.name, row.category.name if row.category else "", _typed(desk, row.price_minor)


def _tax_cells(row: Service | Product) -> tuple[str, str]:
    return row.tax_rate.name if row.tax_rate else "", row.taxation_system


def _typed(desk: Desk, minor: int | None) -> str:
    return "" if minor is None else typed_amount(Money(minor, desk.location.currency))
