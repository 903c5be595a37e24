"""`make mutate`: plant small mistakes one by one and see whether a test notices.

    python -m tests.mutation.run --minutes 25 --seed 1 [--only bills.returns] [--against <tests>]

One pytest session is set up once: Django, the database, the tests. It runs the tests and remembers which functions
each of them enters. Then each mistake lives in a forked child, which runs only the tests that enter its function,
the quickest first, until one fails. Mistakes are drawn in a random sequence, so that a run that is out of time has
seen a fair sample; what survived its first seconds of tests is tried against all of them.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from types import FrameType

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant, all_mutants
from tests.support.covered import ROOT

# Quick tests that say exactly what the mutated rooms must do.
TESTS = (
    "quittance/bills/tests",
    "quittance/flows/tests/test_change_lines.py",
    "quittance/flows/tests/test_decide_case.py",
    "quittance/flows/tests/test_landing.py",
    "quittance/flows/tests/test_mirror.py",
    "quittance/flows/tests/test_return_excess.py",
    "tests/money/test_paying_by_link.py",
    "tests/money/test_refunds.py",
)
_FIRST_SECONDS = 6.0
_NOTICED, _NOT_PLANTED = 1, 2
_REPORT = ROOT / "var" / "mutation" / "report.txt"


class Mutating:
    """A pytest plugin that takes the place of the loop over the tests."""

    def __init__(self, mutants: Sequence[Mutant], *, minutes: float) -> None:
        self.mutants = mutants
        self.until = time.monotonic() + minutes * 60
        self.files = {str(mutant.path) for mutant in mutants}
        self.entered_by: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        self.seconds: dict[str, float] = {}
        self.killed: list[tuple[Mutant, str]] = []
        self.survived: list[Mutant] = []
        self.unseen: list[Mutant] = []
        self.kills: Counter[str] = Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._learn(session.items)
        self.survived = [mutant for mutant in self._each(self.mutants) if not self._try(mutant, _FIRST_SECONDS)]
        for mutant in self._each(list(self.survived)):
            if self._try(mutant, float("inf")):
                self.survived.remove(mutant)
        return True

    def _each(self, mutants: Sequence[Mutant]) -> Iterator[Mutant]:
        for number, mutant in enumerate(mutants, start=1):
            if time.monotonic() > self.until:
                say(f"out of time after {number - 1} of {len(mutants)}")
                return
            yield mutant
            if number % 25 == 0:
                say(f"{number} of {len(mutants)}, {len(self.killed)} caught")

    def _learn(self, items: list[pytest.Item]) -> None:
        """Run every test once; all must pass. The last one leaves the session's fixtures standing for the first."""
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            entered: set[tuple[str, str]] = set()

            def enter(frame: FrameType, event: str, _: object, entered: set[tuple[str, str]] = entered) -> None:
                if event == "call" and frame.f_code.co_filename in self.files:
                    entered.add((frame.f_code.co_filename, frame.f_code.co_qualname.partition(".<locals>")[0]))

            begun = time.monotonic()
            sys.setprofile(enter)
            reports = runtestprotocol(item, log=False, nextitem=following)
            sys.setprofile(None)
            if any(report.failed for report in reports):
                raise pytest.UsageError(f"{item.nodeid} fails without any mistake planted")
            self.seconds[item.nodeid] = time.monotonic() - begun
            for key in entered:
                self.entered_by[key].append(item)
        say(f"{len(items)} tests in {sum(self.seconds.values()):.0f} s; {len(self.mutants)} mistakes to plant")

    def _try(self, mutant: Mutant, seconds: float) -> bool:
        """True when a test noticed."""
        tests = sorted(self.entered_by[str(mutant.path), mutant.function], key=self._rank)
        if not tests:
            self.unseen.append(mutant)
            return True
        chosen: list[pytest.Item] = []
        spent = 0.0
        for test in tests:
            if chosen and spent > seconds:
                break
            chosen.append(test)
            spent += self.seconds[test.nodeid]
        noticed = self._in_child(mutant, chosen, limit=10 + 5 * spent)
        if noticed:
            self.killed.append((mutant, noticed))
            self.kills[noticed] += 1
        return bool(noticed)

    def _rank(self, test: pytest.Item) -> float:
        return self.seconds[test.nodeid] / (1 + self.kills[test.nodeid])

    def _in_child(self, mutant: Mutant, tests: list[pytest.Item], *, limit: float) -> str:
        """The test that failed, or that the child hung or died in; empty when all passed."""
        from django.db import connections

        connections.close_all()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _live(mutant, tests, writing)
        os.close(writing)
        ends, status = time.monotonic() + limit, None
        while status is None and time.monotonic() < ends:
            done, found = os.waitpid(child, os.WNOHANG)
            status = found if done else None
            time.sleep(0.002)
        if status is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        told = os.read(reading, 4096).decode()
        os.close(reading)
        if status is not None and os.waitstatus_to_exitcode(status) == _NOT_PLANTED:
            raise pytest.UsageError(f"this mistake could not be planted: {mutant}")
        return "" if status == 0 else told or "hung, or died"


def _live(mutant: Mutant, tests: list[pytest.Item], writing: int) -> None:
    """The child: the mistake is planted, the tests run, nothing is printed, and it never returns."""
    status = _NOT_PLANTED
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        mutant.plant()
        status = _NOTICED
        for test in tests:
            if any(report.failed for report in runtestprotocol(test, log=False, nextitem=test)):
                os.write(writing, test.nodeid.encode()[:4096])
                break
        else:
            status = 0
    finally:
        os._exit(status)


def say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def write_report(run: Mutating) -> None:
    planted = len(run.killed) + len(run.survived) + len(run.unseen)
    caught = len(run.killed)
    lines = [
        (
            f"{caught} of {planted} mistakes were noticed ({100 * caught / max(planted, 1):.1f} %); "
            f"{len(run.mutants) - planted} were not tried."
        ),
        f"{sum(noticed == 'hung, or died' for _, noticed in run.killed)} of them hung or died.",
        *(f"\nsurvived: {mutant}" for mutant in sorted(run.survived, key=str)),
        *(f"\nno test comes here: {mutant}" for mutant in sorted(run.unseen, key=str)),
    ]
    _REPORT.parent.mkdir(parents=True, exist_ok=True)
    _REPORT.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description=__doc__)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the names of the modules")
    parser.add_argument("--against", nargs="*", default=list(TESTS))
    asked = parser.parse_args()
    mutants = [mutant for mutant in all_mutants() if asked.only in f"{mutant.module}.{mutant.function}"]
    random.Random(asked.seed).shuffle(mutants)
    run = Mutating(mutants, minutes=asked.minutes)
    quiet = ["-q", "-s", "--assert=plain", "--tb=short", "-p", "no:cacheprovider", "--db=sqlite"]
    status = pytest.main([*quiet, *asked.against], plugins=[run])
    if status == pytest.ExitCode.OK or run.killed:
        write_report(run)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
