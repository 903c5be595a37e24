from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Self

import pytest

from quittance.core.secret import Secret
from quittance.message_channels.contract import ChannelContract
from quittance.message_channels.port import (
    MessageChannel,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    Suppress,
    TransientError,
    UnknownOutcomeError,
)
from quittance.message_channels.smtp import translate
from quittance.message_channels.smtp.adapter import SmtpChannel, SmtpCredentials, open_account
from quittance.sandbox import Sandbox

# The sandbox's mail server asks for a password without encryption, on loopback.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NOW = datetime(2026, 11, 26, 13, tzinfo=UTC)
MAIL = OutgoingMessage(
    key="0123456789abcdef" * 2,
    sender="hello@ana.example",
    sender_name="Ana's Salon",
    address="chloe@client.example",
    subject="€60.00 for your visit",
    text="Hello Chloe,\n\n.a line that begins with a dot\n.\näöü €\n",
    html="<p>Hello <b>Chloe</b></p>\n",
    status_url="",
    at=NOW,
)


class SmtpBench:
    good = MAIL
    bad_address = "chloe@client.example\r\nRCPT TO:<victim@evil.example>"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.channel = self.open()

    def open(self, **changed: str) -> SmtpChannel:
        fields = {"host": "127.0.0.1", "port": str(self.sandbox.mail.port), "security": "none", **changed}
        return open_account(fields, None)

    def received(self) -> list[str]:
        letters = self.sandbox.mail.received()
        assert {letter.to for letter in letters} <= {MAIL.address}
        return [letter.text.replace("\r\n", "\n") for letter in letters]

    def with_wrong_keys(self) -> MessageChannel:
        self.sandbox.mail.login = ("ana", "right")
        return self.open(username="ana", password="wrong")

    def lose_next_answer(self) -> None:
        self.sandbox.mail.trouble.add("drop_after")

    def refuse_next(self) -> None:
        self.sandbox.mail.trouble.add("greylist")

    def moment(self) -> datetime:
        return NOW


@pytest.fixture
def bench() -> Iterator[SmtpBench]:
    with Sandbox() as sandbox:
        yield SmtpBench(sandbox)


class TestSmtp(ChannelContract):
    @pytest.fixture
    def bench(self, bench: SmtpBench) -> SmtpBench:
        return bench


def test_a_log_in_that_works(bench: SmtpBench):
    bench.sandbox.mail.login = ("ana", "right")
    channel = bench.open(username="ana", password="right")
    channel.check()
    channel.send(MAIL)
    assert bench.received() == [MAIL.text]


def test_the_message_id_is_the_same_for_every_try(bench: SmtpBench):
    first, second = bench.channel.send(MAIL), bench.channel.send(MAIL)
    assert first.their_id == second.their_id == f"<{MAIL.key}@ana.example>"
    letters = bench.sandbox.mail.received()
    assert [letter.headers["Message-ID"] for letter in letters] == [first.their_id] * 2
    assert letters[0].html.strip() == MAIL.html.strip()


@pytest.mark.parametrize(
    ("trouble", "error", "suppress"),
    [
        ("refuse_recipient", PermanentError, Suppress.REFUSED),
        ("refuse_now", TransientError, None),
        ("full", TransientError, None),
        ("down", TransientError, None),
    ],
)
def test_t60_replies_have_their_class(bench: SmtpBench, trouble, error, suppress):
    bench.sandbox.mail.trouble.add(trouble)
    with pytest.raises(error) as raised:
        bench.channel.send(MAIL)
    assert getattr(raised.value, "suppress", None) is suppress
    assert MAIL.address not in str(raised.value)
    assert bench.received() == []


class ScriptedServer:
    """A mail server that answers DATA and the mail as it is told; None is silence until the caller leaves."""

    def __init__(self, *, greeting: bytes | None = b"220 hello", data: bytes = b"354 go", mail: bytes | None = None):
        self.greeting, self.data, self.mail = greeting, data, mail
        self.mails = 0

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join(10)
        self.listener.close()

    def channel(self) -> SmtpChannel:
        port = self.listener.getsockname()[1]
        return SmtpChannel(SmtpCredentials("127.0.0.1", port, "none", "", Secret("")), limit_seconds=0.5)

    def serve(self) -> None:
        talk, _ = self.listener.accept()
        # The caller may be gone before the last reply.
        with suppress(OSError), talk, talk.makefile("rb") as lines:
            self.say(talk, self.greeting)
            in_mail = False
            for line in lines:
                if in_mail and line == b".\r\n":
                    in_mail, self.mails = False, self.mails + 1
                    self.say(talk, self.mail)
                elif not in_mail:
                    in_mail = line.startswith(b"DATA") and self.data.startswith(b"354")
                    self.say(talk, self.data if line.startswith(b"DATA") else b"250 ok")

    @staticmethod
    def say(talk: socket.socket, reply: bytes | None) -> None:
        if reply is not None:
            talk.sendall(reply + b"\r\n")


