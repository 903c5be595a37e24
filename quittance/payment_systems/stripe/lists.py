"""Stripe's lists: newest first, page by page, never without a bound; and where reading the events goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from quittance.payment_systems.port import MistakeError, RateLimitedError, UnavailableError
from quittance.payment_systems.stripe.client import asked

PAGE_SIZE = 100
# Stripe's events may become visible a little late and out of sequence.
OVERLAP_SECONDS = 600


class Listing:
    """Iterate once; afterwards `complete` says whether the end was reached within the bound.

    With `keeps_part` silence after the first page ends it like the bound does: where pages come slowly, the time
    of a call is used up before the end, and the next call shall go on instead of beginning anew.
    """

    def __init__(
        self, ask: Callable[[Any], Any], params: Mapping[str, Any], *, max_pages: int, keeps_part: bool = False
    ) -> None:
        self._ask = ask
        self._params = dict(params) | {"limit": PAGE_SIZE}
        self._max_pages = max_pages
        self._keeps_part = keeps_part
        self.complete = False

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for number in range(self._max_pages):
            try:
                page = asked(lambda: self._ask(self._params))
            except (UnavailableError, RateLimitedError):
                if number and self._keeps_part:
                    return
                raise
            yield from page["data"]
            if not page["has_more"] or not page["data"]:
                self.complete = True
                return
            self._params["starting_after"] = page["data"][-1]["id"]


@dataclass(frozen=True, slots=True)
class EventCursor:
    """Written as `since`, or `since:until:newest` while a long stretch is read backwards in several calls.

    All three are seconds in Stripe's time.
    """

    since: int | None = None
    until: int | None = None
    newest: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            return cls(*(int(part) for part in text.split(":"))) if text else cls()
        except (TypeError, ValueError) as error:
            raise MistakeError("This place in the event list is not one that Stripe's adapter wrote.") from error

    def write(self) -> str:
        return ":".join(str(part) for part in (self.since, self.until, self.newest) if part is not None)

    @property
    def params(self) -> dict[str, Any]:
        if self.since is None:
            return {}
        until = {} if self.until is None else {"lte": self.until}
        return {"created": {"gte": self.since - OVERLAP_SECONDS} | until}

    def after(self, times: Sequence[int], *, complete: bool) -> EventCursor:
        """Where to go on, after events of these times were seen."""
        known = [time for time in (*times, self.newest, self.since) if time is not None]
        if not known:
            return self
        newest = max(known)
        # The first reading of all begins with the newest events; what lay before is none of ours.
        if complete or self.since is None:
            return EventCursor(since=newest)
        oldest = min(times)
        # A second with more events than one call may read would hold us for ever.
        until = oldest if oldest != self.until else oldest - 1
        return replace(self, until=until, newest=newest)
