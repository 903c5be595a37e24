"""Move or resize an appointment. Time stays free to change while the client pays: what is due stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.calendar import actions as calendar
from quittance.calendar import queries
from quittance.calendar.actions import SlotTakenError
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import Period, local_date
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._slots import checked_period, conflict, staff_here
from quittance.flows.errors import ChangedMeanwhileError, GoneError, RefusedError
from quittance.outbox import actions as outbox


@dataclass(frozen=True, slots=True)
class MovedAppointment:
    """`version` is the visit's, for the next change from the same screen."""

    visit_id: int
    version: int


def move(  # noqa: PLR0913 - what the form has
    *,
    actor: Actor,
    appointment_id: int,
    staff_id: int,
    starts_at: datetime,
    ends_at: datetime,
    expected_version: int | None,
    anyway: bool = False,
    tell_client: bool = True,
    now: datetime,
) -> MovedAppointment:
    """To a time and a staff member of the same location. `expected_version` is the visit's.

    Raises ConflictError naming who is in the way, ChangedMeanwhileError, RefusedError; nothing changed then.
    `anyway`, which is a right of its own, moves it beside whoever is in the way. `tell_client`: where the business
    tells of moved visits at all.
    """
    try:
        found = queries.appointment_by_id(business_id=actor.business_id, appointment_id=appointment_id)
    except Appointment.DoesNotExist:
        raise GoneError(_("This appointment does not exist.")) from None
    require(actor, Right.EDIT_VISITS, found.location_id)
    if anyway:
        require(actor, Right.BOOK_ANYWAY, found.location_id)
    period = checked_period(starts_at=starts_at, ends_at=ends_at, now=now)
    answer = once(
        actor=actor,
        action="visit.moved",
        now=now,
        work=lambda: _move(actor, found, _Place(staff_id, period, anyway, tell_client), expected_version, now),
    )
    return MovedAppointment(int(answer["visit"]), int(answer["version"]))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where it shall be."""

    staff_id: int
    period: Period
    anyway: bool
    tell_client: bool


def _move(
    actor: Actor, found: Appointment, place: _Place, expected_version: int | None, now: datetime
) -> dict[str, Any]:
    staff_id, period = place.staff_id, place.period
    visit = calendar.lock_visit(business_id=actor.business_id, visit_id=found.visit_id)
    if expected_version is not None and visit.version != expected_version:
        raise ChangedMeanwhileError
    row = queries.appointment_by_id(business_id=actor.business_id, appointment_id=found.pk)
    if row.state in Appointment.GONE or visit.cancelled_at is not None:
        raise RefusedError(_("This visit was cancelled and cannot be moved."))
    before = Period(row.starts_at, row.ends_at)
    if (row.staff_id, before) == (staff_id, period):
        return {"visit": visit.pk, "version": visit.version}
    locked = calendar.lock_staff(business_id=actor.business_id, staff_ids=[row.staff_id, staff_id])
    staff = staff_here(locked=locked, staff_id=staff_id, location_id=row.location_id)
    from_staff_id, visit_was_at = row.staff_id, visit.starts_at or before.starts_at
    try:
        calendar.move_appointment(visit=visit, appointment=row, staff=staff, period=period, anyway=place.anyway)
    except SlotTakenError as error:
        raise conflict(error, location=row.location) from error
    _move_bill(visit, starts_at=visit.starts_at or period.starts_at, time_zone=row.location.time_zone)
    audit.record(
        actor=actor,
        location_id=row.location_id,
        action="visit.moved",
        subject=("visit", visit.pk),
        now=now,
        detail={
            "appointment": row.pk,
            "from": [from_staff_id, before.starts_at.isoformat(), before.ends_at.isoformat()],
            "to": [staff.pk, period.starts_at.isoformat(), period.ends_at.isoformat()],
            **({"anyway": True} if place.anyway else {}),
        },
    )
    outbox.record(
        business_id=actor.business_id,
        location_id=row.location_id,
        name="visit.moved",
        subject={
            "visit": visit.pk,
            "appointment": row.pk,
            "bill": visit.bill_id,
            "was": int(visit_was_at.timestamp()),
            "tell": int(place.tell_client),
        },
        now=now,
    )
    return {"visit": visit.pk, "version": visit.version}


def _move_bill(visit: Visit, *, starts_at: datetime, time_zone: str) -> None:
    """The bill's date is the day on which the visit starts at the location."""
    service_date = local_date(starts_at, time_zone=time_zone)
    bill = bills.lock_bill(business_id=visit.business_id, bill_id=visit.bill_id)
    if bill.service_date != service_date:
        bills.move_service_date(bill=bill, service_date=service_date)
