from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from quittance.core import http
from quittance.core.secret import Secret
from quittance.message_channels.contract import ChannelContract
from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    FindAnswer,
    InboundRequest,
    InboundText,
    MessageChannel,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    StatusNotice,
    Suppress,
    TransientError,
    UnknownOutcomeError,
    Wish,
)
from quittance.message_channels.twilio.adapter import TwilioChannel, open_account
from quittance.message_channels.twilio.translate import FAULTS
from quittance.sandbox import Sandbox

SID, TOKEN = "AC" + "1" * 32, "right-token-1234567890"
HOOK = "https://pay.ana.example/inbound/messages/t0k3n"
KEY = "0123456789abcdef" * 2


class TwilioBench:
    bad_address = "+15005550001"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.sandbox.twilio.register(SID, TOKEN, inbound_url=HOOK)
        self.channel = self.open(TOKEN)
        self.good = OutgoingMessage(
            key=KEY,
            sender="+4930555000",
            address="+4915112345678",
            subject="",
            text="Ana's Salon: 60,00 € zu zahlen: https://pay.ana.example/p/abc",
            html="",
            status_url=f"{HOOK}?m={KEY}",
            at=datetime.now(UTC),
        )

    def open(self, token: str) -> TwilioChannel:
        return open_account({"account_sid": SID, "auth_token": token, "sender": "+4930555000"}, self.sandbox.url)

    def received(self) -> list[str]:
        return [message["body"] for message in self.sandbox.twilio.sent()]

    def with_wrong_keys(self) -> MessageChannel:
        return self.open("another-token")

    def lose_next_answer(self) -> None:
        self.sandbox.twilio.trouble.add("drop_after", match="POST")

    def refuse_next(self) -> None:
        self.sandbox.twilio.trouble.add("rate_limit", match="POST")

    def moment(self) -> datetime:
        return datetime.now(UTC)

    def requests(self) -> list[InboundRequest]:
        """Everything that the phone network posted to us, as our web server would hand it on."""
        return [
            InboundRequest(call.url, {name.lower(): value for name, value in call.headers.items()}, call.body)
            for call in self.sandbox.twilio.settle()
        ]


@pytest.fixture
def bench() -> Iterator[TwilioBench]:
    with Sandbox(deliver=lambda _url, _headers, _body: 200) as sandbox:
        yield TwilioBench(sandbox)


class TestTwilio(ChannelContract):
    @pytest.fixture
    def bench(self, bench: TwilioBench) -> TwilioBench:
        return bench


@pytest.mark.parametrize("trouble", ["error_after", "drop_after", "error_before", "drop_before"])
def test_t56_after_a_5xx_or_a_broken_line_asking_tells_what_happened(bench: TwilioBench, trouble):
    bench.sandbox.twilio.trouble.add(trouble, match="POST")
    with pytest.raises(UnknownOutcomeError):
        bench.channel.send(bench.good)
    took_it = trouble.endswith("after")
    assert bench.channel.find(bench.good).answer is (FindAnswer.ACCEPTED if took_it else FindAnswer.ABSENT)
    assert len(bench.received()) == int(took_it)


def test_a_question_that_gets_no_answer_is_only_transient(bench: TwilioBench):
    bench.sandbox.twilio.trouble.add("error_before", match="GET")
    with pytest.raises(TransientError):
        bench.channel.find(bench.good)


def test_an_older_message_with_the_same_text_is_not_taken_for_this_one(bench: TwilioBench):
    bench.channel.send(bench.good)
    later = replace(bench.good, at=datetime(2099, 1, 1, tzinfo=UTC))
    assert bench.channel.find(later).answer is FindAnswer.ABSENT
    other_text = replace(bench.good, text="Something else: https://pay.ana.example/p/abc")
    assert bench.channel.find(other_text).answer is FindAnswer.ABSENT


@pytest.mark.parametrize(
    ("ending", "error", "suppress"),
    [
        ("21610", PermanentError, Suppress.OPTED_OUT),
        ("21211", PermanentError, Suppress.REFUSED),
        ("21614", PermanentError, Suppress.REFUSED),
        ("21635", PermanentError, Suppress.REFUSED),
        ("21408", PermanentError, None),
        ("21612", PermanentError, None),
        ("21611", TransientError, None),
    ],
)
def test_t59_refusals_have_their_class(bench: TwilioBench, ending, error, suppress):
    number = f"+49151000{ending}"
    with pytest.raises(error) as raised:
        bench.channel.send(replace(bench.good, address=number))
    assert raised.value.code == ending
    assert getattr(raised.value, "suppress", None) is suppress
    assert str(raised.value) == FAULTS[int(ending)].reason
    assert number not in str(raised.value)


