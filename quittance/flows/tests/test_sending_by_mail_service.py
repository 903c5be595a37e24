"""Email through a mail service, from the desk's press to the mailbox and back by the service's own reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.db import connection

from quittance.flows import accept_webhook, connect_channel
from quittance.flows.accept_webhook import Answer
from quittance.flows.errors import FieldError, RefusedError
from quittance.flows.tests.post_office import EMAIL
from quittance.flows.tests.test_sending_through_the_sandbox import BASE, SalonClock, Town
from quittance.inbox.models import InboundWebhook
from quittance.message_channels.mail_services.tests.benches import API_KEY, SECRET, SLUGS
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.sandbox import Sandbox
from quittance.sandbox.mail_services import sendgrid
from quittance.sandbox.mail_services.mails import Account, Mail
from tests.support.salon import Salon


@dataclass
class MailTown(Town):
    """Ana's salon, whose mail leaves by one of the services."""

    slug: str = "postmark"

    def connect(self, slug: str, **changed: str) -> ChannelAccount:
        there = self.sandbox.mail_services.register(slug, API_KEY, secret="" if slug == "sendgrid" else SECRET)
        fields = {
            "sender": "hello@ana.example",
            "api_key": API_KEY,
            "report_secret": sendgrid.verification_key(there) if slug == "sendgrid" else SECRET,
            "domain": "mg.ana.example",
            "region": "eu",
            **changed,
        }
        account = connect_channel.connect(actor=self.salon.actor, system=slug, fields=fields, now=self.salon.now)
        there.webhook_url = connect_channel.webhook_address(account)
        return account

    @property
    def account(self) -> Account:
        return self.sandbox.mail_services.accounts[f"{self.slug}/{API_KEY}"]

    def taken(self) -> list[Mail]:
        return self.sandbox.mail_services.sent()

    def report(self) -> list[int]:
        statuses = [told.status for told in self.sandbox.mail_services.settle()]
        self.read_webhooks()
        return statuses

    def write_to(self, address: str) -> Message:
        self.salon.chloe.contact_points.filter(kind="email").update(value=address)
        visit = self.salon.visit()
        self.send(visit, "email")
        assert self.deliver() == ["sent"]
        return self.message(visit, "email")


def deliverer(salon: Salon) -> object:
    def deliver(url: str, headers: Mapping[str, str], body: bytes) -> int:
        path = urlsplit(url).path
        answer = accept_webhook.accept(
            system="messages",
            address_token=path.rpartition("/")[2],
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
            path=path,
            now=salon.now,
        )
        return {Answer.ACCEPTED: 200, Answer.BAD_SIGNATURE: 400}.get(answer, 404)

    return deliver


@pytest.fixture(params=SLUGS)
def town(salon: Salon, settings: object, request: pytest.FixtureRequest) -> Iterator[MailTown]:
    with Sandbox(clock=SalonClock(salon), deliver=deliverer(salon)) as sandbox:  # type: ignore[arg-type]
        settings.QUITTANCE_MAIL_SERVICES_API_URL = sandbox.mail_services_url  # type: ignore[attr-defined]
        settings.QUITTANCE_BASE_URL = BASE  # type: ignore[attr-defined]
        made = MailTown(salon, sandbox, request.param)
        made.connect(request.param)
        yield made


@pytest.mark.row("B5", "D2", "D4")
def test_a_link_leaves_by_the_service_and_its_delivery_comes_back(town: MailTown):
    visit = town.salon.visit()
    address = town.send(visit, "email").address
    assert town.deliver() == ["sent"]
    [mail] = town.taken()
    assert (mail.to, address in mail.text, address in mail.html) == (EMAIL, True, True)
    assert town.report() == [200]
    message = town.message(visit, "email")
    assert message.state == "delivered" and message.key in str(mail.named)


@pytest.mark.row("D4")
def test_t60_a_hard_bounce_fails_the_message_and_stops_the_address(town: MailTown):
    message = town.write_to("bounce@client.example")
    assert town.report() == [200]
    message.refresh_from_db()
    assert (message.state, message.failure_class) == ("failed", "permanent")
    assert message.failure.startswith("There is no such address")
    assert [(one.channel, one.address, one.reason) for one in Suppression.objects.all()] == [
        ("email", "bounce@client.example", "refused")
    ]
    with pytest.raises(RefusedError):
        town.send(town.salon.visit(), "email")


@pytest.mark.row("D4")
def test_t60_a_soft_bounce_fails_the_message_and_leaves_the_address(town: MailTown):
    message = town.write_to("full@client.example")
    town.report()
    message.refresh_from_db()
    assert (message.state, message.failure_class) == ("failed", "transient")
    assert not Suppression.objects.exists()


@pytest.mark.row("D4")
def test_t60_complaints_that_come_doubled_and_in_reverse_count_once(town: MailTown):
    town.account.reorder, town.account.double_next = True, 2
    message = town.write_to("complain@client.example")
    assert town.report() == [200, 200, 200, 200]
    message.refresh_from_db()
    assert message.state == "delivered"
    assert [one.reason for one in Suppression.objects.all()] == ["complained"]
    assert InboundWebhook.objects.count() == 2


@pytest.mark.row("D4")
def test_whoever_unsubscribes_at_the_service_gets_no_reminders_and_still_gets_links(town: MailTown):
    town.write_to("unsubscribe@client.example")
    town.report()
    assert [one.reason for one in Suppression.objects.all()] == ["unsubscribed"]
    town.send(town.salon.visit(), "email")
    assert town.deliver() == ["sent"]


