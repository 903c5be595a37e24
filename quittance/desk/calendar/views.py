"""The calendar: the day with a column per staff member, its feed, and appointments that are dragged."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quittance.businesses import queries as business_queries
from quittance.businesses.models import StaffMember
from quittance.calendar import queries, queries_week
from quittance.calendar.models import Appointment
from quittance.calendar.times import instant_at
from quittance.core.actor import Right
from quittance.core.locale_format import format_datetime
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import is_htmx, with_event, with_notice
from quittance.desk.calendar.page import VIEWS, day_context, day_of, staff_at
from quittance.desk.calendar.setup import day_events, staff_columns, week_events
from quittance.desk.fields import EARLIEST_DAY, LATEST_DAY, row_id
from quittance.desk.visits.telling import is_ahead, telling_of
from quittance.flows import move_appointment
from quittance.flows.errors import ConflictError, FlowError, GoneError, RefusedError
from quittance.messages.types import VISIT_MOVED


@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:calendar"))


@require_safe
@desk_view(Right.SEE_CALENDAR)
def day(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One day, one person's week, or the list; an address with a date that is none shows today."""
    view = request.GET.get("view", "day")
    staff_id = row_id(request.GET.get("staff", ""))
    context = day_context(
        request, desk, day_of(request.GET, desk), view=view if view in VIEWS else "day", staff_id=staff_id
    )
    return render(request, "desk/calendar/day.html", context)


@require_safe
@desk_view(Right.SEE_CALENDAR)
def feed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """204 while the day looks as the script last saw it.

    The address names the place, so that a switch of location in another tab does not change this one.
    """
    typed = row_id(request.GET.get("location", ""))
    there = desk if typed is None else desk.at(typed)
    there.require(Right.SEE_CALENDAR)
    place = {"business_id": there.business.pk, "location_id": there.location.pk}
    on = day_of(request.GET, there)
    version = request.GET.get("version", "")
    if request.GET.get("view") == "week":
        return _week_feed(there, on, row_id(request.GET.get("staff", "")), version)
    if version and not queries.changed_since(**place, day=on, now=desk.now, fingerprint=version):
        return HttpResponse(status=204)
    shown = queries.day(**place, day=on, now=desk.now, location=there.location)
    events = day_events(shown, may_edit=there.may(Right.EDIT_VISITS))
    return JsonResponse({"version": shown.fingerprint, "events": events, "staff": staff_columns(shown)})


def _week_feed(there: Desk, on: date, staff_id: int | None, version: str) -> HttpResponse:
    staff = staff_at(there, staff_id)
    if staff is None:
        raise GoneError(_("This staff member does not exist."))
    place, now = there.location, there.now
    if version and not queries_week.changed_since(
        location=place, staff_id=staff.pk, day=on, now=now, fingerprint=version
    ):
        return HttpResponse(status=204)
    shown = queries_week.week(location=place, staff=staff, day=on, now=now)
    events = week_events(shown, may_edit=there.may(Right.EDIT_VISITS))
    return JsonResponse({"version": shown.fingerprint, "events": events})


