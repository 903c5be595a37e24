"""Several real processes on one SQLite file: everybody waits their turn, nobody meets the lock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from quittance.bills.models import Tender
from quittance.core import clock, http
from quittance.due.models import WorkerHeartbeat
from quittance.flows.audit_books import assert_books
from quittance.inbox.models import InboundWebhook
from quittance.payment_systems.fake import FakeBank
from quittance.payments.models import Payment, PaymentAccount
from quittance.sandbox.house import Sandbox
from tests.money.test_killed_worker import database_url
from tests.support.salon import Salon, open_salon
from tests.support.writers import Plan

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the file"),
]

ROOT = Path(__file__).parents[2]
PROCESSES, WRITERS = 4, 50
BUSY_SECONDS, PATIENCE_SECONDS = 5.0, 90
CLIENTS = 48
SECRET = "whsec_contention"


@pytest.fixture
def salon_with_sandbox(transactional_db: None, bank: FakeBank) -> Iterator[tuple[Salon, Sandbox]]:
    with Sandbox() as sandbox:
        salon = open_salon(bank)
        salon.now = clock.now()
        keys = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": [SECRET]}
        PaymentAccount.objects.update(system="stripe", credentials=json.dumps(keys))
        yield salon, sandbox
        http._network.close()
    assert_books(now=clock.now())


class Town:
    """The web processes and the worker, each a real one with connections of its own."""

    def __init__(self, sandbox: Sandbox, home: Path) -> None:
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
            "QUITTANCE_DATABASE_URL": database_url(),
            "QUITTANCE_STRIPE_API_URL": sandbox.stripe_url,
            "QUITTANCE_TWILIO_API_URL": sandbox.twilio_url,
            "QUITTANCE_SANDBOX_URL": sandbox.url,
        }
        self._log = home / "worker.log"
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *command: str, **pipes: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=self._environment, cwd=ROOT, text=True, **pipes
        )
        self._started.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[str]:
        with self._log.open("w") as log:
            return self.start("quittance.cli.main", "worker", stdout=log, stderr=log)

    def start_writers(self, plan: Plan) -> subprocess.Popen[str]:
        process = self.start("tests.support.writers", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        print(json.dumps(asdict(plan)), file=process.stdin, flush=True)
        return process

    def let_loose(self, writers: list[subprocess.Popen[str]]) -> None:
        """All at once, when the last of them and the worker stand ready."""
        for process in writers:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        wait_until(WorkerHeartbeat.objects.exists, said=self.worker_said)
        for process in writers:
            print("go", file=process.stdin, flush=True)

    def worker_said(self) -> str:
        return self._log.read_text()

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=10)


@pytest.fixture
def town(salon_with_sandbox: tuple[Salon, Sandbox], tmp_path: Path) -> Iterator[Town]:
    town = Town(salon_with_sandbox[1], tmp_path)
    yield town
    town.end()


def wait_until(condition: Callable[[], bool], *, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    # A reader that something in this process left open would show an old state for ever.
    connection.close()
    while not condition():
        assert time.monotonic() < deadline, f"it takes too long; the worker said: {said()[-4000:]}"
        time.sleep(0.05)


def plans(salon: Salon) -> list[Plan]:
    """Fifty writers over four processes; six visits that all cash desks share, and clients of each process."""
    cash = [salon.visit(minor=10_000_000).pk for _ in range(6)]
    tokens = [salon.link(salon.visit(minor=4_000 + number)) for number in range(CLIENTS)]
    return [
        Plan(
            process=number,
            threads=WRITERS // PROCESSES + (number < WRITERS % PROCESSES),
            seconds=BUSY_SECONDS,
            business_id=salon.business.pk,
            location_id=salon.location.pk,
            cash_visit_ids=cash,
            tokens=tokens[number::PROCESSES],
            webhook_token="a" * 32,
            signing_secret=SECRET,
        )
        for number in range(PROCESSES)
    ]


@pytest.mark.timeout(240)
def test_t55_fifty_writers_in_four_processes_and_the_worker_lose_nothing(
    salon_with_sandbox: tuple[Salon, Sandbox], town: Town
) -> None:
    salon, sandbox = salon_with_sandbox
    worker = town.start_worker()
    writers = [town.start_writers(plan) for plan in plans(salon)]
    town.let_loose(writers)
    reports = [json.loads(process.communicate(timeout=PATIENCE_SECONDS)[0]) for process in writers]
    wait_until(lambda: not InboundWebhook.objects.filter(attempts=0).exists(), said=town.worker_said)
    # A client whose question had no answer in time is asked for by the worker.
    wait_until(lambda: not Payment.objects.exclude(state="paid").exists(), said=town.worker_said)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0, town.worker_said()

    assert [error for report in reports for error in report["errors"]] == []
    said = town.worker_said()
    assert "locked" not in said, said
    assert "CallInTransactionError" not in said, said
    taken: Counter[int] = Counter()
    for report in reports:
        taken.update({int(visit): minor for visit, minor in report["cash"].items()})
    booked = Tender.objects.filter(kind="cash").values_list("bill__visit").annotate(sum=Sum("amount_minor"))
    assert dict(booked) == dict(taken)
    assert InboundWebhook.objects.count() == sum(report["notices"] for report in reports)
    assert Payment.objects.count() == sum(report["paid"] for report in reports)
    online = Tender.objects.filter(kind="online").aggregate(sum=Sum("amount_minor"))["sum"]
    assert online == sum(session["amount_total"] for session in sandbox.stripe.sessions())
    assert sum(report["turns"] for report in reports) >= WRITERS
