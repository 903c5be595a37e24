"""The same pairs without a baton: real threads, or real processes against the sandbox, as fast as they can.

The bank stands still for a moment in each call, so that the others come in between.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import httpx2
from django.db import connection

from quittance.businesses.models import Business, Location, StaffMember
from quittance.calendar.models import Visit
from quittance.clients.models import Client
from quittance.core import clock
from quittance.core.actor import Actor, Right
from quittance.core.money import Money
from quittance.payment_systems.fake import FakeBank, PageClosedError
from quittance.payment_systems.port import Checkout, DeclinedError
from quittance.payments.models import PaymentAccount
from tests.simulator.interleaving.cast import PAIRS
from tests.simulator.interleaving.scene import Pair, Scene
from tests.simulator.interleaving.their_books import TheirBooks
from tests.support.salon import Salon

ROOT = Path(__file__).parents[3]
_PATIENCE_SECONDS = 60
_LONGEST_CALL_SECONDS = 0.004
_SESSION = re.compile(r"cs_test_[A-Za-z0-9]+")
_CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 39", "cvc": "123", "name": "Chloe"}


def pair_named(name: str) -> Pair:
    return next(pair for pair in PAIRS if pair.name == name)


# ---- threads


class SlowBank(FakeBank):
    """Its calls take a moment, and its clerk does one thing at a time."""

    def _begin(self, operation: str, note: str) -> None:
        time.sleep(random.uniform(0, _LONGEST_CALL_SECONDS))
        super()._begin(operation, note)


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Run all at the same moment, each in a thread with its own connection."""
    barrier = threading.Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            answers[place] = work()
        except BaseException as error:  # noqa: BLE001 - the judge looks at what came back
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "somebody is stuck"
    return answers


# ---- processes


class SandboxBank(FakeBank):
    """What people do at the bank, done in the sandbox by HTTP; it is no payment system itself."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._theirs = TheirBooks(url)

    def pay(self, page: Checkout | str, **_more: Any) -> None:
        answer = httpx2.post(str(page), data=_CARD, timeout=10)
        if answer.status_code not in {302, 303} or answer.headers["location"].endswith("/done"):
            raise PageClosedError(f"the page answers {answer.status_code}")

    def dashboard_refund(self, page: Checkout | str, amount: Money) -> str:
        if not self._theirs.tell("refund", id=self._intent(page), amount=str(amount.minor)):
            raise DeclinedError("The refund is greater than what is left of the payment.")
        return ""

    def open_dispute(self, page: Checkout | str, amount: Money | None = None) -> str:
        more = {} if amount is None else {"amount": str(amount.minor)}
        if not self._theirs.tell("dispute", id=self._intent(page), **more):
            raise DeclinedError("This payment cannot be disputed.")
        return ""

    def _intent(self, page: Checkout | str) -> str:
        found = _SESSION.search(str(page))
        assert found is not None
        return str(self._theirs.call("GET", f"checkout/sessions/{found[0]}")["payment_intent"])


@dataclass(frozen=True, slots=True)
class Job:
    """One side of a pair for another process."""

    pair: str
    side: int
    business_id: int
    visit_id: int
    kept: dict[str, Any]
    sandbox_url: str

    def work(self) -> object:
        salon = salon_of(self.business_id, SandboxBank(self.sandbox_url))
        scene = Scene(salon, Visit.objects.get(pk=self.visit_id), dict(self.kept))
        return pair_named(self.pair).works[self.side](scene)


def salon_of(business_id: int, bank: FakeBank) -> Salon:
    """The people again, from their rows."""
    business = Business.objects.get(pk=business_id)
    location = Location.objects.get(business=business)
    rights = {location.pk: frozenset(Right)}
    return Salon(
        bank=bank,
        business=business,
        location=location,
        ben=StaffMember.objects.get(business=business),
        chloe=Client.objects.get(business=business),
        account=PaymentAccount.objects.get(business=business),
        actor=Actor(kind="staff", business_id=business.pk, user_id=7, rights=rights),
        now=clock.now(),
    )


class Racer:
    """Another process of the house, that does one side of a pair when it is told to."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulator.interleaving.racer"],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "quittance.config.settings", **environment},
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate(timeout=10)

    def prepare(self, job: Job) -> None:
        self.say(json.dumps(asdict(job)))
        assert self.hear() == "ready"

    def say(self, line: str) -> None:
        print(line, file=self._process.stdin, flush=True)

    def hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")


def race(racers: Sequence[Racer], jobs: Sequence[Job]) -> list[str]:
    """All go at the same moment; what each answered, `raised ...` for what no person should see."""
    for racer, job in zip(racers, jobs, strict=True):
        racer.prepare(job)
    for racer in racers:
        racer.say("go")
    return [racer.hear() for racer in racers]
