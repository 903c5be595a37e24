"""The cards of those who work at a location: words, sequence of the columns, leaving and coming back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quittance.audit import actions as audit
from quittance.businesses import actions as businesses
from quittance.businesses.actions import SettingError
from quittance.businesses.models import Location, StaffMember
from quittance.calendar import actions as calendar
from quittance.calendar.queries_staff import upcoming_of
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows._slots import staff_card
from quittance.flows.errors import FieldError, FlowError, GoneError

MAX_STAFF = 200


class StillBookedError(FlowError):
    """Somebody shall leave who has appointments ahead; `Archive all the same` is offered."""

    def __init__(self, *, name: str, count: int) -> None:
        sentence = ngettext(
            "%(name)s has %(n)s appointment ahead. Move it first, or archive all the same: it stays booked.",
            "%(name)s has %(n)s appointments ahead. Move them first, or archive all the same: they stay booked.",
            count,
        )
        super().__init__(sentence % {"name": name, "n": count})
        self.count = count


def add(*, actor: Actor, location_id: int, name: str, title: str = "", now: datetime) -> int:
    """A new column at the end; the card's id. FieldError for a name that cannot be."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id).first()
    if location is None:
        raise GoneError(_("This location does not exist."))

    def work() -> dict[str, Any]:
        if StaffMember.objects.filter(business_id=actor.business_id, location=location).count() >= MAX_STAFF:
            raise FieldError("name", _("A location has at most %(max_staff)s people.") % {"max_staff": MAX_STAFF})
        try:
            made = businesses.add_staff(location=location, name=name, title=title)
        except SettingError as error:
            raise FieldError(error.field, str(error)) from None
        _record(actor, made, "staff.added", now)
        return {"staff": made.pk}

    return int(once(actor=actor, action="staff.added", now=now, work=work)["staff"])


def save(
    *, actor: Actor, staff_id: int, name: str, title: str, expected_version: int | None = None, now: datetime
) -> None:
    """Name and title as the calendar and the client see them."""

    def work(staff: StaffMember) -> None:
        try:
            businesses.save_staff(staff=staff, name=name, title=title)
        except SettingError as error:
            raise FieldError(error.field, str(error)) from None

    _change(actor, staff_id, "staff.saved", now, work, Seen(f"staff {staff_id}", expected_version))


def place(*, actor: Actor, location_id: int, staff_ids: Sequence[int], now: datetime) -> None:
    """The sequence of the columns; ids that are none of this location's count for nothing."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id).first()
    if location is None:
        raise GoneError(_("This location does not exist."))

    def work() -> dict[str, Any]:
        businesses.place_staff(location=location, staff_ids=staff_ids)
        audit.record(
            actor=actor, location_id=location_id, action="staff.placed", subject=("location", location_id), now=now
        )
        return {}

    once(actor=actor, action="staff.placed", now=now, work=work)


def archive(*, actor: Actor, staff_id: int, anyway: bool, now: datetime) -> None:
    """No column on days to come. Raises StillBookedError for appointments ahead, unless `anyway`."""

    def work(staff: StaffMember) -> None:
        # The card is locked, so nobody books a slot between this look and the change.
        count = len(upcoming_of(business_id=staff.business_id, staff_id=staff.pk, now=now))
        if count and not anyway:
            raise StillBookedError(name=staff.name, count=count)
        businesses.archive_staff(business_id=staff.business_id, staff_id=staff.pk, now=now)

    _change(actor, staff_id, "staff.archived", now, work)


def restore(*, actor: Actor, staff_id: int, now: datetime) -> None:
    _change(actor, staff_id, "staff.restored", now, lambda staff: businesses.restore_staff(staff=staff))


def _change(
    actor: Actor,
    staff_id: int,
    action: str,
    now: datetime,
    work: Callable[[StaffMember], None],
    seen: Seen | None = None,
) -> None:
    found = staff_card(business_id=actor.business_id, staff_id=staff_id)
    require(actor, Right.EDIT_SETTINGS, found.location_id)

    def locked_work() -> dict[str, Any]:
        staff = calendar.lock_staff(business_id=actor.business_id, staff_ids=[staff_id])[staff_id]
        work(staff)
        _record(actor, staff, action, now)
        return {}

    once(actor=actor, action=action, now=now, work=locked_work, seen=seen)


def _record(actor: Actor, staff: StaffMember, action: str, now: datetime) -> None:
    audit.record(actor=actor, location_id=staff.location_id, action=action, subject=("staff", staff.pk), now=now)
