"""Sending through the real adapters to the sandbox, and back through our own webhook address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection

from quittance.calendar.models import Visit
from quittance.due import actions as due
from quittance.flows import accept_webhook, connect_channel, process_webhook, send_link, send_message
from quittance.flows.accept_webhook import Answer
from quittance.flows.errors import RefusedError
from quittance.flows.send_message import ABSENT_AFTER_SECONDS
from quittance.flows.tests.post_office import EMAIL, LEASE_SECONDS, PHONE
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.sandbox import Sandbox
from tests.support.salon import Salon

SID, TOKEN = "AC" + "1" * 32, "canary-token-1234567890"
BASE = "https://pay.ana.example"


@dataclass
class SalonClock:
    """The sandbox lives in the salon's time: messages are found by the moment of the call."""

    salon: Salon

    def now(self) -> datetime:
        return self.salon.now

    def advance(self, step: timedelta) -> None:
        self.salon.now += step

    def offset(self) -> timedelta:
        return timedelta(0)


@dataclass
class Town:
    """Ana's salon with real adapters, in a town whose phone network and mailbox are the sandbox."""

    salon: Salon
    sandbox: Sandbox

    def send(self, visit: Visit, *channels: str) -> send_link.SendResult:
        return send_link.send(actor=self.salon.actor, visit_id=visit.pk, channels=channels, now=self.salon.now)

    def work(self) -> list[str]:
        claimed = due.claim(Message, limit=20, lease_seconds=LEASE_SECONDS, now=self.salon.now)
        return [
            send_message.work(message_id=row.id, lease_token=row.lease_token, now=self.salon.now) for row in claimed
        ]

    def deliver(self) -> list[str]:
        self.salon.wait(seconds=send_link.UNDO_SECONDS)
        return self.work()

    def read_webhooks(self) -> None:
        for row in due.claim(InboundWebhook, limit=50, lease_seconds=60, now=self.salon.now):
            process_webhook.work(row_id=row.id, lease_token=row.lease_token, now=self.salon.now)

    def message(self, visit: Visit, channel: str) -> Message:
        return Message.objects.filter(visit_id=visit.pk, channel=channel).latest("pk")

    def texts(self) -> list[str]:
        return [message["body"] for message in self.sandbox.twilio.sent()]

    def mails(self) -> list[str]:
        return [letter.text for letter in self.sandbox.mail.received()]


@pytest.fixture
def town(salon: Salon, settings: object) -> Iterator[Town]:
    def deliver(url: str, headers: Mapping[str, str], body: bytes) -> int:
        parts = urlsplit(url)
        system, token = parts.path.removeprefix("/inbound/").split("/")
        answer = accept_webhook.accept(
            system=system,
            address_token=token,
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
            path=f"{parts.path}?{parts.query}" if parts.query else parts.path,
            now=salon.now,
        )
        return {Answer.ACCEPTED: 200, Answer.BAD_SIGNATURE: 400}.get(answer, 404)

    with Sandbox(clock=SalonClock(salon), deliver=deliver) as sandbox:
        settings.QUITTANCE_TWILIO_API_URL = sandbox.twilio_url  # type: ignore[attr-defined]
        settings.QUITTANCE_BASE_URL = BASE  # type: ignore[attr-defined]
        sandbox.twilio.register(SID, TOKEN)
        smtp = {"sender": "hello@ana.example", "host": "127.0.0.1", "port": str(sandbox.mail.port), "security": "none"}
        sms = {"sender": "+49 30 555 000", "account_sid": SID, "auth_token": TOKEN}
        connect_channel.connect(actor=salon.actor, system="smtp", fields=smtp, now=salon.now)
        account = connect_channel.connect(actor=salon.actor, system="twilio", fields=sms, now=salon.now)
        sandbox.twilio.register(SID, TOKEN, inbound_url=f"{BASE}/inbound/messages/{account.address_token}")
        yield Town(salon, sandbox)


@pytest.mark.row("B5", "D2", "D4")
def test_a_link_arrives_by_mail_and_sms_and_its_delivery_comes_back(town: Town):
    visit = town.salon.visit()
    address = town.send(visit, "email", "sms").address
    assert town.deliver() == ["sent", "sent"]
    assert address in town.texts()[0] and address in town.mails()[0]
    assert town.sandbox.mail.received()[0].to == EMAIL
    assert all(called.status == 200 for called in town.sandbox.twilio.settle())
    town.read_webhooks()
    message = town.message(visit, "sms")
    assert (message.state, message.their_id) == ("delivered", town.sandbox.twilio.sent()[0]["sid"])


@pytest.mark.row("D5")
def test_stop_on_the_phone_makes_the_chip_say_so(town: Town):
    visit = town.salon.visit()
    town.send(visit, "sms")
    town.deliver()
    town.sandbox.twilio.settle()
    town.sandbox.twilio.answer_from_phone(PHONE, "STOP")
    town.read_webhooks()
    with pytest.raises(RefusedError, match="opted out"):
        town.send(visit, "sms")
    town.sandbox.twilio.answer_from_phone(PHONE, "START")
    town.read_webhooks()
    assert not Suppression.objects.exists()


