"""``Sandbox``: everything together, in one process, started and stopped by whoever needs it."""

import threading
import time
import traceback
from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from quittance.sandbox import state
from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.clock import Clock
from quittance.sandbox.http_out import Post, post
from quittance.sandbox.mail_services import door as mail_services_door
from quittance.sandbox.pages import control_api, look, panel, pay_page, phone
from quittance.sandbox.server import Server
from quittance.sandbox.services import Services
from quittance.sandbox.twilio import api as twilio_api
from quittance.sandbox.watch import Seen
from quittance.sandbox.whatsapp import api as whatsapp_api

TICK_SECONDS = 0.2
SAVE_SECONDS = 2.0


class Sandbox(Services):
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
        state_file: Path | None = None,
    ) -> None:
        super().__init__(clock=clock, seed=seed, deliver=deliver)
        self._auto_deliver = auto_deliver
        self._state_path = state_file
        self._saved_at = 0.0
        self._saved_text = ""
        self._address = (host, port, smtp_port)
        self._rooms: tuple[tuple[str, Callable[[Call], Answer]], ...] = (
            ("/v1/", lambda call: self._watched("stripe", call)),
            ("/2010-04-01/", lambda call: self._watched("twilio", call)),
            ("/v23.0/", lambda call: self._watched("whatsapp", call)),
            (mail_services_door.START, lambda call: self._watched("mail_services", call)),
            ("/c/pay/", lambda call: pay_page.answer(self.stripe, call)),
            ("/receipts/", lambda call: pay_page.receipt(self.stripe, call.path)),
            ("/phone", lambda call: phone.answer(self, call)),
            ("/panel", lambda call: panel.answer(self, call)),
            ("/control/", lambda call: control_api.answer(self, call)),
            ("/static/", lambda call: look.static(call.path)),
            ("/favicon.ico", lambda _call: look.static("/static/icon.svg")),
            ("/health", lambda _call: Answer.json({"ok": True})),
        )
        self._server: Server | None = None
        self._stopping = threading.Event()
        self._ticker: threading.Thread | None = None

    # Life.

    def start(self) -> Self:
        host, port, smtp_port = self._address
        if self._state_path:
            state.load(self, self._state_path)
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
        self.whatsapp.trouble.clear()
        self.mail_services.trouble.clear()
        self.mail.stop()
        if self._ticker:
            self._ticker.join(15)
        if self._server:
            self._server.stop()
            if self._state_path:
                state.save(state.text(self), self._state_path)

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

    @property
    def whatsapp_url(self) -> str:
        """Stands for https://graph.facebook.com."""
        return self.server.url

    @property
    def mail_services_url(self) -> str:
        """Stands for the mail services; each has a door of its name under it."""
        return self.server.url + mail_services_door.START.rstrip("/")

    # The clock.

    def _tick_along(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self.tick()
            except Exception:  # noqa: BLE001 - one bad round must not end the deliveries; it is shown
                traceback.print_exc()
            self._save_now_and_then()

    def _save_now_and_then(self) -> None:
        if self._state_path and time.monotonic() - self._saved_at >= SAVE_SECONDS:
            self._saved_at = time.monotonic()
            text = state.text(self)
            if text != self._saved_text:
                state.save(text, self._state_path)
                self._saved_text = text

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
        answer = self._answered(service, call)
        seen.status = answer.status
        return answer

    def _answered(self, service: str, call: Call) -> Answer:
        if service == "stripe":
            return self.stripe.api.answer(call)
        if service == "whatsapp":
            return whatsapp_api.answer(self.whatsapp, call)
        if service == "mail_services":
            return mail_services_door.answer(self.mail_services, call)
        return twilio_api.answer(self.twilio, call)
