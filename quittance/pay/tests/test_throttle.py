from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quittance.pay.throttle import MinuteCounter

NOW = datetime(2026, 11, 26, 13, 0, 30, tzinfo=UTC)


def test_misses_are_counted_by_minute_and_address():
    counter = MinuteCounter(limit=2)
    for _ in range(2):
        assert not counter.is_blocked(key="192.0.2.1", now=NOW)
        counter.note(key="192.0.2.1", now=NOW)

    assert counter.is_blocked(key="192.0.2.1", now=NOW)
    assert not counter.is_blocked(key="192.0.2.2", now=NOW)
    assert not counter.is_blocked(key="192.0.2.1", now=NOW + timedelta(seconds=30))


def test_one_ipv6_household_is_one_address():
    counter = MinuteCounter(limit=1)
    counter.note(key="2001:db8:1:2:aaaa::1", now=NOW)

    assert counter.is_blocked(key="2001:db8:1:2:bbbb::2", now=NOW)
    assert not counter.is_blocked(key="2001:db8:1:3:aaaa::1", now=NOW)


def test_however_an_ipv6_address_is_written_its_network_is_the_same():
    counter = MinuteCounter(limit=1)
    counter.note(key="2001:db8::1", now=NOW)
    counter.note(key="::ffff:192.0.2.1", now=NOW)

    assert counter.is_blocked(key="2001:db8::2", now=NOW)
    assert counter.is_blocked(key="2001:0db8:0:0:ffff::", now=NOW)
    assert counter.is_blocked(key="192.0.2.1", now=NOW)
    assert not counter.is_blocked(key="2001:db8:0:1::1", now=NOW)


def test_what_other_processes_counted_blocks_here_too():
    counter = MinuteCounter(limit=2, shared=lambda _key, _now: 3)

    assert not counter.note(key="192.0.2.1", now=NOW)
    assert counter.is_blocked(key="192.0.2.1", now=NOW)


def test_the_memory_for_guessers_is_bounded():
    counter = MinuteCounter(limit=1)
    for number in range(10_050):
        counter.note(key=f"10.0.{number // 256}.{number % 256}", now=NOW)

    assert len(counter._misses) == 10_000
