"""How long the payment links of a location live."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import actions as businesses
from quittance.businesses.actions import SettingError
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import GoneError, RefusedError
from quittance.rows.locking import in_one_transaction


def set_link_life(*, actor: Actor, location_id: int, minutes: int | None, now: datetime) -> None:
    """None: a link lives until it is paid. Links that are there keep the end they were made with."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> None:
        changed = businesses.set_link_life(business_id=actor.business_id, location_id=location_id, minutes=minutes)
        if not changed:
            raise GoneError(_("This location does not exist."))
        audit.record(
            actor=actor,
            location_id=location_id,
            action="link_life.set",
            subject=("location", location_id),
            now=now,
            detail={"minutes": minutes},
        )

    try:
        in_one_transaction(work)
    except SettingError as error:
        raise RefusedError(str(error)) from None
