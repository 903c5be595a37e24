"""What a mail service reports goes through the same door as every report: verified, kept once, worked later."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from quittance.due.actions import claim
from quittance.flows import process_webhook
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import ChannelAccount, Message, Suppression

pytestmark = pytest.mark.django_db

SECRET, KEY, EMAIL = "a-secret-of-ana-s-own", "9" * 32, "chloe@client.example"


@pytest.mark.row("D4", "D5")
def test_a_bounce_is_taken_in_once_and_stops_the_address(salon, client):
    account = ChannelAccount.objects.create(
        business=salon.business,
        channel="email",
        system="smtp",
        sender="salon@ana.example",
        credentials=json.dumps({"host": "smtp.example.com", "security": "tls", "report_secret": SECRET}),
        address_token="t" * 32,
        enabled=True,
        created_at=salon.now,
    )
    message = Message.objects.create(
        business=salon.business,
        client=salon.chloe,
        type="payment_link",
        channel="email",
        account=account,
        address=EMAIL,
        purpose_key="test",
        key=KEY,
        state="sent",
        their_id=f"<{KEY}@ana.example>",
        created_at=salon.now,
    )
    event = {"id": "b1", "message_id": f"<{KEY}@ana.example>", "kind": "bounced", "status": "5.1.1", "reason": EMAIL}
    body = json.dumps({"events": [event]}).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    def post(signature: str) -> int:
        headers = {"X-Report-Signature": signature}
        path = f"/inbound/messages/{account.address_token}"
        return int(client.post(path, body, content_type="application/json", headers=headers).status_code)

    assert post("sha256=" + "0" * 64) == 400 and not InboundWebhook.objects.exists()
    assert [post(f"sha256={digest}"), post(f"sha256={digest}")] == [200, 200]
    for row in claim(InboundWebhook, limit=5, lease_seconds=60, now=salon.now):
        process_webhook.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
    message.refresh_from_db()
    assert (message.state, message.failure) == ("failed", "There is no such address (5.1.1).")
    assert Suppression.objects.values_list("address", "reason").get() == (EMAIL, "refused")
