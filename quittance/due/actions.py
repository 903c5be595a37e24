"""Claim rows that are due, work on them under a lease, finish them fenced by its token.

Claim, commit, work, finish: no transaction stays open while a row is worked on. Leases use the database's
clock; a `now` given by the caller replaces it (tests, the simulator, the demo's time travel).

While a lease runs, `next_attempt_at` stands at the lease's end: a worker that dies leaves a row that is due
by itself. Whoever wants the row looked at sooner sets `next_attempt_at` (`wake`), and `finish` keeps that wish.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connections, router
from django.db.models import Case, DateTimeField, F, Q, Value, When, Window
from django.db.models.functions import Least, Now, RowNumber

from quittance.core import clock, ids
from quittance.due.models import WorkerHeartbeat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet

    from quittance.due.models import DueRow

MAX_SKEW_SECONDS = 5.0
# SQLite has one writer: a larger batch would keep the web waiting.
SQLITE_MAX_BATCH = 20
# Fairness looks at so many due rows at most, so that a claim stays cheap behind a huge backlog.
_FAIR_WINDOW = 10_000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours until the lease ends; `attempts` counts this claim."""

    id: int
    lease_token: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """At most `most` rows with the same value in `field` in one batch."""

    field: str
    most: int


def claim(
    model: type[DueRow],
    *,
    limit: int,
    lease_seconds: float,
    now: datetime | None = None,
    only: Q | None = None,
    fairness: Fairness | None = None,
    max_attempts: int | None = None,
) -> list[Claimed]:
    """Take up to `limit` due rows; nobody else gets them before the lease ends.

    `only` narrows what may be taken. Rows claimed `max_attempts` times without success are dead: they are
    left alone until `revive`. Rows about money pass None, since they never die.
    """
    if limit < 1:
        return []
    connection = connections[router.db_for_write(model)]
    if connection.vendor == "postgresql":
        due = _is_due(now or Now(), max_attempts)
        rows = _candidates(model, due=due, only=only, fairness=fairness)[:limit]
        return _claim_in_one_statement(connection, model, rows, lease_seconds=lease_seconds, now=now)
    # SQLite lives in this process, so this process's clock is the database's.
    moment = now or clock.now()
    due = _is_due(moment, max_attempts)
    rows = _candidates(model, due=due, only=only, fairness=fairness)[: min(limit, SQLITE_MAX_BATCH)]
    return _claim_guarded(model, rows, due=due, until=moment + timedelta(seconds=lease_seconds))


