"""What a location lets go back by itself: what was paid twice, and what came too late."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import actions as businesses
from quittance.businesses.actions import SettingError
from quittance.core.actor import Actor, Right, require
from quittance.flows._seen import Seen, check_seen
from quittance.flows.errors import GoneError, RefusedError
from quittance.rows.locking import in_one_transaction


def set_refund_policy(
    *,
    actor: Actor,
    location_id: int,
    doubled_refund_hours: int | None,
    late_refund_by_itself: bool,
    expected_version: int | None = None,
    now: datetime,
) -> None:
    """`doubled_refund_hours` None: a person decides. Money that has landed keeps the policy it landed under."""
    require(actor, Right.EDIT_PAYMENT_SETTINGS, location_id)

    def work() -> None:
        check_seen(actor=actor, seen=Seen(f"refund_policy {location_id}", expected_version), now=now)
        changed = businesses.set_refund_policy(
            business_id=actor.business_id,
            location_id=location_id,
            doubled_refund_hours=doubled_refund_hours,
            late_refund_by_itself=late_refund_by_itself,
        )
        if not changed:
            raise GoneError(_("This location does not exist."))
        audit.record(
            actor=actor,
            location_id=location_id,
            action="refund_policy.set",
            subject=("location", location_id),
            now=now,
            detail={"doubled_refund_hours": doubled_refund_hours, "late_refund_by_itself": late_refund_by_itself},
        )

    try:
        in_one_transaction(work)
    except SettingError as error:
        raise RefusedError(str(error)) from None
