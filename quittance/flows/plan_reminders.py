"""Plan the reminders of a visit anew when something happened to it.

Whoever changes what a reminder depends on writes an event in the same transaction; the worker plans from it. So a
process that dies in between leaves an event that is due, never a change without its plan. Planning reads how things
stand under the visit's lock and may be repeated at will.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.calendar import bill_key
from quittance.calendar.actions import lock_visit
from quittance.calendar.models import Visit
from quittance.flows._reminder_standing import standing_of
from quittance.messages.models import Message
from quittance.outbox import actions as outbox
from quittance.outbox.models import Event
from quittance.payments.actions import mark_link_sent
from quittance.payments.models import PaymentLink
from quittance.reminders import actions, queries

# Something that reminders depend on has changed: the rules, a link's life, what is due.
CHANGED: Final = "reminders.changed"
FOLLOWED: Final = frozenset(
    {
        CHANGED,
        "link.sent",
        "link.paid_with_value",
        "payment.failed",
        "payment.paid",
        "payment.processing",
        "visit.booked",
        "visit.cancelled",
        "visit.moved",
        "visit.status_set",
    }
)
# New rules for a full calendar are worked off at this pace, so that nobody's receipt waits behind them.
_APART: Final = timedelta(milliseconds=200)


def follow_event(event: Event, *, now: datetime) -> None:
    """In the transaction that dispatches the event, first: the visit is locked before anything else."""
    if event.name not in FOLLOWED:
        return
    visit_id = event.subject.get("visit")
    if visit_id is None and "bill" in event.subject:
        visit_id = bill_key.visit_id_of_bill(business_id=event.business_id, bill_id=event.subject["bill"])
    if visit_id is not None:
        _plan(business_id=event.business_id, visit_id=visit_id, since=event.happened_at, now=now)


def note_change(*, bill: Bill, now: datetime, visit_id: int | None = None) -> None:
    """What is due, or until when, has changed. Costs one query for a visit that nobody is reminded of."""
    if visit_id is None:
        visit_id = bill_key.visit_id_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    if visit_id is not None and queries.has_any(business_id=bill.business_id, visit_id=visit_id):
        record_change(business_id=bill.business_id, location_id=bill.location_id, visit_id=visit_id, now=now)


def note_link_sent(message: Message, *, now: datetime) -> None:
    """The first message with this link was accepted: its reminders count from now."""
    link_id = message.link_id
    if link_id is None or not mark_link_sent(business_id=message.business_id, link_id=link_id, now=now):
        return
    place = Visit.objects.filter(business_id=message.business_id, pk=message.visit_id or 0)
    location_id = place.values_list("location_id", flat=True).first()
    subject = {"link": link_id} | ({"visit": message.visit_id} if message.visit_id else {})
    outbox.record(business_id=message.business_id, location_id=location_id, name="link.sent", subject=subject, now=now)


def record_change(*, business_id: int, location_id: int, visit_id: int, now: datetime) -> None:
    outbox.record(business_id=business_id, location_id=location_id, name=CHANGED, subject={"visit": visit_id}, now=now)


def plan_all_of(*, location: Location, now: datetime) -> int:
    """For new rules: an event for each visit to come and each link that is open; how many there are."""
    ahead = Visit.objects.filter(business_id=location.business_id, location=location, cancelled_at__isnull=True)
    open_links = PaymentLink.objects.filter(
        business_id=location.business_id, bill__location=location, closed_at__isnull=True, sent_at__isnull=False
    )
    alive = open_links.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    wanted = ahead.filter(Q(starts_at__gt=now) | Q(bill_id__in=alive.values("bill_id"))).order_by("starts_at", "pk")
    visit_ids = list(wanted.values_list("pk", flat=True))
    events = [
        Event(
            business_id=location.business_id,
            location_id=location.pk,
            name=CHANGED,
            subject={"visit": visit_id},
            happened_at=now,
            next_attempt_at=now + place * _APART,
        )
        for place, visit_id in enumerate(visit_ids)
    ]
    Event.objects.bulk_create(events, batch_size=500)
    return len(events)


def _plan(*, business_id: int, visit_id: int, since: datetime, now: datetime) -> None:
    location_id = Visit.objects.filter(business_id=business_id, pk=visit_id).values_list("location_id", flat=True)
    place = location_id.first()
    if place is None:
        return
    policy = queries.policy_of(business_id=business_id, location_id=place)
    if policy.is_empty and not queries.has_any(business_id=business_id, visit_id=visit_id):
        return
    visit = lock_visit(business_id=business_id, visit_id=visit_id)
    standing = standing_of(visit=visit, policy=policy, now=now)
    actions.plan(
        location=visit.location,
        visit_id=visit.pk,
        wanted=standing.planned,
        since=since,
        reasons=standing.why_not,
        now=now,
    )
