"""Email by SMTP: every step is bounded, and only a silence after the mail's last byte is *unknown*.

A mail server cannot be asked about the past, so `find` answers CANNOT_TELL.
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Final, Literal

from quittance.core import http
from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.port import (
    ChannelListing,
    CredentialField,
    DeliveryReport,
    Feature,
    FindAnswer,
    FindReport,
    InboundRequest,
    MisconfiguredError,
    Notice,
    OutgoingMessage,
    TransientError,
    UnknownOutcomeError,
)
from quittance.message_channels.smtp import reports, translate

# All steps of one mail together.
LIMIT_SECONDS: Final = 20.0
_SHORTEST_SECRET: Final = 16
Security = Literal["starttls", "tls", "none"]

LISTING = ChannelListing(
    slug="smtp",
    name=_("Email (SMTP)"),
    channel="email",
    fields=(
        CredentialField(
            "sender",
            _("Sender address"),
            _("Clients see it and answer to it."),
            "hello@your-salon.example",
        ),
        CredentialField("host", _("Mail server"), "", "smtp.your-provider.example"),
        CredentialField("port", _("Port"), "587 for STARTTLS, 465 for TLS.", default="587"),
        CredentialField(
            "security",
            _("Encryption"),
            choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("None (this machine only)"))),
            default="starttls",
        ),
        CredentialField("username", _("User name"), required=False),
        CredentialField("password", _("Password"), secret=True, required=False),
        CredentialField(
            "report_secret",
            _("Secret for delivery reports"),
            _("Only if your mail service reports bounces to us over HTTP. At least 16 signs."),
            secret=True,
            required=False,
        ),
    ),
    identity=("host", "username"),
    choice=_("My own mail server (SMTP)"),
    summary=_("You need its name, a user name and a password."),
)


@dataclass(frozen=True, slots=True)
class SmtpCredentials:
    host: str
    port: int
    security: Security
    username: str
    password: Secret
    # How we greet the server: a name of ours, since looking up this machine's own name can take seconds.
    greeting: str = "localhost.localdomain"
    # Sign what is told later about bounces and complaints; the second is that before a rotation. Without: nothing.
    report_secrets: tuple[Secret, ...] = ()


def open_account(
    credentials: Mapping[str, str], _base_url: str | None, /, *, limit_seconds: float | None = None
) -> SmtpChannel:
    """MisconfiguredError says what to correct in the form."""
    host = credentials.get("host", "").strip()
    if not host or re.search(r"[\s/@]", host):
        raise MisconfiguredError(_("Enter the mail server's name, for example smtp.example.com."))
    port_text = credentials.get("port", "").strip() or "587"
    if not (port_text.isascii() and port_text.isdigit() and 0 < int(port_text) < 65536):
        raise MisconfiguredError(_("The port is a number such as 587 or 465."))
    security = credentials.get("security", "starttls")
    if security not in {"starttls", "tls", "none"}:
        raise MisconfiguredError(_("Choose STARTTLS, TLS or none."))
    password = Secret(credentials.get("password", ""))
    if security == "none" and not _is_this_machine(host):
        raise MisconfiguredError(_("Mail to another machine needs STARTTLS or TLS. Choose one of them."))
    report_secret = Secret(credentials.get("report_secret", "").strip())
    if report_secret and len(report_secret.reveal()) < _SHORTEST_SECRET:
        raise MisconfiguredError(_("The secret for delivery reports is too short. Use at least 16 signs."))
    former = Secret(credentials.get("former_report_secret", "").strip())
    secrets = tuple(one for one in (report_secret, former) if one) if report_secret else ()
    checked: Security = "tls" if security == "tls" else "starttls" if security == "starttls" else "none"
    username = credentials.get("username", "").strip()
    domain = credentials.get("sender", "").rpartition("@")[2].strip()
    greeting = domain if re.fullmatch(r"[A-Za-z0-9.-]+", domain) else "localhost.localdomain"
    typed = SmtpCredentials(host, int(port_text), checked, username, password, greeting, secrets)
    return SmtpChannel(typed, limit_seconds=LIMIT_SECONDS if limit_seconds is None else limit_seconds)


class SmtpChannel:
    """One mailbox to send from. `limit_seconds` bounds one mail from connect to the last reply."""

    slug: ClassVar[str] = "smtp"
    channel: ClassVar[str] = "email"
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.STATUS_NOTICES})

    def __init__(self, credentials: SmtpCredentials, *, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._credentials = credentials
        self._limit_seconds = limit_seconds

    def check(self) -> None:
        """Connect, encrypt and log in."""
        with self._connected() as talk:
            talk.step(lambda smtp: smtp.noop())

    def send(self, message: OutgoingMessage) -> DeliveryReport:
        mail = _dotted(translate.to_mime(message))
        sender = translate.envelope_address(message.sender)
        address = translate.envelope_address(message.address)
        with self._connected() as talk:
            _accepted(talk.step(lambda smtp: smtp.mail(sender)))
            _accepted(talk.step(lambda smtp: smtp.rcpt(address)))
            code, words = talk.step(lambda smtp: smtp.docmd("DATA"))
            if code != 354:
                raise translate.refusal(code, words)
            _accepted(talk.hand_over(mail))
        return DeliveryReport(translate.message_id(message))

    def find(self, _message: OutgoingMessage, *, taken: Collection[str] = ()) -> FindReport:  # noqa: ARG002 - the port's
        return FindReport(FindAnswer.CANNOT_TELL)

    def read_webhook(self, request: InboundRequest) -> Sequence[Notice]:
        return reports.read(request, secrets=self._credentials.report_secrets)

    @contextmanager
    def _connected(self) -> Iterator[_Talk]:
        http.run_guards()
        talk = _Talk(self._limit_seconds)
        try:
            talk.open(self._credentials)
            yield talk
        finally:
            talk.close()


Reply = tuple[int, bytes]
_Command = Callable[[smtplib.SMTP], Reply]


@cache
def _trust() -> ssl.SSLContext:
    """The system's certificates, read once: reading them takes longer than handing a mail over."""
    return ssl.create_default_context()


