"""Settings › Taxes: the rates and taxation systems of this location."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.catalog import tax_queries
from quittance.catalog.models import TaxationSystem, TaxRate
from quittance.catalog.tax_queries import Uses
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.fields import PercentField, typed_percent
from quittance.desk.settings.front import settings_context
from quittance.desk.visits.changes import version_of
from quittance.flows import set_taxes
from quittance.flows.errors import FieldError, GoneError, RefusedError


class RateForm(forms.Form):
    name = forms.CharField(
        label=lazy("Name"),
        help_text=lazy("It stands on receipts, for example VAT 19 %."),
        max_length=60,
        error_messages={"required": lazy("Type a name.")},
    )
    ppm = PercentField(label=lazy("Rate"))
    is_default = forms.BooleanField(
        label=lazy("New services and products begin with it"),
        help_text=lazy("It takes the place of the one that they begin with now."),
        required=False,
    )


class SystemForm(forms.Form):
    name = forms.CharField(
        label=lazy("Name"),
        help_text=lazy("As you and your bookkeeper call it, for example Standard or Small business."),
        max_length=40,
        error_messages={"required": lazy("Type a name.")},
    )


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def taxes(request: HttpRequest, desk: Desk) -> HttpResponse:
    here = {"business_id": desk.business.pk, "location_id": desk.location.pk}
    of_rates = tax_queries.uses_of_rates(**here)
    of_systems = tax_queries.uses_of_systems(**here)
    context = {
        **settings_context(request, desk),
        "rates": [
            (row, typed_percent(row.ppm), _uses(of_rates.get(row.pk, Uses())))
            for row in tax_queries.all_tax_rates_of(**here)
        ],
        "systems": [
            (row, _uses(of_systems.get(row.name, Uses()))) for row in tax_queries.all_taxation_systems_of(**here)
        ],
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/taxes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def rate(request: HttpRequest, desk: Desk, rate_id: int | None = None) -> HttpResponse:
    row = None if rate_id is None else _rate(desk, rate_id)
    first = {} if row is None else {"name": row.name, "ppm": typed_percent(row.ppm), "is_default": row.is_default}
    form = RateForm(request.POST if request.method == "POST" else None, initial=first, auto_id="tax-%s")
    if row is not None and row.archived_at is not None:
        del form.fields["is_default"]

    def save() -> None:
        typed = form.cleaned_data
        set_taxes.save_tax_rate(
            actor=desk.actor,
            location_id=desk.location.pk,
            rate_id=rate_id,
            expected_version=None if row is None else version_of(request),
            name=typed["name"],
            ppm=typed["ppm"],
            is_default=typed.get("is_default", False),
            now=desk.now,
        )

    return _form_page(request, desk, "tax_rate", row, form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def system(request: HttpRequest, desk: Desk, system_id: int | None = None) -> HttpResponse:
    row = None if system_id is None else _system(desk, system_id)
    first = {} if row is None else {"name": row.name}
    form = SystemForm(request.POST if request.method == "POST" else None, initial=first, auto_id="tax-%s")

    def save() -> None:
        set_taxes.save_taxation_system(
            actor=desk.actor,
            location_id=desk.location.pk,
            system_id=system_id,
            expected_version=None if row is None else version_of(request),
            name=form.cleaned_data["name"],
            now=desk.now,
        )

    return _form_page(request, desk, "taxation_system", row, form, save)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def archive_rate(request: HttpRequest, desk: Desk, rate_id: int) -> HttpResponse:
    """`archived=0` brings it back."""
    row, archived = _rate(desk, rate_id), request.POST.get("archived") != "0"
    try:
        set_taxes.archive_tax_rate(
            actor=desk.actor, location_id=desk.location.pk, rate_id=row.pk, archived=archived, now=desk.now
        )
    except FieldError as error:
        first = {"name": row.name, "ppm": typed_percent(row.ppm)}
        form = RateForm(initial=first, auto_id="tax-%s")
        del form.fields["is_default"]
        return _draw(request, desk, "tax_rate", row, form, problem=str(error))
    return _archived(archived)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def archive_system(request: HttpRequest, desk: Desk, system_id: int) -> HttpResponse:
    row, archived = _system(desk, system_id), request.POST.get("archived") != "0"
    set_taxes.archive_taxation_system(
        actor=desk.actor, location_id=desk.location.pk, system_id=row.pk, archived=archived, now=desk.now
    )
    return _archived(archived)


def _archived(archived: bool) -> HttpResponse:  # noqa: FBT001 - what the button said
    done = "tax_archived" if archived else "tax_restored"
    return HttpResponseRedirect(done_url(done, reverse("desk:taxes")), status=303)


def _form_page(
    request: HttpRequest,
    desk: Desk,
    kind: str,
    row: TaxRate | TaxationSystem | None,
    form: forms.Form,
    save: Callable[[], None],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
            return HttpResponseRedirect(done_url("tax_saved", reverse("desk:taxes")), status=303)
        except GoneError:
            raise
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except RefusedError as error:
            form.add_error(None, str(error))
    return _draw(request, desk, kind, row, form)


def _draw(
    request: HttpRequest,
    desk: Desk,
    kind: str,
    row: TaxRate | TaxationSystem | None,
    form: forms.Form,
    *,
    problem: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        **settings_context(request, desk),
        "kind": kind,
        "row": row,
        "form": form,
        "problem": problem,
        "archive_url": "" if row is None else f"{request.path.removesuffix('/archive')}/archive",
        "form_url": request.path.removesuffix("/archive"),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/tax_form.html", context, status=422 if problem or form.errors else 200)


def _uses(uses: Uses) -> str:
    """`5 services and 2 products`; empty where nothing has it."""
    services = ngettext("%(n)s service", "%(n)s services", uses.services) % {"n": uses.services}
    products = ngettext("%(n)s product", "%(n)s products", uses.products) % {"n": uses.products}
    if uses.services and uses.products:
        return _("%(services)s and %(products)s") % {"services": services, "products": products}
    if uses.services:
        return services
    return products if uses.products else ""


def _rate(desk: Desk, rate_id: int) -> TaxRate:
    try:
        row = tax_queries.tax_rate_by_id(business_id=desk.business.pk, rate_id=rate_id)
    except TaxRate.DoesNotExist:
        row = None
    if row is None or row.location_id != desk.location.pk:
        raise GoneError(_("This tax rate does not exist at this location."))
    return row


def _system(desk: Desk, system_id: int) -> TaxationSystem:
    try:
        row = tax_queries.taxation_system_by_id(business_id=desk.business.pk, system_id=system_id)
    except TaxationSystem.DoesNotExist:
        row = None
    if row is None or row.location_id != desk.location.pk:
        raise GoneError(_("This taxation system does not exist at this location."))
    return row
