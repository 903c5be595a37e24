from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db.models import Q

from quittance.due.actions import claim
from quittance.due.models import Chore
from quittance.flows import shrink_inbox
from quittance.inbox import actions as inbox
from quittance.inbox.actions import NewNotice, Sender
from quittance.inbox.models import InboundWebhook

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STRIPE = Sender(business_id=1, source="stripe", account_id=5)
BODY = '{"id": "evt_1", "customer_details": {"name": "Chloe", "email": "chloe@client.example"}}'


@pytest.fixture
def chore():
    row, _ = Chore.objects.get_or_create(name=shrink_inbox.CHORE)
    Chore.objects.filter(pk=row.pk).update(next_attempt_at=NOON, place=0, attempts=0)
    return row


def came(number, at, *, done=True):
    notice = NewNotice(
        event_id=f"evt_{number}", kind="charge.refunded", references=[("charge", "ch_1")], metadata={"who": "Chloe"}, body=BODY
    )  # fmt: skip
    inbox.store(sender=STRIPE, notices=[notice], now=at)
    if done:
        InboundWebhook.objects.filter(event_id=f"evt_{number}").update(state="matched", next_attempt_at=None)


def work(at):
    rows = claim(Chore, limit=1, lease_seconds=60, now=at, only=Q(name=shrink_inbox.CHORE))
    for row in rows:
        shrink_inbox.work(row_id=row.id, lease_token=row.lease_token, now=at)
    return len(rows)


def held():
    return [row.body.reveal() for row in InboundWebhook.objects.order_by("pk")]


def test_after_90_days_ids_and_a_hash_are_left(chore):
    came(1, NOON)
    work(NOON + timedelta(days=90))
    assert held() == [BODY]
    work(NOON + timedelta(days=91, seconds=1))
    row = InboundWebhook.objects.get()
    assert (row.body.reveal(), row.metadata) == ("", {})
    assert row.body_hash == sha256(BODY.encode()).hexdigest()
    assert (row.event_id, row.kind, row.references, row.state) == (
        "evt_1",
        "charge.refunded",
        [["charge", "ch_1"]],
        "matched",
    )


def test_younger_ones_stay_as_they_are(chore):
    came(1, NOON)
    came(2, NOON + timedelta(days=10))
    work(NOON + timedelta(days=91))
    assert held() == ["", BODY]
    assert Chore.objects.get(pk=chore.pk).place == InboundWebhook.objects.get(event_id="evt_1").pk


def test_an_event_that_comes_again_after_that_is_still_known(chore):
    came(1, NOON)
    work(NOON + timedelta(days=91))
    came(1, NOON + timedelta(days=92), done=False)
    row = InboundWebhook.objects.get()
    assert (row.state, row.next_attempt_at, row.body.reveal()) == ("matched", None, "")


def test_it_looks_once_a_day(chore):
    work(NOON)
    row = Chore.objects.get(pk=chore.pk)
    assert (row.next_attempt_at, row.attempts, row.lease_token) == (NOON + timedelta(days=1), 0, "")


def test_many_are_done_in_bounded_pieces_that_follow_at_once(chore, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(shrink_inbox, "_BATCH", 4)
    for number in range(10):
        came(number, NOON)
    later = NOON + timedelta(days=91)
    with django_assert_max_num_queries(9):
        work(later)
    assert held() == [""] * 4 + [BODY] * 6
    assert work(later) + work(later) == 2
    assert held() == [""] * 10
    assert work(later) == 0
    # What is done is never read again.
    assert Chore.objects.get(pk=chore.pk).place == InboundWebhook.objects.latest("pk").pk


def test_a_crash_before_the_place_was_saved_only_repeats_the_piece(chore, monkeypatch):
    came(1, NOON)
    later = NOON + timedelta(days=91)
    with monkeypatch.context() as crash:
        crash.setattr("quittance.flows.shrink_inbox.due.finish", lambda *_a, **_k: False)
        work(later)
    work(later + timedelta(minutes=2))
    row = InboundWebhook.objects.get()
    assert (row.body.reveal(), row.body_hash) == ("", sha256(BODY.encode()).hexdigest())
    assert Chore.objects.get(pk=chore.pk).place == row.pk


def test_what_came_before_hashes_were_kept_gets_one(chore):
    came(1, NOON)
    InboundWebhook.objects.update(body_hash="")
    work(NOON + timedelta(days=91))
    assert InboundWebhook.objects.get().body_hash == sha256(BODY.encode()).hexdigest()


def test_what_nobody_could_look_into_for_90_days_is_given_up(chore):
    came(1, NOON, done=False)
    work(NOON + timedelta(days=91))
    row = InboundWebhook.objects.get()
    assert (row.state, row.next_attempt_at, row.outcome) == ("unmatched", None, "given up after 90 days")


def test_a_lost_lease_changes_nothing(chore):
    came(1, NOON)
    shrink_inbox.work(row_id=chore.pk, lease_token="0" * 32, now=NOON + timedelta(days=91))
    assert held() == [BODY]
