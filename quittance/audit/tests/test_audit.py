from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from quittance.audit import actions, queries
from quittance.audit.models import AuditEntry
from quittance.core.actor import Actor

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANA = Actor(kind="staff", business_id=1, user_id=7, ip="192.0.2.1", request_id="r1")


def note(action, subject, *, actor=ANA):
    actions.record(actor=actor, location_id=10, action=action, subject=subject, now=NOON, detail={"bill": 3})


def test_an_entry_says_who_did_what_from_where():
    note("tender.taken", ("bill", 3))
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_id, entry.action, entry.ip) == ("staff", 7, "tender.taken", "192.0.2.1")
    assert (entry.subject_kind, entry.subject_id, entry.detail, entry.at) == ("bill", 3, {"bill": 3}, NOON)


def test_the_history_of_a_row_is_told_from_its_beginning():
    for action in ("link.made", "link.sent"):
        note(action, ("link", 5))
    note("link.made", ("link", 6))
    found = queries.of_subject(business_id=1, kind="link", subject_id=5)
    assert [entry.action for entry in found] == ["link.made", "link.sent"]
    newest = queries.of_subject(business_id=1, kind="link", subject_id=5, limit=1)
    assert [entry.action for entry in newest] == ["link.sent"]


def test_several_rows_share_one_history():
    note("visit.booked", ("visit", 1))
    note("link.made", ("link", 5))
    note("payment.paid", ("payment", 9))
    note("payment.paid", ("payment", 10))
    found = queries.of_subjects(business_id=1, subjects=[("visit", 1), ("link", 5), ("payment", 9)])
    assert [entry.action for entry in found] == ["visit.booked", "link.made", "payment.paid"]
    assert queries.of_subjects(business_id=1, subjects=[]) == []


def test_the_trail_pages_by_the_last_entry_shown():
    for number in range(5):
        note(f"step.{number}", ("visit", 1))
    page = queries.recent(business_id=1, limit=2)
    assert [entry.action for entry in page] == ["step.4", "step.3"]
    rest = queries.recent(business_id=1, before_id=page[-1].pk)
    assert [entry.action for entry in rest] == ["step.2", "step.1", "step.0"]


def test_dan_sees_nothing_of_ana_s():
    note("visit.booked", ("visit", 1))
    assert queries.recent(business_id=2) == []
    assert queries.of_subject(business_id=2, kind="visit", subject_id=1) == []
    assert queries.of_subjects(business_id=2, subjects=[("visit", 1)]) == []


def test_an_entry_is_neither_changed_nor_deleted():
    note("visit.booked", ("visit", 1))
    for forbidden in (lambda: AuditEntry.objects.update(action="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            forbidden()
    assert AuditEntry.objects.get().action == "visit.booked"


def test_a_repeated_request_gets_the_first_answer():
    assert actions.first_answer(business_id=1, request_id="r1") is None
    assert actions.remember_answer(actor=ANA, action="tender.take", result={"tender": 4}, now=NOON)
    assert not actions.remember_answer(actor=ANA, action="tender.take", result={"tender": 5}, now=NOON)
    assert actions.first_answer(business_id=1, request_id="r1") == {"tender": 4}
    assert actions.first_answer(business_id=2, request_id="r1") is None
    assert actions.first_answer(business_id=1, request_id="") is None
