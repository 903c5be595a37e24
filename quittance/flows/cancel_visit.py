"""Cancel a visit: its appointments leave the calendar, its link takes nothing any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from quittance.bills import actions as bills
from quittance.bills import cases
from quittance.bills.models import Bill
from quittance.calendar.models import Appointment, Visit
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows._visits import visit_by_id
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import RefusedError
from quittance.outbox import actions as outbox
from quittance.payments import actions as payments
from quittance.payments import queries


def cancel(
    *,
    actor: Actor,
    visit_id: int,
    expected_version: int | None,
    decision: Decision = Decision(),
    now: datetime,
) -> dict[str, Any]:
    """End the client's payment page first, then the visit. Money that was taken is kept and gets a case."""
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.EDIT_VISITS, visit.location_id)

    def work(bill: Bill) -> dict[str, int]:
        if bill.ended_at is not None:
            raise RefusedError("This visit was cancelled before.")
        bills.end_bill(bill=bill, reason="cancelled", now=now)
        Visit.objects.filter(pk=visit.pk).update(cancelled_at=now, version=F("version") + 1)
        Appointment.objects.filter(business_id=bill.business_id, visit_id=visit.pk).exclude(
            state__in=Appointment.GONE
        ).update(state="cancelled")
        link = queries.live_link_of(bill)
        if link is not None:
            payments.close_link(link=link, reason="cancelled", now=now)
        if bill.settled_minor:
            amount = Money(bill.settled_minor, bill.currency)
            cases.open_case(
                business_id=bill.business_id,
                kind=cases.CANCELLED_PAID,
                amount=amount,
                now=now,
                bill=bill,
            )
        outbox.record(
            business_id=bill.business_id,
            location_id=bill.location_id,
            name="visit.cancelled",
            subject={"visit": visit.pk, "bill": bill.pk},
            now=now,
        )
        return {"visit": visit.pk}

    change = Change(actor, visit.bill_id, expected_version, "visit.cancelled", decision)
    return change_due(change=change, now=now, work=work)
