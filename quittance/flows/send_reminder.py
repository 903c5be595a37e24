"""A reminder whose time has come: check its reason anew and queue its messages. A worker calls this with the lease.

One transaction under the visit's lock: the messages are queued and the reminder is marked said, or neither. So a
process that dies before the commit has said nothing and the row is due again; after it, nothing is left to do. The
message checks the same reasons once more at the moment when it leaves (`reason_to_remind`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from quittance.calendar.actions import lock_visit
from quittance.calendar.models import Appointment, Visit
from quittance.clients.queries import phones_of
from quittance.due import actions as due
from quittance.flows._asking_for import client_language
from quittance.flows._message_facts import Reason, facts_on_page, page_of
from quittance.flows._reminder_standing import Standing, standing_of
from quittance.flows._reminder_times import quiet_until, zone_of_phone
from quittance.messages import actions as messages
from quittance.messages import queries as message_queries
from quittance.messages.actions import NewMessage
from quittance.messages.addresses import short_hash
from quittance.messages.models import Message
from quittance.messages.texts import MessageFacts
from quittance.messages.types import LINK_EXPIRING, PAYMENT_LINK, PAYMENT_REMINDER, VISIT_REMINDER
from quittance.reminders import actions, queries
from quittance.reminders.models import Reminder
from quittance.reminders.rules import MOST_PAYMENT
from quittance.rows.locking import in_one_transaction

# Two that wait for the same morning, or one beside a link that was sent by hand, are one too many.
APART: Final = timedelta(minutes=55)
_TOO_LATE: Final = gettext_noop("It could not leave in time.")
_QUIET: Final = gettext_noop("Its time lay in the quiet hours, and after them it would have come too late.")
_A_MOMENT_AGO: Final = gettext_noop("The client was reminded of this visit a moment ago.")
_OF_LINK: Final = (PAYMENT_LINK, PAYMENT_REMINDER, LINK_EXPIRING)


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """Finishes the row unless the lease is somebody else's."""
    in_one_transaction(lambda: _work(row_id, lease_token, now))


def _work(row_id: int, lease_token: str, now: datetime) -> None:
    found = Reminder.objects.filter(pk=row_id).values("business_id", "visit_id").first()
    if found is None:
        return
    visit = lock_visit(business_id=found["business_id"], visit_id=found["visit_id"])
    # Only now: whoever planned anew meanwhile has taken the lease away.
    reminder = actions.leased(row_id=row_id, lease_token=lease_token)
    if reminder is None:
        due.finish(Reminder, row_id, lease_token)
        return
    standing = standing_of(visit=visit, now=now)
    planned = standing.of(reminder.key)
    if planned is None:
        actions.drop(reminder=reminder, reason=standing.reason(reminder.type), now=now)
    elif planned.due_at > now:
        actions.wait(reminder=reminder, lease_token=lease_token, at=planned.due_at)
    elif planned.until_at is not None and planned.until_at <= now:
        actions.drop(reminder=reminder, reason=_TOO_LATE, now=now)
    else:
        _say(reminder, standing, planned.until_at, lease_token, now)


def _say(reminder: Reminder, standing: Standing, until_at: datetime | None, lease_token: str, now: datetime) -> None:
    visit = standing.visit
    wait_until = _sleeps_until(standing, _phone(visit), now)
    if reminder.type != VISIT_REMINDER and standing.paying_until is not None:
        wait_until = max(wait_until or standing.paying_until, standing.paying_until)
    if wait_until is not None:
        if until_at is not None and wait_until >= until_at:
            actions.drop(reminder=reminder, reason=_QUIET, now=now)
        else:
            actions.wait(reminder=reminder, lease_token=lease_token, at=wait_until)
        return
    reason = _too_much(reminder, now)
    recipients = [] if reason else _recipients(reminder, visit)
    if reason or not recipients:
        actions.drop(reminder=reminder, reason=reason or gettext_noop("The client cannot be reached."), now=now)
        return
    for channel, address, account_id, is_once in recipients:
        new = NewMessage(
            type=reminder.type,
            channel=channel,
            account_id=account_id,
            address=address,
            language=client_language(visit.bill),
            purpose_key=f"{reminder.key}:{channel}:{short_hash(address)}",
            client_id=visit.client_id,
            visit_id=visit.pk,
            bill_id=visit.bill_id,
            link_id=reminder.link_id,
            is_once=is_once,
        )
        messages.queue(business_id=visit.business_id, new=new, due_at=now, created_by_id=None, now=now)
    actions.mark_said(reminder=reminder, lease_token=lease_token, now=now)


def _too_much(reminder: Reminder, now: datetime) -> str:
    business_id = reminder.business_id
    if reminder.link_id is None:
        said = Message.objects.filter(
            business_id=business_id, visit_id=reminder.visit_id, type=reminder.type, created_at__gt=now - APART
        )
        return _A_MOMENT_AGO if said.exclude(state__in=("dropped", "failed")).exists() else ""
    if queries.said_count(business_id=business_id, link_id=reminder.link_id) >= MOST_PAYMENT:
        return gettext_noop("Three reminders of this link have gone out.")
    near = Message.objects.filter(
        business_id=business_id, link_id=reminder.link_id, type__in=_OF_LINK, created_at__gt=now - APART
    )
    if near.exclude(state__in=("dropped", "failed")).exists():
        return gettext_noop("The client was written to about this link a moment ago.")
    return ""


