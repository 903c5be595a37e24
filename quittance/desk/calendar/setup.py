"""The day as the calendar's script wants it: wall clocks of the location, words and tones ready to draw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.calendar.queries import DayAppointment, DayCalendar
from quittance.calendar.times import Period
from quittance.core.actor import Right
from quittance.core.locale_format import format_money, format_time, known_locale
from quittance.desk.access import Desk
from quittance.payments.status import VisitStatus
from quittance.ui.statuses import APPOINTMENT, look_of

POLL_SECONDS = 10
_EARLY_MINUTES = 60


def setup_of(desk: Desk, day: DayCalendar) -> dict[str, Any]:
    """The JSON block of the page (frontend/src/calendar/main.js)."""
    zone = ZoneInfo(day.location.time_zone)
    may_edit = desk.may(Right.EDIT_VISITS)
    span = _span(day)
    return {
        "date": day.day.isoformat(),
        "offset": _offset(day, zone),
        "locale": str(known_locale(get_language() or "en")).replace("_", "-"),
        "staff": [{"id": column.staff_id, "title": column.name} for column in day.columns],
        "events": events_of(day, may_edit=may_edit),
        "version": day.fingerprint,
        "feed_url": f"{reverse('desk:calendar_feed')}?date={day.day.isoformat()}&location={day.location.pk}",
        "move_url": reverse("desk:move_dropped") if may_edit else None,
        "new_url": reverse("desk:new_visit") if may_edit else None,
        "slot_min": _clock(span.starts_at, zone),
        "slot_max": _clock_end(span.ends_at, day, zone),
        "scroll_time": _scroll(desk.now, day, zone),
        "poll_seconds": POLL_SECONDS,
        "texts": {
            "today": _("Today"),
            "empty": _("No appointments"),
            "move_failed": _("The appointment was not moved. Check the connection and try again."),
            "undo": _("Undo"),
        },
    }


def events_of(day: DayCalendar, *, may_edit: bool) -> list[dict[str, Any]]:
    """Cards, and the closed stretches behind them."""
    zone = ZoneInfo(day.location.time_zone)
    cards = _Cards(day, zone, may_edit=may_edit)
    return [*_closed(day, zone), *(cards.event(card) for card in day.appointments)]


def visit_addresses() -> Callable[[int], str]:
    """The addresses of many visits: finding one costs more than drawing its card, so it is found once for all."""
    before, _zero, after = reverse("desk:visit", kwargs={"visit_id": 0}).rpartition("0")
    return lambda visit_id: f"{before}{visit_id}{after}"


class _Cards:
    """Draws the cards of one answer. What hundreds of cards share is looked up once: words, language, address."""

    def __init__(self, day: DayCalendar, zone: ZoneInfo, *, may_edit: bool) -> None:
        self._with = {column.staff_id: _("with %(name)s") % {"name": column.name} for column in day.columns}
        self._zone = zone
        self._may_edit = may_edit
        self._language = get_language() or "en"
        self._payment_looks = {status: look_of(status) for status in VisitStatus}
        self._payment_words = {status: str(look.label) for status, look in self._payment_looks.items()}
        self._state_words = {state: str(look.label) for state, look in APPOINTMENT.items()}
        self._no_client = _("No client")
        self._visit_url = visit_addresses()

    def event(self, card: DayAppointment) -> dict[str, Any]:
        look, state = self._payment_looks[card.status], APPOINTMENT[card.state]
        return {
            "id": str(card.id),
            "resourceId": card.staff_id,
            "start": _wall(card.period.starts_at, self._zone),
            "end": _wall(card.period.ends_at, self._zone),
            "title": card.client_name or self._no_client,
            "editable": self._may_edit,
            "extendedProps": {
                "url": self._visit_url(card.visit_id),
                "visit": card.visit_id,
                "version": card.visit_version,
                "tone": look.tone,
                "icon": look.icon,
                "status": self._status(card),
                "services": self._services(card),
                "due": format_money(card.due, self._language) if card.due.is_positive else "",
                "staff": self._with.get(card.staff_id, ""),
                "unpaid": card.status is VisitStatus.UNPAID,
                "state": card.state,
                "state_icon": "" if card.state == "booked" else state.icon,
                "state_label": self._state_words[card.state],
                "time": format_time(card.period.starts_at, self._language, self._zone.key),
            },
        }

    def _status(self, card: DayAppointment) -> str:
        """The badge's words as the card says them."""
        word = self._payment_words[card.status]
        return _("%(status)s · price open") % {"status": word} if card.price_open else word

    def _services(self, card: DayAppointment) -> str:
        of_visit = _("1 of %(n)s in this visit") % {"n": card.of_visit} if card.of_visit > 1 else ""
        return " · ".join(part for part in (card.service_name, of_visit) if part)


def _closed(day: DayCalendar, zone: ZoneInfo) -> list[dict[str, Any]]:
    span = _span(day)
    return [
        {
            "id": f"closed-{column.staff_id}-{number}",
            "resourceId": column.staff_id,
            "start": _wall(stretch.starts_at, zone),
            "end": _wall(stretch.ends_at, zone),
            "display": "background",
        }
        for column in day.columns
        for number, stretch in enumerate(_gaps(span, column.hours))
    ]


def _gaps(span: Period, hours: list[Period]) -> list[Period]:
    """What the working hours leave free of the day that is shown."""
    gaps, at = [], span.starts_at
    for stretch in hours:
        if stretch.starts_at > at:
            gaps.append(Period(at, min(stretch.starts_at, span.ends_at)))
        at = max(at, stretch.ends_at)
    if at < span.ends_at:
        gaps.append(Period(at, span.ends_at))
    return [gap for gap in gaps if gap.starts_at < gap.ends_at]


def _span(day: DayCalendar) -> Period:
    """From opening to closing, wider where somebody works or is booked outside."""
    starts = [day.opening.starts_at]
    ends = [day.opening.ends_at]
    for column in day.columns:
        starts += [stretch.starts_at for stretch in column.hours]
        ends += [stretch.ends_at for stretch in column.hours]
    for card in day.appointments:
        starts.append(max(card.period.starts_at, day.period.starts_at))
        ends.append(min(card.period.ends_at, day.period.ends_at))
    return Period(min(starts), max(ends))


def _offset(day: DayCalendar, zone: ZoneInfo) -> str:
    """The location's distance from UTC at noon that day, for the now-line."""
    text = day.opening.starts_at.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """The full hour before."""
    return f"{at.astimezone(zone).hour:02d}:00"


def _clock_end(at: datetime, day: DayCalendar, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    if local.date() > day.day:
        return "24:00"
    hour = local.hour + (1 if local.minute else 0)
    return f"{hour:02d}:00"


def _scroll(now: datetime, day: DayCalendar, zone: ZoneInfo) -> str:
    """An hour before now on the day itself, else where the day begins."""
    local = now.astimezone(zone)
    if local.date() != day.day:
        return _clock(_span(day).starts_at, zone)
    return f"{max(0, local.hour * 60 + local.minute - _EARLY_MINUTES) // 60:02d}:00"
