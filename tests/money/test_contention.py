"""Several real processes on one SQLite file: everybody waits their turn, nobody meets the lock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from quittance.core import clock, http
from quittance.flows.audit_books import assert_books
from quittance.payment_systems.fake import FakeBank
from quittance.sandbox.house import Sandbox
from tests.support.busy_town import Busy, Town, connect_sandbox, work_together
from tests.support.salon import Salon, open_salon

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the file"),
]


@pytest.fixture
def salon_with_sandbox(transactional_db: None, bank: FakeBank) -> Iterator[tuple[Salon, Sandbox]]:
    with Sandbox() as sandbox:
        salon = open_salon(bank)
        salon.now = clock.now()
        connect_sandbox(salon)
        yield salon, sandbox
        http._network.close()
    assert_books(now=clock.now())


@pytest.fixture
def town(salon_with_sandbox: tuple[Salon, Sandbox], tmp_path: Path) -> Iterator[Town]:
    town = Town(salon_with_sandbox[1], tmp_path)
    yield town
    town.end()


@pytest.mark.timeout(240)
def test_t55_fifty_writers_in_four_processes_and_the_worker_lose_nothing(
    salon_with_sandbox: tuple[Salon, Sandbox], town: Town
) -> None:
    salon, sandbox = salon_with_sandbox
    busy = Busy()
    outcome = work_together(salon, sandbox, town, busy)
    assert outcome.errors == []
    assert outcome.wrong == []
    assert outcome.turns >= busy.writers
    assert outcome.notices
    assert outcome.cash_minor
