"""A new appointment: from a free slot of the calendar, by the button, or by the key N."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quittance.businesses.queries import staff_of
from quittance.calendar.models import Visit
from quittance.calendar.times import instant_at
from quittance.catalog.models import Service
from quittance.catalog.queries import services_of
from quittance.clients.actions import ClientCard
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import wants_part, with_event, with_notice
from quittance.desk.calendar.page import day_context, today_of
from quittance.desk.fields import EARLIEST_DAY, LATEST_DAY, DayField, RowField, row_id, typed_amount
from quittance.desk.visits.new_deposit import send_deposit_link
from quittance.flows import book_visit, make_link
from quittance.flows.book_visit import Slot
from quittance.flows.errors import ConflictError, FieldError, FlowError, GoneError, RefusedError

NEW_CLIENT = "new"
_QUARTER = 15


class BookForm(forms.Form):
    """`client` is the id of a card, `new`, or empty while a name is being searched."""

    client_name = forms.CharField(max_length=200, required=False)
    client = forms.CharField(max_length=20, required=False)
    phone = forms.CharField(max_length=40, required=False)
    email = forms.CharField(max_length=254, required=False)
    service = RowField()
    staff = RowField()
    date = DayField()
    time = forms.TimeField(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"])
    note = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "new-%s", **options})
        self.desk = desk
        self.services = services_of(business_id=desk.business.pk, location_id=desk.location.pk)
        self.staff_members = staff_of(business_id=desk.business.pk, location_id=desk.location.pk)
        labels = {
            "client_name": _("Client"),
            "phone": _("Phone"),
            "email": _("Email"),
            "service": _("Service"),
            "staff": _("With"),
            "date": _("Day"),
            "time": _("Time"),
            "note": _("Note"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        sentences = {
            "service": _("Choose a service."),
            "staff": _("Choose who does it."),
            "date": _("Choose a day."),
            "time": _("Type the time, for example 14:00."),
        }
        for name, sentence in sentences.items():
            self.fields[name].error_messages |= {"required": sentence, "invalid": sentence}
        self._draw()

    def _draw(self) -> None:
        currency = self.desk.location.currency
        self.fields["client_name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "off"}
        self.fields["email"].widget.attrs |= {"inputmode": "email", "autocomplete": "off"}
        self.fields["service"].widget = forms.Select(
            choices=[
                ("", _("Choose a service")),
                *(
                    (row.pk, f"{row.name} · {row.duration_minutes} min · {_price(row, currency)}")
                    for row in self.services
                ),
            ]
        )
        self.fields["staff"].widget = forms.Select(choices=[(row.pk, row.name) for row in self.staff_members])
        self.fields["date"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["time"].widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        client, name = cleaned.get("client", ""), cleaned.get("client_name", "")
        if client == NEW_CLIENT and not name:
            self.add_error("client_name", _("Type the client's name."))
        elif client not in {"", NEW_CLIENT} and row_id(client) is None:
            self.add_error("client_name", _("Choose the client from the list."))
        elif not client and name:
            self.add_error("client_name", _("Choose the client from the list, or add a new one."))
        return cleaned

    def chosen_client(self) -> int | ClientCard | None:
        """The card's id, a new card, or nobody for a walk-in."""
        typed = self.cleaned_data
        if typed["client"] == NEW_CLIENT:
            return ClientCard(name=typed["client_name"], phones=(typed["phone"],), emails=(typed["email"],))
        return int(typed["client"]) if typed["client"] else None

    def starts_at(self) -> datetime:
        typed = self.cleaned_data
        minute = typed["time"].hour * 60 + typed["time"].minute
        return instant_at(day=typed["date"], minute=minute, time_zone=self.desk.location.time_zone)