def finish(
    model: type[DueRow],
    row_id: int,
    lease_token: str,
    *,
    next_attempt_at: datetime | None = None,
    only_if: Mapping[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Write the outcome and let go; False (and nothing written) when the lease went to somebody else.

    None: nothing more to do. A time gives way to an earlier one that somebody asked for during the lease.
    `only_if` names columns that must still hold these values, else nothing is written either.
    """
    later: Any = next_attempt_at
    if next_attempt_at is not None:
        wished = Value(next_attempt_at, output_field=DateTimeField())
        woken = Least(F("next_attempt_at"), wished)
        later = Case(When(next_attempt_at__lt=F("lease_until"), then=woken), default=wished)
    leased = _leased(model, row_id, lease_token).filter(**(only_if or {}))
    return leased.update(next_attempt_at=later, lease_until=None, lease_token="", **changes) == 1


def renew(
    model: type[DueRow],
    row_id: int,
    lease_token: str,
    *,
    lease_seconds: float,
    now: datetime | None = None,
) -> bool:
    """Start the lease anew for work that takes longer; False when it went to somebody else."""
    until = (now or database_now()) + timedelta(seconds=lease_seconds)
    kept_wish = When(next_attempt_at__lt=F("lease_until"), then=F("next_attempt_at"))
    later = Case(kept_wish, default=Value(until, output_field=DateTimeField()))
    return _leased(model, row_id, lease_token).update(next_attempt_at=later, lease_until=until) == 1


def release(model: type[DueRow], row_id: int, lease_token: str, *, now: datetime) -> bool:
    """Give a row back untouched (a worker that was told to stop); the claim does not count."""
    return (
        _leased(model, row_id, lease_token).update(
            next_attempt_at=now, lease_until=None, lease_token="", attempts=F("attempts") - 1
        )
        == 1
    )


def wake(model: type[DueRow], row_ids: list[int], *, now: datetime) -> int:
    """Make rows due now, if they are not already; also while somebody works on them."""
    asleep = model._default_manager.filter(pk__in=row_ids).exclude(next_attempt_at__lte=now)
    return asleep.update(next_attempt_at=now)


def revive(model: type[DueRow], row_id: int, *, now: datetime) -> bool:
    """The retry button of a dead row: it starts with a clean count."""
    unleased = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    rows = model._default_manager.filter(unleased, pk=row_id)
    return rows.update(next_attempt_at=now, attempts=0, lease_until=None, lease_token="") == 1


def backoff(
    attempts: int,
    *,
    base_seconds: float,
    cap_seconds: float,
    spread: float | None = None,
) -> timedelta:
    """base, 2 × base, 4 × base … up to the cap, and up to a quarter more, so that rows do not march in step.

    `spread` (0 to 1) replaces the dice. The cap holds with the quarter included.
    """
    doubled = base_seconds * 2.0 ** min(max(attempts - 1, 0), 30)
    dice = random.random() if spread is None else spread  # noqa: S311 - spreads retries, guards nothing
    return timedelta(seconds=min(doubled * (1 + dice / 4), cap_seconds))


def database_now() -> datetime:
    """The clock that leases are measured by."""
    connection = connections["default"]
    if connection.vendor != "postgresql":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def clock_skew_seconds() -> float:
    """How far the database's clock is ahead of this process's (negative: behind)."""
    before = clock.now()
    theirs = database_now()
    after = clock.now()
    return (theirs - (before + (after - before) / 2)).total_seconds()


def is_skewed(skew_seconds: float) -> bool:
    """Too far apart to claim anything: a lease could end while its owner still trusts it."""
    return abs(skew_seconds) > MAX_SKEW_SECONDS


def beat(
    *,
    name: str,
    started_at: datetime,
    seen_at: datetime,
    skew_seconds: float,
    their_skew_seconds: float = 0.0,
    their_host: str = "",
) -> None:
    """A worker is alive. Health looks at the newest; names of workers long gone are swept away.

    `their_skew_seconds`: how far the clock of `their_host` is ahead of this process's.
    """
    row = WorkerHeartbeat(
        name=name[:64],
        started_at=started_at,
        seen_at=seen_at,
        skew_seconds=skew_seconds,
        their_skew_seconds=their_skew_seconds,
        their_host=their_host[:255],
    )
    WorkerHeartbeat.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["started_at", "seen_at", "skew_seconds", "their_skew_seconds", "their_host"],
    )


def forget_gone_workers(*, before: datetime) -> None:
    WorkerHeartbeat.objects.filter(seen_at__lt=before).delete()


def _is_due(moment: datetime | Now, max_attempts: int | None) -> Q:
    due = Q(next_attempt_at__lte=moment) & (Q(lease_until__isnull=True) | Q(lease_until__lte=moment))
    return due if max_attempts is None else due & Q(attempts__lt=max_attempts)


def _leased(model: type[DueRow], row_id: int, lease_token: str) -> QuerySet[DueRow]:
    if not lease_token:
        raise ValueError("an empty token is nobody's lease")
    return model._default_manager.filter(pk=row_id, lease_token=lease_token)


def _candidates(model: type[DueRow], *, due: Q, only: Q | None, fairness: Fairness | None) -> QuerySet[DueRow]:
    rows = model._default_manager.filter(due)
    if only is not None:
        rows = rows.filter(only)
    rows = rows.order_by("next_attempt_at", "pk")
    if fairness is None:
        return rows
    place = Window(RowNumber(), partition_by=[F(fairness.field)], order_by=[F("next_attempt_at").asc(), F("pk").asc()])
    looked_at = model._default_manager.filter(pk__in=rows.values("pk")[:_FAIR_WINDOW])
    fair = looked_at.annotate(place=place).filter(place__lte=fairness.most).values("pk")
    # The due condition stands here again: PostgreSQL tests it once more on the row that it locked.
    return model._default_manager.filter(due, pk__in=fair).order_by("next_attempt_at", "pk")


def _claim_guarded(model: type[DueRow], rows: QuerySet[DueRow], *, due: Q, until: datetime) -> list[Claimed]:
    """SQLite: look first, so that nothing is written when nothing is due; then take what is still due."""
    seen = dict(rows.values_list("pk", "attempts"))
    if not seen:
        return []
    token = ids.new_key()
    ours = model._default_manager.filter(due, pk__in=list(seen))
    taken = ours.update(lease_until=until, next_attempt_at=until, lease_token=token, attempts=F("attempts") + 1)
    if taken < len(seen):
        kept = model._default_manager.filter(pk__in=list(seen), lease_token=token)
        seen = {pk: attempts for pk, attempts in seen.items() if pk in set(kept.values_list("pk", flat=True))}
    return [Claimed(pk, token, attempts + 1) for pk, attempts in seen.items()]


# MATERIALIZED: without it the planner may run the limited part more than once and claim more than the limit.
_CLAIM = """
WITH claimable AS MATERIALIZED ({rows} FOR NO KEY UPDATE OF {table} SKIP LOCKED)
UPDATE {table} SET
    lease_until = COALESCE(%s::timestamptz, statement_timestamp()) + make_interval(secs => %s),
    next_attempt_at = COALESCE(%s::timestamptz, statement_timestamp()) + make_interval(secs => %s),
    lease_token = %s,
    attempts = {table}.attempts + 1
FROM claimable WHERE {table}.id = claimable.pk
RETURNING {table}.id, {table}.attempts
"""


def _claim_in_one_statement(
    connection: BaseDatabaseWrapper,
    model: type[DueRow],
    rows: QuerySet[DueRow],
    *,
    lease_seconds: float,
    now: datetime | None,
) -> list[Claimed]:
    """PostgreSQL: what others hold is skipped, never waited for."""
    picked, parameters = rows.values("pk").query.get_compiler(connection=connection).as_sql()
    # Only names of our own models are put into the text; every value is a parameter.
    statement = _CLAIM.format(rows=picked, table=connection.ops.quote_name(model._meta.db_table))
    token = ids.new_key()
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, now, lease_seconds, now, lease_seconds, token])
        return [Claimed(pk, token, attempts) for pk, attempts in sorted(cursor.fetchall())]
