from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quittance.core import http
from quittance.core.secret import Secret
from quittance.message_channels.contract import ChannelContract
from quittance.message_channels.port import (
    ApprovedTemplate,
    BadSignatureError,
    DeliveryState,
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
from quittance.message_channels.whatsapp.adapter import WhatsAppChannel, open_account
from quittance.message_channels.whatsapp.translate import FAULTS, STATUSES
from quittance.sandbox import Sandbox

NUMBER_ID, TOKEN, SECRET = "106540352242922", "right-token-1234567890", "app-secret"
HOOK = "https://pay.ana.example/inbound/messages/t0k3n"
KEY = "0123456789abcdef" * 2
TEXT = "Chloe, €60.00 for your visit at Ana's Salon"
TEMPLATE = ApprovedTemplate("pay_link", "en", ("Chloe", "€60.00", "Ana's Salon"), "abc")


class WhatsAppBench:
    bad_address = "not-a-number"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        sandbox.whatsapp.register(NUMBER_ID, TOKEN, secret=SECRET, shown="+4930555000", webhook_url=HOOK)
        sandbox.whatsapp.approve(
            NUMBER_ID,
            "pay_link",
            "en",
            "{{1}}, {{2}} for your visit at {{3}}",
            button="https://pay.ana.example/p/{{1}}",
        )
        self.channel = self.open(TOKEN)
        self.good = OutgoingMessage(
            key=KEY,
            sender="+4930555000",
            address="+4915112345678",
            subject="",
            text=f"{TEXT}\nhttps://pay.ana.example/p/abc",
            html="",
            status_url="",
            at=datetime.now(UTC),
            template=TEMPLATE,
        )

    def open(self, token: str) -> WhatsAppChannel:
        fields = {"phone_number_id": NUMBER_ID, "access_token": token, "app_secret": SECRET, "sender": "+4930555000"}
        return open_account(fields, self.sandbox.url)

    def received(self) -> list[str]:
        return [message["text"] for message in self.sandbox.whatsapp.sent()]

    def with_wrong_keys(self) -> MessageChannel:
        return self.open("another-token")

    def lose_next_answer(self) -> None:
        self.sandbox.whatsapp.trouble.add("drop_after", match="POST")

    def refuse_next(self) -> None:
        self.sandbox.whatsapp.trouble.add("rate_limit", match="POST")

    def moment(self) -> datetime:
        return datetime.now(UTC)

    def requests(self) -> list[InboundRequest]:
        """Everything that WhatsApp posted to us, as our web server would hand it on."""
        return [
            InboundRequest(told.url, {name.lower(): value for name, value in told.headers.items()}, told.body)
            for told in self.sandbox.whatsapp.settle()
        ]

    def notices(self) -> list[Any]:
        return [notice for request in self.requests() for notice in self.channel.read_webhook(request)]


@pytest.fixture
def bench() -> Iterator[WhatsAppBench]:
    with Sandbox(deliver=lambda _url, _headers, _body: 200) as sandbox:
        yield WhatsAppBench(sandbox)


class TestWhatsApp(ChannelContract):
    @pytest.fixture
    def bench(self, bench: WhatsAppBench) -> WhatsAppBench:
        return bench


@pytest.mark.row("D2")
def test_the_template_arrives_with_its_values_and_its_button(bench: WhatsAppBench):
    bench.channel.send(bench.good)
    bench.sandbox.whatsapp.settle()
    [letter] = bench.sandbox.books.letters(to="+4915112345678", kind="whatsapp")
    assert letter.text == f"{TEXT}\nhttps://pay.ana.example/p/abc"


@pytest.mark.row("D4")
def test_the_notices_bear_our_key_and_tell_the_whole_way(bench: WhatsAppBench):
    report = bench.channel.send(bench.good)
    sent, delivered = bench.notices()
    assert (sent.state, delivered.state) == (DeliveryState.SENT, DeliveryState.DELIVERED)
    assert sent.key == delivered.key == KEY and sent.their_id == report.their_id
    bench.sandbox.whatsapp.force(report.their_id, "read")


@pytest.mark.row("D4")
def test_t56_a_lost_answer_is_cleared_up_by_the_notice(bench: WhatsAppBench):
    bench.lose_next_answer()
    with pytest.raises(UnknownOutcomeError):
        bench.channel.send(bench.good)
    assert [notice.key for notice in bench.notices()] == [KEY, KEY]
    assert len(bench.received()) == 1


@pytest.mark.parametrize("trouble", ["error_after", "drop_after", "error_before", "drop_before", "down"])
def test_t56_after_a_5xx_or_a_broken_line_the_outcome_is_unknown(bench: WhatsAppBench, trouble: str):
    bench.sandbox.whatsapp.trouble.add(trouble, match="POST")
    with pytest.raises(UnknownOutcomeError):
        bench.channel.send(bench.good)


@pytest.mark.row("D4")
@pytest.mark.parametrize(
    ("template", "code"),
    [
        (replace(TEMPLATE, name="other"), "132001"),
        (replace(TEMPLATE, language="de"), "132001"),
        (replace(TEMPLATE, parameters=("one",)), "132000"),
        (replace(TEMPLATE, button=""), "132000"),
        (replace(TEMPLATE, parameters=("", "b", "c")), "131008"),
        (replace(TEMPLATE, parameters=("a\nb", "b", "c")), "132012"),
    ],
)
def test_t60_a_template_that_does_not_fit_is_permanent_and_the_business_is_told(bench, template, code):
    with pytest.raises(PermanentError) as refused:
        bench.channel.send(replace(bench.good, template=template))
    assert (refused.value.code, refused.value.is_ours) == (code, True)
    assert bench.received() == []


@pytest.mark.parametrize(("ending", "error"), [("132015", PermanentError), ("130429", TransientError)])
def test_t60_refusals_at_once_have_their_class(bench: WhatsAppBench, ending: str, error: type[Exception]):
    number = f"+4915100{ending}"
    with pytest.raises(error) as refused:
        bench.channel.send(replace(bench.good, address=number))
    assert str(refused.value) == FAULTS[int(ending)].reason and number not in str(refused.value)


@pytest.mark.row("B5", "D4")
@pytest.mark.parametrize(
    ("ending", "suppress"),
    [("131026", Suppress.REFUSED), ("131047", None), ("131049", None), ("131050", Suppress.OPTED_OUT)],
)
def test_t60_refusals_that_come_later_have_their_class(bench: WhatsAppBench, ending: str, suppress: Suppress | None):
    bench.channel.send(replace(bench.good, address=f"+4915100{ending}"))
    [notice] = bench.notices()
    assert notice.state is DeliveryState.FAILED and notice.code == ending
    assert (notice.failure_class, notice.suppress) == ("permanent", suppress)


def test_every_status_that_is_described_is_known():
    schemas = json.loads(specs("whatsapp-cloud-v23-subset.json").read_text())["components"]["schemas"]
    assert set(schemas["Statuses"]["properties"]["status"]["enum"]) <= set(STATUSES)


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("said", "wish"), [("STOP", Wish.STOP), ("Stopp.", Wish.STOP), ("start", Wish.START), ("Stop by at 5?", Wish.OTHER)]
)
def test_an_inbound_text_says_what_the_client_wishes(bench: WhatsAppBench, said: str, wish: Wish):
    bench.channel.send(bench.good)
    bench.sandbox.whatsapp.settle()
    told = bench.sandbox.whatsapp.answer_from_phone("+4915112345678", said)
    headers = {name.lower(): value for name, value in told[0].headers.items()}
    [notice] = bench.channel.read_webhook(InboundRequest(told[0].url, headers, told[0].body))
    assert isinstance(notice, InboundText)
    assert (notice.address, notice.wish) == ("+4915112345678", wish)


