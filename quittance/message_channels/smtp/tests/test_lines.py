"""The line to the mail server: encryption, log-in, and a deadline for all of it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from quittance.core.secret import Secret
from quittance.message_channels.port import (
    BadSignatureError,
    ChannelError,
    FindAnswer,
    InboundRequest,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    Suppress,
    TransientError,
    UnknownOutcomeError,
)
from quittance.message_channels.smtp import adapter, translate
from quittance.message_channels.smtp.adapter import Security, SmtpChannel, SmtpCredentials, open_account

NOW = datetime(2026, 11, 26, 13, tzinfo=UTC)
MAIL = OutgoingMessage(
    "0123456789abcdef" * 2, "hello@ana.example", "chloe@client.example", "Hello", "Hello\n", "", "", NOW
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for `localhost`, trusted by nobody but this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain) + made.public_bytes(pem)
    )
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(adapter, "_trust", lambda: trust)


class Server:
    """A mail server that answers each command as it is told, else 250; it hears one conversation."""

    def __init__(self, *, pem: Path | None = None, tls: bool = False, greeting: bytes = b"220 hello", **replies: bytes):
        self.pem, self.tls, self.greeting = pem, tls, greeting
        self.replies = {"EHLO": b"250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN", "DATA": b"354 go", **replies}
        self.heard: list[str] = []

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join(10)
        self.listener.close()

    def channel(self, security: Security = "none", *, host: str = "localhost", username: str = "") -> SmtpChannel:
        port = self.listener.getsockname()[1]
        return SmtpChannel(SmtpCredentials(host, port, security, username, Secret("word")), limit_seconds=3)

    def encrypted(self, line: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.pem))
        return context.wrap_socket(line, server_side=True)

    def serve(self) -> None:
        line, _ = self.listener.accept()
        # The caller may be gone before the last reply, or may not like the certificate.
        with suppress(OSError):
            if self.tls:
                line = self.encrypted(line)
            line.sendall(self.greeting + b"\r\n")
            while self.talk(line):
                line = self.encrypted(line)
        line.close()

    def talk(self, line: socket.socket) -> bool:
        """True: go on encrypted. A reply of nothing hangs up."""
        in_mail = False
        while sent := self.read_line(line):
            if in_mail:
                in_mail = sent != b"."
                reply = b"" if in_mail else self.replies.get("mail", b"250 ok")
            else:
                verb = sent.split(b" ")[0].decode().upper()
                self.heard.append(verb)
                reply = self.replies.get(verb, b"250 ok")
                in_mail = verb == "DATA"
                if reply == b"":
                    return False
            if reply:
                line.sendall(reply + b"\r\n")
            if sent.upper() == b"STARTTLS" and reply.startswith(b"220"):
                return True
        return False

    @staticmethod
    def read_line(line: socket.socket) -> bytes:
        read = b""
        while not read.endswith(b"\r\n"):
            letter = line.recv(1)
            if not letter:
                return b""
            read += letter
        return read.removesuffix(b"\r\n") or b" "


@pytest.mark.usefixtures("trusted")
class TestEncryption:
    def test_starttls_greets_anew_once_it_is_encrypted(self, certificate):
        with Server(pem=certificate, STARTTLS=b"220 go") as server:
            report = server.channel("starttls").send(MAIL)
        assert report.their_id == f"<{MAIL.key}@ana.example>"
        assert server.heard == ["EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT"]

    def test_tls_is_encrypted_from_the_first_byte(self, certificate):
        with Server(pem=certificate, tls=True) as server:
            server.channel("tls").check()
        assert server.heard == ["EHLO", "NOOP", "QUIT"]

    def test_a_certificate_for_another_name_is_told_and_nothing_is_said_to_it(self, certificate):
        with Server(pem=certificate, tls=True) as server, pytest.raises(MisconfiguredError, match="certificate"):
            server.channel("tls", host="127.0.0.1").send(MAIL)
        assert server.heard == []

    def test_a_server_that_breaks_off_its_starttls_gets_no_mail_in_the_clear(self, certificate):
        with Server(pem=certificate, STARTTLS=b"454 not now") as server, pytest.raises(TransientError):
            server.channel("starttls").send(MAIL)
        assert "MAIL" not in server.heard


def test_a_certificate_that_nobody_trusts_is_told(certificate):
    with Server(pem=certificate, tls=True) as server, pytest.raises(MisconfiguredError, match="certificate"):
        server.channel("tls").check()


@pytest.mark.parametrize(
    ("reply", "error", "sentence"),
    [
        (b"454 4.7.0 later", TransientError, "could not check the password now"),
        (b"535 5.7.8 no", MisconfiguredError, "refused the user name or password"),
    ],
)
def test_a_log_in_that_fails_has_its_class(reply, error, sentence):
    with Server(AUTH=reply) as server, pytest.raises(error, match=sentence):
        server.channel(username="ana").check()


def test_a_server_without_log_in_is_told_when_a_user_name_was_typed():
    with Server(EHLO=b"250 here") as server, pytest.raises(MisconfiguredError, match="does not offer"):
        server.channel(username="ana").check()


@pytest.mark.parametrize("greeting", [b"421 busy", b"554 no"])
def test_a_server_that_greets_with_a_refusal_is_not_available_now(greeting):
    with Server(greeting=greeting) as server, pytest.raises(TransientError, match="not available now"):
        server.channel().send(MAIL)
    assert "MAIL" not in server.heard


@pytest.mark.parametrize("server", [Server(NOOP=b""), Server(EHLO=b"")], ids=["NOOP", "EHLO"])
def test_a_server_that_hangs_up_is_transient(server):
    with server, pytest.raises(TransientError):
        server.channel().check()


def test_a_server_that_hangs_up_before_the_mail_has_taken_nothing():
    with Server(RCPT=b"") as server, pytest.raises(TransientError, match="stopped answering"):
        server.channel().send(MAIL)
    assert "DATA" not in server.heard


@pytest.mark.parametrize(
    ("left_after", "error", "sentence"),
    [("DATA", TransientError, "stopped answering"), ("mail", UnknownOutcomeError, "did not say whether")],
)
def test_the_deadline_counts_for_the_mail_too(monkeypatch, left_after, error, sentence):
    """No time is left once DATA was answered, or once the mail is on the line: only the latter is unknown."""
    moment = SimpleNamespace(now=0.0)
    monkeypatch.setattr(adapter, "time", SimpleNamespace(monotonic=lambda: moment.now))

    def late(call: Callable[..., object]) -> Callable[..., object]:
        def called(*arguments: object) -> object:
            result = call(*arguments)
            moment.now = 60.0
            return result

        return called

    with Server() as server:
        channel = server.channel()
        with channel._connected() as talk:
            smtp = talk._smtp
            assert smtp is not None
            talk.step(lambda one: one.mail(MAIL.sender))
            talk.step(lambda one: one.rcpt(MAIL.address))
            answer = talk.step(lambda one: one.docmd("DATA"))
            assert answer[0] == 354
            if left_after == "DATA":
                moment.now = 60.0
            else:
                monkeypatch.setattr(smtp, "send", late(smtp.send))
            with pytest.raises(error, match=sentence):
                talk.hand_over(b"Hello\r\n.\r\n")


def test_a_line_that_is_closed_carries_nothing():
    talk = adapter._Talk(1)
    for attempt in (lambda: talk.step(lambda smtp: smtp.noop()), lambda: talk.hand_over(b"Hello\r\n.\r\n")):
        with pytest.raises(TransientError, match="stopped answering"):
            attempt()
    talk.close()


def test_no_time_left_before_anything_began_is_transient():
    channel = SmtpChannel(SmtpCredentials("localhost", 9, "none", "", Secret("")), limit_seconds=0)
    with pytest.raises(TransientError, match="could not be reached"):
        channel.check()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_only_mail_on_this_machine_may_go_unencrypted(host):
    assert open_account({"host": host, "security": "none"}, None)._credentials.security == "none"
    for elsewhere in ("192.0.2.1", "smtp.example.com", "localhost.example.com"):
        with pytest.raises(MisconfiguredError, match="needs STARTTLS or TLS"):
            open_account({"host": elsewhere, "security": "none"}, None)


@pytest.mark.parametrize(
    ("sender", "greeting"),
    [("hello@ana.example", "ana.example"), ("", "localhost.localdomain"), ("x@a b", "localhost.localdomain")],
)
def test_it_greets_as_the_sender_s_domain(sender, greeting):
    channel = open_account({"host": "smtp.example.com", "sender": sender}, None)
    assert channel._credentials.greeting == greeting
    assert (channel._credentials.port, channel._credentials.security) == (587, "starttls")


def test_a_mail_server_cannot_be_asked_and_tells_nothing_by_itself():
    channel = open_account({"host": "smtp.example.com", "security": "tls"}, None)
    assert channel.find(MAIL).answer is FindAnswer.CANNOT_TELL
    with pytest.raises(BadSignatureError):
        channel.read_webhook(InboundRequest("https://pay.ana.example/", {}, b""))


def test_answers_go_where_the_business_wants_them_and_a_text_alone_stays_a_text():
    mail = message_from_bytes(translate.to_mime(replace(MAIL, reply_to="ana@ana.example")), policy=policy.default)
    assert (mail["Reply-To"], mail.get_content_type(), mail.get_content()) == ("ana@ana.example", "text/plain", "Hello\r\n")  # fmt: skip
    assert message_from_bytes(translate.to_mime(MAIL), policy=policy.default)["Reply-To"] is None


def test_an_address_that_cannot_be_one_is_not_handed_over():
    with pytest.raises(PermanentError, match="not valid"):
        translate.envelope_address("chloe@client.example\r\nRCPT TO:<victim@evil.example>")


@pytest.mark.parametrize(
    ("code", "words", "error", "suppress"),
    [
        (550, b"5.1.1 unknown", PermanentError, Suppress.REFUSED),
        (550, b"5.7.1 spam", PermanentError, None),
        (599, b"\xff odd", PermanentError, None),
        (450, b"4.2.0 later", TransientError, None),
        (299, b"odd", TransientError, None),
    ],
)
def test_the_first_digit_of_a_reply_decides(code, words, error, suppress):
    refusal: ChannelError = translate.refusal(code, words)
    assert type(refusal) is error
    assert getattr(refusal, "suppress", None) is suppress
    assert str(refusal).endswith(f"(reply {code})")
