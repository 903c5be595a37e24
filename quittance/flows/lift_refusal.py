"""Write again to an address that refused us: somebody has asked the client, or mended the mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.clients.models import ContactPoint
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import GoneError, RefusedError
from quittance.messages import actions
from quittance.messages.types import CHANNELS

# What the client said themselves (STOP, a complaint, unsubscribed) only the client takes back.
LIFTABLE: Final = "refused"


def lift(*, actor: Actor, location_id: int, client_id: int, point_id: int, channel: str, now: datetime) -> None:
    require(actor, Right.EDIT_CLIENTS, location_id)
    point = ContactPoint.objects.filter(business_id=actor.business_id, client_id=client_id, pk=point_id).first()
    if point is None:
        raise GoneError(_("This was removed before."))
    if channel not in CHANNELS:
        raise RefusedError(_("Choose what to do with it."))

    def work() -> dict[str, Any]:
        lifted = actions.lift_suppression(
            business_id=actor.business_id, channel=channel, address=point.value, reasons=(LIFTABLE,)
        )
        if lifted:
            audit.record(
                actor=actor,
                location_id=location_id,
                action="client.refusal_lifted",
                subject=("client", client_id),
                now=now,
                detail={"channel": channel},
            )
        return {}

    once(actor=actor, action="client.refusal_lifted", now=now, work=work)