def signed(body: bytes, secret: str = SECRET) -> InboundRequest:
    mark = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return InboundRequest(HOOK, {"x-hub-signature-256": mark}, body)


@pytest.mark.row("D5")
def test_the_described_button_that_unsubscribes_stops(bench: WhatsAppBench):
    described = json.loads(specs("whatsapp-cloud-v23-subset.json").read_text())["paths"]["/whatsapp/webhooks"]
    examples = described["post"]["requestBody"]["content"]["application/json"]["examples"]
    body = json.loads(json.dumps(examples["Button Message"]["value"]))
    [notice] = bench.channel.read_webhook(signed(json.dumps(body).encode()))
    assert isinstance(notice, InboundText) and notice.wish is Wish.STOP and notice.address == "+16505551234"
    for example in examples.values():
        bench.channel.read_webhook(signed(json.dumps(example["value"]).encode()))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'"x"', b'{"entry": 5}', b'{"entry": [5, {"changes": [null]}]}', b"[" * 100_000,
        (b'{"entry": [{"changes": [{"field": "messages", "value": {"metadata": {"phone_number_id": "106540352242922"}, '
        b'"statuses": [5, {"id": 1}, {"id": "x", "status": "unheard"}], "messages": [{"from": "x", "id": "y"}]}}]}]}'),
    ],
)  # fmt: skip
def test_what_is_signed_and_odd_tells_nothing(bench: WhatsAppBench, body: bytes):
    assert list(bench.channel.read_webhook(signed(body))) == []


