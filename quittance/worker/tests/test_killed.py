"""A real worker process, killed in mid-work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from quittance.audit.models import AuditEntry
from quittance.core import clock
from quittance.due.models import WorkerHeartbeat
from quittance.outbox.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 120
PATIENCE_SECONDS = 60


def database_url():
    """The address of this test's own database, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user, password = settings["USER"], settings["PASSWORD"]
    place = f"{user}:{password}@" if password else f"{user}@"
    host = quote(str(settings["HOST"]), safe="")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{place}{host}{port}/{settings['NAME']}"


def start(module):
    environment = {
        **os.environ,
        "QUITTANCE_DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-m", module],
        env=environment,
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def workers():
    started = []

    def begin(module="quittance.worker.tests.slow_worker"):
        started.append(start(module))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def make_rows(count):
    now = clock.now()
    Event.objects.bulk_create(
        [Event(business_id=1, name="visit.booked", happened_at=now, next_attempt_at=now) for _ in range(count)]
    )


def wait_until(condition, *, process=None):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        if process is not None and process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        time.sleep(0.05)


def worked():
    return AuditEntry.objects.filter(action="worked").count()


def test_rows_of_a_killed_worker_come_back_and_are_worked_on_once_in_effect(workers):
    make_rows(ROWS)
    for share in (10, 40, 70):
        process = workers()
        wait_until(lambda share=share: worked() >= share, process=process)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        # It died with rows in hand: they are leased, not lost.
        assert Event.objects.filter(lease_until__isnull=False).exists()
    process = workers()
    wait_until(lambda: worked() >= ROWS, process=process)
    time.sleep(0.3)
    assert worked() == ROWS
    assert AuditEntry.objects.values("subject_id").distinct().count() == ROWS
    assert not Event.objects.filter(next_attempt_at__isnull=False).exists()
    # The rows that were in hand when a worker died count one claim more; the rest count one.
    assert 1 <= Event.objects.filter(attempts__gt=1).count() <= 3 * 2 * 4
    assert max(Event.objects.values_list("attempts", flat=True)) <= 4


def test_a_worker_that_is_told_to_stop_finishes_what_is_in_hand_and_gives_the_rest_back(workers):
    make_rows(ROWS)
    process = workers()
    wait_until(lambda: worked() >= 5, process=process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    begun = {int(line) for line in process.stdout.read().split()}
    assert worked() == len(begun) < ROWS
    rest = Event.objects.filter(next_attempt_at__isnull=False)
    assert rest.count() == ROWS - len(begun)
    assert set(rest.values_list("lease_token", "attempts")) == {("", 0)}


def test_a_worker_tells_that_it_is_alive(workers):
    process = workers()
    wait_until(WorkerHeartbeat.objects.exists, process=process)
    beat = WorkerHeartbeat.objects.get()
    assert abs((clock.now() - beat.seen_at).total_seconds()) < 30
    assert abs(beat.skew_seconds) < 1
