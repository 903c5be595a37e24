"""A client takes back that reminders come by email, with the address that stood in one of them.

Receipts and what else the client is owed are never stopped by it (`messages.types.may_unsubscribe`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare

from quittance.audit import actions as audit
from quittance.businesses.models import Business
from quittance.core.actor import Actor
from quittance.messages import actions
from quittance.messages.models import Message
from quittance.messages.queries_telling import is_unsubscribed
from quittance.messages.types import TYPES
from quittance.rows.fields import key_ring
from quittance.rows.locking import in_one_transaction

UNSUBSCRIBED: Final = "unsubscribed"
_TOKEN = re.compile(r"([0-9a-f]{32})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose mails they are, in which language the client was written to, and whether it was said already."""

    business: Business
    language: str
    is_done: bool


def unsubscribe_address(message: Message) -> str:
    """What stands in this mail; empty where there is nothing to unsubscribe from."""
    if message.channel != "email" or not TYPES[message.type].may_unsubscribe:
        return ""
    return f"{settings.QUITTANCE_BASE_URL.rstrip('/')}/u/{unsubscribe_token(message)}"


def unsubscribe_token(message: Message) -> str:
    return f"{message.key}-{_signature(message.key)}"


def offer(*, token: str) -> Unsubscribing | None:
    """Changes nothing: scanners open every address in a mail."""
    message = _message(token)
    if message is None:
        return None
    done = is_unsubscribed(business_id=message.business_id, address=message.address)
    return Unsubscribing(message.business, message.language, done)


def unsubscribe(*, token: str, again: bool = False, now: datetime) -> Unsubscribing | None:
    """`again`: take it back. Repeating either changes nothing. None for an address that we did not write."""
    message = _message(token)
    if message is None:
        return None
    business_id, address = message.business_id, message.address

    def work() -> None:
        if again:
            changed = actions.lift_suppression(
                business_id=business_id, channel="email", address=address, reasons=(UNSUBSCRIBED,)
            )
        else:
            changed = actions.suppress(
                business_id=business_id, channel="email", address=address, reason=UNSUBSCRIBED, now=now
            )
        if changed:
            audit.record(
                actor=Actor.system(business_id, "client"),
                location_id=None,
                action="client.subscribed" if again else "client.unsubscribed",
                subject=("message", message.pk),
                now=now,
            )

    in_one_transaction(work)
    return Unsubscribing(message.business, message.language, not again)


def _message(token: str) -> Message | None:
    found = _TOKEN.fullmatch(token)
    if found is None or not constant_time_compare(found[2], _signature(found[1])):
        return None
    return Message.objects.filter(key=found[1]).select_related("business").defer("body").first()


def _signature(key: str) -> str:
    return key_ring().mac(f"unsubscribe {key}")[:32]
