from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quittance.limits.actions import count_try
from quittance.limits.models import TryCount

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 13, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_tries_are_counted_by_subject_and_window() -> None:
    assert [count_try(key="a", window=MINUTE, now=NOW) for _ in range(3)] == [1, 2, 3]
    assert count_try(key="b", window=MINUTE, now=NOW) == 1
    assert count_try(key="a", window=MINUTE, now=NOW + timedelta(seconds=29)) == 4
    assert count_try(key="a", window=MINUTE, now=NOW + timedelta(seconds=30)) == 1


def test_the_table_names_nobody_and_forgets_after_an_hour() -> None:
    count_try(key="192.0.2.7", window=MINUTE, now=NOW)
    assert "192.0.2.7" not in TryCount.objects.get().key_mac

    count_try(key="192.0.2.8", window=MINUTE, now=NOW + timedelta(hours=2))
    assert TryCount.objects.count() == 1


def test_a_try_costs_one_statement(django_assert_num_queries) -> None:
    count_try(key="a", window=MINUTE, now=NOW)
    with django_assert_num_queries(1):
        count_try(key="a", window=MINUTE, now=NOW)
