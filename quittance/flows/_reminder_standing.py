"""What a visit's clients are to be reminded of as things stand now, and why not of the rest.

One truth for planning, for the moment when a reminder is due, and for the moment when its message leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from quittance.bills.queries import facts
from quittance.calendar.models import Appointment, Visit
from quittance.clients.models import Consent
from quittance.flows._reminder_times import due_at
from quittance.messages.types import LINK_EXPIRING, PAYMENT_REMINDER, VISIT_REMINDER
from quittance.payments import queries as payments
from quittance.payments.models import PaymentLink
from quittance.payments.status import PaymentState, is_live
from quittance.reminders.actions import MOVED, Planned
from quittance.reminders.queries import is_stopped, policy_of
from quittance.reminders.rules import AFTER_SENDING, BEFORE_DEADLINE, HOURS, Policy, Rule

NOTHING_DUE: Final = gettext_noop("Nothing is due any more.")
CANCELLED: Final = gettext_noop("The visit was cancelled.")


@dataclass(frozen=True, slots=True)
class Standing:
    """`planned` is what the rules call for, past ones too; `why_not` says by type why nothing is.

    `paying_until`: somebody is on the payment page at this moment.
    """

    visit: Visit
    policy: Policy
    planned: tuple[Planned, ...]
    why_not: dict[str, str]
    paying_until: datetime | None = None

    def of(self, key: str) -> Planned | None:
        return next((one for one in self.planned if one.key_for(self.visit.pk) == key), None)

    def reason(self, type_: str) -> str:
        return self.why_not.get(type_) or MOVED


def standing_of(*, visit: Visit, now: datetime, policy: Policy | None = None) -> Standing:
    policy = policy or policy_of(business_id=visit.business_id, location_id=visit.location_id)
    opted_out = _wants_none(visit)
    why_visit = opted_out or _why_no_visit(visit, now)
    planned = [] if why_visit else _of_visit(visit, policy)
    why_payment, link, state = _payment(visit, now)
    why_payment = opted_out or why_payment
    if link is not None and not why_payment:
        planned += _of_link(visit, link, policy)
    paying = state.paying if state is not None else None
    is_paying = paying is not None and paying.locked_until > now
    return Standing(
        visit=visit,
        policy=policy,
        planned=tuple(planned),
        why_not={VISIT_REMINDER: why_visit, PAYMENT_REMINDER: why_payment, LINK_EXPIRING: why_payment},
        paying_until=paying.locked_until if paying is not None and is_paying else None,
    )


def _wants_none(visit: Visit) -> str:
    """What the client said last about reminders; who was never asked may be reminded."""
    if visit.client_id is None:
        return ""
    said = Consent.objects.filter(business_id=visit.business_id, client_id=visit.client_id, kind=Consent.REMINDERS)
    newest = said.order_by("-id").first()
    return gettext_noop("The client wants no reminders.") if newest is not None and not newest.given else ""


def _why_no_visit(visit: Visit, now: datetime) -> str:
    if visit.cancelled_at is not None:
        return CANCELLED
    if visit.starts_at is None or visit.starts_at <= now:
        return gettext_noop("The visit has begun.")
    states = set(
        Appointment.objects.filter(business_id=visit.business_id, visit_id=visit.pk).values_list("state", flat=True)
    )
    if not states - {"held", *Appointment.GONE}:
        return gettext_noop("No time is booked.")
    return "" if "booked" in states else gettext_noop("The client is here, or the visit is over.")


def _payment(visit: Visit, now: datetime) -> tuple[str, PaymentLink | None, PaymentState | None]:
    """Why nobody is reminded to pay; empty when the link asks for something that can be paid now."""
    bill = visit.bill
    if bill.ended_at is not None or visit.cancelled_at is not None:
        return CANCELLED, None, None
    if not facts(bill).due.is_positive:
        return NOTHING_DUE, None, None
    link = payments.live_link_of(bill)
    if link is None:
        return gettext_noop("Its link takes nothing any more."), None, None
    attempts = payments.payments_of(bill)
    state = payments.state_of(bill, now=now, payments=attempts, link_sent=link.sent_at is not None)
    is_asked = payments.ask_of(link=link, state=state, payments=attempts).is_positive
    return _why_not_of(link, state, now) if is_asked else NOTHING_DUE, link, state


def _why_not_of(link: PaymentLink, state: PaymentState, now: datetime) -> str:
    if state.facts.disputed.is_positive:
        return gettext_noop("The client's bank disputes a payment of this visit.")
    if not is_live(link, now=now):
        return gettext_noop("The link has expired.")
    if link.sent_at is None:
        return gettext_noop("The link was not sent.")
    if is_stopped(business_id=link.business_id, link_id=link.pk):
        return gettext_noop("Reminders of this link were stopped.")
    return ""


def _of_visit(visit: Visit, policy: Policy) -> list[Planned]:
    at = visit.starts_at
    if at is None:
        return []
    return [
        _planned(VISIT_REMINDER, number, rule, at=at, until_at=at, link_id=None, zone=visit.location.time_zone)
        for number, rule in enumerate(policy.visit)
    ]


def _of_link(visit: Visit, link: PaymentLink, policy: Policy) -> list[Planned]:
    zone = visit.location.time_zone
    found = []
    for number, rule in enumerate(policy.payment):
        at, until_at = _anchor(visit, link, rule.basis)
        if at is not None:
            found.append(_planned(PAYMENT_REMINDER, number, rule, at=at, until_at=until_at, link_id=link.pk, zone=zone))
    if policy.expiring_hours is not None and link.expires_at is not None:
        rule = Rule(BEFORE_DEADLINE, policy.expiring_hours, HOURS)
        end = link.expires_at
        found.append(_planned(LINK_EXPIRING, 0, rule, at=end, until_at=end, link_id=link.pk, zone=zone))
    return found


def _anchor(visit: Visit, link: PaymentLink, basis: str) -> tuple[datetime | None, datetime | None]:
    """What a rule counts from, and from when on its reminder comes too late."""
    if basis == AFTER_SENDING:
        return link.sent_at, link.expires_at
    if basis == BEFORE_DEADLINE:
        return link.expires_at, link.expires_at
    if visit.starts_at is None or not visit.appointments.exclude(state__in=Appointment.GONE).exists():
        return None, None
    return visit.starts_at, min(link.expires_at or visit.starts_at, visit.starts_at)


def _planned(
    type_: str, number: int, rule: Rule, *, at: datetime, until_at: datetime | None, link_id: int | None, zone: str
) -> Planned:
    return Planned(
        type=type_,
        number=number,
        basis=rule.basis,
        link_id=link_id,
        anchor_at=at,
        due_at=due_at(rule, anchor_at=at, time_zone=zone),
        until_at=until_at,
    )
