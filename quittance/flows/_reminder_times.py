"""When a reminder is due, and when a client sleeps: arithmetic with wall clocks, nothing else.

"24 hours before" is elapsed time, so it comes once whatever the clocks do in between. "1 day before" is the same hour
on the wall of the place a day earlier.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones

from quittance.calendar.times import instant_at, local_date
from quittance.reminders.rules import AFTER_SENDING, DAYS, Rule

_UNKNOWN: Final = "Etc/Unknown"
# A number that may ring in more zones than this says nothing about where its owner is.
_MOST_ZONES: Final = 12


def due_at(rule: Rule, *, anchor_at: datetime, time_zone: str) -> datetime:
    """The moment that the rule names, counted from what it counts from."""
    sign = 1 if rule.basis == AFTER_SENDING else -1
    if rule.unit != DAYS:
        return anchor_at + sign * timedelta(hours=rule.amount)
    local = anchor_at.astimezone(ZoneInfo(time_zone))
    day = local.date() + sign * timedelta(days=rule.amount)
    whole = instant_at(day=day, minute=local.hour * 60 + local.minute, time_zone=time_zone)
    return whole + timedelta(seconds=local.second, microseconds=local.microsecond)


def quiet_until(*, now: datetime, time_zone: str, starts_minute: int, ends_minute: int) -> datetime | None:
    """When the quiet hours that run now end; None outside them. Half-open: at 08:00 sharp they are over."""
    if starts_minute == ends_minute:
        return None
    today = local_date(now, time_zone=time_zone)
    # Those that began yesterday evening, and those that begin today; by instants, since a night may lack an hour.
    for begins in (today - timedelta(days=1), today):
        ends = begins if starts_minute < ends_minute else begins + timedelta(days=1)
        from_at = instant_at(day=begins, minute=starts_minute, time_zone=time_zone)
        to_at = instant_at(day=ends, minute=ends_minute, time_zone=time_zone)
        if from_at <= now < to_at:
            return to_at
    return None


def zone_of_phone(phone: str, *, otherwise: str) -> str:
    """Where a phone is at home; `otherwise` (the location's zone) when its number does not tell.

    In a country of several zones that includes the location's, the client is taken to live near the location.
    """
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return otherwise
    zones = [zone for zone in phone_zones.time_zones_for_number(number) if zone != _UNKNOWN]
    if not zones or otherwise in zones or len(zones) > _MOST_ZONES:
        return otherwise
    return zones[len(zones) // 2]
