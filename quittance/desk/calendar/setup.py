"""A day, or the week of one person, as the calendar's script wants it (frontend/src/calendar/main.js)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language

from quittance.calendar.hours import StaffColumn
from quittance.calendar.queries import DayAppointment, DayCalendar
from quittance.calendar.queries_week import WeekCalendar, WeekDay
from quittance.calendar.times import Period, instant_at
from quittance.core.actor import Right
from quittance.core.locale_format import known_locale
from quittance.desk.access import Desk
from quittance.desk.calendar.cards import Cards, gaps, wall
from quittance.desk.calendar.words import texts

POLL_SECONDS = 10
_EARLY_MINUTES = 60
_DAY_MINUTES = 24 * 60
# From, until, in minutes of the location's wall clock.
Span = tuple[int, int]


def day_setup(desk: Desk, day: DayCalendar) -> dict[str, Any]:
    """A column for each staff member."""
    zone = ZoneInfo(day.location.time_zone)
    mine = [column.staff_id for column in day.columns if column.user_id == desk.user.pk]
    return {
        **_common(desk, zone),
        "view": "day",
        "date": day.day.isoformat(),
        "offset": _offset(day.opening.starts_at, zone),
        "staff": staff_columns(day),
        "mine": mine[0] if mine else None,
        "events": day_events(day, may_edit=desk.may(Right.EDIT_VISITS)),
        "version": day.fingerprint,
        "feed_url": _feed(date=day.day.isoformat(), location=day.location.pk),
        **_shown(_span(day, zone), desk.now, zone, is_now=_is_on(desk.now, day.period)),
    }


def week_setup(desk: Desk, week: WeekCalendar) -> dict[str, Any]:
    """A column for each day."""
    zone = ZoneInfo(week.location.time_zone)
    first = week.days[0]
    whole = Period(first.period.starts_at, week.days[-1].period.ends_at)
    today = next((one for one in week.days if _is_on(desk.now, one.period)), first)
    return {
        **_common(desk, zone),
        "view": "week",
        "date": first.day.isoformat(),
        "offset": _offset(today.opening.starts_at, zone),
        "staff_id": week.staff.pk,
        "staff": [],
        "mine": None,
        "events": week_events(week, may_edit=desk.may(Right.EDIT_VISITS)),
        "version": week.fingerprint,
        "feed_url": _feed(date=first.day.isoformat(), location=week.location.pk, view="week", staff=week.staff.pk),
        **_shown(_week_span(week, zone), desk.now, zone, is_now=_is_on(desk.now, whole)),
    }


def staff_columns(day: DayCalendar) -> list[dict[str, Any]]:
    return [{"id": column.staff_id, "title": _heading(column)} for column in day.columns]


def day_events(day: DayCalendar, *, may_edit: bool) -> list[dict[str, Any]]:
    """Cards, and the closed stretches behind them."""
    zone = ZoneInfo(day.location.time_zone)
    cards = Cards({column.staff_id: column.name for column in day.columns}, zone, may_edit=may_edit)
    shown = _at(day.day, _span(day, zone), zone)
    closed = (
        {
            "id": f"closed-{column.staff_id}-{number}",
            "resourceId": column.staff_id,
            "start": wall(stretch.starts_at, zone),
            "end": wall(stretch.ends_at, zone),
            "display": "background",
        }
        for column in day.columns
        for number, stretch in enumerate(gaps(shown, column.hours))
    )
    return [*closed, *(cards.event(card) for card in day.appointments)]


def week_events(week: WeekCalendar, *, may_edit: bool) -> list[dict[str, Any]]:
    """Cards, the closed stretches behind them, and why a day is other than the plan."""
    zone = ZoneInfo(week.location.time_zone)
    cards = Cards({week.staff.pk: week.staff.name}, zone, may_edit=may_edit)
    span = _week_span(week, zone)
    closed = (
        {
            "id": f"closed-{day.day.isoformat()}-{number}",
            "start": wall(stretch.starts_at, zone),
            "end": wall(stretch.ends_at, zone),
            "display": "background",
        }
        for day in week.days
        for number, stretch in enumerate(gaps(_at(day.day, span, zone), day.hours))
    )
    return [*closed, *(cards.event(card) for card in week.appointments)]


def _heading(column: StaffColumn) -> str:
    return f"{column.name} · {column.note}" if column.note else column.name


def _common(desk: Desk, zone: ZoneInfo) -> dict[str, Any]:
    may_edit = desk.may(Right.EDIT_VISITS)
    return {
        "locale": str(known_locale(get_language() or "en")).replace("_", "-"),
        "place": desk.location.pk,
        "move_url": reverse("desk:move_dropped") if may_edit else None,
        "new_url": reverse("desk:new_visit") if may_edit else None,
        "poll_seconds": POLL_SECONDS,
        "now": wall(desk.now, zone),
        "texts": texts(),
    }


def _feed(**asked: object) -> str:
    return f"{reverse('desk:calendar_feed')}?{urlencode(asked)}"


def _is_on(now: datetime, period: Period) -> bool:
    return period.starts_at <= now < period.ends_at


def _shown(span: Span, now: datetime, zone: ZoneInfo, *, is_now: bool) -> dict[str, str]:
    """Full hours around what there is; scrolled to an hour before now on the day itself, else to where it begins."""
    starts, ends = span[0] // 60, -(-span[1] // 60)
    local = now.astimezone(zone)
    scroll = max(0, local.hour * 60 + local.minute - _EARLY_MINUTES) // 60 if is_now else starts
    return {"slot_min": f"{starts:02d}:00", "slot_max": f"{ends:02d}:00", "scroll_time": f"{scroll:02d}:00"}


def _span(day: DayCalendar, zone: ZoneInfo) -> Span:
    """From opening to closing, wider where somebody works or is booked outside."""
    hours = (stretch for column in day.columns for stretch in column.hours)
    spans = [_minutes(one, day.period, zone) for one in (day.opening, *hours, *_periods(day.appointments))]
    return min(start for start, _end in spans), max(end for _start, end in spans)


def _week_span(week: WeekCalendar, zone: ZoneInfo) -> Span:
    spans = [_minutes(stretch, day.period, zone) for day in week.days for stretch in (day.opening, *day.hours)]
    spans += [
        _minutes(period, day.period, zone)
        for period in _periods(week.appointments)
        for day in _touched(week.days, period)
    ]
    return min(start for start, _end in spans), max(end for _start, end in spans)


def _at(day: date, span: Span, zone: ZoneInfo) -> Period:
    """Full hours around the span, as the grid shows them."""
    return Period(
        instant_at(day=day, minute=span[0] // 60 * 60, time_zone=zone.key),
        instant_at(day=day, minute=-(-span[1] // 60) * 60, time_zone=zone.key),
    )


def _touched(days: list[WeekDay], period: Period) -> list[WeekDay]:
    return [day for day in days if day.period.overlaps(period)]


def _periods(cards: Iterable[DayAppointment]) -> Iterable[Period]:
    return (card.period for card in cards)


def _minutes(stretch: Period, day: Period, zone: ZoneInfo) -> Span:
    """The wall-clock minutes of that day which the stretch covers; what lies outside it is cut off."""
    starts = max(stretch.starts_at, day.starts_at).astimezone(zone)
    ends = stretch.ends_at.astimezone(zone)
    end = _DAY_MINUTES if stretch.ends_at >= day.ends_at else ends.hour * 60 + ends.minute
    return starts.hour * 60 + starts.minute, end


def _offset(at: datetime, zone: ZoneInfo) -> str:
    """The location's distance from UTC that day, for the now-line."""
    text = at.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
