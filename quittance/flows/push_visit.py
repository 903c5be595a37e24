"""Show a visit at a desk's QR code, and take it off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills.actions import lock_bill
from quittance.core.actor import Actor, Right, require
from quittance.flows import make_link
from quittance.flows._once import once
from quittance.flows._visits import visit_by_id
from quittance.flows.errors import GoneError, RefusedError
from quittance.pay_desks import actions, queries


@dataclass(frozen=True, slots=True)
class Pushed:
    """`replaced`: another visit stood there, which nobody is asked about any more."""

    desk_name: str
    expires_at: datetime
    replaced: bool


def push(*, actor: Actor, visit_id: int, desk_id: int, now: datetime) -> Pushed:
    """For 10 minutes whoever scans the desk's code is asked whether this visit is theirs.

    The visit has its live link from here on, so that a yes only has to hand it out. Raises what `make_link` raises.
    """
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, visit.location_id)
    found = queries.desk_by_id(business_id=actor.business_id, desk_id=desk_id)
    if found is None or found.location_id != visit.location_id:
        raise RefusedError(_("Choose a desk of this location."))
    make_link.make(actor=actor, visit_id=visit_id, now=now)

    def work() -> dict[str, Any]:
        bill = lock_bill(business_id=actor.business_id, bill_id=visit.bill_id)
        desk = actions.lock_desk(business_id=actor.business_id, desk_id=desk_id)
        if desk is None:
            raise GoneError(_("This desk does not exist any more."))
        pushed, replaced = actions.show_at(desk=desk, bill=bill, by_id=actor.user_id, now=now)
        _record(actor, visit.location_id, visit_id, "pay_desk.shown", now, desk=desk_id)
        return {"desk": desk.name, "expires_at": pushed.expires_at.isoformat(), "replaced": replaced is not None}

    answer = once(actor=actor, action="pay_desk.show", now=now, work=work)
    return Pushed(str(answer["desk"]), datetime.fromisoformat(answer["expires_at"]), bool(answer["replaced"]))


def withdraw(*, actor: Actor, visit_id: int, now: datetime) -> bool:
    """False when nothing was shown any more."""
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, visit.location_id)

    def work() -> dict[str, Any]:
        bill = lock_bill(business_id=actor.business_id, bill_id=visit.bill_id)
        taken = actions.take_off(bill=bill, now=now)
        if taken:
            _record(actor, visit.location_id, visit_id, "pay_desk.taken_off", now)
        return {"taken_off": taken}

    return bool(once(actor=actor, action="pay_desk.take_off", now=now, work=work)["taken_off"])


def _record(actor: Actor, location_id: int, visit_id: int, action: str, now: datetime, **detail: int) -> None:
    audit.record(
        actor=actor, location_id=location_id, action=action, subject=("visit", visit_id), now=now, detail=dict(detail)
    )
