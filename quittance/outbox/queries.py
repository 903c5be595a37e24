"""What happened, in the sequence in which it happened: the id is the sequence, never the time."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max, QuerySet

from quittance.outbox.models import Event


def newest_seen_at_desk(*, business_id: int, location_ids: Sequence[int]) -> int:
    """The id of the last event that a desk of these locations shows; 0 before the first."""
    newest = _at_desk(business_id, location_ids).aggregate(newest=Max("id"))["newest"]
    return newest or 0


def seen_at_desk_since(*, business_id: int, location_ids: Sequence[int], after_id: int, limit: int = 50) -> list[Event]:
    """What a desk has not shown yet, oldest first. Remember the last id that came."""
    return list(_at_desk(business_id, location_ids).filter(id__gt=after_id).order_by("id")[:limit])


def leased(*, row_id: int, lease_token: str) -> Event | None:
    """The row, if the lease is still the caller's."""
    return Event.objects.filter(pk=row_id, lease_token=lease_token).first()


def _at_desk(business_id: int, location_ids: Sequence[int]) -> QuerySet[Event]:
    return Event.objects.filter(business_id=business_id, location_id__in=location_ids, visible_at_desk=True)