def test_they_may_say_how_long_to_wait():
    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        return http.OutsideResponse(429, {"retry-after": "17"}, b"not json")

    channel = TwilioChannel(SID, Secret(TOKEN))
    message = OutgoingMessage(KEY, "+4930", "+49151", "", "x", "", "", datetime.now(UTC))
    with http.mounted("https://api.twilio.com", wire), pytest.raises(TransientError) as raised:
        channel.send(message)
    assert (raised.value.code, raised.value.retry_after_seconds) == ("20429", 17)


def test_an_answer_that_cannot_be_read_is_unknown():
    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        return http.OutsideResponse(201, {}, b"<html>")

    message = OutgoingMessage(KEY, "+4930", "+49151", "", "x", "", "", datetime.now(UTC))
    with http.mounted("https://api.twilio.com", wire), pytest.raises(UnknownOutcomeError):
        TwilioChannel(SID, Secret(TOKEN)).send(message)


def test_an_address_where_nobody_listens_is_transient():
    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        raise http.OutsideError("no", sent=False)

    message = OutgoingMessage(KEY, "+4930", "+49151", "", "x", "", "", datetime.now(UTC))
    with http.mounted("https://api.twilio.com", wire), pytest.raises(TransientError, match="could not be reached"):
        TwilioChannel(SID, Secret(TOKEN)).send(message)


@pytest.mark.row("D4")
def test_the_callbacks_bear_our_key_and_tell_the_whole_way(bench: TwilioBench):
    report = bench.channel.send(bench.good)
    notices = [notice for request in bench.requests() for notice in bench.channel.read_webhook(request)]
    assert [notice.state for notice in notices if isinstance(notice, StatusNotice)] == [
        DeliveryState.SENT,
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
    ]
    assert {(notice.their_id, getattr(notice, "key", "")) for notice in notices} == {(report.their_id, KEY)}
    assert len({notice.event_id for notice in notices}) == 3


@pytest.mark.parametrize(
    ("ending", "failure_class", "suppress"),
    [("30003", "transient", None), ("30006", "permanent", Suppress.REFUSED), ("30007", "permanent", None)],
)
def test_t59_a_failed_delivery_tells_its_class(bench: TwilioBench, ending, failure_class, suppress):
    bench.channel.send(replace(bench.good, address=f"+49151000{ending}"))
    last = bench.channel.read_webhook(bench.requests()[-1])[0]
    assert isinstance(last, StatusNotice)
    assert (last.state, last.code, last.failure_class, last.suppress) == (
        DeliveryState.FAILED,
        ending,
        failure_class,
        suppress,
    )
    assert last.reason == FAULTS[int(ending)].reason


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("STOP", Wish.STOP),
        (" stop. ", Wish.STOP),
        ("Stopp", Wish.STOP),
        ("start", Wish.START),
        ("Thank you", Wish.OTHER),
    ],
)
@pytest.mark.row("D5")
def test_an_inbound_text_says_what_the_client_wishes(bench: TwilioBench, words, wish):
    request = signed(HOOK, {"MessageSid": "SM7", "From": "+4915112345678", "To": "+4930555000", "Body": words})
    notice = bench.channel.read_webhook(request)[0]
    assert notice == InboundText("in:SM7", "SM7", "+4915112345678", wish)


def test_stop_on_the_phone_reaches_us(bench: TwilioBench):
    bench.channel.send(bench.good)
    bench.requests()
    called = bench.sandbox.twilio.answer_from_phone(bench.good.address, "STOP")
    request = InboundRequest(called[0].url, {n.lower(): v for n, v in called[0].headers.items()}, called[0].body)
    notice = bench.channel.read_webhook(request)[0]
    assert isinstance(notice, InboundText)
    assert (notice.address, notice.wish) == (bench.good.address, Wish.STOP)


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> InboundRequest:
    from twilio.request_validator import RequestValidator

    signature = RequestValidator(token).compute_signature(url, fields)
    return InboundRequest(url, {"x-twilio-signature": signature}, urlencode(fields).encode())


STATUS = {"MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": SID}


