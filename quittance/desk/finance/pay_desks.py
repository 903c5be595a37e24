"""QR codes on paper: the desks of this location, and what is printed for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quittance.businesses.look import logo_png
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.finance.sections import finance_context
from quittance.documents.qr_poster import KINDS, PRINT_DPI, QrPoster, qr_poster
from quittance.flows import arrange_pay_desks
from quittance.flows.errors import FieldError, RefusedError
from quittance.pay_desks.models import PayDesk
from quittance.pay_desks.queries import desk_by_id, desks_of

_SHEETS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "a4": (gettext_lazy("Sheet A4"), gettext_lazy("For the wall or a frame")),
    "a6": (gettext_lazy("Card A6"), gettext_lazy("For a small stand")),
    "tent": (gettext_lazy("Table tent"), gettext_lazy("An A4 sheet, folded across the middle: read from both sides")),
}
_INKS: Final[dict[str, str | Promise]] = {
    "colour": gettext_lazy("Colour"),
    "black": gettext_lazy("Black and white"),
}
_TYPES: Final = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}
_PREVIEW_DPI: Final = 60


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("It stands small on the paper, so that you know which one it is."),
        error_messages={"required": gettext_lazy("Type a name, for example Front desk.")},
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    slug: str
    label: str | Promise
    hint: str | Promise


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def pay_desks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All desks of this location; POST adds one."""
    form = NameForm(request.POST if request.method == "POST" else None, auto_id="desk-%s")
    if request.method == "POST" and form.is_valid():
        try:
            desk_id = arrange_pay_desks.add(
                actor=desk.actor, location_id=desk.location.pk, name=form.cleaned_data["name"], now=desk.now
            )
            return HttpResponseRedirect(done_url("pay_desk_added", _url("desk:pay_desk", desk_id)))
        except RefusedError as error:
            form.add_error("name", str(error))
    context = {
        **finance_context(request, desk, current="online_payments"),
        "pay_desks": desks_of(business_id=desk.business.pk, location_id=desk.location.pk),
        "form": form,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/finance/pay_desks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def pay_desk(request: HttpRequest, desk: Desk, desk_id: int) -> HttpResponse:
    """What is printed for one desk; POST renames it."""
    found = _desk(desk, desk_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": found.name}, auto_id="desk-%s")
    if request.method == "POST" and form.is_valid():
        try:
            arrange_pay_desks.rename(actor=desk.actor, desk_id=desk_id, name=form.cleaned_data["name"], now=desk.now)
            return HttpResponseRedirect(done_url("pay_desk_renamed", _url("desk:pay_desk", desk_id)))
        except FieldError as error:
            form.add_error("name", str(error))
    ink = request.GET.get("ink", "")
    context: dict[str, Any] = {
        **finance_context(request, desk, current="online_payments"),
        "pay_desk": found,
        "address": arrange_pay_desks.desk_address(found),
        "sheets": [Sheet(slug, *words) for slug, words in _SHEETS.items()],
        "inks": _INKS,
        "ink": ink if ink in _INKS else "colour",
        "kinds": KINDS,
        # Another code is another picture: a browser never shows the old one.
        "made": int(found.code_made_at.timestamp()),
        "form": form,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/finance/pay_desk.html", context, status=422 if form.errors else 200)


@require_safe
@desk_view(Right.EDIT_SETTINGS)
def paper(request: HttpRequest, desk: Desk, desk_id: int, sheet: str, ink: str, kind: str) -> HttpResponse:
    """The file to print; with `?preview` a small picture of it."""
    found = _desk(desk, desk_id)
    if sheet not in _SHEETS or ink not in _INKS or kind not in _TYPES:
        raise Http404
    is_preview = "preview" in request.GET
    business = found.business
    poster = QrPoster(
        sheet=sheet,
        address=arrange_pay_desks.desk_address(found),
        business_name=business.name,
        desk_name=found.name,
        language=found.location.language,
        colour=ink == "colour",
        accent=business.accent,
        logo=logo_png(business_id=business.pk, key=business.logo_key) if business.logo_key else b"",
    )
    body = qr_poster(poster, kind=kind, dpi=_PREVIEW_DPI if is_preview else PRINT_DPI)  # type: ignore[arg-type]  # looked up above
    response = HttpResponse(body, content_type=_TYPES[kind])
    name = f"qr-{slugify(found.name) or found.pk}-{sheet}{'' if ink == 'colour' else '-bw'}.{kind}"
    response["Content-Disposition"] = f'{"inline" if is_preview else "attachment"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def new_code(_request: HttpRequest, desk: Desk, desk_id: int) -> HttpResponse:
    arrange_pay_desks.make_new_code(actor=desk.actor, desk_id=desk_id, now=desk.now)
    return HttpResponseRedirect(done_url("pay_desk_new_code", _url("desk:pay_desk", desk_id)))


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def archive(_request: HttpRequest, desk: Desk, desk_id: int) -> HttpResponse:
    arrange_pay_desks.archive(actor=desk.actor, desk_id=desk_id, now=desk.now)
    return HttpResponseRedirect(done_url("pay_desk_archived", reverse("desk:pay_desks")))


def _desk(desk: Desk, desk_id: int) -> PayDesk:
    """Of this business, and at a place where this person may change it."""
    found = desk_by_id(business_id=desk.business.pk, desk_id=desk_id)
    if found is None:
        raise Http404
    desk.at(found.location_id).require(Right.EDIT_SETTINGS)
    return found


def _url(name: str, desk_id: int) -> str:
    return reverse(name, kwargs={"desk_id": desk_id})
