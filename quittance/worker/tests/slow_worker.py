"""A worker process whose work is slow, for tests that kill it: `python -m quittance.worker.tests.slow_worker`.

The work has one effect, an audit entry, written in the transaction that finishes the row.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django's models need its setup first

from quittance.audit import actions as audit  # noqa: E402
from quittance.core.actor import Actor  # noqa: E402
from quittance.due import actions as due  # noqa: E402
from quittance.outbox.models import Event  # noqa: E402
from quittance.worker.run import Worker, run_until_told  # noqa: E402
from quittance.worker.table import Job  # noqa: E402

LEASE_SECONDS = 1.5
WORK_SECONDS = 0.05


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    sys.stdout.write(f"{row_id}\n")
    sys.stdout.flush()
    time.sleep(WORK_SECONDS)
    with transaction.atomic(durable=True):
        if due.finish(Event, row_id, lease_token):
            audit.record(actor=Actor.system(1), location_id=None, action="worked", subject=("event", row_id), now=now)


if __name__ == "__main__":
    job = Job(name="slow", model=Event, work=work, interval_seconds=0.1, batch=20, lease_seconds=LEASE_SECONDS)
    run_until_told(Worker(threads=4, jobs=[job]))
