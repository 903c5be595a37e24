"""Book a visit: one client, one or several appointments, and the bill that will be paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills.amounts import LineError
from quittance.bills.lines import NewLine
from quittance.businesses.models import Location
from quittance.calendar import actions as calendar
from quittance.calendar.actions import MAX_HOURS, NewAppointment, SlotTakenError
from quittance.calendar.times import local_date
from quittance.catalog.models import Service, ServiceStaff
from quittance.catalog.queries import performers_of
from quittance.clients import actions as clients
from quittance.clients.actions import ClientCard
from quittance.clients.contact import ContactError
from quittance.clients.models import Client
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._slots import checked_period, conflict, staff_here
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.outbox import actions as outbox

MAX_APPOINTMENTS = 20
MAX_NOTE = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One appointment wanted; without a duration it takes as long as its service does with this person."""

    staff_id: int
    service_id: int
    starts_at: datetime
    duration_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class BookedVisit:
    visit_id: int
    bill_id: int


def book(
    *,
    actor: Actor,
    location_id: int,
    client: int | ClientCard | None,
    appointments: Sequence[Slot],
    note: str = "",
    anyway: bool = False,
    tell_client: bool = True,
    now: datetime,
) -> BookedVisit:
    """`client` is the id of a card, or the card of a new client, whose phone is read in the location's country.

    Raises ConflictError naming who is in the way, FieldError for a card that cannot be, RefusedError else;
    nothing is stored then. `anyway`, which is a right of its own, books beside whoever is in the way. A repeat of the
    request id gives the first visit. `tell_client`: where the business tells of booked visits at all.
    """
    location = checked_place(
        actor=actor, location_id=location_id, client=client, appointments=appointments, note=note, anyway=anyway
    )
    answer = once(
        actor=actor,
        action="visit.booked",
        now=now,
        work=lambda: book_inside(
            actor, location, client, appointments, note.strip(), now, anyway=anyway, tell=tell_client
        ),
    )
    return BookedVisit(int(answer["visit"]), int(answer["bill"]))


def checked_place(
    *,
    actor: Actor,
    location_id: int,
    client: int | ClientCard | None,
    appointments: Sequence[Slot],
    note: str,
    anyway: bool,
) -> Location:
    """Where it will be booked, once the rights and what was typed are checked."""
    require(actor, Right.EDIT_VISITS, location_id)
    if anyway:
        require(actor, Right.BOOK_ANYWAY, location_id)
    if isinstance(client, ClientCard):
        require(actor, Right.EDIT_CLIENTS, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    if not 1 <= len(appointments) <= MAX_APPOINTMENTS:
        raise RefusedError(
            _("A visit has between one and %(max_appointments)s appointments.") % {"max_appointments": MAX_APPOINTMENTS}
        )
    if len(note) > MAX_NOTE:
        raise FieldError(
            "note", _("This note is longer than %(max_note)s characters. Shorten it.") % {"max_note": MAX_NOTE}
        )
    return location


def book_inside(
    actor: Actor,
    location: Location,
    client: int | ClientCard | None,
    slots: Sequence[Slot],
    note: str,
    now: datetime,
    *,
    anyway: bool,
    tell: bool = False,
) -> dict[str, Any]:
    """The booking itself, within the caller's transaction."""
    services = services_for(location, slots)
    terms = terms_for(location, slots)
    locked = calendar.lock_staff(business_id=actor.business_id, staff_ids=[slot.staff_id for slot in slots])
    wanted = [
        NewAppointment(
            staff=staff_here(locked=locked, staff_id=slot.staff_id, location_id=location.pk),
            period=checked_period(
                starts_at=slot.starts_at,
                ends_at=slot.starts_at + timedelta(minutes=minutes_of(slot, services[slot.service_id], terms[slot])),
                now=now,
            ),
            service_id=slot.service_id,
            service_name=services[slot.service_id].name,
        )
        for slot in slots
    ]
    first = min(new.period.starts_at for new in wanted)
    bill = bills.open_bill(
        business_id=actor.business_id,
        location=location,
        client_id=_client_id(actor, location, client, now),
        service_date=local_date(first, time_zone=location.time_zone),
        now=now,
    )
    try:
        for slot in slots:
            line = NewLine.of_service(services[slot.service_id], staff_id=slot.staff_id, terms=terms[slot])
            bills.add_line(bill=bill, line=line, now=now)
        visit = calendar.create_visit(
            location=location,
            bill=bill,
            appointments=wanted,
            note=note,
            created_by_id=actor.user_id,
            anyway=anyway,
            now=now,
        )
    except LineError as error:
        raise RefusedError(str(error)) from error
    except SlotTakenError as error:
        raise conflict(error, location=location) from error
    subject = {"visit": visit.pk, "bill": bill.pk}
    outbox.record(
        business_id=actor.business_id,
        location_id=location.pk,
        name="visit.booked",
        subject={**subject, "tell": int(tell)},
        now=now,
    )
    audit.record(
        actor=actor,
        location_id=location.pk,
        action="visit.booked",
        subject=("visit", visit.pk),
        now=now,
        detail={**subject, "anyway": True} if anyway else subject,
    )
    return subject


def services_for(location: Location, slots: Sequence[Slot]) -> dict[int, Service]:
    rows = Service.objects.select_related("tax_rate").filter(
        business_id=location.business_id,
        location=location,
        pk__in={slot.service_id for slot in slots},
        archived_at__isnull=True,
    )
    found = {row.pk: row for row in rows}
    if any(slot.service_id not in found for slot in slots):
        raise RefusedError(_("This service is not offered here any more. Choose another one."))
    return found


def terms_for(location: Location, slots: Sequence[Slot]) -> dict[Slot, ServiceStaff | None]:
    """Whose price and duration hold; somebody who does not perform the service is refused."""
    found = performers_of(business_id=location.business_id, service_ids={slot.service_id for slot in slots})
    terms: dict[Slot, ServiceStaff | None] = {}
    for slot in slots:
        performers = found.get(slot.service_id)
        if performers is not None and slot.staff_id not in performers:
            raise FieldError("staff", _("This person does not perform this service. Choose somebody else."))
        terms[slot] = None if performers is None else performers[slot.staff_id]
    return terms


def minutes_of(slot: Slot, service: Service, terms: ServiceStaff | None) -> int:
    if slot.duration_minutes is None:
        own = None if terms is None else terms.duration_minutes
        return service.duration_minutes if own is None else own
    if not 5 <= slot.duration_minutes <= MAX_HOURS * 60:
        raise RefusedError(_("An appointment takes between 5 minutes and a day."))
    return slot.duration_minutes


def _client_id(actor: Actor, location: Location, client: int | ClientCard | None, now: datetime) -> int | None:
    if client is None:
        return None
    if isinstance(client, ClientCard):
        try:
            made = clients.create_client(business_id=actor.business_id, card=client, country=location.country, now=now)
        except ContactError as error:
            raise FieldError(error.field, str(error)) from error
        audit.record(
            actor=actor, location_id=location.pk, action="client.created", subject=("client", made.pk), now=now
        )
        return made.pk
    if not Client.objects.filter(business_id=actor.business_id, pk=client, archived_at__isnull=True).exists():
        raise GoneError(_("This client does not exist."))
    return client
