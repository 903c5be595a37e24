"""How a client would be told of something, and what about a visit waits to be told."""

from __future__ import annotations

from collections.abc import Collection

from quittance.messages.addresses import unreadable
from quittance.messages.models import Message, Suppression
from quittance.messages.queries import ChannelChoice, channel_choices
from quittance.messages.types import VISIT_BOOKED, VISIT_MOVED


def best_way(*, business_id: int, client_id: int | None, type: str) -> ChannelChoice | None:  # noqa: A002 - the column's name
    """The first channel that this type would go by now; None where the client is not told."""
    if client_id is None:
        return None
    choices = channel_choices(business_id=business_id, client_id=client_id, type=type)
    return next((choice for choice in choices if choice.is_usable and choice.account_id is not None), None)


def untold(*, business_id: int, visit_id: int) -> Message | None:
    """The booking or the move that waits to be told: it will say the time that holds when it leaves."""
    rows = Message.objects.filter(business_id=business_id, visit_id=visit_id, state="queued")
    return rows.filter(type__in=(VISIT_BOOKED, VISIT_MOVED)).defer("body").order_by("id").first()


def times_told(*, business_id: int, visit_id: int, type: str) -> int:  # noqa: A002 - the column's name
    return Message.objects.filter(business_id=business_id, visit_id=visit_id, type=type).count()


def is_unsubscribed(*, business_id: int, address: str) -> bool:
    rows = Suppression.objects.filter(business_id=business_id, channel="email", reason="unsubscribed")
    return rows.filter(address__in=(address, unreadable(address))).exists()


def refused_addresses(*, business_id: int, addresses: Collection[str]) -> list[Suppression]:
    """What stands in the way of writing to these, the newest first."""
    rows = Suppression.objects.filter(business_id=business_id, address__in=list(addresses))
    return list(rows.order_by("-since_at", "-id"))


def arrived_after_all(*, message: Message) -> bool:
    """What it was sent in place of was told as failed, and then as delivered."""
    if message.instead_of_id is None:
        return False
    first = Message.objects.filter(business_id=message.business_id, pk=message.instead_of_id)
    return first.filter(state="delivered").exists()
