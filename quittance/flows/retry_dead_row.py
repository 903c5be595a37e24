"""Try work again that came to rest because it failed too often."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.calendar.queries_dead import MAX_ATTEMPTS, dead_of
from quittance.core.actor import Actor, Right, require
from quittance.due import actions as due
from quittance.flows.errors import GoneError
from quittance.rows.locking import in_one_transaction


def retry(*, actor: Actor, kind: str, row_id: int, now: datetime) -> None:
    """`kind` is `notice`, `event`, `message` or `reminder`. It starts with a clean count, at once."""
    require(actor, Right.EDIT_SETTINGS, None)
    if kind not in MAX_ATTEMPTS:
        raise GoneError(_("There is no such work."))

    def work() -> None:
        row = dead_of(kind, business_id=actor.business_id, now=now).filter(pk=row_id).first()
        if row is None or not due.revive(type(row), row_id, now=now):
            raise GoneError(_("This is done or being tried already."))
        audit.record(
            actor=actor, location_id=None, action="work.retried", subject=(kind, row_id), now=now, detail={"kind": kind}
        )

    in_one_transaction(work)
