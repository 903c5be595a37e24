"""Wall clocks and instants on every night on which a clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from quittance.calendar.times import Period, day_period, instant_at, is_on_the_clock, local_date

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Sao_Paulo",
)
YEARS = (2026, 2027, 2028)


def changing_days(zone: str) -> list[date]:
    """The days of 2026 to 2028 that are not 24 hours long, found by asking the zone at UTC instants."""
    found = []
    at = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    while at.year <= YEARS[-1]:
        if (
            at.astimezone(ZoneInfo(zone)).utcoffset()
            != (at + timedelta(hours=1)).astimezone(ZoneInfo(zone)).utcoffset()
        ):
            found.append((at + timedelta(minutes=30)).astimezone(ZoneInfo(zone)).date())
        at += timedelta(hours=1)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_t61_days_follow_each_other_without_a_gap_and_without_an_overlap(zone):
    day, end = date(2026, 1, 1), date(2028, 12, 31)
    while day < end:
        today, tomorrow = (day_period(day=one, time_zone=zone) for one in (day, day + timedelta(days=1)))
        assert today.ends_at == tomorrow.starts_at
        assert local_date(today.starts_at, time_zone=zone) == day
        assert local_date(today.ends_at - timedelta(microseconds=1), time_zone=zone) == day
        day += timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
def test_t61_working_hours_after_13_00_are_the_walls_on_days_when_the_clock_changes(zone):
    days = changing_days(zone)
    assert bool(days) == (zone != "America/Sao_Paulo")
    for day in days:
        for minute in range(13 * 60, 24 * 60, 30):
            local = instant_at(day=day, minute=minute, time_zone=zone).astimezone(ZoneInfo(zone))
            assert (local.date(), local.hour * 60 + local.minute) == (day, minute)


def test_a_day_in_berlin_has_23_hours_in_spring_and_25_in_autumn():
    def hours(day: date) -> float:
        period = day_period(day=day, time_zone="Europe/Berlin")
        return (period.ends_at - period.starts_at) / timedelta(hours=1)

    assert [hours(day) for day in (date(2027, 3, 28), date(2027, 6, 1), date(2027, 10, 31))] == [23, 24, 25]


def test_a_time_that_the_clock_jumps_over_means_the_moment_after_the_jump():
    at = instant_at(day=date(2027, 3, 28), minute=150, time_zone="Europe/Berlin")
    assert at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "03:30"
    assert not is_on_the_clock(day=date(2027, 3, 28), minute=150, time_zone="Europe/Berlin")
    assert is_on_the_clock(day=date(2027, 3, 29), minute=150, time_zone="Europe/Berlin")
    assert is_on_the_clock(day=date(2027, 3, 28), minute=1440, time_zone="Europe/Berlin")


def test_a_time_that_comes_twice_means_its_first_coming():
    at = instant_at(day=date(2027, 10, 31), minute=150, time_zone="Europe/Berlin")
    assert at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_day_whose_midnight_does_not_exist_starts_after_the_jump():
    # Cairo's clocks jump from 00:00 to 01:00 on the last Friday of April.
    period = day_period(day=date(2026, 4, 24), time_zone="Africa/Cairo")
    assert period.starts_at == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert period.ends_at - period.starts_at == timedelta(hours=23)


def test_a_minute_outside_the_day_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1440"):
        instant_at(day=date(2026, 1, 1), minute=1441, time_zone="Europe/Berlin")


def test_neighbouring_periods_do_not_overlap():
    nine, ten, eleven = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (9, 10, 11))
    assert not Period(nine, ten).overlaps(Period(ten, eleven))
    assert Period(nine, eleven).overlaps(Period(ten, eleven))
