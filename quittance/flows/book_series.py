"""Book the same visit every so many weeks: all that are free, in one stroke, after the rest was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.calendar import actions as calendar
from quittance.calendar.actions import SlotTakenError
from quittance.calendar.times import Period, instant_at
from quittance.clients.actions import ClientCard
from quittance.core.actor import Actor
from quittance.flows._once import once
from quittance.flows._slots import conflict, staff_here
from quittance.flows.book_visit import (
    BookedVisit,
    Slot,
    book_inside,
    checked_place,
    minutes_of,
    services_for,
    terms_for,
)
from quittance.flows.errors import FlowError, RefusedError

MAX_WEEKS = 26
MAX_TIMES = 52
WhenTaken = Literal["tell", "skip", "anyway"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What is booked the first time."""

    location_id: int
    client: int | ClientCard | None
    appointments: Sequence[Slot]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Every so many weeks on the same weekday at the same wall clock; `times` counts the first one, too."""

    every_weeks: int
    times: int


class SeriesTakenError(FlowError):
    """Some of the dates are taken; `sentences` names each. Nothing was stored: skip them, or book anyway."""

    def __init__(self, sentences: list[str], *, free: int) -> None:
        super().__init__("Some of these dates are taken.")
        self.sentences = sentences
        self.free = free


def book_series(
    *, actor: Actor, booking: Booking, repeat: Repeat, when_taken: WhenTaken, now: datetime
) -> list[BookedVisit]:
    """Each time is a visit with a bill of its own. Raises SeriesTakenError while `when_taken` is `tell`, and what
    `book_visit.book` raises; all or nothing is stored. A repeat of the request id gives the first answer.
    """
    if not 1 <= repeat.every_weeks <= MAX_WEEKS or not 2 <= repeat.times <= MAX_TIMES:
        raise RefusedError(
            _("Repeat 2 to %(max_times)s times, every 1 to %(max_weeks)s weeks.")
            % {"max_times": MAX_TIMES, "max_weeks": MAX_WEEKS}
        )
    location = checked_place(
        actor=actor,
        location_id=booking.location_id,
        client=booking.client,
        appointments=booking.appointments,
        note=booking.note,
        anyway=when_taken == "anyway",
    )
    answer = once(
        actor=actor,
        action="visit.series_booked",
        now=now,
        work=lambda: {"visits": _book_all(actor, location, booking, repeat, when_taken, now)},
    )
    return [BookedVisit(int(visit), int(bill)) for visit, bill in answer["visits"]]


def _book_all(
    actor: Actor, location: Location, booking: Booking, repeat: Repeat, when_taken: WhenTaken, now: datetime
) -> list[list[int]]:
    # All columns of the series are locked at once, in one sequence: two desks cannot wait for each other.
    staff_ids = {slot.staff_id for slot in booking.appointments}
    locked = calendar.lock_staff(business_id=actor.business_id, staff_ids=staff_ids)
    for staff_id in staff_ids:
        staff_here(locked=locked, staff_id=staff_id, location_id=location.pk)
    wanted = [_later(booking.appointments, repeat.every_weeks * number, location) for number in range(repeat.times)]
    taken = {} if when_taken == "anyway" else _taken(location, wanted, locked)
    if taken and when_taken == "tell":
        raise SeriesTakenError(list(taken.values()), free=len(wanted) - len(taken))
    if len(taken) == len(wanted):
        raise RefusedError(_("All of these dates are taken. Choose another time or staff member."))
    client, made = booking.client, []
    for number, slots in enumerate(wanted):
        if number in taken:
            continue
        one: dict[str, Any] = book_inside(
            actor, location, client, slots, booking.note.strip(), now, anyway=when_taken == "anyway"
        )
        made.append([one["visit"], one["bill"]])
        if isinstance(client, ClientCard):
            # The card was made with the first visit.
            client = Bill.objects.values_list("client_id", flat=True).get(pk=one["bill"])
    return made


def _taken(location: Location, wanted: list[list[Slot]], locked: dict[int, Any]) -> dict[int, str]:
    """Which times of the series are not free, each with who is in the way."""
    services = services_for(location, wanted[0])
    terms = terms_for(location, wanted[0])
    # Each time of the series is as long as the first.
    lengths = [timedelta(minutes=minutes_of(slot, services[slot.service_id], terms[slot])) for slot in wanted[0]]
    taken: dict[int, str] = {}
    for number, slots in enumerate(wanted):
        for slot, length in zip(slots, lengths, strict=True):
            staff = locked[slot.staff_id]
            there = calendar.who_is_there(staff=staff, period=Period(slot.starts_at, slot.starts_at + length))
            if there is not None:
                taken.setdefault(number, str(conflict(SlotTakenError(staff, there), location=location)).split(". ")[0])
    return taken


def _later(slots: Sequence[Slot], weeks: int, location: Location) -> list[Slot]:
    """The same wall clock so many weeks later, also where the clocks change between."""
    return [replace(slot, starts_at=_on_the_clock(slot.starts_at, weeks, location.time_zone)) for slot in slots]


def _on_the_clock(at: datetime, weeks: int, time_zone: str) -> datetime:
    local = at.astimezone(ZoneInfo(time_zone))
    day = local.date() + timedelta(weeks=weeks)
    return instant_at(day=day, minute=local.hour * 60 + local.minute, time_zone=time_zone)
