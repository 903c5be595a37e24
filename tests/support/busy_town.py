"""A salon on one SQLite file with several busy web processes and the worker: each a real process of its own.

The suite runs it for some seconds (`tests/money/test_contention.py`), `tests.bench.contention` for as long as it is told.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Sum

from quittance.bills.models import Tender
from quittance.due.models import WorkerHeartbeat
from quittance.inbox.models import InboundWebhook
from quittance.payments.models import Payment, PaymentAccount
from quittance.sandbox.house import Sandbox
from tests.money.test_killed_worker import database_url
from tests.support.salon import Salon
from tests.support.writers import Plan

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90
SECRET = "whsec_contention"


def connect_sandbox(salon: Salon) -> None:
    keys = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": [SECRET]}
    PaymentAccount.objects.filter(business=salon.business).update(system="stripe", credentials=json.dumps(keys))


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


def wait_until(condition: Callable[[], bool], *, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    # A reader that something in this process left open would show an old state for ever.
    connection.close()
    while not condition():
        assert time.monotonic() < deadline, f"it takes too long; the worker said: {said()[-4000:]}"
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Busy:
    """How many write, in how many processes, for how long; and how many clients there are to pay."""

    writers: int = 50
    processes: int = 4
    seconds: float = 5.0
    clients: int = 48


@dataclass(slots=True)
class Outcome:
    """What the processes believe, and where the books say otherwise; `waits` are seconds of one write each."""

    turns: int = 0
    notices: int = 0
    paid: int = 0
    refused: int = 0
    cash_minor: int = 0
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=dict)


def plans(salon: Salon, busy: Busy) -> list[Plan]:
    """Writers spread over the processes; six visits that all cash desks share, and clients of each process."""
    cash = [salon.visit(minor=10_000_000).pk for _ in range(6)]
    tokens = [salon.link(salon.visit(minor=4_000 + number)) for number in range(busy.clients)]
    return [
        Plan(
            process=number,
            threads=busy.writers // busy.processes + (number < busy.writers % busy.processes),
            seconds=busy.seconds,
            business_id=salon.business.pk,
            location_id=salon.location.pk,
            cash_visit_ids=cash,
            tokens=tokens[number :: busy.processes],
            webhook_token="a" * 32,
            signing_secret=SECRET,
        )
        for number in range(busy.processes)
    ]


def work_together(salon: Salon, sandbox: Sandbox, town: Town, busy: Busy) -> Outcome:
    """All at once, until the time is over and the worker has done what is left; then the books are compared."""
    worker = town.start_worker()
    writers = [town.start_writers(plan) for plan in plans(salon, busy)]
    town.let_loose(writers)
    patience = PATIENCE_SECONDS + busy.seconds
    reports = [json.loads(process.communicate(timeout=patience)[0]) for process in writers]
    # A client whose question had no answer in time is asked for by the worker.
    left = (InboundWebhook.objects.filter(attempts=0), Payment.objects.exclude(state="paid"))
    deadline = time.monotonic() + patience
    # A reader that something in this process left open would show an old state for ever.
    connection.close()
    while not (is_done := not any(rows.exists() for rows in left)) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0, town.worker_said()
    outcome = _compared(reports, sandbox, town.worker_said())
    if not is_done:
        outcome.wrong.append(f"the worker had not done what was left after {patience:.0f} s")
    return outcome


def _compared(reports: list[dict[str, Any]], sandbox: Sandbox, worker_said: str) -> Outcome:
    outcome, taken = Outcome(), Counter[int]()
    for report in reports:
        taken.update({int(visit): minor for visit, minor in report["cash"].items()})
        outcome.errors += report["errors"]
        for name in ("turns", "notices", "paid", "refused"):
            setattr(outcome, name, getattr(outcome, name) + report[name])
        for kind, waits in report["waits"].items():
            outcome.waits.setdefault(kind, []).extend(waits)
    outcome.cash_minor = sum(taken.values())
    booked = Tender.objects.filter(kind="cash").values_list("bill__visit").annotate(sum=Sum("amount_minor"))
    online = Tender.objects.filter(kind="online").aggregate(sum=Sum("amount_minor"))["sum"]
    claims = {
        "cash is booked as it was taken": dict(booked) == dict(taken),
        "every notice is there once": InboundWebhook.objects.count() == outcome.notices,
        "every client who paid has a payment": Payment.objects.count() == outcome.paid,
        "the books hold what the payment system holds": (online or 0)
        == sum(session["amount_total"] for session in sandbox.stripe.sessions()),
        "the worker met no lock": "locked" not in worker_said,
        "the worker called nobody inside a transaction": "CallInTransactionError" not in worker_said,
    }
    outcome.wrong = [claim for claim, holds in claims.items() if not holds]
    return outcome
