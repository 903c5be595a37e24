"""What the day page shows, with or without a visit open over it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from quittance.calendar import queries
from quittance.calendar.hours import StaffColumn
from quittance.calendar.queries import DayAppointment, DayCalendar
from quittance.calendar.times import local_date
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk
from quittance.desk.calendar.setup import setup_of, visit_addresses
from quittance.desk.shell import page_context

VIEWS = ("day", "list")


def today_of(desk: Desk) -> date:
    return local_date(desk.now, time_zone=desk.location.time_zone)


def day_url(day: date, *, view: str = "day") -> str:
    url = f"{reverse('desk:calendar')}?date={day.isoformat()}"
    return url if view == "day" else f"{url}&view={view}"


def day_context(request: HttpRequest, desk: Desk, day: date, *, view: str = "day") -> dict[str, Any]:
    """The calendar of one day at the desk's location."""
    shown = queries.day(
        business_id=desk.business.pk, location_id=desk.location.pk, day=day, now=desk.now, location=desk.location
    )
    today = today_of(desk)
    return {
        **page_context(request, desk, section="calendar"),
        "day": day,
        "view": view,
        "setup": setup_of(desk, shown) if view == "day" else None,
        "rows": _list_rows(shown) if view == "list" else [],
        "is_today": day == today,
        "urls": {
            "today": day_url(today, view=view),
            "before": day_url(day - timedelta(days=1), view=view),
            "after": day_url(day + timedelta(days=1), view=view),
            "day": day_url(day),
            "list": day_url(day, view="list"),
        },
        "return_url": day_url(day, view=view),
        "may_book": desk.may(Right.EDIT_VISITS),
        "request_id": new_key(),
    }


def _list_rows(shown: DayCalendar) -> list[dict[str, Any]]:
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
