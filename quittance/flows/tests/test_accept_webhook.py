"""What arrives at the two kinds of addresses: kept when it is authentic, refused without a trace when not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from quittance.flows.accept_webhook import Answer, accept
from quittance.inbox.models import InboundWebhook
from quittance.message_channels.fake import SIGNATURE
from quittance.messages.models import ChannelAccount
from quittance.payment_systems.port import InboundRequest
from quittance.payments.models import PaymentAccount

pytestmark = pytest.mark.django_db

HALF_A_YEAR = timedelta(days=180)


def deliver(salon, request: InboundRequest, *, system="fake", address_token="a" * 32, now=None):
    return accept(
        system=system,
        address_token=address_token,
        headers=request.headers,
        body=request.body,
        path=f"/inbound/{system}/{address_token}",
        now=now or salon.now,
    )


def event(salon, **changes):
    body = {"id": "fake_event_x", "kind": "checkout.completed", "at": "2026-11-26T13:00:00+00:00", "live": False,
            "references": [["checkout", "x"]], "metadata": {}} | changes  # fmt: skip
    return salon.bank.sign(json.dumps(body).encode())


def rows():
    return InboundWebhook.objects.count()


class TestOfAPaymentSystem:
    def test_what_is_authentic_is_kept_and_the_account_was_heard_of(self, salon):
        assert deliver(salon, event(salon)) is Answer.ACCEPTED
        row = InboundWebhook.objects.get()
        assert (row.source, row.account_id, row.state) == ("fake", salon.account.pk, "received")
        assert PaymentAccount.objects.get().last_webhook_at == salon.now

    def test_money_of_another_mode_is_foreign(self, salon):
        assert deliver(salon, event(salon, live=True)) is Answer.ACCEPTED
        assert InboundWebhook.objects.get().state == "foreign"

    def test_t01_what_is_not_authentic_leaves_no_trace(self, salon):
        forged = salon.bank.sign(b"{}", secret="another")
        assert deliver(salon, forged) is Answer.BAD_SIGNATURE
        assert (rows(), PaymentAccount.objects.get().last_webhook_at) == (0, None)

    def test_an_address_that_is_nobody_s(self, salon):
        assert deliver(salon, event(salon), address_token="z" * 32) is Answer.UNKNOWN_ADDRESS
        assert deliver(salon, event(salon), system="stripe") is Answer.UNKNOWN_ADDRESS
        assert rows() == 0

    def test_a_retired_account_is_heard_for_half_a_year(self, salon):
        PaymentAccount.objects.update(retired_at=salon.now - HALF_A_YEAR + timedelta(seconds=1))
        assert deliver(salon, event(salon)) is Answer.ACCEPTED
        PaymentAccount.objects.update(retired_at=salon.now - HALF_A_YEAR)
        assert deliver(salon, event(salon, id="later")) is Answer.UNKNOWN_ADDRESS
        assert rows() == 1

    def test_keys_that_cannot_be_read_ask_them_to_come_again(self, salon):
        salon.account.credentials = "not json"
        salon.account.save()
        assert deliver(salon, event(salon)) is Answer.NOT_READY
        assert rows() == 0


class TestOfAMessageChannel:
    TOKEN = "sms".ljust(32, "0")
    STATUS = InboundRequest({SIGNATURE: "good"}, b"id=fake-0&state=delivered", None)  # type: ignore[arg-type]

    def deliver(self, office, request=STATUS, *, address_token=TOKEN):
        return deliver(office.salon, request, system="messages", address_token=address_token)

    def test_what_is_authentic_is_kept_as_the_notice_it_is(self, office):
        assert self.deliver(office) is Answer.ACCEPTED
        row = InboundWebhook.objects.get()
        assert (row.source, row.kind, row.event_id, row.references) == (
            "messages",
            "status",
            "fake-0:delivered",
            [["message", "fake-0"]],
        )
        assert json.loads(row.body.reveal())["state"] == "delivered"

    def test_a_text_of_a_client_is_kept_encrypted(self, office):
        text = InboundRequest({SIGNATURE: "good"}, b"id=7&from=%2B4915112345678&wish=stop", office.salon.now)
        assert self.deliver(office, text) is Answer.ACCEPTED
        row = InboundWebhook.objects.get()
        assert (row.kind, row.references) == ("inbound_text", [["message", "7"]])
        assert json.loads(row.body.reveal())["wish"] == "stop"

    def test_t01_what_is_not_authentic_leaves_no_trace(self, office):
        forged = InboundRequest({}, b"id=7", office.salon.now)
        assert (self.deliver(office, forged), rows()) == (Answer.BAD_SIGNATURE, 0)

    def test_an_address_that_is_nobody_s_or_was_given_up_long_ago(self, office):
        assert self.deliver(office, address_token="z" * 32) is Answer.UNKNOWN_ADDRESS
        ChannelAccount.objects.update(retired_at=office.salon.now - HALF_A_YEAR)
        assert self.deliver(office) is Answer.UNKNOWN_ADDRESS
        assert rows() == 0

    def test_keys_that_cannot_be_read_ask_them_to_come_again(self, office):
        account = ChannelAccount.objects.get(channel="sms")
        account.credentials = "not json"
        account.save()
        assert (self.deliver(office), rows()) == (Answer.NOT_READY, 0)
