"""Names of erased clients leave their papers once the law no longer asks for them (privacy).

The years count from the end of the year in which a paper was issued. It is done piece by piece; a process that dies
leaves papers that are done and papers that are not, and whoever comes next goes on.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from quittance.audit import actions as audit
from quittance.bills import old_papers
from quittance.clients.models import Erasure
from quittance.core.actor import Actor
from quittance.due import actions as due
from quittance.rows.locking import in_one_transaction

_BATCH: Final = 200
# Local dates begin before and end after those of UTC.
_ALL_PLACES: Final = timedelta(days=1)


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """One bounded piece of one client's papers; where there is more it goes on at once, else when a name is next."""
    erasure = Erasure.objects.select_related("business").filter(pk=row_id, lease_token=lease_token).first()
    if erasure is None:
        return
    again_at = in_one_transaction(lambda: _piece(erasure, now))
    due.finish(Erasure, row_id, lease_token, next_attempt_at=again_at, attempts=0)


def _piece(erasure: Erasure, now: datetime) -> datetime | None:
    business_id, client_id, years = erasure.business_id, erasure.client_id, erasure.business.receipt_years
    over = date((now - _ALL_PLACES).year - years, 1, 1)
    changed = old_papers.replace_names(
        business_id=business_id, client_id=client_id, issued_before=over, limit=_BATCH, now=now
    )
    if changed:
        audit.record(
            actor=Actor.system(business_id),
            location_id=None,
            action="receipts.names_replaced",
            subject=("client", client_id),
            now=now,
            detail={"papers": changed},
        )
    oldest = old_papers.oldest_with_name(business_id=business_id, client_id=client_id)
    if oldest is None:
        return None
    return max(now, datetime(oldest.year + years + 1, 1, 1, tzinfo=UTC) + _ALL_PLACES)
