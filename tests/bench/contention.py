"""Fifty writers in four processes and the worker on one SQLite file, for a minute: does anybody meet the lock?

    python -m tests.bench.contention --seconds 60 --writers 50

What the suite runs for five seconds (`tests/money/test_contention.py`). The web processes are writers that call the
flows as the pages do, each with connections and threads of its own; worker and sandbox are the real ones. It says how
often each write was done and how long one waited; what went wrong, and ends with 1 if anything did.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

LONGEST_SECONDS = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--processes", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quittance-contention-") as home:
        os.environ |= {
            "QUITTANCE_MODE": "test",
            "QUITTANCE_DATABASE_URL": f"sqlite:///{Path(home) / 'busy.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
        }
        return _run(Path(home), options.writers, options.processes, options.seconds)


def _run(home: Path, writers: int, processes: int, seconds: float) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from quittance.core import clock, http
    from quittance.flows.audit_books import assert_books
    from quittance.payment_systems import registry
    from quittance.payment_systems.fake import FAKE_LISTING, FakeBank
    from quittance.sandbox.house import Sandbox
    from tests.support.busy_town import Busy, Town, connect_sandbox, work_together
    from tests.support.salon import open_salon

    call_command("migrate", verbosity=0)
    bank = FakeBank(now=clock.now)
    registry.register(FAKE_LISTING, bank.open)
    with Sandbox() as sandbox:
        salon = open_salon(bank)
        salon.now = clock.now()
        connect_sandbox(salon)
        town = Town(sandbox, home)
        busy = Busy(writers=writers, processes=processes, seconds=seconds, clients=max(48, int(seconds * 10)))
        try:
            outcome = work_together(salon, sandbox, town, busy)
        finally:
            town.end()
            http._network.close()
    assert_books(now=clock.now())
    print(f"{writers} writers in {processes} processes and the worker, {seconds:.0f} s on SQLite")
    print(f"turns {outcome.turns}, of these refused because somebody else was first {outcome.refused}")
    print(f"cash {outcome.cash_minor}, notices {outcome.notices}, clients who paid {outcome.paid}")
    slow = 0
    for kind, waits in sorted(outcome.waits.items()):
        ranked = sorted(waits)
        p50, p99 = (ranked[int(len(ranked) * share)] for share in (0.5, 0.99))
        slow += p99 >= LONGEST_SECONDS
        print(f"{kind:34} {len(ranked):7} times  p50 {p50:6.3f} s  p99 {p99:6.3f} s  longest {ranked[-1]:6.3f} s")
    print("errors:", *(outcome.errors or ["none"]), sep="\n  ")
    print("wrong:", *(outcome.wrong or ["nothing"]), sep="\n  ")
    if slow:
        print(f"{slow} kinds of writes have a p99 of {LONGEST_SECONDS:.0f} s or more: is the machine busy otherwise?")
    return 1 if outcome.errors or outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