def test_t60_a_delivery_that_is_told_after_the_bounce_does_not_send_again(town: MailTown):
    message = town.write_to("full@client.example")
    mail = town.taken()[0]
    town.sandbox.mail_services.force(mail.id, "delivered")
    town.report()
    message.refresh_from_db()
    assert message.state in {"delivered", "failed"}
    assert len(town.taken()) == 1


@pytest.mark.parametrize("trouble", ["drop_after", "error_after"])
def test_t56_a_mail_whose_answer_was_lost_is_cleared_up_by_its_report_and_not_sent_twice(town: MailTown, trouble: str):
    visit = town.salon.visit()
    town.send(visit, "email")
    town.sandbox.mail_services.trouble.add(trouble, match="POST")
    assert town.deliver() == ["unknown"]
    town.report()
    assert town.message(visit, "email").state == "delivered"
    town.salon.wait(hours=1)
    town.work()
    assert len(town.taken()) == 1


def test_t56_without_a_report_it_stays_unknown_for_a_person_to_decide(town: MailTown):
    town.account.reports_on = False
    visit = town.salon.visit()
    town.send(visit, "email")
    town.sandbox.mail_services.trouble.add("drop_after", match="POST")
    town.deliver()
    for _ in range(3):
        town.salon.wait(hours=1)
        town.work()
    message = town.message(visit, "email")
    assert (message.state, message.next_attempt_at, len(town.taken())) == ("unknown", None, 1)


@pytest.mark.parametrize("trouble", ["rate_limit", "down", "drop_before"])
def test_t60_what_the_service_cannot_take_now_is_sent_once_later_or_flagged(town: MailTown, trouble: str):
    visit = town.salon.visit()
    town.send(visit, "email")
    town.sandbox.mail_services.trouble.add(trouble, match="POST")
    states = town.deliver()
    for _ in range(2):
        town.salon.wait(seconds=120)
        states += town.work()
    # A line that broke tells nobody whether the mail was on it.
    assert states == (["unknown", "unknown"] if trouble == "drop_before" else ["queued", "sent"])
    assert len(town.taken()) == (0 if trouble == "drop_before" else 1)


@pytest.mark.row("D2")
def test_a_forged_report_changes_nothing(town: MailTown):
    message = town.write_to("bounce@client.example")
    town.account.secret = sendgrid.new_key() if town.slug == "sendgrid" else "somebody-elses-secret"
    assert town.report() == [400]
    message.refresh_from_db()
    assert message.state == "sent" and not InboundWebhook.objects.exists()


@pytest.mark.row("D2")
def test_t54_neither_key_nor_address_is_written_in_clear(town: MailTown):
    town.write_to("bounce@client.example")
    town.report()
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM messages_channelaccount")
        held = str(cursor.fetchall())
        cursor.execute("SELECT failure FROM messages_message")
        held += str(cursor.fetchall())
        cursor.execute("SELECT * FROM inbox_inboundwebhook")
        held += str(cursor.fetchall())
    for canary in (API_KEY, SECRET, "client.example"):
        assert canary not in held
    account = ChannelAccount.objects.get(channel="email", retired_at=None)
    shown = connect_channel.shown_fields(account)
    assert API_KEY not in str(shown) and SECRET not in str(shown) and account.secret_last4 == API_KEY[-4:]


@pytest.mark.row("D2")
@pytest.mark.parametrize("town", ["postmark"], indirect=True)
def test_another_way_keeps_the_history_and_takes_what_waits(town: MailTown):
    before = town.write_to("chloe@client.example")
    waiting = town.salon.visit()
    town.send(waiting, "email")
    old = before.account
    new = town.connect("brevo")
    assert town.deliver() == ["sent"]
    assert [mail.account.partition("/")[0] for mail in town.taken()] == ["postmark", "brevo"]
    assert town.message(waiting, "email").account == new != old
    # What the old service still has to say is heard at its own address.
    town.report()
    before.refresh_from_db()
    assert (before.state, before.account) == ("delivered", old)
    assert town.message(waiting, "email").state == "delivered"


@pytest.mark.row("D2")
@pytest.mark.parametrize("town", ["mailgun"], indirect=True)
def test_the_form_is_checked_with_the_service_before_anything_is_kept(town: MailTown):
    held = ChannelAccount.objects.get(channel="email", retired_at=None)
    for changed, sentence in (
        ({"api_key": "wrong-key-12345"}, "refused the key"),
        ({"domain": "unknown.ana.example"}, "does not know this domain"),
        ({"domain": "not a domain"}, "Enter the sending domain"),
    ):
        with pytest.raises(RefusedError, match=sentence):
            town.connect("mailgun", **changed)
    with pytest.raises(FieldError):
        town.connect("mailgun", sender="nobody")
    assert ChannelAccount.objects.get(channel="email", retired_at=None) == held
    assert town.taken() == []


@pytest.mark.row("D2")
@pytest.mark.parametrize("town", ["postmark"], indirect=True)
def test_a_new_key_of_the_same_account_keeps_its_address_and_the_former_secret(town: MailTown):
    first = ChannelAccount.objects.get(channel="email", retired_at=None)
    town.write_to("bounce@client.example")
    again = town.connect("postmark", report_secret="another-long-secret")
    assert (again.pk, again.address_token) == (first.pk, first.address_token)
    assert town.report() == [200]
    assert Suppression.objects.exists()


@pytest.mark.row("D2")
@pytest.mark.parametrize("town", ["sendgrid"], indirect=True)
def test_a_test_message_leaves_at_once_and_the_health_line_hears_of_it(town: MailTown):
    now = town.salon.now
    connect_channel.test_send(actor=town.salon.actor, channel="email", address=EMAIL, country="DE", now=now)
    assert "test message" in town.taken()[0].text
    assert ChannelAccount.objects.get(channel="email", retired_at=None).last_success_at == now
