"""When a payment is asked about next, and when a notice that fits nothing is looked at again.

Read from the clock, never counted from the last run: a worker that slept asks at once and is in step again.
Timers only cause a question; what is true is said by the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from quittance.due.actions import backoff

OPENING_UNKNOWN_SECONDS = 30
KEEP_ASKING = timedelta(days=4)
# A debit can take two weeks to fail; longer than any of them, and rarely.
KEEP_ASKING_WHILE_PROCESSING = timedelta(days=30)
UNMATCHED_FOR = timedelta(minutes=30)

_FIRST_ASKS = (timedelta(seconds=20), timedelta(minutes=1))
_AFTER_THE_END = (timedelta(seconds=5), timedelta(minutes=1))
_SHORTEST = timedelta(minutes=2)
# Under 10 minutes with its share of chance: money is recorded within 10 minutes without any webhook.
_LONGEST_WHILE_OPEN = timedelta(minutes=9)
_LONGEST_AFTERWARDS = timedelta(minutes=15)
_LONGEST_IN_THE_END = timedelta(hours=6)
_NO_ANSWER_BASE_SECONDS = 20
_NO_ANSWER_CAP_SECONDS = 15 * 60
_NOTICE_BASE_SECONDS = 10
_NOTICE_CAP_SECONDS = 8 * 60


def next_ask_at(
    *,
    state: str,
    since_at: datetime,
    expires_at: datetime,
    now: datetime,
    spread: float = 0.0,
) -> datetime | None:
    """After an answer. None: nothing more to ask about.

    `since_at` is when the page was opened or, later, when it was superseded. `spread` (0 to 1) pulls the long
    steps forward by up to a tenth, so that payments do not march in step.
    """
    if state in {"paid", "failed", "expired", "ended"}:
        return None
    if state == "processing":
        return _while_processing(since_at, expires_at, now, spread)
    for pause in _FIRST_ASKS:
        if now < since_at + pause:
            return since_at + pause
    if now < expires_at:
        step = _step(now - since_at, longest=_LONGEST_WHILE_OPEN, spread=spread)
        return min(now + step, expires_at + _AFTER_THE_END[0])
    for pause in _AFTER_THE_END:
        if now < expires_at + pause:
            return expires_at + pause
    if now >= expires_at + KEEP_ASKING:
        return None
    return now + _step(now - expires_at, longest=_LONGEST_AFTERWARDS, spread=spread)


def retry_ask_at(*, attempts: int, now: datetime, spread: float | None = None) -> datetime:
    """After no answer: such a question never dies, it is asked every quarter of an hour in the end."""
    return now + backoff(
        attempts, base_seconds=_NO_ANSWER_BASE_SECONDS, cap_seconds=_NO_ANSWER_CAP_SECONDS, spread=spread
    )


def is_long_unanswered(*, expires_at: datetime, now: datetime) -> bool:
    """So long without an answer that a person should know."""
    return now >= expires_at + KEEP_ASKING


def next_match_at(
    *, received_at: datetime, attempts: int, now: datetime, spread: float | None = None
) -> datetime | None:
    """A notice can come before our own row is written. None: half an hour is over."""
    end = received_at + UNMATCHED_FOR
    if now >= end:
        return None
    pause = backoff(attempts, base_seconds=_NOTICE_BASE_SECONDS, cap_seconds=_NOTICE_CAP_SECONDS, spread=spread)
    return min(now + pause, end)


def _while_processing(since_at: datetime, expires_at: datetime, now: datetime, spread: float) -> datetime | None:
    if now >= expires_at + KEEP_ASKING_WHILE_PROCESSING:
        return None
    longest = _LONGEST_AFTERWARDS if now < expires_at + KEEP_ASKING else _LONGEST_IN_THE_END
    if now < expires_at:
        longest = _LONGEST_WHILE_OPEN
    return now + _step(now - since_at, longest=longest, spread=spread)


def _step(age: timedelta, *, longest: timedelta, spread: float) -> timedelta:
    """A fifth of the age: young payments are asked about often, old ones seldom."""
    return max(_SHORTEST, min(age / 5, longest)) * (1 - spread / 10)