def _recipients(reminder: Reminder, visit: Visit) -> list[tuple[str, str, int, bool]]:
    """Where the link went, so that whoever was asked to pay is reminded; else the client's best way."""
    business_id, type_ = visit.business_id, reminder.type
    found: dict[tuple[str, str], tuple[str, str, int, bool]] = {}
    if reminder.link_id is not None:
        accounts = message_queries.channel_accounts(business_id=business_id)
        for one in message_queries.sent_of_link(business_id=business_id, link_id=reminder.link_id):
            # Of somebody who was erased, or of the client whom another took the place of, nothing is left to write to.
            account = accounts.get(one.channel)
            if not one.address or account is None or one.client_id != visit.client_id:
                continue
            refusal = message_queries.why_not(
                business_id=business_id, channel=one.channel, address=one.address, type=type_
            )
            if not refusal:
                found[one.channel, one.address] = (one.channel, one.address, account.pk, one.is_once)
    if found:
        return list(found.values())
    choices = message_queries.channel_choices(business_id=business_id, client_id=visit.client_id, type=type_)
    best = next((choice for choice in choices if choice.is_usable), None)
    return [] if best is None or best.account_id is None else [(best.channel, best.address, best.account_id, False)]


def reason_to_remind(message: Message, *, now: datetime) -> Reason:
    """At the moment when the message leaves: the same reasons once more, and what it says now.

    What a person sends by hand is never held back by quiet hours.
    """
    visit = (
        Visit.objects.select_related("bill", "location", "business", "client")
        .filter(business_id=message.business_id, pk=message.visit_id or 0)
        .first()
    )
    if visit is None:
        return Reason(drop=gettext_noop("The visit is gone."))
    standing = standing_of(visit=visit, now=now)
    said = queries.said_keys(business_id=visit.business_id, visit_id=visit.pk, type=message.type)
    valid = [
        one
        for one in standing.planned
        if one.type == message.type and one.link_id == message.link_id and one.key_for(visit.pk) in said
    ]
    if not valid:
        return Reason(drop=standing.reason(message.type))
    # The one that leaves last: what is still in time for it may be said.
    last = max(valid, key=lambda one: one.due_at)
    if last.until_at is not None and last.until_at <= now:
        return Reason(drop=_TOO_LATE)
    if message.created_by_id is None:
        wait_until = _sleeps_until(standing, message.address if message.channel != "email" else _phone(visit), now)
        if wait_until is not None:
            return _later(wait_until, last.until_at, now)
    return _facts(message, visit, now)


def _later(wait_until: datetime, until_at: datetime | None, now: datetime) -> Reason:
    if until_at is not None and wait_until >= until_at:
        return Reason(drop=_QUIET)
    return Reason(wait_seconds=max(1, int((wait_until - now).total_seconds()) + 1))


def _facts(message: Message, visit: Visit, now: datetime) -> Reason:
    if message.type == VISIT_REMINDER:
        return Reason(facts=_visit_facts(visit))
    page = page_of(message, now)
    if page is None:
        return Reason(drop=gettext_noop("The link is gone."))
    if page.state == "changing":
        return Reason(wait_seconds=10)
    if page.state != "payable":
        return Reason(drop=gettext_noop("Nothing can be paid by this link now."))
    facts = facts_on_page(page, amount=page.ask, rest=page.rest_later)
    return Reason(facts=facts if page.appointments else replace(facts, visit_at=None))


def _visit_facts(visit: Visit) -> MessageFacts:
    location = visit.location
    rows = visit.appointments.exclude(state__in=Appointment.GONE).select_related("staff").order_by("starts_at", "id")
    names = list(dict.fromkeys(row.staff.name for row in rows))
    places = [location.name if location.name != visit.business.name else "", location.address]
    return MessageFacts(
        business_name=visit.business.name,
        link_address="",
        client_name=visit.client.name if visit.client else "",
        staff_name=", ".join(names),
        place=", ".join(part for part in places if part),
        phone=location.phone,
        visit_at=visit.starts_at,
        time_zone=location.time_zone,
        accent=visit.business.accent,
    )


def _sleeps_until(standing: Standing, phone: str, now: datetime) -> datetime | None:
    policy, location = standing.policy, standing.visit.location
    return quiet_until(
        now=now,
        time_zone=zone_of_phone(phone, otherwise=location.time_zone),
        starts_minute=policy.quiet_starts_minute,
        ends_minute=policy.quiet_ends_minute,
    )


def _phone(visit: Visit) -> str:
    """The client's first, which tells where they live; empty without one."""
    if visit.client_id is None:
        return ""
    phones = phones_of(business_id=visit.business_id, client_id=visit.client_id)
    return phones[0] if phones else ""
