"""What the flows of the calendar share: staff of a place, times that can be, and who is in the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from quittance.businesses.models import Location, StaffMember
from quittance.calendar.actions import MAX_HOURS, SlotTakenError
from quittance.calendar.times import Period
from quittance.core.locale_format import format_day
from quittance.flows.errors import ConflictError, GoneError, RefusedError

_FURTHEST = timedelta(days=2 * 366)


def checked_period(*, starts_at: datetime, ends_at: datetime, now: datetime) -> Period:
    """RefusedError for an end before its start, a slot of more than a day, or years away from now."""
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise ValueError("instants are aware")
    if ends_at <= starts_at:
        raise RefusedError(_("The end must be after the start."))
    if ends_at - starts_at > timedelta(hours=MAX_HOURS):
        raise RefusedError(_("An appointment takes at most a day."))
    if not now - _FURTHEST < starts_at < now + _FURTHEST:
        raise RefusedError(_("Choose a date within two years from today."))
    return Period(starts_at, ends_at)


def staff_here(*, locked: dict[int, StaffMember], staff_id: int, location_id: int) -> StaffMember:
    """The locked staff member, if they work at the location now."""
    staff = locked.get(staff_id)
    if staff is None or staff.location_id != location_id or staff.archived_at is not None:
        raise RefusedError(_("This staff member does not work here. Choose another one."))
    return staff


def staff_card(*, business_id: int, staff_id: int) -> StaffMember:
    """GoneError for an unknown card and for one of another business alike."""
    try:
        return StaffMember.objects.select_related("location").get(business_id=business_id, pk=staff_id)
    except StaffMember.DoesNotExist:
        raise GoneError(_("This staff member does not exist.")) from None


def conflict(error: SlotTakenError, *, location: Location) -> ConflictError:
    """Who is in the way and when: `Ben is booked on Thu 26 Nov, 14:00 to 15:00 (Chloe Martin)` and what to do."""
    taken = error.taken
    starts, ends = (at.astimezone(ZoneInfo(location.time_zone)) for at in (taken.starts_at, taken.ends_at))
    client = taken.visit.client
    whom = f" ({client.name})" if client else ""
    when = f"{format_day(starts.date(), 'en')}, {starts:%H:%M} to {ends:%H:%M}"
    return ConflictError(
        _("%(name)s is booked on %(when)s%(whom)s. Choose another time or staff member.")
        % {"name": error.staff.name, "when": when, "whom": whom}
    )
