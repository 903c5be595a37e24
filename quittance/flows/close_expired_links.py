"""Close the links that the clock has ended, so that lists need not look at them again and again.

A link takes nothing from its last instant on, whether it is closed or not. It is closed only when nothing can come by
it any more: an hour later, when no page of it is open and no payment of it is under way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from quittance.due import actions as due
from quittance.due.models import Chore
from quittance.payments import actions as payments
from quittance.rows.locking import in_one_transaction

CHORE: Final = "close expired links"
# A page lives an hour, and is asked about for ten minutes more.
AFTER: Final = timedelta(minutes=90)
_EVERY = timedelta(minutes=5)
_BATCH = 200


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """One bounded piece; where there is more it goes on at once."""
    if not Chore.objects.filter(pk=row_id, lease_token=lease_token, name=CHORE).exists():
        return
    closed = in_one_transaction(lambda: payments.close_expired(expired_before=now - AFTER, limit=_BATCH, now=now))
    again_at = now if closed == _BATCH else now + _EVERY
    due.finish(Chore, row_id, lease_token, next_attempt_at=again_at, attempts=0)
