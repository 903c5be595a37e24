"""The whole house for a journey: web, worker and sandbox on this machine, on one real database.

The web is a threaded server in this process, the worker a thread, the sandbox another server; they speak to each other
as in an installation: over HTTP, signed webhooks and SMTP. All of them read one clock, which runs and can be put
forward: an hour later is a line in a test, and nobody's timers are touched.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler

if TYPE_CHECKING:
    from quittance.sandbox.house import Sandbox

# A Thursday, 14:00 in Berlin: whatever the day of the run, the salon is open.
START = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


class HouseClock:
    """Runs from START; `advance` puts it forward for everybody at once."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._began = time.monotonic()
        self._moved = timedelta(0)

    def now(self) -> datetime:
        return self._start + self._moved + timedelta(seconds=time.monotonic() - self._began)

    def advance(self, step: timedelta) -> None:
        self._moved += step

    def offset(self) -> timedelta:
        return self._moved


class WebServer(ThreadedWSGIServer):
    """A browser that closes a page while it is being answered is no news."""

    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Web:
    """The product's web in threads of this process; static files come as in production, from the middleware."""

    def __enter__(self) -> Self:
        self._server = WebServer(("localhost", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
        self._server.set_app(WSGIHandler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="journey-web", daemon=True)
        self._thread.start()
        return self

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)


@dataclass(frozen=True, slots=True)
class House:
    """`url` is the product's address, `sandbox` the payment system, phones and mailboxes."""

    url: str
    sandbox: Sandbox
    clock: HouseClock
    worker: Working

    def at(self, path: str) -> str:
        return self.url + path

    def later(self, **amount: float) -> None:
        """Put everybody's clock forward: `later(minutes=61)`."""
        self.clock.advance(timedelta(**amount))


@pytest.fixture
def house(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Everything runs but nothing is in it: seed what the journey needs."""
    from quittance.config import health
    from quittance.core import clock
    from quittance.sandbox.house import Sandbox

    house_clock = HouseClock()
    monkeypatch.setattr(clock, "now", house_clock.now)
    monkeypatch.setattr(health, "now", house_clock.now)
    sandbox = Sandbox(auto_deliver=True, clock=house_clock)
    sandbox.start()
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.QUITTANCE_STRIPE_API_URL = sandbox.url
    settings.QUITTANCE_TWILIO_API_URL = sandbox.url
    settings.QUITTANCE_SANDBOX_URL = sandbox.url
    settings.EMAIL_HOST, settings.EMAIL_PORT = sandbox.smtp_host, sandbox.smtp_port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    try:
        with Web() as web:
            settings.QUITTANCE_BASE_URL = web.url
            settings.CSRF_TRUSTED_ORIGINS = [web.url]
            with Working() as worker:
                yield House(url=web.url, sandbox=sandbox, clock=house_clock, worker=worker)
    finally:
        sandbox.stop()


class Working:
    """A worker in a thread of its own, told to stop and waited for at the end."""

    def __enter__(self) -> Self:
        from quittance.worker.run import Worker

        self._worker = Worker(threads=2)
        self._thread = threading.Thread(target=self._run, name="journey-worker")
        self._thread.start()
        return self

    def _run(self) -> None:
        from django.db import connections

        try:
            self._worker.run()
        finally:
            connections.close_all()

    def stop(self) -> None:
        self._worker.stop()
        self._thread.join(timeout=20)
        assert not self._thread.is_alive(), "the worker did not stop"

    def __exit__(self, *_: object) -> None:
        self.stop()