def test_notices_about_another_number_are_left_out(bench: WhatsAppBench):
    bench.channel.send(bench.good)
    [first, *_] = bench.requests()
    other = first.body.replace(NUMBER_ID.encode(), b"999999999999999")
    assert list(bench.channel.read_webhook(signed(other))) == []


def test_signatures_of_others_are_refused_and_the_former_secret_still_counts(bench: WhatsAppBench):
    body = b'{"entry": []}'
    for request in (
        signed(body, "another"),
        signed(body, ""),
        replace(signed(body), body=body + b" "),
        InboundRequest(HOOK, {}, body),
        InboundRequest(HOOK, {"x-hub-signature-256": "sha256=ü"}, body),
    ):
        with pytest.raises(BadSignatureError):
            bench.channel.read_webhook(request)
    rotated = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret("new"), Secret(SECRET)])
    assert list(rotated.read_webhook(signed(body))) == []
    blank = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret("")])
    with pytest.raises(BadSignatureError):
        blank.read_webhook(signed(body, ""))


def test_published_signature_vectors_verify():
    for vector in json.loads(specs("signature-vectors.json").read_text())["meta_whatsapp"]["vectors"]:
        channel = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret(vector["secret"])])
        headers = {"x-hub-signature-256": vector["header_value"]}
        assert list(channel.read_webhook(InboundRequest(HOOK, headers, vector["body"].encode()))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone_number_id": "../me"},
        {"phone_number_id": ""},
        {"access_token": ""},
        {"app_secret": ""},
        {"sender": "Ana"},
    ],
)
def test_what_cannot_be_a_number_or_a_key_is_refused_before_anything_is_asked(wrong: dict[str, str]):
    fields = {"phone_number_id": NUMBER_ID, "access_token": TOKEN, "app_secret": SECRET, "sender": "+4930555000"}
    with pytest.raises(MisconfiguredError):
        open_account({**fields, **wrong}, None)


def test_a_number_that_meta_does_not_know_is_told(bench: WhatsAppBench):
    fields = {"phone_number_id": "999999999999", "access_token": TOKEN, "app_secret": SECRET}
    with pytest.raises(MisconfiguredError, match="does not know"):
        open_account(fields, bench.sandbox.url).check()


def test_an_answer_that_cannot_be_read_is_unknown_and_a_wait_is_heard():
    channel = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret(SECRET)])
    message = OutgoingMessage(KEY, "", "+4915112345678", "", "x", "", "", datetime.now(UTC), template=TEMPLATE)

    def answering(status: int, body: bytes) -> Any:
        return lambda _request, _deadline: http.OutsideResponse(status, {"retry-after": "17"}, body)

    for body in (b"<html>", b"[]", b'{"messages": []}', b'{"messages": [{"id": ""}]}'):
        with http.mounted("https://graph.facebook.com", answering(200, body)), pytest.raises(UnknownOutcomeError):
            channel.send(message)
    with http.mounted("https://graph.facebook.com", answering(429, b"")), pytest.raises(TransientError) as waits:
        channel.send(message)
    assert waits.value.retry_after_seconds == 17


