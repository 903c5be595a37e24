"""Bounces and complaints told over HTTP: signed with the secret that the business entered, in one plain dialect."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    InboundRequest,
    MisconfiguredError,
    StatusNotice,
    Suppress,
)
from quittance.message_channels.smtp.adapter import open_account

SECRET, FORMER = "a-secret-of-ana-s-own", "the-secret-before-that"
FORM = {"host": "smtp.example.com", "security": "tls", "report_secret": SECRET, "former_report_secret": FORMER}
KEY = "0123456789abcdef0123456789abcdef"
MESSAGE_ID = f"<{KEY}@ana.example>"


def signed(body: bytes, secret: str = SECRET) -> InboundRequest:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return InboundRequest(
        "https://pay.ana.example/inbound/messages/x", {"x-report-signature": f"sha256={digest}"}, body
    )


def read(*events: Any) -> list[StatusNotice]:
    notices = open_account(FORM, None).read_webhook(signed(json.dumps({"events": events}).encode()))
    return [one for one in notices if isinstance(one, StatusNotice)]


@pytest.mark.row("D4")
def test_a_bounce_fails_the_mail_and_only_a_missing_mailbox_stops_the_address():
    (gone,) = read({"id": "1", "message_id": MESSAGE_ID, "kind": "bounced", "status": "5.1.1", "reason": "<chloe@x>"})
    assert (gone.key, gone.their_id, gone.state, gone.suppress) == (
        KEY,
        MESSAGE_ID,
        DeliveryState.FAILED,
        Suppress.REFUSED,
    )
    assert gone.reason == "There is no such address (5.1.1)." and gone.failure_class == "permanent"
    (full,) = read({"id": "2", "message_id": KEY + "@ana.example", "kind": "bounced", "status": "4.2.2"})
    assert (full.suppress, full.failure_class, full.their_id) == (None, "transient", MESSAGE_ID)
    (odd,) = read({"id": "3", "message_id": MESSAGE_ID, "kind": "bounced", "status": "chloe@client.example"})
    assert odd.reason == "The mail came back."


@pytest.mark.row("D5")
def test_a_complaint_says_that_it_arrived_and_is_not_wanted():
    (one,) = read({"id": "1", "message_id": MESSAGE_ID, "kind": "complained"})
    assert (one.state, one.suppress) == (DeliveryState.DELIVERED, Suppress.COMPLAINED)
    (other,) = read({"id": "2", "message_id": MESSAGE_ID, "kind": "delivered"})
    assert (other.state, other.suppress) == (DeliveryState.DELIVERED, None)
    assert one.event_id != other.event_id


@pytest.mark.parametrize(
    "event",
    [
        None,
        7,
        {},
        {"id": "1", "message_id": MESSAGE_ID, "kind": "opened"},
        {"id": "", "message_id": MESSAGE_ID, "kind": "bounced"},
        {"id": "x" * 81, "message_id": MESSAGE_ID, "kind": "bounced"},
        {"id": "1", "message_id": "<somebody@else.example>", "kind": "bounced"},
        {"id": "1", "message_id": ["a"], "kind": "bounced"},
    ],
)
def test_what_is_odd_or_not_ours_is_left_out(event: object):
    assert read(event) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"events": {}}', b"[" * 100_000])
def test_what_is_signed_and_unreadable_tells_nothing(body: bytes):
    assert list(open_account(FORM, None).read_webhook(signed(body))) == []


def test_t01_what_is_not_signed_is_refused_and_the_former_secret_still_counts():
    body = b'{"events": []}'
    channel = open_account(FORM, None)
    assert list(channel.read_webhook(signed(body, FORMER))) == []
    unsigned = InboundRequest("https://x", {}, body)
    for request in (unsigned, signed(body, "another-secret-of-somebody"), signed(body, "")):
        with pytest.raises(BadSignatureError):
            channel.read_webhook(request)
    without = open_account({"host": "smtp.example.com", "security": "tls"}, None)
    for request in (unsigned, signed(body, "")):
        with pytest.raises(BadSignatureError):
            without.read_webhook(request)


def test_a_secret_that_can_be_guessed_is_refused():
    with pytest.raises(MisconfiguredError, match="at least 16"):
        open_account({**FORM, "report_secret": "short"}, None)
