"""A person saw the link's page: reported by a small script, or by pressing `Pay`."""

from __future__ import annotations

from datetime import datetime

from quittance.outbox import actions as outbox
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.rows.locking import in_one_transaction


def record(*, token: str, now: datetime) -> bool:
    """True for the first access of a link that exists; later ones change nothing."""
    link = queries.link_by_token(token)
    if link is None or link.accessed_at is not None:
        return False

    def write() -> bool:
        if not payments.mark_link_accessed(link_id=link.pk, now=now):
            return False
        outbox.record(
            business_id=link.business_id,
            location_id=link.bill.location_id,
            name="link.accessed",
            subject={"link": link.pk, "bill": link.bill_id},
            now=now,
        )
        return True

    return in_one_transaction(write)
