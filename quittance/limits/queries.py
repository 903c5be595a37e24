"""What robots did."""

from __future__ import annotations

from collections.abc import Sequence

from quittance.limits.models import RobotFetch


def fetches_of(*, business_id: int, link_ids: Sequence[int]) -> list[RobotFetch]:
    """Who fetched these links' pages, the first first."""
    rows = RobotFetch.objects.filter(business_id=business_id, link_id__in=list(link_ids))
    return list(rows.order_by("first_at", "pk"))
