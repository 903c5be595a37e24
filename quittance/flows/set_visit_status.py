"""How far the client has come, and the note beside it. Both stay free while the client pays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.calendar import actions as calendar
from quittance.calendar.models import Appointment, Visit
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._visits import visit_by_id
from quittance.flows.book_visit import MAX_NOTE
from quittance.flows.errors import ChangedMeanwhileError, FieldError, GoneError, RefusedError
from quittance.outbox import actions as outbox


def set_state(
    *,
    actor: Actor,
    visit_id: int,
    state: str,
    expected_version: int | None,
    appointment_id: int | None = None,
    now: datetime,
) -> int:
    """Set booked, waiting, arrived, done or no_show for the whole visit or one appointment; the visit's version."""
    if state not in calendar.DESK_STATES:
        raise RefusedError(_("Choose booked, waiting, arrived, done or no-show."))

    def work(visit: Visit) -> dict[str, Any]:
        if appointment_id is not None and not _belongs(visit, appointment_id):
            raise GoneError(_("This appointment does not exist."))
        if calendar.set_state(visit=visit, state=state, appointment_id=appointment_id):
            outbox.record(
                business_id=visit.business_id,
                location_id=visit.location_id,
                name="visit.status_set",
                subject={"visit": visit.pk, "bill": visit.bill_id},
                now=now,
            )
        return {"state": state}

    return _change(actor, visit_id, expected_version, "visit.status_set", now, work)


def set_note(*, actor: Actor, visit_id: int, note: str, expected_version: int | None, now: datetime) -> int:
    """The visit's note; returns the visit's version."""
    text = note.strip()
    if len(text) > MAX_NOTE:
        raise FieldError(
            "note", _("This note is longer than %(max_note)s characters. Shorten it.") % {"max_note": MAX_NOTE}
        )

    def work(visit: Visit) -> dict[str, Any]:
        if visit.note != text:
            calendar.set_note(visit=visit, note=text)
        return {}

    return _change(actor, visit_id, expected_version, "visit.note_set", now, work)


def _change(
    actor: Actor,
    visit_id: int,
    expected_version: int | None,
    action: str,
    now: datetime,
    work: Callable[[Visit], dict[str, Any]],
) -> int:
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.EDIT_VISITS, visit.location_id)

    def locked_work() -> dict[str, Any]:
        locked = calendar.lock_visit(business_id=actor.business_id, visit_id=visit_id)
        if expected_version is not None and locked.version != expected_version:
            raise ChangedMeanwhileError
        if locked.cancelled_at is not None:
            raise RefusedError(_("This visit was cancelled and cannot be changed."))
        before = locked.version
        detail = work(locked)
        if locked.version != before:
            audit.record(
                actor=actor,
                location_id=locked.location_id,
                action=action,
                subject=("visit", locked.pk),
                now=now,
                detail=detail,
            )
        return {"visit": locked.pk, "version": locked.version}

    return int(once(actor=actor, action=action, now=now, work=locked_work)["version"])


def _belongs(visit: Visit, appointment_id: int) -> bool:
    return Appointment.objects.filter(business_id=visit.business_id, visit=visit, pk=appointment_id).exists()
