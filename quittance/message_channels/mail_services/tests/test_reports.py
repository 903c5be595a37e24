from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from quittance.message_channels.mail_services import library
from quittance.message_channels.mail_services.library import Event
from quittance.message_channels.mail_services.service import Bounce
from quittance.message_channels.mail_services.tests.benches import HOOK, KEY, SECRET, ServiceBench
from quittance.message_channels.port import BadSignatureError, DeliveryState, InboundRequest, Suppress


def sent_to(bench: ServiceBench, address: str) -> str:
    return bench.channel.send(replace(bench.good, address=address)).their_id


@pytest.mark.row("D4")
def test_a_delivery_bears_our_key_and_their_name(bench: ServiceBench):
    their_id = sent_to(bench, "chloe@client.example")
    [notice] = bench.notices()
    assert (notice.key, notice.their_id, notice.state) == (KEY, their_id, DeliveryState.DELIVERED)
    assert notice.event_id.startswith(f"{bench.slug}:") and notice.suppress is None


@pytest.mark.row("D4")
def test_t60_a_hard_bounce_is_permanent_and_suppresses_the_address(bench: ServiceBench):
    their_id = sent_to(bench, "bounce@client.example")
    [notice] = bench.notices()
    assert (notice.state, notice.failure_class, notice.suppress) == (
        DeliveryState.FAILED,
        "permanent",
        Suppress.REFUSED,
    )
    assert (notice.key, notice.their_id) == (KEY, their_id)
    assert notice.reason.startswith("There is no such address")
    assert notice.code == ("5.1.1" if bench.slug in {"sendgrid", "mailgun"} else "")


@pytest.mark.row("D4")
def test_t60_a_soft_bounce_is_transient_and_suppresses_nothing(bench: ServiceBench):
    sent_to(bench, "full@client.example")
    [notice] = bench.notices()
    assert (notice.state, notice.failure_class, notice.suppress) == (DeliveryState.FAILED, "transient", None)


@pytest.mark.row("D4")
def test_t60_a_complaint_says_that_the_mail_arrived_and_was_unwanted(bench: ServiceBench):
    sent_to(bench, "complain@client.example")
    delivered, complained = bench.notices()
    assert (delivered.state, delivered.suppress) == (DeliveryState.DELIVERED, None)
    assert (complained.state, complained.suppress) == (DeliveryState.DELIVERED, Suppress.COMPLAINED)
    assert delivered.event_id != complained.event_id


@pytest.mark.row("D4")
def test_whoever_unsubscribes_at_the_service_is_heard(bench: ServiceBench):
    sent_to(bench, "unsubscribe@client.example")
    _delivered, gone = bench.notices()
    assert (gone.state, gone.suppress) == (DeliveryState.SENT, Suppress.UNSUBSCRIBED)


def test_t60_an_event_told_twice_has_one_name(bench: ServiceBench):
    bench.account.double_next = 1
    sent_to(bench, "bounce@client.example")
    first, second = bench.notices()
    assert first == second


def test_opened_mails_are_nobodys_business(bench: ServiceBench):
    sent_to(bench, "chloe@client.example")
    bench.notices()
    mail = bench.sandbox.mail_services.sent()[0]
    assert bench.notices(bench.sandbox.mail_services.force(mail.id, "opened")) == []


def test_a_notice_names_no_client(bench: ServiceBench):
    for start in ("chloe", "bounce", "full", "complain", "unsubscribe"):
        sent_to(bench, f"{start}@client.example")
    assert "client.example" not in str(bench.notices())


