"""Count a try; the same number on every process, because the database adds it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import F

from quittance.limits.models import TryCount
from quittance.rows.fields import key_ring

_KEPT = timedelta(hours=1)


def count_try(*, key: str, window: timedelta, now: datetime) -> int:
    """How many tries this one is in its window. Two statements; nothing is read before it is written."""
    window_at = _begin(now, window)
    rows = TryCount.objects.filter(key_mac=key_ring().mac(f"limit {key}"), window_at=window_at)
    if not rows.update(count=F("count") + 1):
        TryCount.objects.filter(window_at__lt=window_at - _KEPT).delete()
        mac = key_ring().mac(f"limit {key}")
        # Another process may have begun the same window at this moment.
        TryCount.objects.bulk_create([TryCount(key_mac=mac, window_at=window_at)], ignore_conflicts=True)
        rows.update(count=F("count") + 1)
    return int(rows.values_list("count", flat=True).get())


def _begin(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
