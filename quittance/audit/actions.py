"""The audit trail, and the memory of desk forms that were already answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from quittance.audit.models import AuditEntry, DeskRequest, Revision
from quittance.core.actor import Actor


def record(
    *,
    actor: Actor,
    location_id: int | None,
    action: str,
    subject: tuple[str, int | None],
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note who did what (`tender.voided`) to which row; `detail` holds ids and amounts, no names."""
    AuditEntry.objects.create(
        business_id=actor.business_id,
        location_id=location_id,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        detail=detail or {},
        at=now,
        ip=actor.ip,
    )


def first_answer(*, business_id: int, request_id: str) -> dict[str, Any] | None:
    """What this request was answered before, or None when it is new or carries no id."""
    if not request_id:
        return None
    row = DeskRequest.objects.filter(business_id=business_id, request_id=request_id).first()
    return None if row is None else dict(row.result)


def remember_answer(*, actor: Actor, action: str, result: dict[str, Any], now: datetime) -> bool:
    """Keep the answer in the caller's transaction; False when the same request was answered meanwhile.

    The caller must then undo its own work (raise), since the first answer stands.
    """
    if not actor.request_id:
        return True
    _, created = DeskRequest.objects.get_or_create(
        business_id=actor.business_id,
        request_id=actor.request_id,
        defaults={"actor_id": actor.user_id, "action": action, "result": result, "at": now},
    )
    return created


def revise(*, actor: Actor, subject: str, expected: int | None, now: datetime) -> Revision | None:
    """Count one more saving of what a form edits. None: it is ours. Else whoever was before us, and nothing changed.

    `expected` None asks nothing (no form was filled in), but counts. The row stays locked with the transaction, so of
    two who save at once the second finds the first.
    """
    rows = Revision.objects.filter(business_id=actor.business_id, subject=subject)
    mine = {"by_id": actor.user_id, "at": now}
    fitting = rows if expected is None else rows.filter(version=expected)
    if fitting.update(version=F("version") + 1, **mine):
        return None
    if not expected:
        row, created = Revision.objects.get_or_create(
            business_id=actor.business_id, subject=subject, defaults={"version": 1, **mine}
        )
        if created or (expected is None and fitting.update(version=F("version") + 1, **mine)):
            return None
        return row
    return rows.first() or Revision(business_id=actor.business_id, subject=subject, at=now)