@pytest.mark.parametrize(
    ("signed_url", "seen_url"),
    [
        (f"{HOOK}?m={KEY}", f"{HOOK}?m={KEY}"),
        (f"https://pay.ana.example:443/inbound/messages/t0k3n?m={KEY}", f"{HOOK}?m={KEY}"),
        (f"{HOOK}?m={KEY}", f"https://pay.ana.example:8443/inbound/messages/t0k3n?m={KEY}"),
    ],
)
def test_the_signature_fits_with_and_without_the_port(bench: TwilioBench, signed_url, seen_url):
    request = replace(signed(signed_url, STATUS), url=seen_url)
    assert bench.channel.read_webhook(request)[0].their_id == "SM1"


def test_t01_a_forged_status_is_refused(bench: TwilioBench):
    url = f"{HOOK}?m={KEY}"
    good = signed(url, STATUS)
    forgeries = [
        replace(good, body=good.body.replace(b"sent", b"read")),
        replace(good, url=url.replace("0123", "9999")),
        replace(good, headers={}),
        signed(url, STATUS, token="wrong"),
        signed(url, STATUS, token=""),
    ]
    for forged in forgeries:
        with pytest.raises(BadSignatureError):
            bench.channel.read_webhook(forged)
    blank = TwilioChannel(SID, Secret(""), former_token=Secret(" "))
    with pytest.raises(BadSignatureError):
        blank.read_webhook(signed(url, STATUS, token=""))


def test_t52_after_a_rotation_both_tokens_verify():
    rotated = TwilioChannel(SID, Secret("new-token"), former_token=Secret(TOKEN))
    for token in ("new-token", TOKEN):
        assert len(rotated.read_webhook(signed(HOOK, STATUS, token=token))) == 1


def test_an_authentic_notice_of_another_account_or_kind_says_nothing(bench: TwilioBench):
    for fields in (
        STATUS | {"AccountSid": "AC" + "2" * 32},
        STATUS | {"MessageStatus": "something-new"},
        {"AccountSid": SID, "CallSid": "CA1"},
    ):
        assert bench.channel.read_webhook(signed(HOOK, fields)) == ()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"account_sid": "AC12"}, "account SID begins with AC"),
        ({"auth_token": " "}, "Enter the auth token"),
        ({"sender": "Ana's very long salon"}, "sender is a number"),
        ({"sender": "030 555000"}, "sender is a number"),
    ],
)
def test_a_form_with_a_mistake_is_told_in_a_sentence(fields, sentence):
    with pytest.raises(MisconfiguredError, match=sentence):
        open_account({"account_sid": SID, "auth_token": TOKEN, "sender": "+4930555000"} | fields, None)


def test_a_messaging_service_sends_as_such(bench: TwilioBench):
    bench.channel.send(replace(bench.good, sender="MG" + "3" * 32))
    assert bench.sandbox.twilio.sent()[0]["service"] == "MG" + "3" * 32


def specs(name: str) -> Path:
    folder = Path(os.environ.get("QUITTANCE_SPECS") or Path(__file__).parents[5] / "shared" / "specs")
    if not (folder / name).exists():
        pytest.skip(f"{name} is not here; set QUITTANCE_SPECS to the folder of the public API descriptions")
    return folder / name


def test_the_requests_have_only_fields_that_twilio_describes(bench: TwilioBench):
    description = json.loads(specs("twilio-messages-subset.json").read_text())
    post = description["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
    known = post["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"]
    bench.channel.send(bench.good)
    bench.channel.find(bench.good)
    sent = bench.sandbox.requests("twilio", method="POST")[0]
    assert set(sent.form) == {"To", "From", "Body", "StatusCallback"} and set(sent.form) <= set(known)
    asked = bench.sandbox.requests("twilio", method="GET")[0]
    listed = description["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["get"]["parameters"]
    assert set(asked.query) <= {parameter["name"] for parameter in listed}


def test_twilios_own_signature_vectors_verify():
    vectors = json.loads(specs("signature-vectors.json").read_text())["twilio"]["vectors"]
    tried = 0
    for vector in vectors:
        if "params" not in vector or not isinstance(vector["params"], dict):
            continue
        fields = {name: value for name, value in vector["params"].items() if isinstance(value, str)}
        if fields != vector["params"]:
            continue
        channel = TwilioChannel(SID, Secret(vector["auth_token"]))
        request = InboundRequest(vector["url"], {"x-twilio-signature": vector["signature"]}, urlencode(fields).encode())
        if vector["valid"]:
            channel.read_webhook(request)
        else:
            with pytest.raises(BadSignatureError):
                channel.read_webhook(request)
        tried += 1
    assert tried >= 4
