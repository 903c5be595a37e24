"""Reminders: rules set and stopped at the desk, and what must hold when one leaves (S14)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.flows import set_reminders, stop_reminders
from quittance.flows._reminder_times import zone_of_phone
from quittance.messages.models import Message
from quittance.messages.types import REMINDERS, VISIT_REMINDER
from quittance.payments.models import Dispute, PaymentLink
from quittance.reminders.models import ReminderPolicy, StoppedLink
from quittance.reminders.rules import AFTER_SENDING, BEFORE_VISIT, HOURS, Policy, Rule
from tests.simulator.checks import rows
from tests.simulator.registry import needs_visit
from tests.simulator.story import Violation
from tests.simulator.world import VisitRef, World

Choice = tuple[float, str, Callable[[], tuple[str, dict[str, Any]]]]
# Two rules that fall together are one purpose to whoever reads the texts.
_APART = timedelta(minutes=55)


@needs_visit("set_reminders")
def set_rules(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """For the place of the visit: hours after sending, before the visit, before the link's end; `quiet` minutes."""
    quiet = given.get("quiet", [21 * 60, 8 * 60])
    planned = set_reminders.set_reminders(
        actor=world.person(who, given.get("request", "")),
        location_id=world.place_of(visit).location.pk,
        policy=Policy(
            payment=tuple(Rule(AFTER_SENDING, hours, HOURS) for hours in given.get("after", [])),
            visit=tuple(Rule(BEFORE_VISIT, hours, HOURS) for hours in given.get("before", [])),
            expiring_hours=given.get("expiring"),
            quiet_starts_minute=quiet[0],
            quiet_ends_minute=quiet[1],
        ),
        now=world.now,
    )
    return f"{planned} visits are planned anew"


@needs_visit("stop_reminders")
def stop(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    press = stop_reminders.start_again if given.get("again") else stop_reminders.stop
    changed = press(actor=world.person(who, given.get("request", "")), visit_id=visit.visit_id, now=world.now)
    return "changed" if changed else "it stood so already"


def reminder_choices(dice: random.Random, visit: VisitRef, who: str, next_request: Callable[[], str]) -> list[Choice]:
    def rules() -> tuple[str, dict[str, Any]]:
        given: dict[str, Any] = {"request": next_request()}
        given["after"] = dice.sample([1, 2, 3, 24], dice.randrange(3))
        given["before"] = dice.sample([1, 2, 24], dice.randrange(3))
        given["expiring"] = dice.choice([None, 1, 12])
        given["quiet"] = dice.choice([[21 * 60, 8 * 60], [0, 0]])
        return who, given

    def press() -> tuple[str, dict[str, Any]]:
        return who, {"request": next_request(), "again": dice.random() < 0.4}

    return [(0.6, "set_reminders", rules), (0.6 if visit.tokens else 0.05, "stop_reminders", press)]


def check_reminder(message: Message) -> None:
    """S14 for a message that begins to leave: its reason holds, nobody is asleep, and it was not said before."""
    if message.type not in REMINDERS or message.called_at is None:
        return
    visit = Visit.objects.select_related("location", "bill").get(pk=message.visit_id or 0)
    why = _why_not_visit(message, visit) if message.type == VISIT_REMINDER else _why_not_link(message, visit.bill)
    if visit.cancelled_at is not None:
        why = "its visit was cancelled"
    why = why or ("it is night" if message.created_by_id is None and _is_night(message, visit) else "")
    if why:
        raise Violation("S14", f"reminder {message.pk} ({message.type}) is sent, and {why}")
    same = rows(
        "SELECT COUNT(*) FROM messages_message WHERE business_id = %s AND visit_id = %s AND type = %s AND channel = %s"
        " AND address = %s AND id <> %s AND instead_of_id IS NULL AND state IN ('sent', 'delivered') AND created_at > %s",
        [
            *(message.business_id, visit.pk, message.type, message.channel, message.address, message.pk),
            message.created_at - _APART,
        ],
    )
    if same[0][0] and message.instead_of_id is None:
        raise Violation("S14", f"reminder {message.pk} ({message.type}) says once more what was said a moment ago")


def _why_not_visit(message: Message, visit: Visit) -> str:
    begun = visit.starts_at is None or message.called_at is None or visit.starts_at <= message.called_at
    return "its visit has begun" if begun else ""


def _why_not_link(message: Message, bill: Bill) -> str:
    link = PaymentLink.objects.get(pk=message.link_id or 0)
    if link.closed_at is not None:
        return f"its link is closed ({link.closed_reason})"
    if link.expires_at is not None and message.called_at is not None and link.expires_at <= message.called_at:
        return "its link has expired"
    if bill.ended_at is not None or bill.settled_minor + bill.disputed_minor >= bill.total_minor:
        return "nothing is due"
    if StoppedLink.objects.filter(link_id=link.pk, stopped_at__isnull=False).exists():
        return "its link's reminders were stopped"
    return "its payment is disputed" if Dispute.objects.filter(bill=bill, state="open").exists() else ""


def _is_night(message: Message, visit: Visit) -> bool:
    """By the wall clock where the client is, minute by minute: not by the product's own reckoning of nights."""
    policy = ReminderPolicy.objects.get(location=visit.location)
    starts, ends = policy.quiet_starts_minute, policy.quiet_ends_minute
    phones = rows(
        "SELECT value FROM clients_contactpoint WHERE client_id = %s AND kind = 'phone' ORDER BY position, id",
        [visit.client_id or 0],
    )
    phone = message.address if message.channel != "email" else phones[0][0] if phones else ""
    zone = ZoneInfo(zone_of_phone(phone, otherwise=visit.location.time_zone))
    assert message.called_at is not None
    wall = message.called_at.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    return starts <= minute < ends if starts <= ends else minute >= starts or minute < ends
