"""What the calendar page shows, with or without a visit open over it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from quittance.businesses.models import StaffMember
from quittance.businesses.queries import staff_of
from quittance.calendar import queries, queries_week
from quittance.calendar.hours import StaffColumn, week_days
from quittance.calendar.queries import DayAppointment, DayCalendar
from quittance.calendar.queries_sales import sales_between
from quittance.calendar.times import local_date
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.locale_format import format_day, format_days
from quittance.desk.access import Desk
from quittance.desk.calendar.cards import visit_addresses
from quittance.desk.calendar.setup import day_setup, week_setup
from quittance.desk.fields import EARLIEST_DAY, LATEST_DAY
from quittance.desk.shell import page_context

VIEWS = ("day", "week", "list")
_STEP = {"week": 7}


def today_of(desk: Desk) -> date:
    return local_date(desk.now, time_zone=desk.location.time_zone)


def day_of(typed: QueryDict, desk: Desk) -> date:
    """The day of an address; today where it names none that a calendar can show."""
    try:
        typed_day = date.fromisoformat(typed.get("date", ""))
    except ValueError:
        return today_of(desk)
    return typed_day if EARLIEST_DAY <= typed_day <= LATEST_DAY else today_of(desk)


def day_url(day: date, *, view: str = "day", staff_id: int | None = None) -> str:
    url = f"{reverse('desk:calendar')}?date={day.isoformat()}"
    if view != "day":
        url += f"&view={view}"
    return url if staff_id is None else f"{url}&staff={staff_id}"


def day_context(
    request: HttpRequest,
    desk: Desk,
    day: date,
    *,
    view: str = "day",
    staff_id: int | None = None,
) -> dict[str, Any]:
    """The calendar at the desk's location: one day, one person's week, or the day as a list."""
    today = today_of(desk)
    step = timedelta(days=_STEP.get(view, 1))
    only_due = view == "list" and request.GET.get("show") == "due"
    shown = _week(desk, day, staff_id) if view == "week" else _day(desk, day, view, only_due=only_due)
    chosen = shown.get("staff_id")
    days = week_days(day) if view == "week" else [day]
    return {
        **page_context(request, desk, section="calendar"),
        **shown,
        "day": day,
        "first_day": days[0],
        "title": title_of(days),
        "view": view,
        "is_today": today in days,
        "only_due": only_due,
        "urls": {
            "today": day_url(today, view=view, staff_id=chosen),
            "before": day_url(day - step, view=view, staff_id=chosen),
            "after": day_url(day + step, view=view, staff_id=chosen),
            "day": day_url(day),
            "week": day_url(day, view="week"),
            "list": day_url(day, view="list"),
            "due": f"{day_url(day, view='list')}&show=due",
            "print": f"{reverse('desk:print_day')}?date={day.isoformat()}",
        },
        "return_url": day_url(day, view=view, staff_id=chosen),
        "may_book": desk.may(Right.EDIT_VISITS),
        "may_close_day": desk.may(Right.CLOSE_DAY),
        "request_id": new_key(),
    }


def title_of(days: list[date]) -> str:
    """`Thu 26 Nov`, or of a week `23 – 29 Nov`."""
    language = get_language() or "en"
    return format_day(days[0], language) if len(days) == 1 else format_days(days[0], days[-1], language)


def staff_at(desk: Desk, staff_id: int | None) -> StaffMember | None:
    """Somebody of this location, also one who has left; without an id oneself, else the first column."""
    members = StaffMember.objects.filter(business_id=desk.business.pk, location_id=desk.location.pk)
    if staff_id is not None:
        return members.filter(pk=staff_id).first()
    return _own_or_first(staff_of(business_id=desk.business.pk, location_id=desk.location.pk), desk)


def _own_or_first(members: list[StaffMember], desk: Desk) -> StaffMember | None:
    own = [one for one in members if one.user_id == desk.user.pk]
    return next(iter(own or members), None)


def _day(desk: Desk, day: date, view: str, *, only_due: bool) -> dict[str, Any]:
    shown = queries.day(
        business_id=desk.business.pk, location_id=desk.location.pk, day=day, now=desk.now, location=desk.location
    )
    return {
        "setup": day_setup(desk, shown) if view == "day" else None,
        **(_list(desk, shown, only_due=only_due) if view == "list" else {}),
        "people": shown.columns,
        "titles": list(dict.fromkeys(column.title for column in shown.columns if column.title)),
        "has_columns": bool(shown.columns),
    }


def _list(desk: Desk, shown: DayCalendar, *, only_due: bool) -> dict[str, Any]:
    """All of the day, or what of it still has to be paid; `now_at` is the first row that is not over."""
    rows, sales = list_rows(shown), _sales(desk, shown)
    due = [row for row in rows if row["card"].due.is_positive]
    due_sales = [row for row in sales if row["sale"].money.facts.due.is_positive]
    counts = {"all": len(rows) + len(sales), "due": len(due) + len(due_sales)}
    rows, sales = (due, due_sales) if only_due else (rows, sales)
    # Whoever left without paying stands at the top of those who owe.
    is_on = not only_due and shown.period.starts_at <= desk.now < shown.period.ends_at
    now_at = next((row["card"].id for row in rows if row["card"].period.ends_at > desk.now), None) if is_on else None
    return {"rows": rows, "sales": sales, "counts": counts, "now_at": now_at}


def _sales(desk: Desk, shown: DayCalendar) -> list[dict[str, Any]]:
    visit_url = visit_addresses()
    found = sales_between(location=desk.location, period=shown.period, now=desk.now)
    return [{"sale": one, "url": f"{visit_url(one.visit.pk)}?tab=checkout"} for one in found]


def _week(desk: Desk, day: date, staff_id: int | None) -> dict[str, Any]:
    """An address that names nobody of this location shows oneself, or the first column."""
    people = staff_of(business_id=desk.business.pk, location_id=desk.location.pk)
    found = next((one for one in people if one.pk == staff_id), None)
    if found is None and staff_id is not None:
        found = staff_at(desk, staff_id)
    staff = found or _own_or_first(people, desk)
    if staff is None:
        return {"setup": None, "people": [], "has_columns": False}
    shown = queries_week.week(location=desk.location, staff=staff, day=day, now=desk.now)
    return {
        "setup": week_setup(desk, shown),
        "people": people if staff in people else [*people, staff],
        "staff_id": staff.pk,
        "notes": [one for one in shown.days if one.note],
        "has_columns": True,
    }


def list_rows(shown: DayCalendar) -> list[dict[str, Any]]:
    """The same day as a list, for small screens, screen readers and pages without scripts."""
    staff: dict[int, StaffColumn] = {column.staff_id: column for column in shown.columns}
    zone = ZoneInfo(shown.location.time_zone)
    visit_url = visit_addresses()

    def row(card: DayAppointment) -> dict[str, Any]:
        return {
            "card": card,
            "url": visit_url(card.visit_id),
            "staff": staff[card.staff_id].name if card.staff_id in staff else "",
            "starts_at": card.period.starts_at.astimezone(zone),
            "ends_at": card.period.ends_at.astimezone(zone),
        }

    return [row(card) for card in shown.appointments]
