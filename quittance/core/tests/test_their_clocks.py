"""What other machines say of the time, and what is made of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from quittance.core import clock, their_clocks
from quittance.core.http import Deadline, OutsideClient, OutsideRequest, OutsideResponse

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    their_clocks.forget()
    yield
    their_clocks.forget()


def test_nobody_was_asked_yet() -> None:
    assert their_clocks.furthest() is None


def test_the_one_that_differs_most_counts_whichever_way() -> None:
    for host, seconds in (("a.example", 3), ("b.example", -600), ("c.example", 20)):
        their_clocks.note(host=host, told=format_datetime(NOON + timedelta(seconds=seconds), usegmt=True), now=NOON)
    seen = their_clocks.furthest()
    assert seen is not None
    assert (seen.host, seen.ahead_seconds) == ("b.example", -600)


def test_the_newest_answer_of_a_host_counts() -> None:
    for seconds in (600, 0):
        their_clocks.note(host="a.example", told=format_datetime(NOON + timedelta(seconds=seconds)), now=NOON)
    seen = their_clocks.furthest()
    assert seen is not None and seen.ahead_seconds == 0


@pytest.mark.parametrize("told", ["", "soon", "Sat, 99 Nov 2026 12:00:00 GMT"])
def test_what_is_no_date_says_nothing(told: str) -> None:
    their_clocks.note(host="a.example", told=told, now=NOON)
    assert their_clocks.furthest() is None


def test_a_date_without_a_zone_is_taken_for_utc() -> None:
    their_clocks.note(host="a.example", told="Sat, 21 Nov 2026 12:00:00 -0000", now=NOON)
    seen = their_clocks.furthest()
    assert seen is not None and seen.ahead_seconds == 0


def test_after_an_hour_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    their_clocks.note(host="a.example", told=format_datetime(NOON + timedelta(minutes=10)), now=NOON)
    later = time.monotonic() + 3601
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert their_clocks.furthest() is None


def test_only_so_many_hosts_are_remembered() -> None:
    for number in range(60):
        their_clocks.note(host=f"{number}.example", told=format_datetime(NOON), now=NOON)
    assert len(their_clocks._clocks) == 50


def answering(at: datetime) -> OutsideClient:
    def wire(request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        return OutsideResponse(200, {"date": format_datetime(at, usegmt=True)}, b"")

    return OutsideClient(wire=wire)


@pytest.mark.parametrize(("host", "is_noted"), [("api.stripe.com", True), ("127.0.0.1", False), ("localhost", False)])
def test_t52_each_answer_of_another_machine_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, host: str, is_noted: bool
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    scheme = "https" if is_noted else "http"
    answering(NOON + timedelta(minutes=10)).request("GET", f"{scheme}://{host}/v1/events")
    seen = their_clocks.furthest()
    assert (seen is not None) == is_noted
    if seen is not None:
        assert (seen.host, seen.ahead_seconds) == ("api.stripe.com", 600)
