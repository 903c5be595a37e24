"""Limits are those of the installation, not of one process: four of them let through what one would.

Each press comes with a forged `X-Forwarded-For`, `X-Real-IP` and `Forwarded`; there is no Redis, only the database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.models import User
from quittance.flows.send_link import MOST_PER_HOUR
from quittance.flows.take_payment import MOST_PAGES
from quittance.messages.models import ChannelAccount, Message
from quittance.pay.throttle import MISSES_A_MINUTE
from quittance.payments.models import Payment, PaymentAccount
from tests.attacks.presser import Target
from tests.money.test_killed_worker import database_url
from tests.support.salon import Salon

# It commits for good: those who press are processes of their own.
COMMITS = True
PROCESSES = 4
# Wrong passwords of one person in five minutes, as sign-in has it.
LOGINS = 5
# A port that nobody listens at.
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def target(salon: Salon) -> Target:
    User.objects.create_user("owner@salon.example", "a long enough password", name="Owner")
    keys = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": ["whsec_salon"]}
    PaymentAccount.objects.update(system="stripe", credentials=json.dumps(keys))
    ChannelAccount.objects.create(
        business=salon.business,
        channel="email",
        system="fake_email",
        sender="salon@salon.example",
        credentials="{}",
        address_token="email".ljust(32, "0"),
        enabled=True,
        created_at=salon.now,
    )
    return Target(
        process=0,
        times=8,
        email="owner@salon.example",
        token=salon.link(salon.visit()),
        business_id=salon.business.pk,
        location_id=salon.location.pk,
        visit_id=salon.visit().pk,
    )


def press_at_once(target: Target) -> Counter[str]:
    """Four processes, all together; what they were let through, summed."""
    environment = {
        **os.environ,
        "QUITTANCE_DATABASE_URL": database_url(),
        "QUITTANCE_PROXY_COUNT": "0",
        "QUITTANCE_STRIPE_API_URL": NOBODY,
        "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
    }
    pressers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.presser"],
            env=environment,
            cwd=Path(__file__).parents[2],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    try:
        for number, presser in enumerate(pressers):
            print(json.dumps(asdict(target) | {"process": number}), file=presser.stdin, flush=True)
        for presser in pressers:
            assert presser.stdout is not None
            assert presser.stdout.readline() == "ready\n", presser.communicate(timeout=10)[1]
        for presser in pressers:
            print("go", file=presser.stdin, flush=True)
        said = [presser.communicate(timeout=300) for presser in pressers]
    finally:
        for presser in pressers:
            presser.kill()
    assert [presser.returncode for presser in pressers] == [0] * PROCESSES, said
    through: Counter[str] = Counter()
    for out, _ in said:
        through.update(json.loads(out))
    return through


@pytest.mark.row("K1")
@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_t53_four_processes_let_through_what_one_would(salon: Salon, target: Target) -> None:
    through = press_at_once(target)
    assert through["login"] == LOGINS
    assert through["token"] == MISSES_A_MINUTE
    assert through["message"] == MOST_PER_HOUR
    assert Message.objects.filter(visit_id=target.visit_id).count() == MOST_PER_HOUR
    # Who presses at one moment may share a page; however often, no more than these were asked for.
    assert Payment.objects.count() == MOST_PAGES
    # What was forged is nowhere: the connection's own address counts, and is what the trail tells.
    assert set(AuditEntry.objects.filter(action="payment.started").values_list("ip", flat=True)) == {"127.0.0.1"}
