from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quittance.inbox import actions, queries
from quittance.inbox.actions import FOREIGN, NewNotice, Sender
from quittance.inbox.models import InboundWebhook

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STRIPE = Sender(business_id=1, source="stripe", account_id=5)


def test_a_notice_is_kept_once_per_account():
    notice = NewNotice(event_id="evt_1", kind="checkout.session.completed")
    for sender in (STRIPE, STRIPE, Sender(1, "stripe", 6), Sender(1, "messages", 5)):
        actions.store(sender=sender, notices=[notice], now=NOON)
    assert InboundWebhook.objects.count() == 3


def test_a_notice_that_came_before_keeps_its_outcome():
    actions.store(sender=STRIPE, notices=[NewNotice(event_id="evt_1", kind="a")], now=NOON)
    InboundWebhook.objects.update(state="matched", next_attempt_at=None)
    actions.store(sender=STRIPE, notices=[NewNotice(event_id="evt_1", kind="a")], now=NOON + timedelta(hours=1))
    row = InboundWebhook.objects.get()
    assert (row.state, row.next_attempt_at, row.received_at) == ("matched", None, NOON)


def test_a_foreign_notice_is_kept_and_never_due():
    actions.store(sender=STRIPE, notices=[NewNotice(event_id="evt_1", kind="a", state=FOREIGN)], now=NOON)
    assert InboundWebhook.objects.get().next_attempt_at is None


def test_nothing_to_store_is_fine():
    actions.store(sender=STRIPE, notices=[], now=NOON)
    assert not InboundWebhook.objects.exists()


def test_the_newest_come_first_and_only_the_business_s_own():
    for number in range(3):
        notice = NewNotice(event_id=f"evt_{number}", kind="a")
        actions.store(sender=STRIPE, notices=[notice], now=NOON + timedelta(minutes=number))
    actions.store(sender=Sender(2, "stripe", 7), notices=[NewNotice(event_id="evt_9", kind="a")], now=NOON)
    found = queries.recent(business_id=1, account_id=5, source="stripe", limit=2)
    assert [row.event_id for row in found] == ["evt_2", "evt_1"]
    assert not queries.recent(business_id=2, account_id=5, source="stripe")
