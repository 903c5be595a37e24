"""The card of somebody who works here: words, hours of the week, other days, leaving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from quittance.audit.queries import revisions
from quittance.businesses.models import StaffMember
from quittance.calendar.actions import Hours
from quittance.calendar.hours import other_days, week_of
from quittance.calendar.queries_staff import upcoming_of
from quittance.calendar.times import local_date
from quittance.catalog.online_payment import pairs_of_staff
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.calendar.page import staff_at
from quittance.desk.done import done_url, done_words
from quittance.desk.fields import DayField
from quittance.desk.online_payment import StatusForm, effect_of
from quittance.desk.photos import photo_form
from quittance.desk.seen import SeenForm, expected_of, told
from quittance.desk.settings.front import settings_context
from quittance.desk.settings.hours_text import HoursField, hours_text
from quittance.desk.settings.staff import CardForm
from quittance.desk.visits.changes import version_of
from quittance.flows import save_staff, set_hours
from quittance.flows.errors import ChangedByOtherError, FieldError, FlowError, GoneError
from quittance.flows.save_staff import StillBookedError
from quittance.flows.set_online_payment import set_status

_SHOWN_AHEAD = 8
_WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


class WeekForm(forms.Form):
    """A line of text for each weekday."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "week-%s", **options})
        for weekday, label in enumerate(_WEEKDAYS):
            self.fields[f"day{weekday}"] = HoursField(label=label)

    def hours(self) -> list[Hours]:
        return [Hours(day, *one) for day in range(7) for one in self.cleaned_data[f"day{day}"]]


class DaysForm(forms.Form):
    """Other hours on one day, or on all days until the last."""

    first = DayField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = DayField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = HoursField(label=gettext_lazy("Hours"))
    note = forms.CharField(label=gettext_lazy("Why"), max_length=80, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "days-%s", **options})
        sentence = _("Choose a day.")
        for name in ("first", "last"):
            self.fields[name].error_messages |= {"required": sentence, "invalid": sentence}


def found(desk: Desk, staff_id: int) -> StaffMember:
    staff = staff_at(desk, staff_id)
    if staff is None:
        raise GoneError(_("This staff member does not exist."))
    return staff


