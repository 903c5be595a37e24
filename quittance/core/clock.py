"""The only place that asks what time it is; faces and the worker read it and pass `now` down."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
