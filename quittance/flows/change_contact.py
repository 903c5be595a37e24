"""Add, remove or put first a phone or an email address of a client."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.clients import actions as clients
from quittance.clients.contact import ContactError
from quittance.core.actor import Actor, Right, require
from quittance.flows._client import lock_client
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.flows.save_service import location_here


def change_contact(*, actor: Actor, location_id: int, client_id: int, change: str, value: str, now: datetime) -> None:
    """`change` is `add` (value: what was typed), `remove` or `main` (value: the number of the contact point)."""
    require(actor, Right.EDIT_CLIENTS, location_id)
    location = location_here(actor=actor, location_id=location_id)
    if change not in ("add", "remove", "main"):
        raise RefusedError(_("Choose what to do with it."))

    def work() -> dict[str, Any]:
        client = lock_client(business_id=actor.business_id, client_id=client_id)
        if change == "add":
            try:
                clients.add_point(client=client, typed=value, country=location.country)
            except ContactError as error:
                raise FieldError("value", str(error)) from error
        else:
            point = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
            do = clients.remove_point if change == "remove" else clients.make_main
            if not do(client=client, point_id=point):
                raise GoneError(_("This was removed before."))
        audit.record(
            actor=actor,
            location_id=location_id,
            action="client.changed",
            subject=("client", client_id),
            now=now,
            detail={"contact": change},
        )
        return {}

    once(actor=actor, action="client.changed", now=now, work=work, seen=Seen(f"client {client_id}", None))
