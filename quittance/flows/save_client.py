"""Make a client card, or change one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.clients import actions as clients
from quittance.clients.actions import ClientCard
from quittance.clients.contact import ContactError
from quittance.clients.models import Client
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError, GoneError


def save(
    *,
    actor: Actor,
    location_id: int,
    client_id: int | None,
    card: ClientCard,
    expected_version: int | None = None,
    now: datetime,
) -> int:
    """The client's id. A phone without a country code is one of the location's country.

    Raises FieldError naming the field to mend; nothing was changed then.
    """
    require(actor, Right.EDIT_CLIENTS, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    action = "client.created" if client_id is None else "client.changed"

    def work() -> dict[str, Any]:
        try:
            row = _saved(actor, client_id, card, location.country, now)
        except ContactError as error:
            raise FieldError(error.field, str(error)) from error
        audit.record(actor=actor, location_id=location_id, action=action, subject=("client", row.pk), now=now)
        return {"client": row.pk}

    seen = Seen(f"client {client_id}", expected_version) if client_id is not None else None
    return int(once(actor=actor, action=action, now=now, work=work, seen=seen)["client"])


def _saved(actor: Actor, client_id: int | None, card: ClientCard, country: str, now: datetime) -> Client:
    if client_id is None:
        return clients.create_client(business_id=actor.business_id, card=card, country=country, now=now)
    rows = Client.objects.select_for_update(no_key=True, of=("self",))
    client = rows.filter(business_id=actor.business_id, pk=client_id, archived_at__isnull=True).first()
    if client is None:
        raise GoneError(_("This client does not exist."))
    return clients.update_client(client=client, card=card, country=country)
