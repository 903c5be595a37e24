from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from quittance.audit.models import AuditEntry
from quittance.bills.models import Receipt
from quittance.bills.old_papers import pseudonym
from quittance.businesses.actions import CompanyDetails
from quittance.clients.models import Erasure
from quittance.core.actor import Actor
from quittance.documents.receipt import ReceiptDocument
from quittance.due import actions as due
from quittance.flows import change_company, erase_client, replace_names
from quittance.flows.errors import FieldError
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def columns_of(paper: Receipt) -> dict[str, Any]:
    return {field.attname: getattr(paper, field.attname) for field in Receipt._meta.concrete_fields}


def name_on(paper: Receipt) -> str:
    return ReceiptDocument.from_json(paper.snapshot).client_name


def worker_looks(now: datetime) -> int:
    rows = due.claim(Erasure, now=now, limit=10, lease_seconds=60)
    for row in rows:
        replace_names.work(row_id=row.id, lease_token=row.lease_token, now=now)
    return len(rows)


@pytest.fixture
def paid(salon: Salon) -> Salon:
    """Chloe paid in cash in November 2026."""
    salon.cash(salon.visit(), 10_000)
    return salon


@pytest.fixture
def erased(paid: Salon) -> Salon:
    paid.wait(days=2)
    erase_client.erase_client(actor=paid.actor, location_id=paid.location.pk, client_id=paid.chloe.pk, now=paid.now)
    return paid


def test_the_name_stays_for_ten_years_after_the_year_and_then_a_number_takes_its_place(erased: Salon) -> None:
    assert worker_looks(erased.now) == 1
    assert name_on(Receipt.objects.get()) == "Chloe"
    assert Erasure.objects.get().next_attempt_at == datetime(2037, 1, 2, tzinfo=UTC)
    assert worker_looks(datetime(2036, 12, 31, 23, tzinfo=UTC)) == 0

    before = columns_of(Receipt.objects.get())
    later = datetime(2037, 1, 2, 1, tzinfo=UTC)
    assert worker_looks(later) == 1

    paper = Receipt.objects.get()
    assert name_on(paper) == pseudonym(erased.chloe.pk)
    changed = {key for key, value in columns_of(paper).items() if value != before[key]}
    assert changed == {"snapshot", "name_removed_at"}
    assert {key for key, value in paper.snapshot.items() if value != before["snapshot"][key]} == {"client_name"}
    assert Erasure.objects.get().next_attempt_at is None
    assert AuditEntry.objects.get(action="receipts.names_replaced").detail == {"papers": 1}


def test_the_papers_of_others_keep_their_names(paid: Salon) -> None:
    worker_looks(datetime(2050, 1, 1, tzinfo=UTC))
    assert name_on(Receipt.objects.get()) == "Chloe"


def test_a_client_chosen_afterwards_does_not_take_the_name_of_the_first_one_along(erased: Salon) -> None:
    """The paper remembers whom it names, whoever the visit belongs to by now."""
    bill = Receipt.objects.get().bill
    bill.client = None
    bill.save(update_fields=["client"])
    worker_looks(datetime(2037, 1, 3, tzinfo=UTC))
    assert name_on(Receipt.objects.get()) == pseudonym(erased.chloe.pk)


def test_a_shorter_time_is_looked_at_at_once(erased: Salon) -> None:
    worker_looks(erased.now)
    owner = Actor.system(erased.business.pk)
    change_company.change_company(actor=owner, details=CompanyDetails(receipt_years=2), now=erased.now)
    assert worker_looks(erased.now) == 1
    assert Erasure.objects.get().next_attempt_at == datetime(2029, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("years", [0, 31, -1])
def test_years_that_no_law_knows_are_refused(paid: Salon, years: int) -> None:
    owner = Actor.system(paid.business.pk)
    with pytest.raises(FieldError, match="between 1 and 30"):
        change_company.change_company(actor=owner, details=CompanyDetails(receipt_years=years), now=paid.now)


def test_many_papers_are_done_piece_by_piece(paid: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        paid.cash(paid.visit(), 10_000)
    paid.wait(days=2)
    erase_client.erase_client(actor=paid.actor, location_id=paid.location.pk, client_id=paid.chloe.pk, now=paid.now)
    monkeypatch.setattr(replace_names, "_BATCH", 2)
    later = datetime(2037, 1, 2, 1, tzinfo=UTC)
    worker_looks(later)
    assert sorted(map(name_on, Receipt.objects.all())) == sorted([pseudonym(paid.chloe.pk)] * 2 + ["Chloe"])
    assert Erasure.objects.get().next_attempt_at == later
    worker_looks(later)
    assert {name_on(paper) for paper in Receipt.objects.all()} == {pseudonym(paid.chloe.pk)}


@pytest.mark.parametrize(
    "change",
    [
        {"number": 999_999},
        {"snapshot": {"client_name": "#1"}},
        {"name_removed_at": datetime(2037, 1, 1, tzinfo=UTC), "number": 999_999},
        {"name_removed_at": datetime(2037, 1, 1, tzinfo=UTC), "snapshot": {"total_minor": 1}},
        {"client_id": None},
    ],
)
def test_a_paper_changes_in_no_other_way(paid: Salon, change: dict[str, Any]) -> None:
    paper = Receipt.objects.get()
    if "snapshot" in change:
        change = {**change, "snapshot": {**paper.snapshot, **change["snapshot"]}}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Receipt.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        paper.delete()


def test_the_number_that_took_the_place_of_a_name_stays(erased: Salon) -> None:
    worker_looks(datetime(2037, 1, 2, 1, tzinfo=UTC))
    paper = Receipt.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Receipt.objects.update(snapshot={**paper.snapshot, "client_name": "Chloe"}, name_removed_at=paper.issued_at)
