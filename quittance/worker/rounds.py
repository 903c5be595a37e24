"""One round of work: claim a batch of each kind, work on every row, let no bad row stop the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from quittance.core import clock
from quittance.due import actions as due
from quittance.due.actions import Claimed
from quittance.worker.table import JOBS, Job

# A row that was tried this often without an end may be what kills workers: it gets a longer lease first.
_SUSPICIOUS_ATTEMPTS = 4
_RETRY_BASE_SECONDS = 10
_RETRY_CAP_SECONDS = 15 * 60
_MAX_ROUNDS = 200
_log = structlog.get_logger("quittance.worker")


@dataclass(frozen=True, slots=True)
class Piece:
    """One claimed row of one kind. `claimed_at` is in monotonic seconds of this process."""

    job: Job
    row: Claimed
    claimed_at: float


def claim_pieces(job: Job, *, limit: int, now: datetime | None) -> list[Piece]:
    """`now` None: by the database's clock."""
    claimed_at = time.monotonic()
    rows = due.claim(
        job.model,
        limit=min(limit, job.batch),
        lease_seconds=job.lease_seconds,
        now=now,
        only=job.only(now or clock.now()) if job.only else None,
        fairness=job.fairness,
        max_attempts=job.max_attempts,
    )
    return [Piece(job, row, claimed_at) for row in rows]


def do(piece: Piece, *, now: datetime | None) -> bool:
    """Work on one row; True when nothing was raised. What is raised is logged and tried again later."""
    job, row = piece.job, piece.row
    if not _is_still_ours(piece, now):
        return False
    try:
        job.work(row_id=row.id, lease_token=row.lease_token, now=now or clock.now())
    except Exception:  # noqa: BLE001 - one bad row, whatever is wrong with it, never stops the rest
        _log.exception("work failed", job=job.name, row=row.id, attempts=row.attempts)
        _put_off(piece, now or clock.now())
        return False
    return True


def run_once(now: datetime | None = None, *, jobs: Sequence[Job] = JOBS, max_rounds: int = _MAX_ROUNDS) -> int:
    """Work in this thread until nothing is due at `now`; returns how many rows were worked on.

    Bounded: rows that make themselves due again at once do not keep it for ever.
    """
    done = 0
    for _ in range(max_rounds):
        moment = now or clock.now()
        pieces = [piece for job in jobs for piece in claim_pieces(job, limit=job.batch, now=moment)]
        if not pieces:
            break
        for piece in pieces:
            do(piece, now=now)
        done += len(pieces)
    return done


def give_back(pieces: Sequence[Piece], *, now: datetime) -> None:
    """What was claimed and not begun when the worker was told to stop."""
    for piece in pieces:
        due.release(piece.job.model, piece.row.id, piece.row.lease_token, now=now)


def _is_still_ours(piece: Piece, now: datetime | None) -> bool:
    """A row that waited long for a thread, or that killed others before, starts with a fresh lease."""
    job, row = piece.job, piece.row
    waited = time.monotonic() - piece.claimed_at
    seconds = job.lease_seconds
    if row.attempts >= _SUSPICIOUS_ATTEMPTS:
        longer = due.backoff(row.attempts - 1, base_seconds=seconds, cap_seconds=_RETRY_CAP_SECONDS)
        seconds = longer.total_seconds()
    elif waited < seconds / 3:
        return True
    return due.renew(job.model, row.id, row.lease_token, lease_seconds=seconds, now=now)


def _put_off(piece: Piece, now: datetime) -> None:
    pause = due.backoff(piece.row.attempts, base_seconds=_RETRY_BASE_SECONDS, cap_seconds=_RETRY_CAP_SECONDS)
    try:
        due.finish(piece.job.model, piece.row.id, piece.row.lease_token, next_attempt_at=now + pause)
    except Exception:  # noqa: BLE001 - the same
        # The lease runs out by itself.
        _log.exception("could not put off", job=piece.job.name, row=piece.row.id)
