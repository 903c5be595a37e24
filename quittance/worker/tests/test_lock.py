from __future__ import annotations

import pytest
from django.db import connection

from quittance.worker import run
from quittance.worker.lock import AnotherWorkerError, sole_worker

pytestmark = pytest.mark.django_db


def test_a_second_worker_on_sqlite_says_so_and_goes(capsys):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes any number of workers")
    with sole_worker():
        with pytest.raises(AnotherWorkerError), sole_worker():
            pass
        assert run.main(once=True) == 1
    assert capsys.readouterr().err.startswith("A worker is at work on this SQLite database already.")
    assert run.main(once=True) == 0


def test_workers_on_postgresql_share_the_work():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes one worker")
    with sole_worker(), sole_worker():
        pass
