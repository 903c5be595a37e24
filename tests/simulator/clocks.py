"""Two clocks: true time, by which the payment system lives, and the product's own, which may be set wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quittance.sandbox import MovableClock

# Runs begin here: an ordinary Thursday, nights in which the clocks change, the day that is not there, a year's end.
STARTS = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        "2026-11-26T13:00:00",
        "2027-03-27T22:40:00",
        "2027-10-30T22:30:00",
        "2028-02-28T22:50:00",
        "2026-12-31T21:00:00",
        "2027-03-14T05:30:00",
        "2027-06-15T08:00:00",
    )
)


class Clocks:
    def __init__(self, start: datetime) -> None:
        self.start = start
        self.true = MovableClock(start)
        self.skew = timedelta(0)

    def now(self) -> datetime:
        """The product's clock."""
        return self.true.now() + self.skew

    def wait(self, step: timedelta) -> None:
        if step > timedelta(0):
            self.true.advance(step)

    def go_to(self, at: datetime) -> None:
        """To a moment of the product's clock, if it is still ahead."""
        self.wait(at - self.now())

    def days(self) -> float:
        return (self.true.now() - self.start).total_seconds() / 86400