def test_the_request_has_the_shape_of_the_described_template_message(bench: WhatsAppBench):
    seen: list[bytes] = []

    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        assert deadline.seconds_left > 0
        seen.append(request.body)
        return http.OutsideResponse(200, {}, b'{"messages": [{"id": "wamid.1"}]}')

    channel = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret(SECRET)])
    with http.mounted("https://graph.facebook.com", wire):
        channel.send(bench.good)
    sent = json.loads(seen[0])
    paths = json.loads(specs("whatsapp-cloud-v23-subset.json").read_text())["paths"]
    post = paths["/{Version}/{Phone-Number-ID}/messages"]["post"]["requestBody"]["content"]["application/json"]
    described = post["examples"]["Send Message Template Text"]["value"]
    assert set(described) <= set(sent) and set(sent) - set(described) == {"biz_opaque_callback_data"}
    assert set(described["template"]) == set(sent["template"])
    assert set(described["template"]["components"][0]) == set(sent["template"]["components"][0])


def specs(name: str) -> Path:
    folder = Path(os.environ.get("QUITTANCE_SPECS") or Path(__file__).parents[5] / "shared" / "specs")
    if not (folder / name).exists():
        pytest.skip(f"{name} is not here; set QUITTANCE_SPECS to the folder of the public API descriptions")
    return folder / name


def test_a_state_notice_is_a_status_notice(bench: WhatsAppBench):
    bench.channel.send(bench.good)
    assert all(isinstance(notice, StatusNotice) for notice in bench.notices())


def wired(answer: http.OutsideResponse | http.OutsideError) -> Any:
    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        if isinstance(answer, http.OutsideError):
            raise answer
        return answer

    return http.mounted("https://graph.facebook.com", wire)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (http.OutsideResponse(500, {}, b"{}"), TransientError, "may have taken"),
        (http.OutsideError("silence", sent=True), TransientError, "did not answer"),
        (http.OutsideError("nobody", sent=False), TransientError, "could not be reached"),
        (http.OutsideResponse(400, {}, b'{"error": {"code": 987654}}'), MisconfiguredError, "987654"),
        (http.OutsideResponse(200, {}, b'{"id": "1"}'), MisconfiguredError, "does not know"),
    ],
)
def test_a_check_says_what_came_of_it(
    answer: http.OutsideResponse | http.OutsideError, error: type[Exception], said: str
):
    channel = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret(SECRET)])
    with wired(answer), pytest.raises(error, match=said):
        channel.check()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"{}", MisconfiguredError),
        (403, b"", MisconfiguredError),
        (400, b'{"error": {"code": 210}}', MisconfiguredError),
        (400, b'{"error": {"code": 987654}}', PermanentError),
        (418, b"", PermanentError),
    ],
)
def test_refusals_without_words_that_we_know_have_a_class(status: int, body: bytes, error: type[Exception]):
    channel = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret(SECRET)])
    message = OutgoingMessage(KEY, "", "+4915112345678", "", "x", "", "", datetime.now(UTC), template=TEMPLATE)
    with wired(http.OutsideResponse(status, {}, body)), pytest.raises(error):
        channel.send(message)


def test_a_template_without_parameters_has_no_body_and_one_without_a_button_no_button():
    channel = WhatsAppChannel(NUMBER_ID, Secret(TOKEN), app_secrets=[Secret(SECRET)])
    seen: list[Any] = []

    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        seen.append(json.loads(request.body)["template"]["components"])
        return http.OutsideResponse(200, {}, b'{"messages": [{"id": "wamid.1"}]}')

    for template in (ApprovedTemplate("a", "en", (), "abc"), ApprovedTemplate("b", "en", ("Chloe",), "")):
        message = OutgoingMessage(KEY, "", "+4915112345678", "", "x", "", "", datetime.now(UTC), template=template)
        with http.mounted("https://graph.facebook.com", wire):
            channel.send(message)
    assert [[part["type"] for part in parts] for parts in seen] == [["button"], ["body"]]


def test_what_no_template_says_is_not_sent_and_that_is_our_own_fault(bench: WhatsAppBench):
    with pytest.raises(PermanentError) as refused:
        bench.channel.send(replace(bench.good, template=None))
    assert refused.value.is_ours and bench.received() == []
