"""The real worker process, killed in mid-call against the sandbox: on restart everything is found out, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from quittance.bills.models import Receipt, Tender
from quittance.core import clock, http
from quittance.flows import send_link
from quittance.flows.audit_books import assert_books
from quittance.messages.models import ChannelAccount, Message
from quittance.payment_systems.fake import FakeBank
from quittance.payments.models import Payment, PaymentAccount
from quittance.payments.status import VisitStatus
from quittance.sandbox.house import Sandbox
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 30
SID = "AC" + "5" * 32


def database_url() -> str:
    """The address of this test's own database, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user = ":".join(part for part in (settings["USER"], settings["PASSWORD"]) if part)
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{user}@{quote(str(settings['HOST']), safe='')}{port}/{settings['NAME']}"


class Street:
    """The salon, the sandbox, and worker processes that can be killed."""

    def __init__(self, salon: Salon, sandbox: Sandbox) -> None:
        self.salon = salon
        self.sandbox = sandbox
        self.processes: list[subprocess.Popen[str]] = []

    def start_worker(self) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "QUITTANCE_DATABASE_URL": database_url(),
            "QUITTANCE_STRIPE_API_URL": self.sandbox.stripe_url,
            "QUITTANCE_TWILIO_API_URL": self.sandbox.twilio_url,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "quittance.cli.main", "worker"],
            env=environment, cwd=Path(__file__).parents[2], text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def kill_in_call(self, kind: str, call: str, trouble: Any) -> None:
        """Start a worker, wait until it is inside this call, kill it there."""
        fault = trouble.add(kind, match=call, seconds=20)
        process = self.start_worker()
        assert fault.wait_until_met(PATIENCE_SECONDS), process.stderr
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        fault.release()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        process = self.start_worker()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "it takes too long"
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=10)


def lease_runs_out(model: type[Payment | Message]) -> None:
    leased = model.objects.filter(lease_until__isnull=False)
    assert leased.exists(), "the killed worker held no lease"
    past = clock.now() - timedelta(seconds=1)
    leased.update(lease_until=past, next_attempt_at=past)


@pytest.fixture
def street(transactional_db: None, bank: FakeBank, settings: Any) -> Iterator[Street]:
    with Sandbox() as sandbox:
        settings.QUITTANCE_STRIPE_API_URL = sandbox.stripe_url
        settings.QUITTANCE_TWILIO_API_URL = sandbox.twilio_url
        salon = open_salon(bank)
        salon.now = clock.now()
        keys = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": []}
        PaymentAccount.objects.update(system="stripe", credentials=json.dumps(keys))
        street = Street(salon, sandbox)
        yield street
        street.end()
        http._network.close()
    assert_books(now=clock.now())


@pytest.mark.parametrize("kind", ["hold_before", "hold_after"])
def test_t14_killed_while_it_asks_about_a_payment(street: Street, kind: str) -> None:
    salon, sandbox = street.salon, street.sandbox
    visit = salon.visit()
    salon.open_page(visit)
    sandbox.stripe.pay(sandbox.stripe.sessions()[0]["id"])
    Payment.objects.update(next_attempt_at=clock.now())
    street.kill_in_call(kind, "GET /v1/checkout/sessions", sandbox.stripe.trouble)
    assert salon.payment(visit).state == "open"
    lease_runs_out(Payment)
    street.wait_until(lambda: salon.payment(visit).state == "paid")
    assert salon.status(visit) is VisitStatus.PAID
    assert (Tender.objects.count(), Receipt.objects.count()) == (1, 1)
    assert salon.payment(visit).next_attempt_at is None


@pytest.mark.parametrize("kind", ["hold_before", "hold_after"])
def test_t14_killed_while_it_repeats_an_opening_call(street: Street, kind: str) -> None:
    salon, sandbox = street.salon, street.sandbox
    visit = salon.visit()
    # Both the press and its repetition lose their answers.
    sandbox.stripe.trouble.add("drop_after", match="POST /v1/checkout/sessions")
    salon.press_pay(salon.link(visit))
    assert salon.payment(visit).state == "creating"
    Payment.objects.update(next_attempt_at=clock.now())
    street.kill_in_call(kind, "POST /v1/checkout/sessions", sandbox.stripe.trouble)
    lease_runs_out(Payment)
    street.wait_until(lambda: salon.payment(visit).state == "open")
    assert len(sandbox.stripe.sessions()) == 1
    assert salon.payment(visit).address


@pytest.mark.parametrize("kind", ["hold_before", "hold_after"])
def test_t56_killed_while_it_sends_a_message(street: Street, kind: str) -> None:
    salon, sandbox = street.salon, street.sandbox
    ChannelAccount.objects.create(
        business=salon.business, channel="sms", system="twilio", sender="+4930900000", enabled=True,
        credentials=json.dumps({"account_sid": SID, "auth_token": "f" * 32, "sender": "+4930900000"}),
        address_token="t" * 32, created_at=salon.now,
    )  # fmt: skip
    visit = salon.visit()
    send_link.send(actor=salon.actor, visit_id=visit.pk, channels=["sms"], now=salon.now)
    Message.objects.update(next_attempt_at=clock.now())
    street.kill_in_call(kind, "POST /2010-04-01", sandbox.twilio.trouble)
    assert Message.objects.get().state == "calling"
    lease_runs_out(Message)
    street.wait_until(lambda: Message.objects.get().state == "sent")
    sends = sandbox.requests("twilio", method="POST")
    assert len(sends) == 1, "a message whose fate is unknown was sent again"
