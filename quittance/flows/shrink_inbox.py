"""Forget what others told us once it is 90 days old: ids and a hash are left (privacy)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from quittance.due import actions as due
from quittance.due.models import Chore
from quittance.inbox import actions as inbox

CHORE: Final = "shrink inbox"
KEPT: Final = timedelta(days=90)
_EVERY = timedelta(days=1)
_BATCH = 500


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """One bounded piece; where there is more it goes on at once, else tomorrow."""
    chore = Chore.objects.filter(pk=row_id, lease_token=lease_token, name=CHORE).first()
    if chore is None:
        return
    shrunk = inbox.shrink(after_id=chore.place, older_than=now - KEPT, limit=_BATCH)
    again_at = now if shrunk.there_is_more else now + _EVERY
    due.finish(Chore, row_id, lease_token, next_attempt_at=again_at, place=shrunk.last_id, attempts=0)
