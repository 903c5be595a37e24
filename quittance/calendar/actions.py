"""Every change of visits, appointments and working hours. The caller is a flow with a transaction open.

Slots are guarded by the staff member's row: whoever wants to place an appointment locks the row first
(`lock_staff`), looks for an overlap, writes. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quittance.bills.models import Bill
from quittance.businesses.models import Location, StaffMember
from quittance.calendar.models import Appointment, OtherHours, Visit, WorkingHours
from quittance.calendar.times import Period

# An appointment is never longer, so a search for overlaps need not look further back.
MAX_HOURS = 24
DESK_STATES = ("booked", "waiting", "arrived", "done", "no_show")


class SlotTakenError(Exception):
    """Somebody is booked with this staff member at that time; `taken` is that appointment."""

    def __init__(self, staff: StaffMember, taken: Appointment) -> None:
        super().__init__(f"staff member {staff.pk} has appointment {taken.pk} then")
        self.staff = staff
        self.taken = taken


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    staff: StaffMember
    period: Period
    service_id: int | None = None
    service_name: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of a weekday (Monday is 0) in wall-clock minutes; a break lies between two of them."""

    weekday: int
    starts_minute: int
    ends_minute: int


def lock_staff(*, business_id: int, staff_ids: Iterable[int]) -> dict[int, StaffMember]:
    """The rows by id, locked in the sequence of their ids until the transaction ends; unknown ids are missing."""
    rows = StaffMember.objects.select_for_update(no_key=True, of=("self",)).filter(
        business_id=business_id, pk__in=set(staff_ids)
    )
    return {row.pk: row for row in rows.order_by("pk")}


def lock_visit(*, business_id: int, visit_id: int) -> Visit:
    """Raises Visit.DoesNotExist, also for a visit of another business. Lock it before slots and before its bill."""
    return Visit.objects.select_for_update(no_key=True, of=("self",)).get(business_id=business_id, pk=visit_id)


def create_visit(
    *,
    location: Location,
    bill: Bill,
    appointments: Sequence[NewAppointment],
    note: str = "",
    created_by_id: int | None,
    anyway: bool = False,
    starts_at: datetime | None = None,
    now: datetime,
) -> Visit:
    """A visit with its appointments; the staff rows are locked by the caller. Raises SlotTakenError.

    `anyway`: a person has seen who is in the way and books beside them. `starts_at`: when a visit without an
    appointment began.
    """
    visit = Visit.objects.create(
        business_id=location.business_id,
        location=location,
        client_id=bill.client_id,
        bill=bill,
        note=note,
        created_at=now,
        created_by_id=created_by_id,
        starts_at=min((new.period.starts_at for new in appointments), default=starts_at),
        ends_at=max((new.period.ends_at for new in appointments), default=None),
    )
    for new in appointments:
        if not anyway:
            _check_free(staff=new.staff, period=new.period)
        Appointment.objects.create(
            business_id=location.business_id,
            location=location,
            visit=visit,
            staff=new.staff,
            service_id=new.service_id,
            service_name=new.service_name,
            starts_at=new.period.starts_at,
            ends_at=new.period.ends_at,
        )
    return visit


def move_appointment(
    *, visit: Visit, appointment: Appointment, staff: StaffMember, period: Period, anyway: bool = False
) -> None:
    """To another time or staff member; visit and staff rows are locked by the caller. Raises SlotTakenError."""
    if not anyway:
        _check_free(staff=staff, period=period, except_id=appointment.pk)
    appointment.staff = staff
    appointment.starts_at, appointment.ends_at = period.starts_at, period.ends_at
    appointment.save(update_fields=["staff", "starts_at", "ends_at"])
    _span(visit)


def set_state(*, visit: Visit, state: str, appointment_id: int | None = None) -> int:
    """How far the client has come, for all of the visit or one appointment; how many rows changed.

    The visit is locked by the caller. Cancelled and released appointments stay as they are.
    """
    if state not in DESK_STATES:
        raise ValueError(f"the desk does not set the state {state!r}")
    rows = Appointment.objects.filter(business_id=visit.business_id, visit=visit).filter(state__in=DESK_STATES)
    if appointment_id is not None:
        rows = rows.filter(pk=appointment_id)
    changed = rows.exclude(state=state).update(state=state)
    if changed:
        _grow(visit)
    return changed


def set_note(*, visit: Visit, note: str) -> None:
    visit.note = note
    _grow(visit, "note")


def set_client(*, visit: Visit, client_id: int) -> None:
    """Who comes; the bill's client is changed by the flow beside it."""
    visit.client_id = client_id
    _grow(visit, "client")


def set_working_hours(*, staff: StaffMember, hours: Sequence[Hours]) -> None:
    """The staff member's whole week becomes this."""
    WorkingHours.objects.filter(business_id=staff.business_id, staff=staff).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            business_id=staff.business_id,
            staff=staff,
            weekday=stretch.weekday,
            starts_minute=stretch.starts_minute,
            ends_minute=stretch.ends_minute,
        )
        for stretch in hours
    )


def set_other_hours(*, staff: StaffMember, day: date, stretches: Sequence[tuple[int, int]], note: str) -> None:
    """Instead of the week's plan on that day; no stretch at all is a day off."""
    drop_other_hours(staff=staff, day=day)
    rows: Sequence[tuple[int | None, int | None]] = stretches or [(None, None)]
    OtherHours.objects.bulk_create(
        OtherHours(
            business_id=staff.business_id,
            staff=staff,
            work_date=day,
            starts_minute=starts_minute,
            ends_minute=ends_minute,
            note=note,
        )
        for starts_minute, ends_minute in rows
    )


def drop_other_hours(*, staff: StaffMember, day: date) -> int:
    """The week's plan holds again; how many rows went."""
    gone, _by_model = OtherHours.objects.filter(business_id=staff.business_id, staff=staff, work_date=day).delete()
    return int(gone)


def who_is_there(*, staff: StaffMember, period: Period, except_id: int = 0) -> Appointment | None:
    """The first appointment that stands in the way; only a look, unless the staff row is locked."""
    return (
        Appointment.objects.filter(
            business_id=staff.business_id,
            staff=staff,
            starts_at__lt=period.ends_at,
            starts_at__gt=period.starts_at - timedelta(hours=MAX_HOURS),
            ends_at__gt=period.starts_at,
        )
        .exclude(state__in=Appointment.GONE)
        .exclude(pk=except_id)
        .select_related("visit__client")
        .order_by("starts_at", "id")
        .first()
    )


def _check_free(*, staff: StaffMember, period: Period, except_id: int = 0) -> None:
    taken = who_is_there(staff=staff, period=period, except_id=except_id)
    if taken is not None:
        raise SlotTakenError(staff, taken)


def _span(visit: Visit) -> None:
    """The visit's times follow its appointments that still count."""
    times = (
        Appointment.objects.filter(business_id=visit.business_id, visit=visit)
        .exclude(state__in=Appointment.GONE)
        .values_list("starts_at", "ends_at")
    )
    visit.starts_at = min((starts_at for starts_at, _ in times), default=visit.starts_at)
    visit.ends_at = max((ends_at for _, ends_at in times), default=visit.ends_at)
    _grow(visit, "starts_at", "ends_at")


def _grow(visit: Visit, *fields: str) -> None:
    visit.version += 1
    visit.save(update_fields=["version", *fields])
