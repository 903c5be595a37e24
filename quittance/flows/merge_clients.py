"""Two cards of one person become one: everything of the emptied card hangs on the kept one afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.clients import actions as clients
from quittance.clients.models import Client
from quittance.core.actor import Actor, Right, require
from quittance.flows._client import lock_client
from quittance.flows._once import once
from quittance.flows.errors import RefusedError
from quittance.messages.models import Message
from quittance.wallets import actions as wallets


def merge_clients(*, actor: Actor, location_id: int, kept_id: int, emptied_id: int, now: datetime) -> None:
    """Links, payments and receipts hang on bills, so they follow. Papers keep the name that they were given under."""
    require(actor, Right.EDIT_CLIENTS, location_id)
    if kept_id == emptied_id:
        raise RefusedError(_("Choose two different cards."))

    def work() -> dict[str, Any]:
        # In the order of their numbers, so that two people who merge the same pair never wait for each other.
        locked = {
            one: lock_client(business_id=actor.business_id, client_id=one) for one in sorted((kept_id, emptied_id))
        }
        moved = _move(locked[emptied_id], locked[kept_id], now)
        clients.empty_into(empty=locked[emptied_id], kept=locked[kept_id], now=now)
        audit.record(
            actor=actor,
            location_id=location_id,
            action="client.merged",
            subject=("client", kept_id),
            now=now,
            detail={"emptied": emptied_id, **moved},
        )
        return {"client": kept_id}

    once(actor=actor, action="client.merged", now=now, work=work)


def _move(emptied: Client, kept: Client, now: datetime) -> dict[str, int]:
    """Every table that names a client, below the card itself; a test compares the list with the models."""
    mine: dict[str, Any] = {"business_id": emptied.business_id, "client_id": emptied.pk}
    return {
        "visits": Visit.objects.filter(**mine).update(client=kept),
        "bills": Bill.objects.filter(**mine).update(client=kept),
        "messages": Message.objects.filter(**mine).update(client=kept),
        "wallets": wallets.follow_client(
            business_id=emptied.business_id, emptied_id=emptied.pk, kept_id=kept.pk, now=now
        ),
    }
