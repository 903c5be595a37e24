from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quittance.outbox import actions, queries

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def happen(name, *, business_id=1, location_id=10, visible_at_desk=True):
    return actions.record(
        business_id=business_id,
        location_id=location_id,
        name=name,
        subject={"visit": 1},
        now=NOON,
        visible_at_desk=visible_at_desk,
    ).pk


def test_a_desk_sees_what_happened_after_the_last_that_it_saw():
    first = happen("payment.paid")
    second = happen("payment.processing")
    happen("payment.started", visible_at_desk=False)
    happen("payment.paid", location_id=11)
    assert queries.newest_seen_at_desk(business_id=1, location_ids=[10]) == second
    assert [event.pk for event in queries.seen_at_desk_since(business_id=1, location_ids=[10], after_id=0)] == [
        first,
        second,
    ]
    assert [event.pk for event in queries.seen_at_desk_since(business_id=1, location_ids=[10], after_id=first)] == [
        second
    ]
    assert queries.seen_at_desk_since(business_id=1, location_ids=[10], after_id=second) == []


def test_dan_sees_nothing_of_ana_s():
    happen("payment.paid")
    assert queries.newest_seen_at_desk(business_id=2, location_ids=[10]) == 0
    assert queries.seen_at_desk_since(business_id=2, location_ids=[10], after_id=0) == []


def test_an_event_is_due_at_once():
    pk = happen("payment.paid")
    assert queries.leased(row_id=pk, lease_token="0" * 32) is None