def test_t59_a_number_that_is_refused_later_is_told_with_its_reason(town: Town):
    visit = town.salon.visit()
    town.salon.chloe.contact_points.filter(kind="phone").update(value="+4915100030006")
    town.send(visit, "sms")
    assert town.deliver() == ["sent"]
    town.sandbox.twilio.settle()
    town.read_webhooks()
    message = town.message(visit, "sms")
    assert (message.state, message.failure) == ("failed", "The number is a landline or cannot be reached.")
    assert Suppression.objects.get().reason == "refused"


def test_webhooks_that_come_doubled_and_in_reverse_end_in_delivered(town: Town):
    visit = town.salon.visit()
    town.send(visit, "sms")
    account = town.sandbox.twilio.accounts[SID]
    account.reorder, account.double_next = True, 3
    town.deliver()
    town.sandbox.twilio.settle()
    town.read_webhooks()
    assert town.message(visit, "sms").state == "delivered"


@pytest.mark.parametrize("trouble", ["error_after", "drop_after"])
def test_t56_an_sms_whose_answer_was_lost_is_found_again(town: Town, trouble):
    visit = town.salon.visit()
    town.send(visit, "sms")
    town.sandbox.twilio.trouble.add(trouble, match="POST")
    assert town.deliver() == ["unknown"]
    town.salon.wait(seconds=30)
    assert town.work() == ["sent"]
    assert len(town.texts()) == 1


def test_t56_an_sms_that_was_never_taken_is_sent_after_all(town: Town):
    visit = town.salon.visit()
    town.send(visit, "sms")
    town.sandbox.twilio.trouble.add("error_before", match="POST")
    states = town.deliver()
    for _ in range(3):
        town.salon.wait(seconds=ABSENT_AFTER_SECONDS)
        states += town.work()
    assert states == ["unknown", "queued", "sent"]
    assert len(town.texts()) == 1


def test_a_mail_whose_answer_was_lost_is_flagged_and_not_sent_twice(town: Town):
    visit = town.salon.visit()
    town.send(visit, "email")
    town.sandbox.mail.trouble.add("drop_after")
    assert town.deliver() == ["unknown"]
    for _ in range(3):
        town.salon.wait(hours=1)
        town.work()
    message = town.message(visit, "email")
    assert (message.state, message.next_attempt_at, len(town.mails())) == ("unknown", None, 1)


def test_t54_nothing_secret_is_written_in_clear(town: Town):
    town.send(town.salon.visit(), "email", "sms")
    town.deliver()
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM messages_channelaccount")
        held = str(cursor.fetchall())
        cursor.execute("SELECT body, failure, purpose_key FROM messages_message")
        held += str(cursor.fetchall())
    for canary in (TOKEN, "pay.ana.example/p/", PHONE, EMAIL):
        assert canary not in held
    assert TOKEN not in repr(list(ChannelAccount.objects.all()))


# ---- a process that is really killed


def database_url() -> str:
    """The address of this test's own database, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user, password = settings["USER"], settings["PASSWORD"]
    place = f"{user}:{password}@" if password else f"{user}@"
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{place}{quote(str(settings['HOST']), safe='')}{port}/{settings['NAME']}"


@pytest.fixture
def sender(town: Town) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "QUITTANCE_DATABASE_URL": database_url(),
            "QUITTANCE_TWILIO_API_URL": town.sandbox.twilio_url,
            "QUITTANCE_BASE_URL": BASE,
            "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
        }
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "quittance.flows.tests.one_sender", town.salon.now.isoformat()],
                env=environment,
                cwd=Path(__file__).parents[3],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_t56_kill_9_after_the_sms_was_taken_sends_no_second_one(town: Town, sender):
    visit = town.salon.visit()
    town.send(visit, "sms")
    held = town.sandbox.twilio.trouble.add("hold_after", match="POST", seconds=30)
    town.salon.wait(seconds=send_link.UNDO_SECONDS)
    process = sender()
    wait_until(lambda: bool(town.texts()), process)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    held.release()
    assert town.message(visit, "sms").state == "calling"
    town.salon.wait(seconds=LEASE_SECONDS)
    assert town.work() == ["sent"]
    assert len(town.texts()) == 1


@pytest.mark.django_db(transaction=True)
def test_t56_kill_9_after_the_mail_was_taken_flags_it_and_sends_no_second_one(town: Town, sender):
    visit = town.salon.visit()
    town.send(visit, "email")
    town.sandbox.mail.trouble.seconds = 1
    town.sandbox.mail.trouble.add("silence_after")
    town.salon.wait(seconds=send_link.UNDO_SECONDS)
    process = sender()
    wait_until(lambda: bool(town.mails()), process)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert town.message(visit, "email").state == "calling"
    town.salon.wait(seconds=LEASE_SECONDS)
    assert town.work() == ["unknown"]
    town.salon.wait(days=1)
    assert town.work() == []
    assert len(town.mails()) == 1
    wait_for_silence_to_end(town)


def wait_for_silence_to_end(town: Town) -> None:
    """The mail server's last conversation, so that it does not end with the test."""
    time.sleep(1.2)
