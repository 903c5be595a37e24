"""Where reading the event list goes on, in Stripe's time, with an overlap and within bounds."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from quittance.core.http import Deadline, OutsideClient, OutsideError, OutsideRequest, OutsideResponse
from quittance.payment_systems.port import MistakeError, UnavailableError
from quittance.payment_systems.stripe.adapter import StripeAccount
from quittance.payment_systems.stripe.credentials import WEBHOOK_EVENTS, read_credentials
from quittance.payment_systems.stripe.lists import EventCursor


class Shelf:
    """Stripe's event list: newest first, filtered by time, in pages."""

    def __init__(self, times: list[int]) -> None:
        self.times = sorted(times, reverse=True)
        self.asked: list[dict[str, list[str]]] = []
        # Pages that are answered before it falls silent.
        self.patience: int | None = None

    def __call__(self, request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        query = parse_qs(urlsplit(request.url).query)
        self.asked.append(query)
        if self.patience is not None:
            self.patience -= 1
            if self.patience < 0:
                raise OutsideError("too slow", sent=True)
        least = int(query.get("created[gte]", ["0"])[0])
        most = int(query.get("created[lte]", ["99999999999"])[0])
        found = [(number, time) for number, time in enumerate(self.times) if least <= time <= most]
        if "starting_after" in query:
            last = int(query["starting_after"][0].removeprefix("evt_"))
            found = [(number, time) for number, time in found if number > last]
        shown, more = found[:100], len(found) > 100
        events: list[dict[str, Any]] = [
            {
                "object": "event",
                "id": f"evt_{number}",
                "type": "charge.refunded",
                "created": time,
                "livemode": False,
                "data": {"object": {"object": "charge", "id": "ch_1"}},
            }
            for number, time in shown
        ]
        return OutsideResponse(
            200, {}, json.dumps({"object": "list", "data": events, "has_more": more, "url": "/"}).encode()
        )

    def account(self) -> StripeAccount:
        return StripeAccount(read_credentials({"secret_key": "sk_test_salon"}), outside=OutsideClient(wire=self))


def test_the_first_reading_begins_with_the_newest_and_asks_for_our_kinds_only():
    shelf = Shelf([1000, 2000, 3000])
    notices, cursor = shelf.account().events_since("")
    assert [notice.at.timestamp() for notice in notices] == [1000, 2000, 3000]
    assert cursor == "3000"
    assert "created[gte]" not in shelf.asked[0]
    assert [shelf.asked[0][f"types[{place}]"][0] for place in range(len(WEBHOOK_EVENTS))] == list(WEBHOOK_EVENTS)
    assert len(WEBHOOK_EVENTS) <= 20


def test_an_account_without_events_is_asked_from_the_newest_again():
    assert Shelf([]).account().events_since("") == ([], "")


def test_reading_goes_on_ten_minutes_before_the_last_event_in_their_time():
    shelf = Shelf([1000, 2000])
    notices, cursor = shelf.account().events_since("2000")
    assert shelf.asked[0]["created[gte]"] == ["1400"]
    assert [notice.at.timestamp() for notice in notices] == [2000]
    assert cursor == "2000"
    assert Shelf([]).account().events_since("2000") == ([], "2000")


def test_a_long_stretch_is_read_in_several_bounded_calls_and_nothing_is_left_out():
    """After an outage of days: 2,500 events, at most 1,000 in one call."""
    shelf = Shelf([10_000 + number for number in range(2500)])
    seen: set[str] = set()
    cursor, calls = "5000", 0
    while calls < 5:
        notices, cursor = shelf.account().events_since(cursor)
        seen |= {notice.event_id for notice in notices}
        calls += 1
        assert len(notices) <= 1000
        if ":" not in cursor:
            break
    assert (calls, len(seen), cursor) == (3, 2500, "12499")


def test_events_that_come_while_a_long_stretch_is_read_are_not_lost():
    shelf = Shelf([10_000 + number for number in range(1500)])
    _, cursor = shelf.account().events_since("5000")
    assert cursor.count(":") == 2
    later = Shelf([*shelf.times, 12_000])
    _, cursor = later.account().events_since(cursor)
    assert cursor == "11499"
    notices, cursor = later.account().events_since(cursor)
    assert cursor == "12000" and notices[-1].at.timestamp() == 12_000


def test_a_slow_list_is_read_on_where_the_time_of_a_call_ended():
    shelf = Shelf([10_000 + number for number in range(500)])
    seen: set[str] = set()
    cursor = "5000"
    for _ in range(3):
        shelf.patience = 2
        notices, cursor = shelf.account().events_since(cursor)
        seen |= {notice.event_id for notice in notices}
    assert (len(seen), cursor) == (500, "10499")


def test_silence_from_the_first_page_on_is_silence():
    shelf = Shelf([10_000])
    shelf.patience = 0
    with pytest.raises(UnavailableError):
        shelf.account().events_since("5000")


def test_more_events_in_one_second_than_fit_into_a_call_do_not_hold_it_for_ever():
    shelf = Shelf([9000] * 2100 + [8000])
    cursor, calls = "7000", 0
    while calls < 10:
        _, cursor = shelf.account().events_since(cursor)
        calls += 1
        if ":" not in cursor:
            break
    assert cursor == "9000" and calls <= 4


def test_a_place_is_written_and_read_alike():
    for text in ("", "5", "5:6:7"):
        assert EventCursor.read(text).write() == text


@pytest.mark.parametrize("text", ["soon", "1:2:3:4", "1:", "2026-11-26"])
def test_a_place_from_somewhere_else_is_our_mistake(text):
    with pytest.raises(MistakeError, match="place"):
        EventCursor.read(text)
