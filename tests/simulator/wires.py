"""How the product's calls reach the sandbox without a socket: each service's HTTP, and SMTP."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from quittance.core.http import Deadline, OutsideError, OutsideRequest, OutsideResponse
from quittance.sandbox import Sandbox
from quittance.sandbox.answers import Call
from quittance.sandbox.mail_services import door as mail_services
from quittance.sandbox.twilio import api as twilio_api
from quittance.sandbox.whatsapp import api as whatsapp_api
from tests.simulator.points import Points

STRIPE = "http://stripe.sim"
TWILIO = "http://twilio.sim"
WHATSAPP = "http://whatsapp.sim"
MAIL_SERVICES = "http://mail-services.sim/mail-services"
WEB = "http://salon.sim"


@dataclass
class Line:
    """One imitated service behind `core.http`. `refusing`: nobody listens at all, so nothing was sent."""

    sandbox: Sandbox
    points: Points
    service: str
    refusing: bool = False
    calls: int = 0
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    # (call, answer, what `before` noted as it left and as it arrived) of each refusal, until the checks have read them.
    answers: list[Any] = field(default_factory=list)
    before: Callable[[Call], Any] | None = None

    def __call__(self, request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        parts = urlsplit(request.url)
        self.calls += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        form = parse_qsl((request.body or b"").decode(), keep_blank_values=True) if is_form else ()
        call = Call(
            method=request.method,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            form=tuple(form),
            body=b"" if is_form else request.body or b"",
            headers=headers,
        )
        on_its_way = self.before(call) if self.before is not None else None
        self.points.outside(f"{request.method} {parts.path}")
        if self.refusing:
            raise OutsideError("Nobody listens.", sent=False)
        noted = (on_its_way, self.before(call)) if self.before is not None else None
        if self.service == "stripe":
            answer = self.sandbox.stripe.api.answer(call)
        elif self.service == "whatsapp":
            answer = whatsapp_api.answer(self.sandbox.whatsapp, call)
        elif self.service == "mail_services":
            answer = mail_services.answer(self.sandbox.mail_services, call)
        else:
            answer = twilio_api.answer(self.sandbox.twilio, call)
        self.seen.append((request.method, parts.path, answer.status))
        if self.service == "stripe" and request.method == "POST" and answer.status == 400:
            self.answers.append((call, answer, noted))
        self.points.outside(f"the answer to {request.method} {parts.path}")
        if answer.manner == "drop":
            raise OutsideError("The line broke.", sent=True)
        told = {name.lower(): value for name, value in answer.headers.items()}
        return OutsideResponse(answer.status, told, answer.body)


class _Socket:
    def settimeout(self, _seconds: float) -> None:
        """Nothing waits here."""


@dataclass
class Post:
    """The mail server's side: what it took, by Message-ID, and the trouble ordered for the next mails.

    refuse (550), later (451), down (no connection), silence (taken, but nobody says so), vanish (not taken, silence).
    """

    points: Points
    orders: list[str] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    # Addresses at the foot of those that may be unsubscribed from.
    ways_out: list[str] = field(default_factory=list)

    def connection(self, **_: Any) -> _Smtp:
        return _Smtp(self)

    def order(self) -> str:
        return self.orders.pop(0) if self.orders else ""


class _Smtp:
    """As much of `smtplib.SMTP` as the adapter uses."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self.sock = _Socket()
        self._to = ""
        self._reply: tuple[int, bytes] = (250, b"taken")

    def connect(self, _host: str, _port: int) -> tuple[int, bytes]:
        self._post.points.outside("SMTP")
        self._order = self._post.order()
        if self._order == "down":
            raise ConnectionRefusedError("nobody listens")
        return 220, b"ready"

    def ehlo_or_helo_if_needed(self) -> None:
        """Nothing to greet."""

    def noop(self) -> tuple[int, bytes]:
        return 250, b"ok"

    def mail(self, _sender: str) -> tuple[int, bytes]:
        return 250, b"ok"

    def rcpt(self, address: str) -> tuple[int, bytes]:
        self._to = address
        if self._order == "refuse" or address.startswith(("nobody@", "bounce@")):
            return 550, b"5.1.1 no such user"
        return (451, b"4.3.0 later") if self._order == "later" else (250, b"ok")

    def docmd(self, _word: str) -> tuple[int, bytes]:
        return 354, b"go on"

    def send(self, mail: bytes) -> None:
        if self._order != "vanish":
            read = email.message_from_bytes(mail, policy=email.policy.default)
            self._post.taken.append((str(read["Message-ID"]), self._to))
            if read["List-Unsubscribe"]:
                self._post.ways_out.append("".join(str(read["List-Unsubscribe"]).split()).strip("<>"))
        self._post.points.outside("the mail server's answer")

    def getreply(self) -> tuple[int, bytes]:
        if self._order in {"silence", "vanish"}:
            raise TimeoutError("silence")
        return self._reply

    def putcmd(self, _word: str) -> None:
        """QUIT."""

    def close(self) -> None:
        """Nothing to close."""
