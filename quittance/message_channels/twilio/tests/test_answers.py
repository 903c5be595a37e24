"""Twilio's answers and forms, one by one, without a server: what each means for us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from quittance.core import http
from quittance.core.secret import Secret
from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    FindAnswer,
    InboundRequest,
    InboundText,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    StatusNotice,
    Suppress,
    TransientError,
    UnknownOutcomeError,
    Wish,
)
from quittance.message_channels.twilio import translate
from quittance.message_channels.twilio.adapter import TwilioChannel, open_account
from quittance.message_channels.twilio.client import OutsideHttpClient, error_code

SID = "AC" + "1" * 32
NOW = datetime(2026, 11, 26, 13, tzinfo=UTC)
MESSAGE = OutgoingMessage("k" * 32, "+4930", "+4915112345678", "", "Pay here", "", "", NOW)
CHANNEL = TwilioChannel(SID, Secret("token"))


def answering(status: int, body: object, **headers: str) -> AbstractContextManager[Any]:
    text = body if isinstance(body, str) else json.dumps(body)

    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        return http.OutsideResponse(status, dict(headers), text.encode())

    return http.mounted("https://api.twilio.com", wire)


def failing(*, sent: bool) -> AbstractContextManager[Any]:
    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        raise http.OutsideError("broken", sent=sent)

    return http.mounted("https://api.twilio.com", wire)


def seen(number: int, *, minutes: float = 0, **changed: object) -> dict[str, object]:
    """A message as Twilio lists it."""
    return {
        "sid": f"SM{number:032d}",
        "body": "Pay here",
        "status": "sent",
        "direction": "outbound-api",
        "date_created": format_datetime(NOW + timedelta(minutes=minutes)),
        "to": MESSAGE.address,
        **changed,
    }


def test_a_message_that_is_refused_in_a_success_has_not_been_sent():
    answer = seen(1, status="failed", error_code=21610)
    with answering(201, answer), pytest.raises(PermanentError) as caught:
        CHANNEL.send(MESSAGE)
    assert (caught.value.code, caught.value.suppress) == ("21610", Suppress.OPTED_OUT)


@pytest.mark.parametrize(
    ("status", "state"),
    [("queued", DeliveryState.SENT), ("delivered", DeliveryState.DELIVERED), ("something-new", DeliveryState.SENT)],
)
def test_an_accepted_message_bears_their_id_and_its_state(status, state):
    with answering(201, seen(1, status=status)):
        report = CHANNEL.send(MESSAGE)
    assert (report.their_id, report.state) == (f"SM{1:032d}", state)


class TestFind:
    def find(self, *listed: dict[str, object], taken: tuple[str, ...] = ()) -> FindAnswer:
        with answering(200, {"messages": list(listed), "page_size": 50, "next_page_uri": None}):
            return CHANNEL.find(MESSAGE, taken=taken).answer

    def test_the_message_that_says_the_same_to_the_same_number_since_then(self):
        assert self.find(seen(1)) is FindAnswer.ACCEPTED
        assert self.find(seen(1, body=" Pay \n here ")) is FindAnswer.ACCEPTED
        assert self.find(seen(1, minutes=-15)) is FindAnswer.ACCEPTED
        assert self.find(seen(1, date_created=None)) is FindAnswer.ACCEPTED

    def test_not_one_that_came_in_was_before_says_another_thing_or_is_another_message_s(self):
        assert self.find(seen(1, direction="inbound")) is FindAnswer.ABSENT
        assert self.find(seen(1, minutes=-15.1)) is FindAnswer.ABSENT
        assert self.find(seen(1, body="Something else")) is FindAnswer.ABSENT
        assert self.find(seen(1, body=None)) is FindAnswer.ABSENT
        assert self.find(seen(1), taken=(f"SM{1:032d}",)) is FindAnswer.ABSENT
        assert self.find() is FindAnswer.ABSENT

    def test_a_list_that_is_full_of_newer_ones_cannot_tell(self):
        newer = [seen(number, body="Other", minutes=1) for number in range(50)]
        assert self.find(*newer) is FindAnswer.CANNOT_TELL
        assert self.find(*newer[:49]) is FindAnswer.ABSENT
        assert self.find(*newer[:49], seen(49, body="Other", minutes=-16)) is FindAnswer.ABSENT


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, "", MisconfiguredError),
        (403, {"code": 1}, MisconfiguredError),
        (400, {"code": 20005}, MisconfiguredError),
        (400, {"code": 21211}, PermanentError),
        (400, {"code": 30022}, TransientError),
        (400, {"code": 12345}, PermanentError),
        (404, "nothing here", PermanentError),
        (429, {"code": 21611}, TransientError),
        (500, "", UnknownOutcomeError),
        (503, {"code": 1}, UnknownOutcomeError),
        (302, "", UnknownOutcomeError),
    ],
)
def test_a_refused_message_has_its_class(status, body, error):
    with answering(status, body), pytest.raises(error) as caught:
        CHANNEL.send(MESSAGE)
    assert type(caught.value) is error
    assert MESSAGE.address not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "error", "sentence"),
    [
        (429, None, TransientError, "asked too often"),
        (401, None, MisconfiguredError, "refused the account SID"),
        (418, 12345, PermanentError, "error 12345"),
        (418, None, PermanentError, "error 418"),
        (599, None, UnknownOutcomeError, "answered 599"),
        (399, None, UnknownOutcomeError, "answered 399"),
    ],
)
def test_a_refusal_without_a_code_that_we_know_is_judged_by_its_status(status, code, error, sentence):
    refused = translate.refusal(status=status, code=code)
    assert type(refused) is error and sentence in str(refused)


def test_a_list_that_is_refused_is_a_refusal_too_and_silence_is_only_transient():
    with answering(401, {"code": 20003}), pytest.raises(MisconfiguredError, match="refused the account SID"):
        CHANNEL.check()
    with answering(500, ""), pytest.raises(TransientError, match="answered 500"):
        CHANNEL.check()
    with failing(sent=True), pytest.raises(TransientError, match="did not answer"):
        CHANNEL.find(MESSAGE)
    with failing(sent=True), pytest.raises(UnknownOutcomeError, match="did not answer"):
        CHANNEL.send(MESSAGE)


@pytest.mark.parametrize(
    ("text", "wait"), [("17", 17), ("999999", 3600), ("soon", None), ("", None), ("-1", None), ("١٧", None)]
)
def test_how_long_to_wait_is_read_from_a_number_only_and_bounded(text, wait):
    with answering(429, "", **{"retry-after": text}), pytest.raises(TransientError) as caught:
        CHANNEL.send(MESSAGE)
    assert caught.value.retry_after_seconds == wait


@pytest.mark.parametrize(("body", "code"), [('{"code": 7}', 7), ('{"code": "7"}', None), ("[]", None), ("<", None)])
def test_their_code_is_a_number_in_an_object(body, code):
    assert error_code(body) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [("21610", 21610), (30003, 30003), (" 7 ", 7), ("0", None), ("", None), (None, None), ("x", None), ("1234567", None), ("٧", None)],
)  # fmt: skip
def test_an_error_number_is_a_small_number_in_plain_digits(text, number):
    assert translate.error_number(text) == number


class TestTheClientUnderTheirSdk:
    @pytest.fixture
    def requests(self) -> Iterator[list[http.OutsideRequest]]:
        sent: list[http.OutsideRequest] = []

        def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
            sent.append(request)
            return http.OutsideResponse(200, {}, b"{}")

        with http.mounted("https://api.twilio.com", wire):
            yield sent

    def ask(self, method: str, url: str, **more: Any) -> None:
        OutsideHttpClient(base_url=None, timeout_seconds=1).request(method, url, **more)

    def test_a_question_has_a_query_and_no_body(self, requests):
        self.ask("GET", "https://api.twilio.com/a?x=1", params={"To": "+49", "Gone": None}, data={"no": "body"})
        self.ask("GET", "/b", params={"Tag": ["1", "2"]})
        self.ask("GET", "/c")
        assert [request.url.partition(".com")[2] for request in requests] == ["/a?x=1&To=%2B49", "/b?Tag=1&Tag=2", "/c"]
        assert [request.body for request in requests] == [b"", b"", b""]

    def test_only_who_has_keys_shows_them(self, requests):
        self.ask("GET", "/a")
        self.ask("POST", "/a", auth=("AC1", "word"), data={"Body": "Hi"}, headers={"Accept": "x"})
        without, with_keys = requests
        assert "Authorization" not in without.headers
        assert with_keys.headers["Authorization"] == "Basic QUMxOndvcmQ="
        assert (with_keys.body, with_keys.headers["Accept"]) == (b"Body=Hi", "x")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a%d=1" % number for number in range(101))])
def test_t01_a_form_that_cannot_be_read_is_not_theirs(body):
    with pytest.raises(BadSignatureError, match="cannot be read"):
        CHANNEL.read_webhook(InboundRequest("https://pay.ana.example/x", {"x-twilio-signature": "x"}, body))


@pytest.mark.parametrize(
    ("fields", "notice"),
    [
        ({}, None),
        ({"MessageStatus": "sent"}, None),
        ({"MessageSid": "SM1"}, None),
        ({"MessageSid": "SM1", "Body": "STOP"}, None),
        ({"MessageSid": "SM1", "MessageStatus": "hm"}, None),
        ({"SmsSid": "SM1", "MessageStatus": "read"}, StatusNotice("SM1:read", "SM1", "k", DeliveryState.DELIVERED)),
        ({"SmsSid": "SM1", "From": "+49", "Body": "hello"}, InboundText("in:SM1", "SM1", "+49", Wish.OTHER)),
        ({"SmsSid": "SM1", "From": "+49", "Body": "hello", "OptOutType": "stop"}, InboundText("in:SM1", "SM1", "+49", Wish.STOP)),
        ({"SmsSid": "SM1", "From": "+49", "Body": "stop  all!"}, InboundText("in:SM1", "SM1", "+49", Wish.STOP)),
        ({"SmsSid": "SM1", "From": "+49", "Body": "Anmelden"}, InboundText("in:SM1", "SM1", "+49", Wish.START)),
    ],
)  # fmt: skip
def test_a_form_is_a_status_a_text_or_nothing(fields, notice):
    assert translate.read_form(fields, key="k") == notice


@pytest.mark.parametrize(
    ("code", "reason"),
    [("", "The message was not delivered."), ("12345", "The message was not delivered (Twilio error 12345).")],
)
def test_a_failed_delivery_without_a_reason_that_we_know_is_final(code, reason):
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": code}
    notice = translate.read_form(fields, key="k")
    assert notice == StatusNotice("SM1:undelivered", "SM1", "k", DeliveryState.FAILED, code, reason, "permanent", None)


def test_a_sender_may_be_left_out_until_it_is_known():
    assert open_account({"account_sid": SID, "auth_token": "word"}, None)._auth_token.reveal() == "word"
