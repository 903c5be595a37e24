"""Set when a location reminds its clients, and when it lets them sleep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.businesses.queries import location_by_id
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.plan_reminders import plan_all_of
from quittance.reminders import actions
from quittance.reminders.rules import Policy, RuleError


def set_reminders(
    *, actor: Actor, location_id: int, policy: Policy, expected_version: int | None = None, now: datetime
) -> int:
    """How many visits are planned anew: those to come, and those with an open link. What was said stays said.

    Their rows follow one by one from events of this transaction.
    """
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work() -> dict[str, Any]:
        try:
            location = location_by_id(business_id=actor.business_id, location_id=location_id)
            actions.save_policy(location=location, policy=policy)
        except Location.DoesNotExist:
            raise GoneError(_("This location does not exist.")) from None
        except RuleError as error:
            raise RefusedError(str(error)) from None
        audit.record(
            actor=actor,
            location_id=location_id,
            action="reminders.set",
            subject=("location", location_id),
            now=now,
            detail={
                "payment": [rule.as_json() for rule in policy.payment],
                "visit": [rule.as_json() for rule in policy.visit],
                "expiring_hours": policy.expiring_hours,
                "quiet_minutes": [policy.quiet_starts_minute, policy.quiet_ends_minute],
            },
        )
        return {"visits": plan_all_of(location=location, now=now)}

    seen = Seen(f"reminders {location_id}", expected_version)
    return int(once(actor=actor, action="reminders.set", now=now, work=work, seen=seen)["visits"])
