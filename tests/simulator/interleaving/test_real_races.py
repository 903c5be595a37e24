"""The worst races with real threads and real processes, on SQLite and PostgreSQL alike.

One turn of each here; RACE_TURNS=200 takes so many.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from quittance.core import clock, http
from quittance.flows.audit_books import audit_books
from quittance.payment_systems.fake import FakeBank
from quittance.payments.models import Payment, PaymentAccount, Refund
from quittance.sandbox.house import Sandbox
from quittance.worker.rounds import run_once
from tests.money.test_killed_worker import database_url
from tests.simulator.interleaving.racing import Job, Racer, SandboxBank, SlowBank, at_once, pair_named, race
from tests.simulator.interleaving.scene import MONEY_JOBS, Ground, Scene, judge
from tests.simulator.interleaving.their_books import KEY, TheirBooks
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db(transaction=True)

TURNS = int(os.environ.get("RACE_TURNS", "1"))
WORST = (
    "settle x settle", "settle x cash", "pay x cash", "settle x cancel", "start x start", "start x price",
    "refund x refund", "refund x itself", "refund x dashboard", "refund x dispute", "cancel x landing", "link x pay",
)  # fmt: skip
# These need a bank that can be told to be silent for a moment.
ALSO_IN_THREADS = ("law 13 x refund", "law 13 x case refund", "follow x refund", "refund x void", "end page x pay")


@pytest.mark.timeout(600)
def test_t09_t25_t26_real_threads_lose_no_money(transactional_db: None) -> None:
    for name in (*WORST, *ALSO_IN_THREADS):
        pair = pair_named(name)
        ground = Ground(pair, bank=SlowBank)
        for _ in range(TURNS):
            with ground.scene() as scene:
                # Each side twice: four people at once.
                answers = at_once([partial(work, scene) for work in pair.works * 2])
                wrong = judge(pair, scene, answers)
                assert wrong == [], f"{name}: {answers}"


@pytest.fixture
def sandbox(transactional_db: None, settings: Any) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        settings.QUITTANCE_STRIPE_API_URL = sandbox.stripe_url
        settings.QUITTANCE_TWILIO_API_URL = sandbox.twilio_url
        yield sandbox
        http._network.close()


@pytest.fixture
def racers(sandbox: Sandbox) -> Iterator[list[Racer]]:
    environment = {
        "QUITTANCE_DATABASE_URL": database_url(),
        "QUITTANCE_STRIPE_API_URL": sandbox.stripe_url,
        "QUITTANCE_TWILIO_API_URL": sandbox.twilio_url,
    }
    with Racer(environment) as first, Racer(environment) as second:
        yield [first, second]


def open_salon_at(sandbox: Sandbox) -> Salon:
    salon = open_salon(FakeBank())
    keys = {"publishable_key": "pk_test_salon", "secret_key": KEY, "signing_secrets": []}
    PaymentAccount.objects.update(system="stripe", credentials=json.dumps(keys))
    salon.bank = SandboxBank(sandbox.url)
    return salon


def come_to_rest(theirs: TheirBooks) -> None:
    theirs.end_open_pages()
    now = clock.now()
    Payment.objects.exclude(state__in=Payment.FINAL).update(next_attempt_at=now)
    Refund.objects.filter(state__in=("requested", "pending")).update(next_attempt_at=now)
    run_once(now, jobs=MONEY_JOBS)


@pytest.mark.timeout(600)
def test_t09_t25_t26_real_processes_lose_no_money(sandbox: Sandbox, racers: list[Racer]) -> None:
    salon, theirs = open_salon_at(sandbox), TheirBooks(sandbox.url)
    for turn in range(TURNS):
        for name in WORST:
            pair = pair_named(name)
            salon.now = clock.now()
            scene = Scene(salon, salon.visit())
            pair.prepare(scene)
            jobs = [
                Job(name, side, salon.business.pk, scene.visit.pk, dict(scene.kept), sandbox.url) for side in (0, 1)
            ]
            answers = race(racers, jobs)
            assert not [text for text in answers if text.startswith("raised")], (name, turn, answers)
        come_to_rest(theirs)
        assert [str(finding) for finding in audit_books(now=clock.now())] == []
        assert theirs.unlike_ours() == []
        assert not Payment.objects.exclude(state__in=Payment.FINAL).exists()