def test_forged_and_unsigned_reports_are_refused(bench: ServiceBench):
    sent_to(bench, "bounce@client.example")
    [request] = bench.requests()
    stranger = base64.b64encode(b"quittance:another-secret-of-ours").decode()
    wrong = [
        replace(request, headers={}),
        replace(request, headers={**request.headers, "authorization": f"Basic {stranger}"}),
        replace(request, headers={**request.headers, "authorization": "Basic ü"}),
    ]
    if bench.slug == "sendgrid":
        signature = "x-twilio-email-event-webhook-signature"
        wrong = [
            replace(request, headers={**request.headers, signature: "AAAA"}),
            replace(request, headers={**request.headers, signature: "ü"}),
            replace(request, headers={**request.headers, "x-twilio-email-event-webhook-timestamp": "1"}),
            replace(request, body=request.body.replace(b"bounce", b"bounde")),
            replace(request, headers={}),
        ]
    elif bench.slug == "mailgun":
        told = json.loads(request.body)
        told["signature"]["timestamp"] = "1"
        bodies = [json.dumps(told).encode(), b"{}", b"[]", b"null", b"", b"\xff", b"[" * 5000]
        wrong = [replace(request, body=body) for body in bodies]
    for one in wrong:
        with pytest.raises(BadSignatureError):
            bench.channel.read_webhook(one)
    assert bench.channel.read_webhook(request)


@pytest.mark.parametrize("bench", ["mailgun"], indirect=True)
def test_a_signature_that_was_used_names_no_second_event(bench: ServiceBench):
    sent_to(bench, "chloe@client.example")
    [request] = bench.requests()
    told = json.loads(request.body)
    told["event-data"]["event"] = "complained"
    [first] = bench.channel.read_webhook(request)
    [again] = bench.channel.read_webhook(replace(request, body=json.dumps(told).encode()))
    assert first.event_id == again.event_id


def test_without_a_secret_no_report_is_believed(bench: ServiceBench):
    sent_to(bench, "bounce@client.example")
    [request] = bench.requests()
    for fields in ({"report_secret": ""}, {"report_secret": "", "former_report_secret": bench.report_secret}):
        with pytest.raises(BadSignatureError):
            bench.open(**fields).read_webhook(request)


# SendGrid's key is its own: what it shows anew is entered anew.
@pytest.mark.parametrize("bench", ["postmark", "mailgun", "brevo"], indirect=True)
def test_the_former_secret_still_counts_after_a_rotation(bench: ServiceBench):
    sent_to(bench, "bounce@client.example")
    [request] = bench.requests()
    rotated = bench.open(report_secret="quite-another-secret", former_report_secret=SECRET)
    assert rotated.read_webhook(request)


# The signatures of the other two cover the body, or stand in it.
@pytest.mark.parametrize("bench", ["postmark", "brevo"], indirect=True)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'"x"', b"[5, null, {}]", b'{"event": 5}', b'{"RecordType": "Bounce"}',
        b'{"RecordType": "Inbound"}', b'{"RecordType": ["x"]}', b'{"items": []}', b'{"event": "hard_bounce", "email": 5}',
        b'{"RecordType": "Bounce", "Type": {}, "MessageID": 5, "Metadata": 7}', b'{"FromFull": {}}', b"\xff\xfe", b"[" * 5000,
        b'{"event": "delivered", "message-id": "x", "ts_epoch": "soon"}', b'{"event": "delivered", "message-id": {}, "ts_epoch": 1e300}',
    ],
)  # fmt: skip
def test_what_is_authentic_and_odd_does_no_harm(bench: ServiceBench, body: bytes):
    pair = base64.b64encode(f"quittance:{SECRET}".encode()).decode()
    for notice in bench.channel.read_webhook(InboundRequest(HOOK, {"authorization": f"Basic {pair}"}, body)):
        assert len(notice.their_id) <= 120


@pytest.mark.parametrize("bench", ["sendgrid", "mailgun"], indirect=True)
@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.1"])
def test_a_full_mailbox_or_a_policy_says_nothing_about_the_address(bench: ServiceBench, status: str):
    details: dict[str, object] = {"event": "bounce", "status": status}
    if bench.slug == "mailgun":
        details = {"event-data": {"reason": "bounce", "delivery-status": {"enhanced-code": status}}}
    event = Event("bounced", "1", KEY, "e1", "", "", details)
    assert bench.channel._service.bounce(event) is Bounce.SOFT  # type: ignore[attr-defined]


def test_a_mistake_of_our_own_is_not_taken_for_an_odd_report(bench: ServiceBench):
    class Broken:
        def parse_events(self, _came: object) -> list[object]:
            raise NotImplementedError

    came = library._Came(InboundRequest(HOOK, {}, b"{}"))
    with pytest.raises(NotImplementedError):
        library._event(Broken(), came, {})
