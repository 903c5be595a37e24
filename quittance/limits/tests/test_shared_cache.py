"""What sign-in counts in: every process sees it, and only one holds a lock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache, caches

from quittance.core import clock
from quittance.limits.cache import SharedCache
from quittance.limits.models import SharedNote

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 13, 0, 30, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    def set_clock(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    set_clock(NOW)
    return set_clock


def test_django_s_cache_is_the_shared_one() -> None:
    assert isinstance(caches["default"], SharedCache)


def test_a_value_is_kept_until_its_end(at) -> None:
    cache.set("a", [1.5, 2.5], 60)
    assert cache.get("a") == [1.5, 2.5]
    cache.set("a", [3.5], 60)
    assert cache.get("a", []) == [3.5]
    at(NOW + timedelta(seconds=60))
    assert cache.get("a", []) == []


def test_one_of_two_adds_and_the_other_after_its_end(at) -> None:
    assert cache.add("lock", True, timeout=10)
    assert not cache.add("lock", True, timeout=10)
    at(NOW + timedelta(seconds=10))
    assert cache.add("lock", True, timeout=10)
    assert cache.delete("lock")
    assert cache.add("lock", True, timeout=10)


def test_the_table_names_nobody_and_forgets(at) -> None:
    cache.set("allauth:rl:login:ip:192.0.2.7", [1.0], 60)
    assert "192.0.2.7" not in str(SharedNote.objects.values().get())
    at(NOW + timedelta(minutes=5))
    cache.set("b", [1.0], 60)
    assert SharedNote.objects.count() == 1
