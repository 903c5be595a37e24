"""Take back messages that were queued a moment ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows._visits import visit_by_id
from quittance.messages import actions, queries
from quittance.rows.locking import in_one_transaction


@dataclass(frozen=True, slots=True)
class UndoResult:
    """`too_late` counts those that had begun to leave, or had left, by then."""

    undone: int
    too_late: int


def undo(*, actor: Actor, visit_id: int, message_ids: Sequence[int], now: datetime) -> UndoResult:
    """Messages of other visits are left alone. Repeating it is harmless."""
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, visit.location_id)
    rows = queries.messages_by_id(business_id=actor.business_id, message_ids=message_ids)
    own = [row.pk for row in rows if row.visit_id == visit.pk and row.state != "dropped"]

    def work() -> UndoResult:
        undone = actions.undo(business_id=actor.business_id, message_ids=own)
        if undone:
            audit.record(
                actor=actor,
                location_id=visit.location_id,
                action="link.send_undone",
                subject=("visit", visit.pk),
                now=now,
                detail={"messages": own},
            )
        return UndoResult(undone, len(own) - undone)

    return in_one_transaction(work)
