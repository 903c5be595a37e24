"""Two weeks of appointments around today, the same on every machine: today full, the other days half full."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from quittance.calendar.models import Appointment
from quittance.calendar.times import instant_at, local_date
from quittance.catalog.models import Service
from quittance.cli.demo_seed_places import DemoPlace
from quittance.cli.demo_seed_tables import Staff
from quittance.clients.models import Client
from quittance.flows.book_visit import Slot, book

DAYS_BACK = 6
DAYS_AHEAD = 7
_GAPS_FULL = (0, 0, 15)
_GAPS_ELSE = (30, 60, 90, 120)
_CATEGORIES = {
    "Senior stylist": ("Hair", "Colour", "Care"),
    "Colourist": ("Colour", "Hair", "Care"),
    "Barber": ("Barber", "Hair"),
    "Nails and brows": ("Nails", "Brows"),
    "Dermatology": ("Consultation", "Dermatology"),
    "Physiotherapy": ("Physiotherapy",),
}


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """One visit that was booked, in the words of the money that follows."""

    place: DemoPlace
    visit_id: int
    starts_at: datetime
    ends_at: datetime
    client: Client
    service: Service


def days_around(now: datetime, *, time_zone: str) -> list[date]:
    today = local_date(now, time_zone=time_zone)
    return [today + timedelta(days=step) for step in range(-DAYS_BACK, DAYS_AHEAD + 1)]


def seed_day(place: DemoPlace, *, day: date, is_showcase: bool, now: datetime) -> list[DemoVisit]:
    """Book the day; one that has appointments already is left as it is. Today is full at the showcase."""
    zone = place.location.time_zone
    starts_at = instant_at(day=day, minute=0, time_zone=zone)
    here = Appointment.objects.filter(business_id=place.location.business_id, location=place.location)
    if here.filter(starts_at__gte=starts_at, starts_at__lt=starts_at + timedelta(days=1)).exists():
        return []
    chance = random.Random(f"{place.table.name} {day.isoformat()}")  # noqa: S311 - the same day everywhere
    is_full = is_showcase and day == local_date(now, time_zone=zone)
    in_turn = cycle(chance.sample(place.clients, len(place.clients)))
    return [
        _book(place, day, wanted, next(in_turn), now)
        for wanted in _wanted(place, day, chance, _GAPS_FULL if is_full else _GAPS_ELSE)
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    staff_id: int
    service: Service
    minute: int


def _wanted(place: DemoPlace, day: date, chance: random.Random, gaps: tuple[int, ...]) -> Iterator[_Wanted]:
    for table, member in zip(place.table.staff, place.staff, strict=True):
        if day.weekday() not in table.days:
            continue
        services = [one for one in place.services if _heading(one) in _CATEGORIES.get(table.title, (_heading(one),))]
        # One price range a day: its price is set at the desk (B8). The rest have a fixed price.
        ranged = [one for one in services if one.price_max_minor is not None][:1]
        services = [one for one in services if one.price_max_minor is None]
        for opens, closes in _stretches(table):
            minute = opens + chance.choice(gaps)
            while True:
                service = ranged.pop() if ranged else chance.choice(services)
                if minute + service.duration_minutes > closes:
                    break
                yield _Wanted(member.pk, service, minute)
                minute += _rounded_up(service.duration_minutes) + chance.choice(gaps)


def _heading(service: Service) -> str:
    return service.category.name if service.category else ""


def _stretches(table: Staff) -> tuple[tuple[int, int], tuple[int, int]]:
    return (table.opens, table.pause[0]), (table.pause[1], table.closes)


def _rounded_up(minutes: int) -> int:
    """Appointments start on the quarter of an hour."""
    return -(-minutes // 15) * 15


def _book(place: DemoPlace, day: date, wanted: _Wanted, client: Client, now: datetime) -> DemoVisit:
    starts_at = instant_at(day=day, minute=wanted.minute, time_zone=place.location.time_zone)
    booked_at = min(starts_at, now) - timedelta(days=2, minutes=wanted.minute % 50)
    booked = book(
        actor=place.desk,
        location_id=place.location.pk,
        client=client.pk,
        appointments=[Slot(staff_id=wanted.staff_id, service_id=wanted.service.pk, starts_at=starts_at)],
        now=booked_at,
    )
    ends_at = starts_at + timedelta(minutes=wanted.service.duration_minutes)
    return DemoVisit(place, booked.visit_id, starts_at, ends_at, client, wanted.service)
