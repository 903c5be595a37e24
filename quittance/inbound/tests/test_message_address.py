"""The address that Twilio calls: what became of a message, and who wants no more of them."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from twilio.request_validator import RequestValidator

from quittance.due.actions import claim
from quittance.flows import process_webhook
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import ChannelAccount, Message, Suppression

pytestmark = pytest.mark.django_db

SID = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
PHONE = "+4915112345678"


@pytest.fixture
def account(salon):
    return ChannelAccount.objects.create(
        business=salon.business,
        channel="sms",
        system="twilio",
        sender="+49301234567",
        credentials=json.dumps({"account_sid": SID, "auth_token": TOKEN, "sender": "+49301234567"}),
        address_token="t" * 32,
        enabled=True,
        created_at=salon.now,
    )


@pytest.fixture
def message(salon, account):
    return Message.objects.create(
        business=salon.business,
        client=salon.chloe,
        type="payment_link",
        channel="sms",
        account=account,
        address=PHONE,
        purpose_key="test",
        key="9" * 32,
        state="sent",
        their_id="SM" + "1" * 32,
        created_at=salon.now,
    )


@pytest.fixture
def post(client, account):
    def send(fields, *, token=TOKEN, query="", signature=None):
        path = f"/inbound/messages/{account.address_token}{query}"
        if signature is None:
            signature = RequestValidator(token).compute_signature(settings.QUITTANCE_BASE_URL + path, fields)
        return client.post(
            path,
            urlencode(fields),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        )

    return send


def look(salon):
    for row in claim(InboundWebhook, limit=20, lease_seconds=60):
        process_webhook.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)


def status(message, word):
    return {"MessageSid": message.their_id, "MessageStatus": word, "AccountSid": SID}


def test_a_status_reaches_the_message(post, message, salon):
    answer = post(status(message, "delivered"), query=f"?m={message.key}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.content.endswith(b"<Response></Response>")
    look(salon)
    message.refresh_from_db()
    assert message.state == "delivered"
    row = InboundWebhook.objects.get()
    assert (row.source, row.state, row.next_attempt_at) == ("messages", "matched", None)


def test_statuses_come_twice_and_in_any_sequence(post, message, salon):
    for word in ("delivered", "sent", "delivered", "sent"):
        assert post(status(message, word)).status_code == 200
    look(salon)
    message.refresh_from_db()
    assert message.state == "delivered"
    assert InboundWebhook.objects.count() == 2


@pytest.mark.parametrize("token", ["", " ", "somebody else's token"])
def test_a_status_signed_with_another_token_is_refused(post, message, salon, token):
    assert post(status(message, "failed"), token=token).status_code == 400
    assert InboundWebhook.objects.count() == 0


def test_an_unsigned_status_is_refused(post, message):
    assert post(status(message, "failed"), signature="").status_code == 400


def test_the_query_is_part_of_what_is_signed(post, message, account):
    fields = status(message, "delivered")
    path = f"{settings.QUITTANCE_BASE_URL}/inbound/messages/{account.address_token}"
    signature = RequestValidator(TOKEN).compute_signature(path, fields)
    assert post(fields, query="?m=" + "8" * 32, signature=signature).status_code == 400


def test_stop_is_honoured_and_start_lifts_it(post, salon):
    fields = {"MessageSid": "SM" + "2" * 32, "From": PHONE, "To": "+49301234567", "Body": "STOP", "AccountSid": SID}
    assert post(fields).status_code == 200
    look(salon)
    assert Suppression.objects.get().address == PHONE
    post({**fields, "MessageSid": "SM" + "3" * 32, "Body": "START"})
    look(salon)
    assert not Suppression.objects.exists()


def test_a_client_s_number_is_kept_encrypted_only(post):
    post({"MessageSid": "SM" + "2" * 32, "From": PHONE, "To": "+49301234567", "Body": "STOP", "AccountSid": SID})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inbox_inboundwebhook")
        assert PHONE not in repr(cursor.fetchall())


def test_a_payment_system_s_address_is_no_channel_s(client, account):
    assert client.post(f"/inbound/twilio/{account.address_token}").status_code == 404
    assert client.post(f"/inbound/messages/{'x' * 32}").status_code == 404


def test_accepting_takes_at_most_four_queries(post, message):
    with CaptureQueriesContext(connection) as seen:
        post(status(message, "delivered"))
    assert len([one for one in seen if "SAVEPOINT" not in one["sql"]]) <= 4