@require_POST
@desk_view(Right.EDIT_VISITS)
def move_dropped(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A card was dragged or resized: JSON for the script.

    `Undo` and `Move anyway` carry their values in the address and are answered by a notice.
    """
    typed = request.POST if "appointment" in request.POST else request.GET
    by_notice = typed is request.GET or is_htmx(request)
    try:
        before, told = _move(desk, typed)
    except GoneError:
        raise
    except FlowError as error:
        status = 422 if isinstance(error, RefusedError) else 409
        if not by_notice:
            return JsonResponse({"error": str(error), **_anyway(desk, typed, error)}, status=status)
        answer = HttpResponse(status=status)
        answer["HX-Reswap"] = "none"
        return with_notice(answer, str(error), tone="alert")
    undo_url = f"{reverse('desk:move_dropped')}?{urlencode(before)}"
    if not by_notice:
        return JsonResponse({"notice": told, "undo_url": undo_url})
    moved = with_event(HttpResponse(status=204), "visit-changed")
    return with_notice(moved, told, undo=undo_url) if "anyway" in typed else with_notice(moved, _("Moved back."))


def _anyway(desk: Desk, typed: QueryDict, error: FlowError) -> dict[str, str]:
    """Where somebody is in the way, whoever may book twice is offered to."""
    if not isinstance(error, ConflictError) or not desk.may(Right.BOOK_ANYWAY):
        return {}
    again = {name: typed.get(name, "") for name in ("appointment", "staff", "start", "end", "version")}
    return {"anyway_url": f"{reverse('desk:move_dropped')}?{urlencode({**again, 'anyway': '1'})}"}


def _move(desk: Desk, typed: QueryDict) -> tuple[dict[str, str], str]:
    """What would undo it, and what to tell."""
    try:
        row = queries.appointment_by_id(business_id=desk.business.pk, appointment_id=number_of(typed, "appointment"))
    except Appointment.DoesNotExist:
        raise GoneError(_("This appointment does not exist.")) from None
    zone = ZoneInfo(row.location.time_zone)
    starts_at = instant_of(typed.get("start", ""), zone)
    ends_at = instant_of(typed.get("end", ""), zone) if typed.get("end") else starts_at + (row.ends_at - row.starts_at)
    before = {
        "appointment": str(row.pk),
        "staff": str(row.staff_id),
        "start": row.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "end": row.ends_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
    }
    # A version that is missing fits none: somebody else's move is never overwritten unseen.
    version = row_id(typed.get("version", ""))
    moved = move_appointment.move(
        actor=desk.actor,
        appointment_id=row.pk,
        staff_id=number_of(typed, "staff"),
        starts_at=starts_at,
        ends_at=ends_at,
        expected_version=-1 if version is None else version,
        anyway="anyway" in typed,
        now=desk.now,
    )
    before["version"] = str(moved.version)
    told = _told(desk, row, number_of(typed, "staff"), starts_at, ends_at)
    return before, " ".join(part for part in (told, _client_is_told(desk, row, starts_at)) if part)


def _client_is_told(desk: Desk, row: Appointment, starts_at: datetime) -> str:
    """After the undo nobody is: the message waits longer than the notice stays."""
    if starts_at == row.starts_at or not is_ahead(starts_at, desk.now):
        return ""
    client = row.visit.client
    telling = telling_of(
        business_id=desk.business.pk,
        client_id=row.visit.client_id,
        client_name=client.name if client else "",
        type=VISIT_MOVED,
    )
    return f"{telling.words}." if telling else ""


def _told(desk: Desk, row: Appointment, staff_id: int, starts_at: datetime, ends_at: datetime) -> str:
    when = format_datetime(starts_at, get_language() or "en", row.location.time_zone)
    if (row.staff_id, row.starts_at) == (staff_id, starts_at):
        minutes = int((ends_at - starts_at) / timedelta(minutes=1))
        return _("Now %(minutes)s minutes long.") % {"minutes": minutes}
    name = row.staff.name if staff_id == row.staff_id else _staff_name(desk, staff_id)
    return _("Moved to %(when)s with %(staff)s.") % {"when": when, "staff": name}


def _staff_name(desk: Desk, staff_id: int) -> str:
    try:
        return business_queries.staff_by_id(business_id=desk.business.pk, staff_id=staff_id).name
    except StaffMember.DoesNotExist:
        return ""


def number_of(typed: QueryDict, name: str) -> int:
    number = row_id(typed.get(name, ""))
    if number is None:
        raise RefusedError(_("Something is missing in this form. Reload the page and try again."))
    return number


def instant_of(text: str, zone: ZoneInfo) -> datetime:
    """A wall clock at the location, to the minute: `2026-11-26T14:00`."""
    try:
        local = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the zone follows
    except ValueError:
        raise RefusedError(_("Type the day and the time, for example 14:00.")) from None
    if not EARLIEST_DAY <= local.date() <= LATEST_DAY:
        raise RefusedError(_("Choose a date within two years from today."))
    return instant_at(day=local.date(), minute=local.hour * 60 + local.minute, time_zone=zone.key)
