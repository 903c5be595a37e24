"""Wall clocks of a place and instants: the only arithmetic with local time.

A day is not always 24 hours long. A wall-clock time that the clock jumps over (02:30 in spring) means the
moment after the jump; one that comes twice (02:30 in autumn) means its first coming.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: `ends_at` itself is outside, so that neighbours may touch. Both are UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: Period) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def instant_at(*, day: date, minute: int, time_zone: str) -> datetime:
    """When the place's wall clock shows `minute` minutes after midnight of `day`; 1440 is the next day's 0."""
    if not 0 <= minute <= MINUTES_OF_DAY:
        raise ValueError("a minute of a day lies between 0 and 1440")
    if minute == MINUTES_OF_DAY:
        day, minute = day + timedelta(days=1), 0
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=ZoneInfo(time_zone))
    return local.astimezone(UTC)


def day_period(*, day: date, time_zone: str) -> Period:
    """The whole day at the place: 23 or 25 hours where the clocks change."""
    return Period(
        instant_at(day=day, minute=0, time_zone=time_zone),
        instant_at(day=day, minute=MINUTES_OF_DAY, time_zone=time_zone),
    )


def local_date(at: datetime, *, time_zone: str) -> date:
    """Which day it is at the place."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def is_on_the_clock(*, day: date, minute: int, time_zone: str) -> bool:
    """False for a wall-clock time that the clock jumps over on that day."""
    at = instant_at(day=day, minute=minute, time_zone=time_zone)
    if minute == MINUTES_OF_DAY:
        day, minute = day + timedelta(days=1), 0
    local = at.astimezone(ZoneInfo(time_zone))
    return (local.date(), local.hour * 60 + local.minute) == (day, minute)
