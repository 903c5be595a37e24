from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from quittance.flows._reminder_times import due_at, quiet_until, zone_of_phone
from quittance.reminders.rules import AFTER_SENDING, BEFORE_VISIT, DAYS, HOURS, Rule

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Sao_Paulo",
)
NIGHT = {"starts_minute": 21 * 60, "ends_minute": 8 * 60}


def clock_changes(zone: str) -> list[datetime]:
    """Every instant of 2026 to 2028 at which the clocks of a zone change."""
    place, at, found = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC), []
    while at < datetime(2029, 1, 1, tzinfo=UTC):
        after = at + timedelta(minutes=30)
        if at.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            found.append(after)
        at = after
    return found


NIGHTS = [(zone, at) for zone in ZONES for at in clock_changes(zone)] + [
    ("America/Sao_Paulo", datetime(2026, 10, 18, 3, tzinfo=UTC))
]


def test_t61_every_zone_but_one_changes_its_clocks_twice_a_year():
    counts = {zone: sum(1 for name, _ in NIGHTS if name == zone) for zone in ZONES}
    assert counts == {**dict.fromkeys(ZONES, 6), "America/Sao_Paulo": 1}


@pytest.mark.parametrize(("zone", "change"), NIGHTS)
def test_t61_24_hours_before_is_24_hours_on_every_night(zone: str, change: datetime):
    rule = Rule(BEFORE_VISIT, 24, HOURS)
    visits = [change + timedelta(minutes=30 * step) for step in range(-60, 120)]
    due = [due_at(rule, anchor_at=visit, time_zone=zone) for visit in visits]
    assert {visit - at for visit, at in zip(visits, due, strict=True)} == {timedelta(hours=24)}
    # Once for each visit: no two visits share a moment, and none has two.
    assert len(set(due)) == len(visits)


@pytest.mark.parametrize(("zone", "change"), NIGHTS)
def test_t61_a_day_before_is_the_same_hour_on_the_wall(zone: str, change: datetime):
    place = ZoneInfo(zone)
    day = change.astimezone(place).date()
    for ahead in range(3):
        visit = datetime.combine(day + timedelta(days=ahead), datetime.min.time(), tzinfo=place).replace(hour=14)
        at = due_at(Rule(BEFORE_VISIT, 1, DAYS), anchor_at=visit.astimezone(UTC), time_zone=zone).astimezone(place)
        assert (at.date(), at.hour, at.minute) == (visit.date() - timedelta(days=1), 14, 0)
        later = due_at(Rule(AFTER_SENDING, 2, DAYS), anchor_at=visit.astimezone(UTC), time_zone=zone).astimezone(place)
        assert (later.date(), later.hour) == (visit.date() + timedelta(days=2), 14)


@pytest.mark.parametrize(("zone", "change"), NIGHTS)
def test_t61_quiet_hours_end_at_eight_on_the_wall_on_every_night(zone: str, change: datetime):
    place = ZoneInfo(zone)
    for step in range(-144, 145):
        now = change + timedelta(minutes=10 * step)
        wall = now.astimezone(place)
        ends = quiet_until(now=now, time_zone=zone, **NIGHT)
        assert (ends is not None) == (wall.hour >= 21 or wall.hour < 8)
        if ends is not None:
            over = ends.astimezone(place)
            assert (over.hour, over.minute) == (8, 0)
            assert now < ends <= now + timedelta(hours=12)
            assert quiet_until(now=ends, time_zone=zone, **NIGHT) is None


def test_quiet_hours_within_one_day_and_none_at_all():
    noon = {"starts_minute": 12 * 60, "ends_minute": 14 * 60}
    at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert quiet_until(now=at, time_zone="Europe/Berlin", **noon) == datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert quiet_until(now=at + timedelta(hours=1), time_zone="Europe/Berlin", **noon) is None
    assert quiet_until(now=at, time_zone="Europe/Berlin", starts_minute=0, ends_minute=0) is None


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+4915112345678", "Europe/Berlin"),
        ("+12125550100", "America/New_York"),
        # Six zones, the location's among them: the client is taken to live near it.
        ("+61412345678", "Australia/Lord_Howe"),
        # A number without a place, and none at all.
        ("+18005550100", "Australia/Lord_Howe"),
        ("", "Australia/Lord_Howe"),
        ("salon", "Australia/Lord_Howe"),
    ],
)
def test_the_number_tells_where_a_client_sleeps(phone: str, zone: str):
    assert zone_of_phone(phone, otherwise="Australia/Lord_Howe") == zone
