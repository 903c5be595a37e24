"""The phone network: Twilio's SDK against the sandbox, answers checked against Twilio's description."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from quittance.sandbox.tests.contract import load_spec
from quittance.sandbox.tests.support import Shop
from quittance.sandbox.twilio import rules
from quittance.sandbox.twilio.signing import signature

SID = "AC" + "a1" * 16
TOKEN = "token-of-ana"
CHLOE = "+4915112345678"
SALON = "+4930123456"


class _ToSandbox(TwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.answers: list[str] = []

    def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
        answer = super().request(method, url.replace("https://api.twilio.com", self.base_url), *more, **named)
        self.answers.append(answer.text)
        return answer


def client(shop: Shop, token: str = TOKEN) -> Any:
    return Client(SID, token, http_client=_ToSandbox(shop.sandbox.twilio_url))


def send(shop: Shop, to: str = CHLOE, text: str = "Pay here: http://salon.example/p/1", **more: Any) -> Any:
    return client(shop).messages.create(to=to, from_=SALON, body=text, **more)


def statuses(shop: Shop) -> list[str]:
    return [dict(parse_qsl(body.decode()))["MessageStatus"] for _, _, body in shop.postbox.got]


def test_signatures_are_those_of_the_published_vectors() -> None:
    vectors = load_spec("signature-vectors.json")["twilio"]["vectors"]
    plain = [one for one in vectors if not str(one.get("note", "")).startswith(("https:", "http: port"))]
    assert len(plain) >= 4
    for vector in plain:
        given = vector.get("params", {})
        pairs = list(given.items()) if isinstance(given, dict) else [(name, value) for name, value in given]
        assert signature(vector.get("auth_token", "12345"), vector["url"], pairs) == vector["signature"]


def test_a_text_goes_from_queued_to_delivered_by_the_clock(shop: Shop) -> None:
    sent = send(shop, status_callback="http://salon.example/status?m=1")
    assert (sent.status, shop.sandbox.books.letters(to=CHLOE)) == ("queued", [])
    shop.clock.advance(timedelta(seconds=1))
    shop.sandbox.tick()
    shop.clock.advance(timedelta(seconds=1))
    shop.sandbox.tick()
    assert statuses(shop) == ["queued", "sent", "delivered"]
    assert client(shop).messages(sent.sid).fetch().status == "delivered"
    [letter] = shop.sandbox.books.letters(to=CHLOE, kind="sms")
    assert (letter.text, letter.sender) == ("Pay here: http://salon.example/p/1", SALON)


def test_twilios_own_validator_accepts_the_callback(shop: Shop) -> None:
    send(shop, status_callback="http://salon.example/status?m=1")
    [*_, last] = shop.sandbox.twilio.settle()
    assert RequestValidator(TOKEN).validate(last.url, dict(last.fields), last.headers["X-Twilio-Signature"])
    assert not RequestValidator("other").validate(last.url, dict(last.fields), last.headers["X-Twilio-Signature"])


@pytest.mark.parametrize("code", sorted(rules.REFUSED))
def test_a_number_that_ends_in_a_code_is_refused_with_it(shop: Shop, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        send(shop, to=f"+49151000{code}")
    assert (refused.value.code, refused.value.status) == (code, 429 if code == 21611 else 400)
    assert shop.sandbox.books.texts() == []


@pytest.mark.parametrize("code", sorted(rules.LATER))
def test_a_number_that_cannot_be_reached_is_told_later(shop: Shop, code: int) -> None:
    sent = send(shop, to=f"+49151000{code}", status_callback="http://salon.example/status")
    shop.sandbox.twilio.settle()
    seen = client(shop).messages(sent.sid).fetch()
    assert (seen.status, seen.error_code) == (rules.LATER[code][0], code)
    assert dict(parse_qsl(shop.postbox.got[-1][2].decode()))["ErrorCode"] == str(code)
    assert shop.sandbox.books.letters() == []


@pytest.mark.parametrize(
    ("to", "sender", "text", "code"),
    [
        ("015112345678", SALON, "Hi", 21211),
        ("+49", SALON, "Hi", 21211),
        (CHLOE, "", "Hi", 21603),
        (CHLOE, "A name too long", "Hi", 21212),
        (CHLOE, SALON, " ", 21602),
        (CHLOE, SALON, "x" * 1601, 21617),
    ],
)
def test_a_wrong_request_is_refused_with_twilios_code(shop: Shop, to: str, sender: str, text: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client(shop).messages.create(to=to, from_=sender, body=text)
    assert refused.value.code == code


def test_a_wrong_token_opens_nothing(shop: Shop) -> None:
    shop.sandbox.twilio.register(SID, TOKEN)
    with pytest.raises(TwilioRestException) as refused:
        client(shop, token="another").messages("SM" + "a" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_stop_is_posted_signed_and_obeyed_until_start(shop: Shop) -> None:
    shop.sandbox.twilio.register(SID, TOKEN, inbound_url="http://salon.example/inbound")
    send(shop)
    shop.sandbox.twilio.settle()
    [called] = shop.sandbox.twilio.answer_from_phone(CHLOE, "stop")
    fields = dict(called.fields)
    assert (fields["OptOutType"], fields["From"], fields["To"], fields["Body"]) == ("STOP", CHLOE, SALON, "stop")
    assert RequestValidator(TOKEN).validate(called.url, fields, called.headers["X-Twilio-Signature"])
    with pytest.raises(TwilioRestException) as refused:
        send(shop)
    assert refused.value.code == 21610
    shop.sandbox.twilio.answer_from_phone(CHLOE, "START")
    assert send(shop).status == "queued"


def test_a_text_whose_answer_was_lost_is_found_by_number_and_time(shop: Shop) -> None:
    shop.sandbox.twilio.trouble.add("drop_after")
    with pytest.raises(OSError, match=r"\w"):
        send(shop)
    since = shop.clock.now() - timedelta(minutes=1)
    found = client(shop).messages.list(to=CHLOE, date_sent_after=since)
    assert [one.body for one in found] == ["Pay here: http://salon.example/p/1"]
    assert client(shop).messages.list(to=CHLOE, date_sent_before=since) == []


def test_callbacks_can_be_lost_doubled_and_switched_off(shop: Shop) -> None:
    account = shop.sandbox.twilio.register(SID, TOKEN)
    account.lose_next = 1
    send(shop, status_callback="http://salon.example/status")
    shop.sandbox.twilio.settle()
    assert statuses(shop) == ["sent", "delivered"]
    account.double_next = 1
    send(shop, status_callback="http://salon.example/status")
    shop.sandbox.twilio.settle()
    assert statuses(shop)[2:4] == ["queued", "queued"]
    account.callbacks_on = False
    before = len(shop.postbox.got)
    send(shop, status_callback="http://salon.example/status")
    shop.sandbox.twilio.settle()
    assert len(shop.postbox.got) == before


def test_lists_are_paged(shop: Shop) -> None:
    sids = [send(shop, text=f"Text {number}").sid for number in range(5)]
    assert [one.sid for one in client(shop).messages.list(page_size=2)] == sids[::-1]


def test_every_answer_fits_twilios_description(shop: Shop) -> None:
    spec = load_spec("twilio-messages-subset.json")
    registry: Any = Registry().with_resource("urn:t", Resource.from_contents(spec, default_specification=DRAFT202012))
    wire = client(shop)
    wire.messages.create(to=CHLOE, from_=SALON, body="Hi")
    wire.messages.create(to=CHLOE, messaging_service_sid="MG" + "b" * 32, body="Grüße 🎉")
    shop.sandbox.twilio.settle()
    wire.messages.list()
    for text in wire.http_client.answers:
        answer: Mapping[str, Any] = json.loads(text)
        for message in answer.get("messages", [answer]):
            schema = {"$ref": "urn:t#/components/schemas/api.v2010.account.message"}
            validator: Any = OAS30Validator(schema, registry=registry)
            assert [error.message for error in validator.iter_errors(message) if "is not a" not in error.message] == []
            assert set(message) == set(spec["components"]["schemas"]["api.v2010.account.message"]["properties"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hi", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("🎉" * 35, 1),
    ],
)
def test_segments_are_counted_as_the_network_does(text: str, parts: int) -> None:
    assert rules.segments(text) == parts
