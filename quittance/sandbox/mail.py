"""The mailbox side: an SMTP server that takes everything, shows it on the phone page, and makes trouble when asked."""

import asyncio
import email
import email.policy
import socket
import threading
from email.message import EmailMessage
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from aiosmtpd.smtp import LoginPassword as Login

from quittance.sandbox.clock import Clock
from quittance.sandbox.inbox import Inboxes, Letter
from quittance.sandbox.marks import Marks
from quittance.sandbox.trouble import LONGEST_SECONDS
from quittance.sandbox.watch import Seen, Watch

MAIL_BYTES = 10_000_000
RECIPIENT_LIMIT = 50
# What the panel can order: kind -> answer; the sandbox keeps the mail only where the words say so.
MAIL_TROUBLE = {
    "refuse_now": "451 4.3.0 Try again later",
    "refuse_recipient": "550 5.1.1 No such user here",
    "greylist": "450 4.2.0 Greylisted, try again in five minutes",
    "full": "452 4.2.2 Mailbox full",
    "silence_after": "",  # accepted, kept, and no answer: the caller cannot know
    "drop_after": "",  # the same, and the line breaks
    "down": "421 4.3.2 Service not available",
}


class MailTrouble:
    """Orders for the next mails: ``add("refuse_now", times=2)``."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, int]] = []
        self.seconds = 12.0

    def add(self, kind: str, *, times: int = 1) -> None:
        if kind not in MAIL_TROUBLE:
            message = f"Unknown mail trouble {kind!r}. Choose one of: {', '.join(MAIL_TROUBLE)}."
            raise ValueError(message)
        self.orders = [*self.orders, (kind, times)][-20:]

    def clear(self) -> None:
        self.orders = []

    def take(self, stage: str) -> str:
        """The order for this stage (``rcpt`` or ``data``), used up by one."""
        if not self.orders:
            return ""
        kind, left = self.orders[0]
        if (kind == "refuse_recipient") != (stage == "rcpt"):
            return ""
        self.orders = ([(kind, left - 1)] if left > 1 else []) + self.orders[1:]
        return kind


class Mailroom:
    """``sandbox.mail``: what arrived, and trouble to order."""

    def __init__(self, *, clock: Clock, marks: Marks, inboxes: Inboxes, watch: Watch) -> None:
        self.clock = clock
        self.marks = marks
        self.inboxes = inboxes
        self.watch = watch
        self.trouble = MailTrouble()
        self.login: tuple[str, str] | None = None
        self._controller: _Controller | None = None

    @property
    def port(self) -> int:
        if self._controller is None:
            message = "The mail server is not started."
            raise RuntimeError(message)
        return int(self._controller.port)

    def received(self, *, to: str = "") -> list[Letter]:
        return self.inboxes.all(to=to, kind="mail")

    def start(self, *, host: str, port: int) -> None:
        self._controller = _Controller(self, host, port or _free_port(host))
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.hang_up()
            self._controller.stop(no_assert=True)
            self._controller = None

    # aiosmtpd's handler calls.

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, peer: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.login is not None and not peer.authenticated:
            return "530 5.7.0 Authentication required"
        kind = self.trouble.take("rcpt")
        if kind:
            return MAIL_TROUBLE[kind]
        # A mailbox that says of itself that it does not exist.
        if address.lower().startswith(("bounce@", "nobody@")):
            return MAIL_TROUBLE["refuse_recipient"]
        if len(envelope.rcpt_tos) >= RECIPIENT_LIMIT:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _peer: Session, envelope: Envelope) -> str:  # noqa: N802
        kind = self.trouble.take("data")
        seen = Seen("smtp", "DATA", ",".join(envelope.rcpt_tos), at=self.clock.now())
        try:
            self.watch.note(seen)
        except Exception:  # noqa: BLE001 - kept by the watch and raised when the sandbox ends
            return "451 4.3.0 The test's hook refused this mail"
        if kind and MAIL_TROUBLE[kind]:
            seen.status = int(MAIL_TROUBLE[kind][:3])
            return MAIL_TROUBLE[kind]
        self._keep(envelope)
        if kind == "silence_after":
            await self._silence()
        if kind in {"silence_after", "drop_after"}:
            if server.transport is not None:
                server.transport.close()
            return "421 4.3.2 Closing"
        seen.status = 250
        return "250 2.0.0 OK: taken"

    async def _silence(self) -> None:
        # A coroutine of the mail server's own loop: cancelled when that ends.
        await asyncio.sleep(min(self.trouble.seconds, LONGEST_SECONDS))

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        text, html = _parts(parsed)
        headers = {name: str(value) for name, value in list(parsed.items())[:60]}
        at = self.clock.now().timestamp()
        for address in envelope.rcpt_tos:
            sender = headers.get("From", envelope.mail_from or "")
            mark = self.marks.new("mail_", 16)
            subject = headers.get("Subject", "")
            self.inboxes.put(
                Letter("mail", address, sender, text, at, mark, subject=subject, html=html, headers=headers)
            )


def _parts(message: EmailMessage) -> tuple[str, str]:
    texts: list[str] = []
    for kind in ("plain", "html"):
        part = message.get_body(preferencelist=(kind,))
        try:
            texts.append(str(part.get_content()) if part is not None else "")
        except (LookupError, ValueError):
            texts.append("(This part cannot be read.)")
    return texts[0], texts[1]


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class _Controller(Controller):
    def __init__(self, room: Mailroom, host: str, port: int) -> None:
        self.room = room
        self._lines: WeakSet[SMTP] = WeakSet()
        super().__init__(room, hostname=host, port=port, ready_timeout=10)

    def hang_up(self) -> None:
        """Close the lines that callers still hold; the server itself would leave them to the garbage collector."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(self._hang_up, done)
        done.wait(5)

    def _hang_up(self, done: threading.Event) -> None:
        for line in list(self._lines):
            if isinstance(line.transport, asyncio.WriteTransport):
                line.transport.abort()
        self.loop.call_later(0.01, done.set)

    def factory(self) -> SMTP:
        line = SMTP(
            self.room,
            data_size_limit=MAIL_BYTES,
            enable_SMTPUTF8=True,
            ident="Quittance sandbox",
            timeout=90,
            auth_require_tls=False,
            authenticator=self._check,
        )
        self._lines.add(line)
        return line

    def _check(self, _server: SMTP, _peer: Session, _envelope: Envelope, _way: str, given: object) -> AuthResult:
        right = isinstance(given, Login) and (given.login.decode(), given.password.decode()) == self.room.login
        return AuthResult(success=right, handled=False)
