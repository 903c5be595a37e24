from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from quittance.calendar.times import Period
from quittance.flows._slots import checked_period
from quittance.flows.errors import RefusedError
from tests.support.salon import START

HOUR = timedelta(hours=1)


def period(starts_at=START, length=HOUR, *, now=START):
    return checked_period(starts_at=starts_at, ends_at=starts_at + length, now=now)


@pytest.mark.parametrize("length", [timedelta(minutes=1), HOUR, timedelta(hours=24)])
def test_a_period_is_up_to_a_day(length):
    assert period(length=length) == Period(START, START + length)


@pytest.mark.parametrize(
    ("length", "sentence"),
    [
        (timedelta(0), "end must be after the start"),
        (-HOUR, "end must be after the start"),
        (timedelta(hours=24, seconds=1), "at most a day"),
    ],
)
def test_a_period_that_cannot_be_is_refused(length, sentence):
    with pytest.raises(RefusedError, match=sentence):
        period(length=length)


@pytest.mark.parametrize("days", [-732, 732])
def test_a_date_years_away_is_a_slip_of_the_finger(days):
    with pytest.raises(RefusedError, match="within two years"):
        period(START + timedelta(days=days))
    near = START + timedelta(days=days) - timedelta(days=days / 732)
    assert period(near) == Period(near, near + HOUR)


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (datetime(2026, 11, 26, 14), START + HOUR),  # noqa: DTZ001 - the mistake under test
        (START, datetime(2026, 11, 26, 15)),  # noqa: DTZ001
    ],
)
def test_a_moment_without_a_time_zone_is_our_own_mistake(starts_at, ends_at):
    with pytest.raises(ValueError, match="aware"):
        checked_period(starts_at=starts_at, ends_at=ends_at, now=START)