class _Talk:
    """One conversation with a mail server, with one deadline for all its steps."""

    def __init__(self, limit_seconds: float) -> None:
        self._ends = time.monotonic() + limit_seconds
        self._smtp: smtplib.SMTP | None = None

    def open(self, credentials: SmtpCredentials) -> None:
        try:
            self._open(credentials)
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                raise TransientError(
                    str(error.smtp_code), _("The mail server could not check the password now.")
                ) from None
            raise MisconfiguredError(_("The mail server refused the user name or password.")) from None
        except smtplib.SMTPNotSupportedError:
            raise MisconfiguredError(_("The mail server does not offer this encryption or log-in.")) from None
        except ssl.SSLCertVerificationError:
            raise MisconfiguredError(_("The mail server's certificate is not valid for its name.")) from None
        except (OSError, smtplib.SMTPException):
            raise TransientError("connect", _("The mail server could not be reached.")) from None

    def step(self, command: _Command) -> Reply:
        """One command and its reply; a silence here means that nothing was sent."""
        try:
            code, words = command(self._live())
        except (OSError, smtplib.SMTPException):
            raise TransientError("connect", _("The mail server stopped answering.")) from None
        return code, words

    def hand_over(self, mail: bytes) -> Reply:
        """The mail itself. From the first byte on, a silence leaves the outcome unknown."""
        try:
            smtp = self._live()
        except (OSError, smtplib.SMTPException):
            raise TransientError("connect", _("The mail server stopped answering.")) from None
        try:
            smtp.send(mail)
            return self._live().getreply()
        except (OSError, smtplib.SMTPException):
            raise UnknownOutcomeError(_("The mail server did not say whether it took the mail.")) from None

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException, TransientError):
                self._smtp.putcmd("QUIT")
            self._smtp.close()

    def _open(self, credentials: SmtpCredentials) -> None:
        left = self._left()
        if credentials.security == "tls":
            self._smtp = smtplib.SMTP_SSL(local_hostname=credentials.greeting, timeout=left, context=_trust())
        else:
            self._smtp = smtplib.SMTP(local_hostname=credentials.greeting, timeout=left)
        # smtplib checks the certificate against this name, and takes it from its constructor only, which connects.
        self._smtp._host = credentials.host  # type: ignore[attr-defined]  # noqa: SLF001
        _greeted(self._smtp.connect(credentials.host, credentials.port))
        self._live().ehlo_or_helo_if_needed()
        if credentials.security == "starttls":
            _greeted(self._live().starttls(context=_trust()))
            self._live().ehlo()
        if credentials.username:
            self._live().login(credentials.username, credentials.password.reveal())

    def _live(self) -> smtplib.SMTP:
        """The connection, its next step bounded by what is left of the time."""
        if self._smtp is None or self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        self._smtp.sock.settimeout(self._left())
        return self._smtp

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left


def _accepted(reply: Reply) -> None:
    code, words = reply
    if not 200 <= code < 300:
        raise translate.refusal(code, words)


def _greeted(reply: Reply) -> None:
    code = reply[0]
    if code != 220:
        raise TransientError(str(code), _("The mail server is not available now."))


def _dotted(mail: bytes) -> bytes:
    """As it goes over the line (RFC 5321 4.5.2): leading dots doubled, a lone dot at the end."""
    body = re.sub(rb"(?m)^\.", b"..", mail)
    return (body if body.endswith(b"\r\n") else body + b"\r\n") + b".\r\n"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
