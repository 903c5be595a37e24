"""The demo's data: made once, kept afterwards; only days that have come into view since then are filled up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from quittance.audit import actions as audit
from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business
from quittance.cli import demo_seed_sandbox as sandbox
from quittance.cli import demo_seed_tables as tables
from quittance.cli.demo_seed_bulk import DemoVisit
from quittance.cli.demo_seed_calendar import days_around, seed_day
from quittance.cli.demo_seed_money import play, stories_of
from quittance.cli.demo_seed_places import DemoPlace, actor_of, demo_place, seed_business
from quittance.cli.demo_seed_value import fill_shelves, seed_value
from quittance.cli.sentences import SentenceError
from quittance.messages.models import Message
from quittance.worker.rounds import run_once
from quittance.worker.table import JOBS

_MADE = "demo.made"
_SENDERS = {
    tables.SALON: ("salonana", "hello@salon-ana.example", "+493023125010"),
    tables.CLINIC: ("lakeside", "desk@lakeside-clinic.example", "+41440000010"),
}


def seed_demo(*, now: datetime) -> str:
    """Make the demo's data unless it is there; the log-ins as text. The sandbox runs already, the worker not yet."""
    names = (tables.SALON, tables.CLINIC)
    known = {business.name: business for business in Business.objects.filter(name__in=names)}
    if not known:
        with _in_a_hurry():
            _make(now)
    elif not AuditEntry.objects.filter(business_id__in=[one.pk for one in known.values()], action=_MADE).exists():
        raise SentenceError("The demo data was not finished the last time. Begin anew with `make demo-reset`.")
    else:
        _fill_new_days(list(known.values()), now)
    return log_ins()


def log_ins() -> str:
    """One line for each person; they share a password."""
    width = max(len(one.email) for one in tables.LOG_INS)
    lines = [f"  {one.email:<{width}}  {one.role} of {one.business}" for one in tables.LOG_INS]
    return "\n".join([*lines, f"  with the password {tables.PASSWORD}"])


def _make(now: datetime) -> None:
    businesses = []
    for name, (account, email, phone) in _SENDERS.items():
        business, owner = seed_business(name=name, now=now)
        sandbox.connect_all(actor=owner, name=account, sender_email=email, sender_phone=phone, now=now)
        businesses.append(business)
    booked = [(place, _book(place, now)) for place in _places(businesses)]
    for place, _ in booked:
        fill_shelves(place, now=now - timedelta(days=30))
    stories = [stories_of(visits, now=now, is_showcase=_is_showcase(place)) for place, visits in booked]
    # What is over everywhere comes first, as its numbers would have: a drawer is counted from the day's first entry on.
    today = min(_midnight(place, now) for place, _ in booked)
    for is_over in (True, False):
        for of_place in stories:
            play([story for story in of_place if (story.at < today) == is_over])
    for place, visits in booked:
        if _is_showcase(place):
            seed_value(place, visits, now=now)
    # What the worker would do in its first seconds: the first page shows what was sent and what could not be.
    run_once(now, jobs=[job for job in JOBS if job.model is Message])
    for business in businesses:
        owner = actor_of(business, "owner")
        audit.record(actor=owner, location_id=None, action=_MADE, subject=("business", business.pk), now=now)


def _fill_new_days(businesses: list[Business], now: datetime) -> None:
    for place in _places(businesses):
        _book(place, now)


def _places(businesses: list[Business]) -> list[DemoPlace]:
    return [
        demo_place(business, table)
        for business in businesses
        for table in tables.PLACES
        if table.business == business.name
    ]


def _book(place: DemoPlace, now: datetime) -> list[DemoVisit]:
    days = days_around(now, time_zone=place.location.time_zone)
    shows = _is_showcase(place)
    return [visit for day in days for visit in seed_day(place, day=day, is_showcase=shows, now=now)]


def _midnight(place: DemoPlace, now: datetime) -> datetime:
    """When today began at the place."""
    local = now.astimezone(ZoneInfo(place.location.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _is_showcase(place: DemoPlace) -> bool:
    """Berlin is where everybody logs in first."""
    return place.table is tables.BERLIN


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Hundreds of small commits without waiting for the disk: a seeding that breaks off is begun anew anyway."""
    relaxed = connection.vendor == "sqlite" and not connection.in_atomic_block
    if relaxed:
        connection.cursor().execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        if relaxed:
            connection.cursor().execute("PRAGMA synchronous=FULL")
