"""Write down what a client agreed to, or took back: who wrote it, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.clients import actions as clients
from quittance.clients.models import Consent
from quittance.core.actor import Actor, Right, require
from quittance.flows._client import lock_client
from quittance.flows._once import once
from quittance.flows.errors import RefusedError


def record_consent(*, actor: Actor, location_id: int, client_id: int, kind: str, given: bool, now: datetime) -> None:
    """Said again, it stays one row."""
    require(actor, Right.EDIT_CLIENTS, location_id)
    if kind not in dict(Consent.KINDS):
        raise RefusedError(_("Choose what the client agreed to."))

    def work() -> dict[str, Any]:
        client = lock_client(business_id=actor.business_id, client_id=client_id)
        row = clients.record_consent(client=client, kind=kind, given=given, recorded_by_id=actor.user_id, now=now)
        if row is not None:
            audit.record(
                actor=actor,
                location_id=location_id,
                action="client.consent",
                subject=("client", client_id),
                now=now,
                detail={"kind": kind, "given": given},
            )
        return {}

    once(actor=actor, action="client.consent", now=now, work=work)
