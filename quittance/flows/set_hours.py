"""Who works when: the plan of the week, and single days with other hours. Wall-clock minutes of the location."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quittance.audit import actions as audit
from quittance.businesses.models import StaffMember
from quittance.calendar import actions as calendar
from quittance.calendar.actions import Hours
from quittance.calendar.times import local_date
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows._slots import staff_card
from quittance.flows.errors import RefusedError

MAX_STRETCHES = 6
MAX_DAYS = 366
_WEEKDAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)


def set_week(
    *, actor: Actor, staff_id: int, hours: Sequence[Hours], expected_version: int | None = None, now: datetime
) -> None:
    """The staff member's whole week becomes this. Raises RefusedError naming the day that cannot be."""
    staff = staff_card(business_id=actor.business_id, staff_id=staff_id)
    require(actor, Right.EDIT_SETTINGS, staff.location_id)
    for weekday, name in enumerate(_WEEKDAYS):
        _check(_(name), [(one.starts_minute, one.ends_minute) for one in hours if one.weekday == weekday])

    def work() -> dict[str, Any]:
        locked = _locked(actor, staff)
        calendar.set_working_hours(staff=locked, hours=hours)
        plan = [[one.weekday, one.starts_minute, one.ends_minute] for one in hours]
        _record(actor, locked, "hours.week_set", {"hours": plan}, now)
        return {}

    seen = Seen(f"hours {staff_id}", expected_version)
    once(actor=actor, action="hours.week_set", now=now, work=work, seen=seen)


def set_days(
    *,
    actor: Actor,
    staff_id: int,
    first_day: date,
    last_day: date,
    stretches: Sequence[tuple[int, int]],
    note: str = "",
    now: datetime,
) -> None:
    """Other hours from the first day to the last one, both included; without a stretch they are days off."""
    staff = staff_card(business_id=actor.business_id, staff_id=staff_id)
    require(actor, Right.EDIT_SETTINGS, staff.location_id)
    today = local_date(now, time_zone=staff.location.time_zone)
    if last_day < first_day:
        raise RefusedError(_("The last day must not be before the first."))
    if (last_day - first_day).days >= MAX_DAYS or not abs((first_day - today).days) <= 2 * MAX_DAYS:
        raise RefusedError(_("Choose at most a year, within two years from today."))
    _check(_("That day"), stretches)
    days = [first_day + timedelta(days=step) for step in range((last_day - first_day).days + 1)]

    def work() -> dict[str, Any]:
        locked = _locked(actor, staff)
        for day in days:
            calendar.set_other_hours(staff=locked, day=day, stretches=sorted(stretches), note=note.strip()[:80])
        span = [first_day.isoformat(), last_day.isoformat()]
        _record(actor, locked, "hours.days_set", {"days": span, "hours": [list(one) for one in stretches]}, now)
        return {}

    once(actor=actor, action="hours.days_set", now=now, work=work)


def drop_day(*, actor: Actor, staff_id: int, day: date, now: datetime) -> None:
    """The week's plan holds again on that day; repeatable."""
    staff = staff_card(business_id=actor.business_id, staff_id=staff_id)
    require(actor, Right.EDIT_SETTINGS, staff.location_id)

    def work() -> dict[str, Any]:
        locked = _locked(actor, staff)
        if calendar.drop_other_hours(staff=locked, day=day):
            _record(actor, locked, "hours.day_dropped", {"day": day.isoformat()}, now)
        return {}

    once(actor=actor, action="hours.day_dropped", now=now, work=work)


def _check(name: str, stretches: Iterable[tuple[int, int]]) -> None:
    """Stretches of one day lie apart; what lies between them is a break."""
    before = 0
    known = sorted(stretches)
    if len(known) > MAX_STRETCHES:
        raise RefusedError(
            _("%(name)s has more than %(max_stretches)s stretches of work. Join some of them.")
            % {"name": name, "max_stretches": MAX_STRETCHES}
        )
    for starts, ends in known:
        if not 0 <= starts < ends <= 24 * 60:
            raise RefusedError(
                _("%(name)s: the end must be after the start, for example 9:00 to 18:00.") % {"name": name}
            )
        if starts < before:
            raise RefusedError(
                _("%(name)s: two stretches of work overlap. Leave the break between them free.") % {"name": name}
            )
        before = ends


def _locked(actor: Actor, staff: StaffMember) -> StaffMember:
    return calendar.lock_staff(business_id=actor.business_id, staff_ids=[staff.pk])[staff.pk]


def _record(actor: Actor, staff: StaffMember, action: str, detail: dict[str, Any], now: datetime) -> None:
    audit.record(
        actor=actor,
        location_id=staff.location_id,
        action=action,
        subject=("staff", staff.pk),
        now=now,
        detail=detail,
    )