def back(staff_id: int, done: str, *, part: str = "") -> HttpResponse:
    """`part` is the anchor of the panel that was saved, where it lies far down."""
    card = done_url(done, reverse("desk:staff_card", kwargs={"staff_id": staff_id}))
    return HttpResponseRedirect(card + part, status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def card(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    staff = found(desk, staff_id)
    if request.method != "POST":
        return _draw(request, desk, staff)
    form = CardForm(request.POST, auto_id="card-%s")
    if not form.is_valid():
        return _draw(request, desk, staff, card=form)
    typed = form.cleaned_data
    try:
        save_staff.save(
            actor=desk.actor,
            staff_id=staff_id,
            name=typed["name"],
            title=typed["title"],
            expected_version=expected_of(request),
            now=desk.now,
        )
    except ChangedByOtherError as error:
        seen = told(desk, error, yours=form, theirs=_card_form(found(desk, staff_id)))
        return _draw(request, desk, staff, status=409, seen_card=seen, card=form)
    except FieldError as error:
        form.add_error("name", str(error))
        return _draw(request, desk, staff, card=form)
    return back(staff_id, "staff_saved")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def week(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    staff = found(desk, staff_id)
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _draw(request, desk, staff, week=form)
    try:
        set_hours.set_week(
            actor=desk.actor,
            staff_id=staff_id,
            hours=form.hours(),
            expected_version=expected_of(request),
            now=desk.now,
        )
    except GoneError:
        raise
    except ChangedByOtherError as error:
        seen = told(desk, error, yours=form, theirs=_week_form(staff))
        return _draw(request, desk, staff, status=409, seen_week=seen, week=form)
    except FlowError as error:
        form.add_error(None, str(error))
        return _draw(request, desk, staff, week=form)
    return back(staff_id, "hours_saved")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def days(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    staff = found(desk, staff_id)
    form = DaysForm(request.POST)
    if not form.is_valid():
        return _draw(request, desk, staff, days=form)
    typed = form.cleaned_data
    try:
        set_hours.set_days(
            actor=desk.actor,
            staff_id=staff_id,
            first_day=typed["first"],
            last_day=typed["last"] or typed["first"],
            stretches=typed["hours"],
            note=typed["note"],
            now=desk.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        form.add_error("first", str(error))
        return _draw(request, desk, staff, days=form)
    return back(staff_id, "hours_saved")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def drop_day(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    found(desk, staff_id)
    try:
        day = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        raise GoneError(_("Reload the page and try again.")) from None
    set_hours.drop_day(actor=desk.actor, staff_id=staff_id, day=day, now=desk.now)
    return back(staff_id, "hours_saved")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def other(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    """`Other settings`: whether clients who book this person online pay at once."""
    staff = found(desk, staff_id)
    form = StatusForm(request.POST, row=staff)
    if not form.is_valid():
        return _draw(request, desk, staff, online=form)
    try:
        set_status(
            actor=desk.actor,
            location_id=desk.location.pk,
            kind="staff",
            row_id=staff_id,
            expected_version=version_of(request),
            status=form.chosen(),
            now=desk.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        form.add_error("status", str(error))
        return _draw(request, desk, staff, online=form)
    return back(staff_id, "online_saved", part="#other-settings")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def leave(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    """Archive; somebody with appointments ahead only after they were named."""
    staff = found(desk, staff_id)
    try:
        save_staff.archive(actor=desk.actor, staff_id=staff_id, anyway="anyway" in request.POST, now=desk.now)
    except StillBookedError as error:
        return _draw(request, desk, staff, problem=str(error), status=409)
    return back(staff_id, "staff_archived")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def come_back(_request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    found(desk, staff_id)
    save_staff.restore(actor=desk.actor, staff_id=staff_id, now=desk.now)
    return back(staff_id, "staff_restored")


def _card_form(staff: StaffMember) -> CardForm:
    return CardForm(initial={"name": staff.name, "title": staff.title}, auto_id="card-%s")


def _week_form(staff: StaffMember) -> WeekForm:
    plan = week_of(business_id=staff.business_id, staff_id=staff.pk)
    return WeekForm(initial={f"day{weekday}": hours_text(plan.get(weekday, [])) for weekday in range(7)})


def _draw(
    request: HttpRequest,
    desk: Desk,
    staff: StaffMember,
    *,
    problem: str = "",
    status: int = 0,
    seen_card: SeenForm | None = None,
    seen_week: SeenForm | None = None,
    **forms_: forms.Form,
) -> HttpResponse:
    today = local_date(desk.now, time_zone=desk.location.time_zone)
    business_id = desk.business.pk
    seen = revisions(business_id=business_id, subjects=[f"staff {staff.pk}", f"hours {staff.pk}"])
    ahead = upcoming_of(business_id=business_id, staff_id=staff.pk, now=desk.now)
    other = other_days(business_id=business_id, staff_id=staff.pk, from_day=today - timedelta(days=1))
    context = {
        **settings_context(request, desk),
        "photo": photo_form(request, desk, "staff", staff.pk),
        "staff": staff,
        "form": forms_.get("card") or _card_form(staff),
        "seen_card": seen_card or SeenForm(seen[f"staff {staff.pk}"]),
        "week": forms_.get("week") or _week_form(staff),
        "seen_week": seen_week or SeenForm(seen[f"hours {staff.pk}"]),
        "days": forms_.get("days") or DaysForm(),
        "online": forms_.get("online") or StatusForm(row=staff),
        "effect": effect_of(staff, pairs_of_staff(location=desk.location, staff=staff)),
        "other": [(one, hours_text(one.stretches)) for one in other],
        "ahead": ahead[:_SHOWN_AHEAD],
        "ahead_more": max(0, len(ahead) - _SHOWN_AHEAD),
        "problem": problem,
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/staff_card.html", context, status=status or (422 if forms_ else 200))