@dataclass(frozen=True, slots=True)
class _Booked:
    visit_id: int
    day: str


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_VISITS)
def new_visit(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method != "POST":
        return _draw(request, desk, BookForm(desk=desk, initial=_first(request, desk)))
    form = BookForm(request.POST, desk=desk)
    if not form.is_valid():
        return _draw(request, desk, form, status=422)
    try:
        booked = book_visit.book(
            actor=desk.actor,
            location_id=desk.location.pk,
            client=form.chosen_client(),
            appointments=[
                Slot(
                    staff_id=form.cleaned_data["staff"],
                    service_id=form.cleaned_data["service"],
                    starts_at=form.starts_at(),
                )
            ],
            note=form.cleaned_data["note"],
            now=desk.now,
        )
    except GoneError:
        raise
    except FieldError as error:
        form.add_error("client_name" if error.field == "name" else error.field, str(error))
        return _draw(request, desk, form, status=422)
    except ConflictError as error:
        form.add_error("time", str(error))
        return _draw(request, desk, form, status=409)
    except RefusedError as error:
        form.add_error(None, str(error))
        return _draw(request, desk, form, status=422)
    made = _Booked(booked.visit_id, form.cleaned_data["date"].isoformat())
    if "send_deposit" in request.POST:
        return _asked_for_deposit(request, desk, made)
    return _booked(request, desk, made, with_link="copy_link" in request.POST)


def _booked(request: HttpRequest, desk: Desk, made: _Booked, *, with_link: bool) -> HttpResponse:
    """The calendar shows it at once; with `Save and copy payment link` the window opens at its link."""
    url = reverse("desk:visit", kwargs={"visit_id": made.visit_id})
    address, problem = "", ""
    if with_link:
        url += "?tab=checkout&pay=link"
        try:
            address = make_link.make(actor=desk.actor, visit_id=made.visit_id, now=desk.now).address
        except FlowError as error:
            problem = str(error)
    if not wants_part(request):
        return HttpResponseRedirect(url, status=303)
    response = with_event(HttpResponse(status=204), "close-dialogs")
    with_event(response, "visit-booked", {"date": made.day, "url": url if with_link else ""})
    if address:
        with_event(response, "copy-text", {"text": address, "notice": _("Booked. Payment link copied.")})
        return response
    if problem:
        return with_notice(response, _("Booked, but without a link: %(why)s") % {"why": problem}, tone="alert")
    return with_notice(response, _("Booked."), url=url, label=_("Open visit"))


def _asked_for_deposit(request: HttpRequest, desk: Desk, made: _Booked) -> HttpResponse:
    """The window opens at the link that asks for it, with its QR for a client who stands at the desk."""
    url = reverse("desk:visit", kwargs={"visit_id": made.visit_id}) + "?tab=checkout&pay=link"
    client_id = Visit.objects.values_list("client_id", flat=True).get(business_id=desk.business.pk, pk=made.visit_id)
    told = send_deposit_link(desk, made.visit_id, client_id)
    if not wants_part(request):
        return HttpResponseRedirect(url, status=303)
    response = with_event(HttpResponse(status=204), "close-dialogs")
    with_event(response, "visit-booked", {"date": made.day, "url": url})
    return with_notice(response, told)


def _draw(request: HttpRequest, desk: Desk, form: BookForm, *, status: int = 200) -> HttpResponse:
    # A form that comes back keeps its request id: it was not answered yet.
    context = {
        "desk": desk,
        "form": form,
        "request_id": request.POST.get("request_id") or new_key(),
        "may_link": desk.may(Right.CASHLESS_PAYMENT),
        "may_create": desk.may(Right.EDIT_CLIENTS),
        "chosen": form["client"].value() or "",
    }
    if wants_part(request):
        return render(request, "desk/visits/new.html", context, status=status)
    day = form["date"].value()
    on = day if hasattr(day, "isoformat") else today_of(desk)
    whole = {**day_context(request, desk, on), **context, "dialog": "desk/visits/new.html"}
    return render(request, "desk/calendar/day.html", whole, status=status)


def _first(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """The slot that was clicked; else the next quarter of an hour."""
    zone = ZoneInfo(desk.location.time_zone)
    local = desk.now.astimezone(zone)
    minute = min(23 * 60 + 45, (local.hour * 60 + local.minute + _QUARTER - 1) // _QUARTER * _QUARTER)
    first: dict[str, Any] = {"date": today_of(desk), "time": f"{minute // 60:02d}:{minute % 60:02d}", "staff": ""}
    typed = request.GET.get("start", "")
    try:
        start = datetime.strptime(typed[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - a wall clock at the location
        first |= {"date": start.date(), "time": start.strftime("%H:%M")}
    except ValueError:
        with suppress(ValueError):
            first["date"] = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 - the same
    if not EARLIEST_DAY <= first["date"] <= LATEST_DAY:
        first["date"] = today_of(desk)
    return {**first, "staff": row_id(request.GET.get("staff", "")) or ""}


def _price(row: Service, currency: str) -> str:
    low = typed_amount(Money(row.price_minor, currency))
    if row.price_max_minor is None:
        return f"{low} {currency}"
    return f"{low}–{typed_amount(Money(row.price_max_minor, currency))} {currency}"