def test_t60_silence_after_the_mail_is_unknown():
    with ScriptedServer(mail=None) as server, pytest.raises(UnknownOutcomeError):
        server.channel().send(MAIL)
    assert server.mails == 1


def test_a_server_that_never_greets_is_transient_within_the_limit():
    with ScriptedServer(greeting=None) as server, pytest.raises(TransientError):
        server.channel().send(MAIL)
    assert server.mails == 0


def test_a_server_that_refuses_data_has_taken_nothing():
    with ScriptedServer(data=b"554 5.7.1 no") as server, pytest.raises(PermanentError, match="reply 554"):
        server.channel().send(MAIL)
    assert server.mails == 0


@pytest.mark.parametrize(
    ("reply", "error"), [(b"451 4.3.0 later", TransientError), (b"550 5.7.1 spam", PermanentError)]
)
def test_t60_a_refusal_of_the_mail_itself_has_its_class(reply, error):
    with ScriptedServer(mail=reply) as server, pytest.raises(error):
        server.channel().send(MAIL)


def test_a_port_where_nobody_listens_is_transient():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TransientError, match="could not be reached"):
        open_account({"host": "127.0.0.1", "port": str(port), "security": "none"}, None).check()


def test_whoever_opens_it_says_how_long_a_mail_may_take_in_all():
    fields = {"host": "127.0.0.1", "security": "none"}
    assert open_account(fields, None)._limit_seconds == 20
    assert open_account(fields, None, limit_seconds=8)._limit_seconds == 8


def test_a_server_without_encryption_is_told_when_encryption_was_chosen(bench: SmtpBench):
    with pytest.raises(MisconfiguredError, match="does not offer this encryption"):
        bench.open(security="starttls").check()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"host": ""}, "mail server's name"),
        ({"host": "smtp example"}, "mail server's name"),
        ({"host": "smtp.example.com", "port": "mail"}, "port is a number"),
        ({"host": "smtp.example.com", "port": "99999"}, "port is a number"),
        ({"host": "smtp.example.com", "security": "maybe"}, "Choose STARTTLS"),
        ({"host": "smtp.example.com", "security": "none"}, "needs STARTTLS or TLS"),
    ],
)
def test_a_form_with_a_mistake_is_told_in_a_sentence(fields, sentence):
    with pytest.raises(MisconfiguredError, match=sentence):
        open_account(fields, None)


def parsed(message: OutgoingMessage):
    return message_from_bytes(translate.to_mime(message), policy=policy.default)


def test_the_mail_has_text_and_html_and_says_that_it_is_automatic():
    mail = parsed(MAIL)
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["From"] == "Ana's Salon <hello@ana.example>"
    assert mail["Date"] == "Thu, 26 Nov 2026 13:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == MAIL.subject


@pytest.mark.parametrize(
    "hostile", ["Ana\r\nBcc: v@evil.example", "Ana\nBcc: v@evil.example", "A\u2028Bcc: v@evil.example", "A\x0bB"]
)
def test_t50_no_name_and_no_subject_can_add_a_header(hostile):
    mail = parsed(replace(MAIL, sender_name=hostile, subject=hostile))
    assert mail["Bcc"] is None
    assert mail.keys() == parsed(MAIL).keys()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "chloe",
        "@client.example",
        "chloe@",
        "a b@client.example",
        "a@b.example, v@evil.example",
        "a@b\r\nBcc: x@y.z",
        "chlöe@client.example",
        "<a@b.example>",
    ],
)
def test_an_address_that_cannot_stand_in_a_header_is_refused(address):
    with pytest.raises(PermanentError, match="not valid"):
        translate.to_mime(replace(MAIL, address=address))


def test_a_domain_in_another_script_is_written_in_ascii():
    assert translate.envelope_address("hallo@müller.example") == "hallo@xn--mller-kva.example"


def test_a_long_address_to_unsubscribe_stands_whole_in_one_line_and_an_odd_one_nowhere():
    address = "https://pay.ana.example/u/" + "a" * 120
    sent = translate.to_mime(replace(MAIL, unsubscribe_url=address))
    assert f"List-Unsubscribe: <{address}>\r\n".encode() in sent
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent
    assert b"Unsubscribe" not in translate.to_mime(replace(MAIL, unsubscribe_url=f"{address}>\r\nBcc: x@y.example"))
