from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quittance.flows._ask_times import (
    UNMATCHED_FOR,
    is_long_unanswered,
    next_ask_at,
    next_match_at,
    retry_ask_at,
)

T0 = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
END = T0 + timedelta(hours=1)


def at(**after):
    return T0 + timedelta(**after)


def ask(now, state="open", spread=0.0):
    return next_ask_at(state=state, since_at=T0, expires_at=END, now=now, spread=spread)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(seconds=0), at(seconds=20)),
        (at(seconds=19.999), at(seconds=20)),
        (at(seconds=20), at(minutes=1)),
        (at(seconds=59), at(minutes=1)),
        (at(minutes=1), at(minutes=3)),
        (at(minutes=3), at(minutes=5)),
        (at(minutes=10), at(minutes=12)),
        (at(minutes=15), at(minutes=18)),
        (at(minutes=30), at(minutes=36)),
        (at(minutes=45), at(minutes=54)),
        (at(minutes=54), at(minutes=60, seconds=5)),
        (at(minutes=59, seconds=59), at(minutes=60, seconds=5)),
        (at(minutes=60), at(minutes=60, seconds=5)),
        (at(minutes=60, seconds=5), at(minutes=61)),
        (at(minutes=61), at(minutes=63)),
        (at(minutes=90), at(minutes=96)),
        (at(hours=3), at(hours=3, minutes=15)),
        (at(days=3), at(days=3, minutes=15)),
    ],
)
def test_an_open_payment_is_asked_about_at_these_minutes(now, then):
    assert ask(now) == then


def test_it_is_asked_about_until_four_days_past_its_end():
    last = END + timedelta(days=4)
    assert ask(last - timedelta(seconds=1)) is not None
    assert ask(last) is None


@pytest.mark.parametrize("state", ["paid", "failed", "expired", "ended"])
def test_a_final_payment_is_not_asked_about(state):
    assert ask(at(minutes=1), state=state) is None


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_t11_no_moment_of_the_page_s_hour_is_ten_minutes_from_the_next_question(spread):
    now, longest = T0, timedelta()
    asked = []
    while now < END + timedelta(minutes=1):
        then = ask(now, spread=spread)
        longest = max(longest, then - now)
        now = then
        asked.append(now)
    assert longest <= timedelta(minutes=10)
    # What a client pays in the last second is recorded five seconds later.
    assert END + timedelta(seconds=5) in asked


def test_a_worker_that_slept_is_in_step_again_at_once():
    assert ask(at(minutes=47)) == at(minutes=56)


def test_chance_only_pulls_forward():
    assert ask(at(minutes=30), spread=1.0) == at(minutes=35, seconds=24)


def test_a_debit_on_its_way_is_asked_about_for_a_month():
    assert ask(at(minutes=30), state="processing") == at(minutes=36)
    assert ask(at(days=2), state="processing") == at(days=2, minutes=15)
    assert ask(at(days=10), state="processing") == at(days=10, hours=6)
    assert ask(END + timedelta(days=30), state="processing") is None


def test_a_question_without_answer_backs_off_to_a_quarter_of_an_hour_and_never_dies():
    waits = [(retry_ask_at(attempts=n, now=T0, spread=0) - T0).total_seconds() for n in (1, 2, 3, 6, 7, 1000)]
    assert waits == [20, 40, 80, 640, 900, 900]


def test_a_person_is_told_after_four_days_of_silence():
    assert not is_long_unanswered(expires_at=END, now=END + timedelta(days=3))
    assert is_long_unanswered(expires_at=END, now=END + timedelta(days=4))


def test_a_notice_that_fits_nothing_is_looked_at_again_for_half_an_hour():
    looked, now = [], T0
    for attempts in range(1, 20):
        then = next_match_at(received_at=T0, attempts=attempts, now=now, spread=0)
        if then is None:
            break
        now = then
        looked.append((now - T0).total_seconds())
    assert looked == [10, 30, 70, 150, 310, 630, 1110, 1590, UNMATCHED_FOR.total_seconds()]
