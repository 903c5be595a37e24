"""`Move…`: what dragging does, for the keyboard and for another day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quittance.businesses.queries import staff_of
from quittance.calendar import queries
from quittance.calendar.models import Appointment
from quittance.calendar.times import instant_at
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import wants_part, with_event, with_notice
from quittance.desk.calendar.page import day_context
from quittance.desk.fields import DayField, RowField
from quittance.desk.visits.changes import version_of
from quittance.desk.visits.telling import Telling, is_to_be_told, telling_of
from quittance.flows import move_appointment
from quittance.flows.errors import ConflictError, FlowError, GoneError, RefusedError
from quittance.messages.types import VISIT_MOVED


class MoveForm(forms.Form):
    date = DayField()
    time = forms.TimeField(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"])
    minutes = forms.IntegerField(min_value=5, max_value=24 * 60)
    staff = RowField()

    def __init__(self, *args: Any, desk: Desk, row: Appointment, **options: Any) -> None:
        local = row.starts_at.astimezone(ZoneInfo(row.location.time_zone))
        initial = {
            "date": local.date(),
            "time": local.strftime("%H:%M"),
            "minutes": int((row.ends_at - row.starts_at) / timedelta(minutes=1)),
            "staff": row.staff_id,
        }
        super().__init__(*args, **{"auto_id": "move-%s", "initial": initial, **options})
        members = staff_of(business_id=desk.business.pk, location_id=row.location_id)
        self.fields["date"].widget = forms.DateInput(attrs={"type": "date", "autofocus": True}, format="%Y-%m-%d")
        self.fields["time"].widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
        self.fields["staff"].widget = forms.Select(choices=[(one.pk, one.name) for one in members])
        labels = {"date": _("Day"), "time": _("Time"), "minutes": _("Minutes"), "staff": _("With")}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["date"].error_messages |= {"required": _("Choose a day."), "invalid": _("Choose a day.")}
        sentence = _("Type the time, for example 14:00.")
        self.fields["time"].error_messages |= {"required": sentence, "invalid": sentence}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_VISITS)
def move(request: HttpRequest, desk: Desk, appointment_id: int) -> HttpResponse:
    try:
        row = queries.appointment_by_id(business_id=desk.business.pk, appointment_id=appointment_id)
    except Appointment.DoesNotExist:
        raise GoneError(_("This appointment does not exist.")) from None
    there = desk.at(row.location_id)
    if request.method != "POST":
        return _draw(request, there, row, MoveForm(desk=there, row=row))
    form = MoveForm(request.POST, desk=there, row=row)
    if not form.is_valid():
        return _draw(request, there, row, form, status=422)
    typed = form.cleaned_data
    minute = typed["time"].hour * 60 + typed["time"].minute
    starts_at = instant_at(day=typed["date"], minute=minute, time_zone=row.location.time_zone)
    try:
        move_appointment.move(
            actor=there.actor,
            appointment_id=appointment_id,
            staff_id=typed["staff"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=typed["minutes"]),
            expected_version=version_of(request, "visit_version"),
            anyway="anyway" in request.POST,
            tell_client=is_to_be_told(request.POST),
            now=there.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        form.add_error(None if isinstance(error, RefusedError) else "time", str(error))
        in_the_way = isinstance(error, ConflictError) and there.may(Right.BOOK_ANYWAY)
        status = 422 if isinstance(error, RefusedError) else 409
        return _draw(request, there, row, form, status=status, may_anyway=in_the_way)
    if not wants_part(request):
        return HttpResponseRedirect(reverse("desk:visit", kwargs={"visit_id": row.visit_id}), status=303)
    response = with_event(HttpResponse(status=204), "close-dialogs")
    with_event(response, "visit-changed")
    return with_notice(response, _("Moved. The link and its page show the new time."))


def _telling(request: HttpRequest, desk: Desk, row: Appointment) -> Telling | None:
    client = row.visit.client
    return telling_of(
        business_id=desk.business.pk,
        client_id=row.visit.client_id,
        client_name=client.name if client else "",
        type=VISIT_MOVED,
        typed=request.POST,
    )


def _draw(
    request: HttpRequest,
    desk: Desk,
    row: Appointment,
    form: MoveForm,
    *,
    status: int = 200,
    may_anyway: bool = False,
) -> HttpResponse:
    request_id = request.POST.get("request_id") or new_key()
    context = {
        "desk": desk,
        "form": form,
        "row": row,
        "request_id": request_id,
        "may_anyway": may_anyway,
        "telling": _telling(request, desk, row),
    }
    if wants_part(request):
        return render(request, "desk/visits/move.html", context, status=status)
    local = row.starts_at.astimezone(ZoneInfo(row.location.time_zone))
    whole = {**day_context(request, desk, local.date()), **context, "dialog": "desk/visits/move.html"}
    return render(request, "desk/calendar/day.html", whole, status=status)
