"""How a client is written to when they ask for it on a link's page: by the contact in their card, never one typed."""

from __future__ import annotations

from collections.abc import Sequence

from quittance.calendar.queries_pay import PayPage
from quittance.messages.queries import ChannelChoice, channel_choices
from quittance.messages.types import CHANNELS


def way_to(page: PayPage, *, channels: Sequence[str] = CHANNELS) -> ChannelChoice | None:
    """The way that the client usually gets links by, else the best that can be used; None where there is none."""
    if page.bill.client_id is None:
        return None
    found = channel_choices(business_id=page.business.pk, client_id=page.bill.client_id)
    usable = [one for one in found if one.is_usable and one.account_id is not None and one.channel in channels]
    return next((one for one in usable if one.chosen), None) or next(iter(usable), None)


def masked(address: str) -> str:
    """Enough to know one's own: `c•••@example.org`, `•••78`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}" if at else f"•••{address[-2:]}"
