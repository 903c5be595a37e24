"""An invented visit, to show what a text looks like."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from quittance.core.money import Money, exponent
from quittance.messages.texts.kinds import TextKind
from quittance.messages.texts.render import MessageFacts
from quittance.messages.types import PAYMENT_RECEIVED, REFUND


def sample_facts(
    *,
    kind: TextKind,
    business_name: str,
    phone: str,
    place: str,
    currency: str,
    time_zone: str,
    link_address: str,
    now: datetime,
) -> MessageFacts:
    """Chloe comes to Ben at two o'clock in two days' time and pays 60."""
    zone = ZoneInfo(time_zone)
    visit_at = datetime.combine(now.astimezone(zone).date() + timedelta(days=2), time(14), tzinfo=zone)
    facts = MessageFacts(
        business_name=business_name,
        link_address=link_address,
        amount=Money(60 * 10 ** exponent(currency), currency),
        client_name="Chloe Martin",
        staff_name="Ben",
        place=place,
        phone=phone,
        visit_at=visit_at,
        deadline_at=visit_at - timedelta(hours=2),
        time_zone=time_zone,
        method="Visa ·4242",
    )
    return for_kind(kind=kind, facts=facts, now=now)


def for_kind(*, kind: TextKind, facts: MessageFacts, now: datetime) -> MessageFacts:
    """The same facts as this text would have them: with its variant, and with what only it says."""
    variant = kind.key.removeprefix(kind.type).removeprefix("_")
    last_date = (now + timedelta(days=365)).date() if "until" in kind.placeholders else None
    code = "QT7K-M2XP-4RWD" if "code" in kind.placeholders else ""
    if "when" not in kind.placeholders:
        facts = replace(facts, visit_at=None, staff_name="", place="")
    if "amount" not in kind.placeholders:
        facts = replace(facts, amount=None, rest=None)
    if "link" not in kind.placeholders or kind.type in (PAYMENT_RECEIVED, REFUND):
        facts = replace(facts, deadline_at=None)
    membership, visits = ("Ten haircuts", 10) if "membership" in kind.placeholders else ("", 0)
    return replace(facts, variant=variant, code=code, last_date=last_date, membership=membership, visits=visits)
