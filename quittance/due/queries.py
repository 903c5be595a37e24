"""What waits, what died, and whether anybody works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Min, Q

from quittance.due.models import WorkerHeartbeat

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from quittance.due.models import DueRow


def newest_heartbeat() -> WorkerHeartbeat | None:
    """The worker that was alive last, of all that work on this database."""
    return WorkerHeartbeat.objects.order_by("-seen_at").first()


def heartbeat_age_seconds(now: datetime) -> float | None:
    """How long no worker was seen; None when there never was one."""
    newest = newest_heartbeat()
    return None if newest is None else (now - newest.seen_at).total_seconds()


def dead_rows(model: type[DueRow], *, max_attempts: int, now: datetime) -> QuerySet[DueRow]:
    """Rows that failed too often and wait for a person; narrow by business before showing them."""
    unleased = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    waiting = model._default_manager.filter(unleased, next_attempt_at__isnull=False)
    return waiting.filter(attempts__gte=max_attempts)


def oldest_wait_seconds(model: type[DueRow], *, now: datetime, max_attempts: int | None = None) -> float:
    """How long the row has waited that is due longest; 0 when nothing is due."""
    due = model._default_manager.filter(next_attempt_at__lte=now)
    if max_attempts is not None:
        due = due.filter(attempts__lt=max_attempts)
    oldest: datetime | None = due.aggregate(oldest=Min("next_attempt_at"))["oldest"]
    return 0.0 if oldest is None else (now - oldest).total_seconds()
