"""The calendar file of a visit."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from quittance.documents.calendar_file import CalendarFile, calendar_file
from quittance.documents.tests.test_inert import HOSTILE


def a_visit(**changes: object) -> CalendarFile:
    plain: dict[str, object] = {
        "uid": "visit-7@quittance",
        "sequence": 2,
        "title": "Salon Ana: Cut",
        "starts_at": datetime(2026, 11, 26, 13, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 26, 14, 0, tzinfo=UTC),
        "written_at": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        "place": "Torstraße 1, 10119 Berlin",
    }
    return CalendarFile(**{**plain, **changes})  # type: ignore[arg-type]


def test_the_file_holds_one_event_at_the_visits_time() -> None:
    event = Calendar.from_ical(calendar_file(a_visit())).events[0]
    assert event.decoded("dtstart") == datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    assert event["summary"] == "Salon Ana: Cut"
    assert event["sequence"] == 2
    assert event["status"] == "CONFIRMED"


def test_a_cancelled_visit_says_so() -> None:
    assert b"STATUS:CANCELLED" in calendar_file(a_visit(cancelled=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_adds_no_property_to_the_file(name: str) -> None:
    text = calendar_file(a_visit(title=name, place=name, note=f"{name}\r\nATTENDEE:mailto:x@example.org"))
    event = Calendar.from_ical(text).events[0]
    assert set(event) <= {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "STATUS",
        "LOCATION",
        "DESCRIPTION",
    }
    assert len(Calendar.from_ical(text).subcomponents) == 1
