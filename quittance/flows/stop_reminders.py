"""Remind nobody of one link any more, or start again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._visits import visit_by_id
from quittance.flows.errors import RefusedError
from quittance.flows.plan_reminders import record_change
from quittance.payments.queries import live_link_of
from quittance.reminders import actions


def stop(*, actor: Actor, visit_id: int, now: datetime) -> bool:
    """Of the visit's link; what waits to leave is dropped when its time comes. False when it was stopped already."""
    return _set(actor, visit_id, stops=True, now=now)


def start_again(*, actor: Actor, visit_id: int, now: datetime) -> bool:
    """What lay in the past meanwhile is not made up for."""
    return _set(actor, visit_id, stops=False, now=now)


def _set(actor: Actor, visit_id: int, *, stops: bool, now: datetime) -> bool:
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, visit.location_id)
    action = "reminders.stopped" if stops else "reminders.started"

    def work() -> dict[str, Any]:
        link = live_link_of(visit.bill)
        if link is None:
            raise RefusedError(_("This visit has no open link, so nobody is reminded of it."))
        changed = actions.stop_link(business_id=visit.business_id, link_id=link.pk, stopped_at=now if stops else None)
        if changed:
            record_change(business_id=visit.business_id, location_id=visit.location_id, visit_id=visit.pk, now=now)
        audit.record(
            actor=actor,
            location_id=visit.location_id,
            action=action,
            subject=("link", link.pk),
            now=now,
            detail={"visit": visit.pk, "changed": changed},
        )
        return {"changed": changed}

    return bool(once(actor=actor, action=action, now=now, work=work)["changed"])
