"""The visit as a calendar file that phones open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

from quittance.documents.inert import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """`uid` stays the same and `sequence` grows when the visit moves, so that phones move theirs too.

    `written_at` is the moment of the last change; instants are aware.
    """

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    written_at: datetime
    place: str = ""
    note: str = ""
    address: str = ""
    cancelled: bool = False


def calendar_file(visit: CalendarFile) -> bytes:
    """An `.ics` with one event in UTC: phones show it in the zone where they are."""
    event = Event()
    event.add("uid", one_line(visit.uid))
    event.add("sequence", visit.sequence)
    event.add("dtstamp", visit.written_at.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", one_line(visit.title))
    event.add("status", "CANCELLED" if visit.cancelled else "CONFIRMED")
    for name, value in (("location", visit.place), ("description", visit.note)):
        if value:
            event.add(name, one_line(value, limit=400))
    if visit.address:
        event.add("url", visit.address)
    calendar = Calendar()
    calendar.add("prodid", "-//Quittance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
