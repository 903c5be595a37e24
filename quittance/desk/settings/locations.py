"""Settings › Locations: where, in which currency and time zone, and when it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.businesses.actions import NewLocation
from quittance.businesses.models import Location
from quittance.businesses.presets import CLIENT, PATIENT
from quittance.businesses.queries import all_locations_of
from quittance.core.actor import Right, require
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.place_choices import LongSelect, countries, currencies, time_zones
from quittance.desk.seen import SeenForm, expected_of, seen_now, status_of, told
from quittance.desk.settings.front import settings_context
from quittance.flows import change_location
from quittance.flows.errors import ChangedByOtherError, FieldError
from quittance.ui.client_languages import CLIENT_LANGUAGES
from quittance.ui.client_words import with_patients

LANGUAGES: Final = tuple(CLIENT_LANGUAGES.items())
_MIDNIGHT: Final = 24 * 60


class LocationForm(forms.Form):
    """Opening hours end at 24:00 where the box of the end is left at 00:00."""

    name = forms.CharField(label=lazy("Name"), max_length=120, error_messages={"required": lazy("Type a name.")})
    address = forms.CharField(label=lazy("Address"), max_length=300, required=False)
    phone = forms.CharField(
        label=lazy("Phone"), max_length=32, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(
        label=lazy("Email address"),
        max_length=254,
        required=False,
        error_messages={"invalid": lazy("Type an email address, for example desk@salon.example.")},
    )
    country = forms.ChoiceField(label=lazy("Country"), widget=LongSelect)
    time_zone = forms.ChoiceField(label=lazy("Time zone"), widget=LongSelect)
    currency = forms.ChoiceField(label=lazy("Currency"), widget=LongSelect)
    language = forms.ChoiceField(
        label=lazy("Language of messages"),
        help_text=lazy("For clients whose own language is not known."),
        choices=LANGUAGES,
    )
    opens = forms.TimeField(label=lazy("Opens"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(
        label=lazy("Closes"),
        help_text=lazy("00:00 is the end of the day."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    prices_include_tax = forms.BooleanField(
        label=lazy("Prices include tax"),
        help_text=lazy("Off: tax is added to the prices. Holds for visits that are booked from now on."),
        required=False,
    )

    client_word = forms.ChoiceField(
        label=lazy("Those who come are called"),
        help_text=lazy("On the desk's pages and on receipts."),
        required=False,
    )
    names_no_services = forms.BooleanField(
        label=lazy("Name no services to clients"),
        help_text=lazy(
            "Payment pages, receipts, messages and the payment system say “Service” instead of what it was. "
            "Receipts that were issued stay as they are."
        ),
        required=False,
    )

    def __init__(self, *args: Any, place: Location | None, fixed_currency: str = "", **options: Any) -> None:
        super().__init__(*args, **{"initial": _initial(place), **options})
        for name, choices in {
            "client_word": _client_words(),
            "country": countries(),
            "time_zone": time_zones(),
            "currency": [(fixed_currency, fixed_currency)] if fixed_currency else currencies(),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type; declared above
            stored = getattr(place, name) if place else ""
            known = {key for key, _label in choices}
            field.choices = choices if not stored or stored in known else [(stored, stored), *choices]
        if fixed_currency:
            self.fields["currency"].help_text = _("Prices and bills here are in this currency, so it stays.")
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("Choose one from the list.")
            field.error_messages["required"] = field.error_messages.get("required") or _("Fill this in.")

    def typed(self) -> NewLocation:
        values = dict(self.cleaned_data)
        values["client_word"] = values["client_word"] or self.initial.get("client_word") or CLIENT
        opens, closes = _minute(values.pop("opens")), _minute(values.pop("closes"))
        return NewLocation(**values, opens_minute=opens, closes_minute=closes or _MIDNIGHT)


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def locations(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _list(request, desk)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def new_location(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = LocationForm(request.POST if request.method == "POST" else None, place=None)
    for name in ("country", "time_zone", "currency", "language", "client_word", "names_no_services"):
        form.fields[name].initial = getattr(desk.location, name)
    if request.method == "POST" and form.is_valid():
        try:
            # Links there live as long as here, until somebody says otherwise.
            new = replace(form.typed(), link_life_minutes=desk.location.link_life_minutes)
            change_location.add(actor=desk.actor, new=new, now=desk.now)
            return HttpResponseRedirect(done_url("location_added", reverse("desk:locations")))
        except FieldError as error:
            _mark(form, error)
    return _form_page(request, desk, form, None)


@require_http_methods(["GET", "POST"])
@desk_view(right=None)
def location(request: HttpRequest, desk: Desk, location_id: int) -> HttpResponse:
    place = _place(desk, location_id)
    require(desk.actor, Right.EDIT_SETTINGS, place.pk)
    fixed = change_location.is_currency_fixed(business_id=desk.business.pk, location_id=place.pk)
    form = LocationForm(
        request.POST if request.method == "POST" else None, place=place, fixed_currency=place.currency if fixed else ""
    )
    seen: SeenForm | None = None
    if request.method == "POST" and form.is_valid():
        try:
            change_location.change(
                actor=desk.actor,
                location_id=place.pk,
                new=form.typed(),
                expected_version=expected_of(request),
                now=desk.now,
            )
            return HttpResponseRedirect(done_url("location_saved", reverse("desk:locations")))
        except ChangedByOtherError as error:
            theirs = LocationForm(place=_place(desk, location_id), fixed_currency=place.currency if fixed else "")
            seen = told(desk, error, yours=form, theirs=theirs)
        except FieldError as error:
            _mark(form, error)
    return _form_page(request, desk, form, place, seen or seen_now(desk, f"location {place.pk}"))


@require_POST
@desk_view(right=None)
def use_preset(request: HttpRequest, desk: Desk, location_id: int) -> HttpResponse:
    place = _place(desk, location_id)
    change_location.use_preset(
        actor=desk.actor, location_id=place.pk, preset=request.POST.get("preset", ""), now=desk.now
    )
    card = reverse("desk:location", kwargs={"location_id": place.pk})
    return HttpResponseRedirect(done_url("preset_used", card), status=303)


@require_POST
@desk_view(right=None)
def archive_location(request: HttpRequest, desk: Desk, location_id: int) -> HttpResponse:
    place = _place(desk, location_id)
    try:
        change_location.archive(actor=desk.actor, location_id=place.pk, now=desk.now)
    except FieldError as error:
        return _list(request, desk, problem=str(error))
    return HttpResponseRedirect(done_url("location_archived", reverse("desk:locations")))


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def restore_location(_request: HttpRequest, desk: Desk, location_id: int) -> HttpResponse:
    place = _place(desk, location_id)
    change_location.restore(actor=desk.actor, location_id=place.pk, now=desk.now)
    return HttpResponseRedirect(done_url("location_restored", reverse("desk:locations")))


def _list(request: HttpRequest, desk: Desk, *, problem: str = "") -> HttpResponse:
    places = all_locations_of(business_id=desk.business.pk)
    context = {
        **settings_context(request, desk),
        "places": [(place, desk.actor.may(Right.EDIT_SETTINGS, place.pk)) for place in places],
        "several": sum(place.archived_at is None for place in places) > 1,
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/locations.html", context, status=422 if problem else 200)


def _form_page(
    request: HttpRequest, desk: Desk, form: LocationForm, place: Location | None, seen: SeenForm | None = None
) -> HttpResponse:
    context = {
        **settings_context(request, desk),
        "form": form,
        "place": place,
        "seen": seen,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/location.html", context, status=status_of(form, seen))


def _place(desk: Desk, location_id: int) -> Location:
    found = next((one for one in all_locations_of(business_id=desk.business.pk) if one.pk == location_id), None)
    if found is None:
        raise Http404
    return found


def _mark(form: LocationForm, error: FieldError) -> None:
    field = {"opens_minute": "opens", "closes_minute": "closes"}.get(error.field, error.field)
    form.add_error(field if field in form.fields else None, str(error))


def _initial(place: Location | None) -> dict[str, Any]:
    if place is None:
        return {"opens": time(8), "closes": time(20), "prices_include_tax": True}
    names = (
        "name", "address", "phone", "email", "country", "time_zone", "currency", "language", "prices_include_tax",
        "client_word", "names_no_services",
    )  # fmt: skip
    hours = {"opens": _clock(place.opens_minute), "closes": _clock(place.closes_minute)}
    return {name: getattr(place, name) for name in names} | hours


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _client_words() -> list[tuple[str, str]]:
    """Said as it is meant: at a place with patients the active language would say Patients twice."""
    plain = (get_language() or "en").partition("-x-")[0]
    with override(plain):
        word = _("Clients")
    return [(CLIENT, word), (PATIENT, with_patients(word, plain))]
