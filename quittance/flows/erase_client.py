"""Forget one client: card, messages and copies of their address go; money and papers that the law keeps stay."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from quittance.audit import actions as audit
from quittance.calendar.models import Visit
from quittance.calendar.queries_client import why_not_erasable
from quittance.clients import actions as clients
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Actor, Right, require
from quittance.flows._client import lock_client
from quittance.flows._once import once
from quittance.flows.errors import RefusedError
from quittance.messages import actions as messages
from quittance.messages.models import Message
from quittance.payments.models import Payment


def erase_client(*, actor: Actor, location_id: int, client_id: int, now: datetime) -> None:
    """Cannot be undone. Receipts are append-only and keep the name for the time that the law asks for."""
    require(actor, Right.EDIT_CLIENTS, location_id)
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        client = lock_client(business_id=actor.business_id, client_id=client_id)
        reason = why_not_erasable(business_id=actor.business_id, client_id=client_id, now=now)
        if reason:
            raise RefusedError(reason)
        ids = [client_id, *Client.objects.filter(merged_into=client).values_list("pk", flat=True)]
        points = ContactPoint.objects.filter(business_id=actor.business_id, client_id__in=ids)
        messages.forget_suppressed(business_id=actor.business_id, addresses=set(points.values_list("value", flat=True)))
        for one in Client.objects.filter(business_id=actor.business_id, pk__in=ids):
            clients.erase(client=one, now=now)
        _forget_messages(actor.business_id, ids)
        Visit.objects.filter(business_id=actor.business_id, client_id__in=ids).update(note="")
        _forget_addresses(actor.business_id, ids)
        audit.record(
            actor=actor, location_id=location_id, action="client.erased", subject=("client", client_id), now=now
        )
        return {}

    once(actor=actor, action="client.erased", now=now, work=work)


def _forget_messages(business_id: int, client_ids: list[int]) -> None:
    """What was sent stays as a fact without address and text; what waits is dropped."""
    mine = Message.objects.filter(business_id=business_id, client_id__in=client_ids)
    mine.filter(state="queued").update(
        state="dropped", failure=gettext_noop("The client was erased."), next_attempt_at=None
    )
    mine.update(address="", body="")


def _forget_addresses(business_id: int, client_ids: list[int]) -> None:
    """The stored requests of settled payments hold the address that the payment system was told."""
    rows = Payment.objects.filter(business_id=business_id, bill__client_id__in=client_ids, state__in=Payment.FINAL)
    for payment in rows.only("pk", "request").iterator(chunk_size=100):
        request = json.loads(payment.request.reveal() or "{}")
        if request.get("client_email"):
            payment.request = json.dumps({**request, "client_email": ""})
            payment.save(update_fields=["request"])
