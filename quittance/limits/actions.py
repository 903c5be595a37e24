"""Count a try; the same number on every process, because the database adds it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from quittance.limits.models import RobotFetch, TryCount
from quittance.rows.fields import key_ring

_KEPT: Final = timedelta(hours=1)
# One statement, because a count that is read after it was written may hold another process' try as well.
_COUNT: Final = """
INSERT INTO {table} (key_mac, window_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key_mac, window_at) DO UPDATE SET count = {table}.count + 1
RETURNING count
"""
_NOTED_EVERY: Final = timedelta(minutes=1)
_FETCH: Final = """
INSERT INTO {table} (business_id, link_id, robot, first_at, last_at, count) VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (link_id, robot) DO UPDATE SET count = {table}.count + 1, last_at = excluded.last_at
"""


def count_try(*, key: str, window: timedelta, now: datetime) -> int:
    """How many tries this one is in its window: no two tries are told the same number."""
    window_at = _begin(now, window)
    table = connection.ops.quote_name(TryCount._meta.db_table)
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(window_at)
        cursor.execute(_COUNT.format(table=table), [key_ring().mac(f"limit {key}"), at])
        count = int(cursor.fetchone()[0])
    if count == 1:
        TryCount.objects.filter(window_at__lt=window_at - _KEPT).delete()
    return count


def note_fetch(*, business_id: int, link_id: int, robot: str, now: datetime) -> None:
    """At most one write a minute for one link and robot, whoever hammers it."""
    fresh = RobotFetch.objects.filter(link_id=link_id, robot=robot, last_at__gt=now - _NOTED_EVERY)
    if fresh.exists():
        return
    at = connection.ops.adapt_datetimefield_value(now)
    table = connection.ops.quote_name(RobotFetch._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_FETCH.format(table=table), [business_id, link_id, robot, at, at])


def _begin(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
