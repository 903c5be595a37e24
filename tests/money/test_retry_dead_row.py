from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.audit.models import AuditEntry
from quittance.calendar.queries_dead import dead_count, dead_rows
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import retry_dead_row
from quittance.flows.errors import GoneError
from quittance.inbox import actions as inbox
from quittance.inbox.actions import NewNotice, Sender
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.worker.rounds import run_once
from quittance.worker.table import JOBS

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead(salon):
    """One of each, dead since an hour; and one notice of Dan's business."""
    for business_id, event_id in ((salon.business.pk, "evt_1"), (salon.business.pk + 1, "evt_2")):
        sender = Sender(business_id, "fake", salon.account.pk)
        inbox.store(sender=sender, notices=[NewNotice(event_id=event_id, kind="charge.refunded")], now=salon.now)
    InboundWebhook.objects.update(attempts=60, outcome="no answer: UnavailableError")
    salon.wait(minutes=20)
    Event.objects.create(
        business_id=salon.business.pk,
        name="payment.paid",
        happened_at=salon.now,
        next_attempt_at=salon.now,
        attempts=20,
    )
    salon.wait(minutes=20)
    Message.objects.create(
        business=salon.business, type="payment_link", channel="sms", address="+49151", purpose_key="p", key="k" * 32,
        created_at=salon.now, next_attempt_at=salon.now, attempts=20, failure="The number was refused.",
    )  # fmt: skip
    salon.wait(minutes=20)
    return salon


def shown(salon):
    return dead_rows(business_id=salon.business.pk, now=salon.now)


def test_what_failed_too_often_is_listed_with_its_problem_newest_first(dead):
    assert [(row.kind, row.what, row.problem) for row in shown(dead)] == [
        ("message", "payment_link", "The number was refused."),
        ("event", "payment.paid", ""),
        ("notice", "charge.refunded", "no answer: UnavailableError"),
    ]
    assert [row.attempts for row in shown(dead)] == [20, 20, 60]
    assert dead_count(business_id=dead.business.pk, now=dead.now) == 3


def test_the_worker_leaves_dead_rows_alone_and_the_limits_are_the_same(dead):
    limits = {job.name: job.max_attempts for job in JOBS if job.max_attempts}
    assert limits == {"inbound webhooks": 60, "events": 20, "reminders": 20, "messages": 20}
    before = shown(dead)
    run_once(dead.now)
    assert shown(dead) == before


def test_what_is_still_tried_is_not_dead(dead):
    InboundWebhook.objects.update(attempts=59)
    Event.objects.update(lease_until=dead.now + timedelta(seconds=30))
    assert [row.kind for row in shown(dead)] == ["message"]


@pytest.mark.parametrize("kind", ["notice", "event", "message"])
def test_a_retry_makes_it_due_with_a_clean_count(dead, kind):
    row = next(row for row in shown(dead) if row.kind == kind)
    retry_dead_row.retry(actor=dead.actor, kind=kind, row_id=row.id, now=dead.now)
    assert kind not in [row.kind for row in shown(dead)]
    entry = AuditEntry.objects.get(action="work.retried")
    assert (entry.subject_kind, entry.subject_id) == (kind, row.id)


def test_a_second_pressing_says_so(dead):
    row = shown(dead)[0]
    retry_dead_row.retry(actor=dead.actor, kind=row.kind, row_id=row.id, now=dead.now)
    with pytest.raises(GoneError, match="already"):
        retry_dead_row.retry(actor=dead.actor, kind=row.kind, row_id=row.id, now=dead.now)


def test_an_unknown_kind_is_refused(dead):
    with pytest.raises(GoneError):
        retry_dead_row.retry(actor=dead.actor, kind="payment", row_id=1, now=dead.now)


def test_dan_neither_sees_nor_retries_it_and_the_right_is_needed(dead):
    dan = replace(dead.actor, business_id=dead.business.pk + 2)
    assert dead_rows(business_id=dan.business_id, now=dead.now) == []
    with pytest.raises(GoneError):
        retry_dead_row.retry(actor=dan, kind="notice", row_id=shown(dead)[-1].id, now=dead.now)
    ben = replace(dead.actor, rights={dead.location.pk: frozenset({Right.SEE_FINANCE})})
    with pytest.raises(NotAllowedError):
        retry_dead_row.retry(actor=ben, kind="notice", row_id=shown(dead)[-1].id, now=dead.now)
