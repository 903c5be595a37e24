"""A sale without an appointment: somebody walks in, buys, and pays; the client is optional."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.businesses.models import Location
from quittance.calendar import actions as calendar
from quittance.calendar.queries_sales import unused_sale
from quittance.calendar.times import local_date
from quittance.clients.models import Client
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.book_visit import BookedVisit
from quittance.flows.errors import GoneError
from quittance.outbox import actions as outbox


def open_sale(*, actor: Actor, location_id: int, client_id: int | None = None, now: datetime) -> BookedVisit:
    """A visit without a slot, with an empty bill of today. One that the same person opened today and left empty is
    taken up again, so that looking costs no rows. Raises GoneError.
    """
    require(actor, Right.EDIT_VISITS, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    known = Client.objects.filter(business_id=actor.business_id, archived_at__isnull=True)
    if client_id is not None and not known.filter(pk=client_id).exists():
        raise GoneError(_("This client does not exist."))
    answer = once(actor=actor, action="visit.sale_opened", now=now, work=lambda: _open(actor, location, client_id, now))
    return BookedVisit(int(answer["visit"]), int(answer["bill"]))


def _open(actor: Actor, location: Location, client_id: int | None, now: datetime) -> dict[str, Any]:
    left = unused_sale(location=location, client_id=client_id, by_id=actor.user_id, now=now)
    if left is not None:
        return {"visit": left.pk, "bill": left.bill_id}
    bill = bills.open_bill(
        business_id=actor.business_id,
        location=location,
        client_id=client_id,
        service_date=local_date(now, time_zone=location.time_zone),
        now=now,
    )
    visit = calendar.create_visit(
        location=location, bill=bill, appointments=(), created_by_id=actor.user_id, starts_at=now, now=now
    )
    subject = {"visit": visit.pk, "bill": bill.pk}
    outbox.record(business_id=actor.business_id, location_id=location.pk, name="visit.booked", subject=subject, now=now)
    audit.record(
        actor=actor,
        location_id=location.pk,
        action="visit.sale_opened",
        subject=("visit", visit.pk),
        now=now,
        detail=subject,
    )
    return subject
