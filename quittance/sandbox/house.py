"""``Sandbox``: everything together, in one process, started and stopped by whoever needs it."""

import contextlib
import threading
from collections.abc import Callable
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.clock import Clock, RealClock
from quittance.sandbox.http_out import Post, post
from quittance.sandbox.inbox import Inboxes
from quittance.sandbox.mail import Mailroom
from quittance.sandbox.marks import Marks
from quittance.sandbox.pages import look, pay_page
from quittance.sandbox.server import Server
from quittance.sandbox.stripe.door import StripeSandbox
from quittance.sandbox.twilio import api as twilio_api
from quittance.sandbox.twilio.network import TwilioSandbox
from quittance.sandbox.watch import Hook, Seen, Watch

TICK_SECONDS = 0.2


class Sandbox:
    """A payment system, phone network and mailbox of our own, on loopback.

    ``auto_deliver`` runs a thread that delivers webhooks and callbacks and follows the clock; without it nothing
    leaves the sandbox until the test says so. ``deliver`` replaces the HTTP client that posts webhooks:
    ``(url, headers, body) -> status``.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        auto_deliver: bool = False,
        seed: int | None = None,
        deliver: Post = post,
        host: str = "127.0.0.1",
        port: int = 0,
        smtp_port: int = 0,
    ) -> None:
        self.clock: Clock = clock or RealClock()
        self.marks = Marks(seed)
        self.watch = Watch()
        self.stripe = StripeSandbox(clock=self.clock, marks=self.marks, deliver=deliver)
        self.inboxes = Inboxes()
        self.twilio = TwilioSandbox(clock=self.clock, marks=self.marks, inboxes=self.inboxes, deliver=deliver)
        self.mail = Mailroom(clock=self.clock, marks=self.marks, inboxes=self.inboxes, watch=self.watch)
        self._auto_deliver = auto_deliver
        self._address = (host, port, smtp_port)
        self._rooms: tuple[tuple[str, Callable[[Call], Answer]], ...] = (
            ("/v1/", lambda call: self._watched("stripe", call)),
            ("/2010-04-01/", lambda call: self._watched("twilio", call)),
            ("/c/pay/", lambda call: pay_page.answer(self.stripe, call)),
            ("/receipts/", lambda call: pay_page.receipt(self.stripe, call.path)),
            ("/static/", lambda call: look.static(call.path)),
            ("/health", lambda _call: Answer.json({"ok": True})),
        )
        self._server: Server | None = None
        self._stopping = threading.Event()
        self._ticker: threading.Thread | None = None

    # Life.

    def start(self) -> Self:
        host, port, smtp_port = self._address
        self._server = Server(host=host, port=port, route=self._route, now=self._http_date)
        self.stripe.directory.site.url = self._server.url
        self._server.start()
        self.mail.start(host=host, port=smtp_port)
        if self._auto_deliver:
            self._ticker = threading.Thread(target=self._tick_along, name="sandbox-clock", daemon=True)
            self._ticker.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self.stripe.trouble.clear()
        self.twilio.trouble.clear()
        self.mail.stop()
        if self._ticker:
            self._ticker.join(15)
        if self._server:
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None and self.watch.complaints:
            raise self.watch.complaints[0]

    # Addresses.

    @property
    def server(self) -> Server:
        if self._server is None:
            message = "The sandbox is not started. Use `with Sandbox() as sandbox:` or call start()."
            raise RuntimeError(message)
        return self._server

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def stripe_url(self) -> str:
        """The base address for Stripe's SDK: ``StripeClient(key, base_addresses={"api": sandbox.stripe_url})``."""
        return self.server.url

    @property
    def twilio_url(self) -> str:
        """Stands for https://api.twilio.com."""
        return self.server.url

    @property
    def smtp_host(self) -> str:
        return self._address[0]

    @property
    def smtp_port(self) -> int:
        return self.mail.port

    # What was asked.

    @property
    def on_request(self) -> Hook | None:
        return self.watch.on_request

    @on_request.setter
    def on_request(self, hook: Hook | None) -> None:
        self.watch.on_request = hook

    def requests(self, service: str = "", *, method: str = "", path: str = "") -> list[Seen]:
        return self.watch.requests(service, method=method, path=path)

    # Time.

    def tick(self) -> None:
        """Do what the clock demands now, and deliver what is due."""
        self.stripe.expire_at_clock()
        self.stripe.webhooks.deliver_due()
        self.twilio.deliver_due()

    def _tick_along(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            with contextlib.suppress(OSError, RuntimeError):
                self.tick()

    def _http_date(self) -> str:
        return format_datetime(self.clock.now(), usegmt=True)

    # The web.

    def _route(self, call: Call) -> Answer:
        for start, run in self._rooms:
            if call.path.startswith(start):
                return run(call)
        return look.front() if call.path == "/" else look.not_found()

    def _watched(self, service: str, call: Call) -> Answer:
        seen = Seen(service, call.method, call.path, dict(call.query), dict(call.form), call.headers, self.clock.now())
        try:
            self.watch.note(seen)
        except Exception:  # noqa: BLE001 - kept by the watch and raised when the sandbox ends
            return Answer.json(
                {"error": {"type": "api_error", "message": "The test's hook refused this request."}}, status=500
            )
        answer = self.stripe.api.answer(call) if service == "stripe" else twilio_api.answer(self.twilio, call)
        seen.status = answer.status
        return answer
