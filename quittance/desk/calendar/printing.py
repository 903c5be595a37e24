"""The day on paper: for each staff member who comes when, for what, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quittance.calendar import queries
from quittance.calendar.hours import StaffColumn
from quittance.calendar.queries import DayAppointment, DayCalendar
from quittance.clients.queries import first_phones
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.calendar.page import day_of, day_url
from quittance.desk.shell import page_context


@dataclass(frozen=True, slots=True)
class PrintedRow:
    card: DayAppointment
    starts_at: datetime
    ends_at: datetime
    phone: str


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    column: StaffColumn
    rows: list[PrintedRow]


@require_safe
@desk_view(Right.SEE_CALENDAR)
def print_day(request: HttpRequest, desk: Desk) -> HttpResponse:
    on = day_of(request.GET, desk)
    shown = queries.day(
        business_id=desk.business.pk, location_id=desk.location.pk, day=on, now=desk.now, location=desk.location
    )
    context: dict[str, Any] = {
        **page_context(request, desk, section="calendar"),
        "day": on,
        "columns": _columns(desk, shown),
        "count": len(shown.appointments),
        "back_url": day_url(on),
        "now": desk.now,
    }
    return render(request, "desk/calendar/print.html", context)


def _columns(desk: Desk, shown: DayCalendar) -> list[PrintedColumn]:
    """Who has a day off and nobody coming stands on no sheet."""
    phones = first_phones(
        business_id=desk.business.pk, client_ids={card.client_id for card in shown.appointments if card.client_id}
    )
    printed = [
        PrintedColumn(
            column,
            [
                PrintedRow(card, card.period.starts_at, card.period.ends_at, phones.get(card.client_id or 0, ""))
                for card in shown.appointments
                if card.staff_id == column.staff_id
            ],
        )
        for column in shown.columns
    ]
    return [one for one in printed if one.rows or one.column.hours]
