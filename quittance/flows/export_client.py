"""The copy of all that is held about one client, which they may ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.calendar.queries_client import all_about
from quittance.clients.models import Client
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import GoneError
from quittance.rows.locking import in_one_transaction


def export_client(*, actor: Actor, location_id: int, client_id: int, now: datetime) -> dict[str, Any]:
    """As plain JSON; who took the copy stands in the trail."""
    require(actor, Right.EDIT_CLIENTS, location_id)
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        client = Client.objects.filter(business_id=actor.business_id, pk=client_id).first()
        if client is None:
            raise GoneError(_("This client does not exist."))
        audit.record(
            actor=actor, location_id=location_id, action="client.exported", subject=("client", client_id), now=now
        )
        return all_about(client=client, now=now)

    return in_one_transaction(work)
