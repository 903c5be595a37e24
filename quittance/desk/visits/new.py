"""A new appointment: from a free slot of the calendar, by the button, or by the key N."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from quittance.calendar.models import Visit
from quittance.catalog.queries import performers_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import wants_part, with_event, with_notice
from quittance.desk.calendar.page import day_context, today_of
from quittance.desk.fields import EARLIEST_DAY, LATEST_DAY, row_id
from quittance.desk.visits import slots
from quittance.desk.visits.book_form import BookForm
from quittance.desk.visits.new_deposit import send_deposit_link
from quittance.desk.visits.slots import Lengths, SlotRow
from quittance.desk.visits.telling import is_to_be_told
from quittance.flows import book_series, book_visit, make_link
from quittance.flows.book_series import Booking, SeriesTakenError, WhenTaken
from quittance.flows.book_visit import Slot
from quittance.flows.errors import ConflictError, FieldError, FlowError, GoneError, RefusedError

_QUARTER = 15


@dataclass(frozen=True, slots=True)
class _Booked:
    visit_id: int
    day: str
    count: int


@dataclass(slots=True)
class _Dialog:
    """The dialog as it is drawn again: with what was typed, and what stands in the way."""

    form: BookForm
    rows: list[SlotRow]
    status: int = 200
    conflict: bool = False
    taken: Sequence[str] = ()
    free: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_VISITS)
def new_visit(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method != "POST":
        first = _first(request, desk)
        row = SlotRow(0, staff=str(first.pop("staff")), minutes=str(first.pop("minutes")))
        return _draw(request, desk, _Dialog(BookForm(desk=desk, initial=first), [row]))
    rows = slots.typed_rows(request.POST)
    if "add_row" in request.POST or "drop_row" in request.POST:
        return _draw(request, desk, _with_other_rows(request, desk, rows))
    form = BookForm(request.POST, desk=desk)
    dialog = _Dialog(form, rows)
    wanted = _wanted(form, rows)
    if wanted is None:
        dialog.status = 422
        return _draw(request, desk, dialog)
    try:
        booked = _book(request, desk, form, wanted)
    except GoneError:
        raise
    except FlowError as error:
        _say(dialog, error)
        return _draw(request, desk, dialog)
    if "send_deposit" in request.POST:
        return _asked_for_deposit(request, desk, booked)
    return _booked(request, desk, booked, with_link="copy_link" in request.POST)


def _wanted(form: BookForm, rows: list[SlotRow]) -> list[Slot] | None:
    """Both halves are checked, so that everything that is wrong stands in the dialog at once."""
    is_fine = form.is_valid()
    first_at = form.starts_at() if is_fine else form.desk.now
    found = slots.slots_of(rows, lengths=_lengths(form), first_at=first_at)
    return found if is_fine else None


def _lengths(form: BookForm) -> Lengths:
    services = {row.pk: row for row in form.services}
    return Lengths(services, performers_of(business_id=form.desk.business.pk, service_ids=services))


def _book(request: HttpRequest, desk: Desk, form: BookForm, wanted: list[Slot]) -> _Booked:
    typed, repeat = form.cleaned_data, form.repeated()
    day, taken = typed["date"].isoformat(), request.POST.get("taken", "")
    if repeat is None:
        one = book_visit.book(
            actor=desk.actor,
            location_id=desk.location.pk,
            client=form.chosen_client(),
            appointments=wanted,
            note=typed["note"],
            anyway=taken == "anyway",
            tell_client=is_to_be_told(request.POST),
            now=desk.now,
        )
        return _Booked(one.visit_id, day, 1)
    when_taken: WhenTaken = "anyway" if taken == "anyway" else "skip" if taken == "skip" else "tell"
    made = book_series.book_series(
        actor=desk.actor,
        booking=Booking(
            location_id=desk.location.pk, client=form.chosen_client(), appointments=wanted, note=typed["note"]
        ),
        repeat=repeat,
        when_taken=when_taken,
        now=desk.now,
    )
    return _Booked(made[0].visit_id, day, len(made))


def _say(dialog: _Dialog, error: FlowError) -> None:
    """What is wrong, beside the box that it is about."""
    dialog.status = 422 if isinstance(error, RefusedError) else 409
    if isinstance(error, SeriesTakenError):
        dialog.taken, dialog.free = error.sentences, error.free
    elif isinstance(error, ConflictError):
        dialog.conflict = True
        dialog.form.add_error("time", str(error))
    elif isinstance(error, FieldError):
        field = "client_name" if error.field == "name" else error.field
        # What is wrong with a row of services is said above them.
        dialog.form.add_error(field if field in dialog.form.fields else None, str(error))
    else:
        dialog.form.add_error(None, str(error))


def _with_other_rows(request: HttpRequest, desk: Desk, rows: list[SlotRow]) -> _Dialog:
    """`Add a service`, or one fewer: nothing is checked and nothing booked yet."""
    dropped = request.POST.get("drop_row")
    rows = slots.with_another(rows) if dropped is None else slots.without(rows, dropped)
    return _Dialog(BookForm(desk=desk, initial=request.POST.dict()), rows)


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
    told = ngettext("Booked.", "Booked %(n)s visits.", made.count) % {"n": made.count}
    return with_notice(response, told, url=url, label=_("Open visit"))


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


def _draw(request: HttpRequest, desk: Desk, dialog: _Dialog) -> HttpResponse:
    # A form that comes back keeps its request id: it was not answered yet.
    form = dialog.form
    context = {
        "desk": desk,
        "location": desk.location,
        "dialog_state": dialog,
        "form": form,
        "rows": dialog.rows,
        "services": form.service_choices(),
        "staff_members": form.staff_members,
        "request_id": request.POST.get("request_id") or new_key(),
        "may_link": desk.may(Right.CASHLESS_PAYMENT),
        "may_create": desk.may(Right.EDIT_CLIENTS),
        "may_book_anyway": desk.may(Right.BOOK_ANYWAY),
        "repeats": bool(form["repeat"].value()),
        "chosen": form["client"].value() or "",
    }
    if wants_part(request):
        return render(request, "desk/visits/new.html", context, status=dialog.status)
    day = form["date"].value()
    on = day if hasattr(day, "isoformat") else today_of(desk)
    whole = {**day_context(request, desk, on), **context, "dialog": "desk/visits/new.html"}
    return render(request, "desk/calendar/day.html", whole, status=dialog.status)


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
    # A stretch that was drawn in the calendar says how long, too.
    minutes = row_id(request.GET.get("minutes", "")) or 0
    drawn = minutes if 5 <= minutes <= 24 * 60 else ""
    return {**first, "staff": row_id(request.GET.get("staff", "")) or "", "minutes": drawn}
