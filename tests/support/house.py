"""The whole house for a journey: web, worker and sandbox on this machine, on one real database.

The web is a threaded server in this process, the worker a thread, the sandbox another server; they speak to each other
as in an installation: over HTTP, signed webhooks and SMTP.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from quittance.sandbox.house import Sandbox


@dataclass(frozen=True, slots=True)
class House:
    """`url` is the product's address, `sandbox` the payment system, phones and mailboxes."""

    url: str
    sandbox: Sandbox

    def at(self, path: str) -> str:
        return self.url + path


@pytest.fixture
def house(live_server: Any, settings: Any) -> Iterator[House]:
    """Everything runs but nothing is in it: seed what the journey needs."""
    from quittance.sandbox.house import Sandbox

    sandbox = Sandbox(auto_deliver=True)
    sandbox.start()
    settings.QUITTANCE_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.QUITTANCE_STRIPE_API_URL = sandbox.url
    settings.QUITTANCE_TWILIO_API_URL = sandbox.url
    settings.QUITTANCE_SANDBOX_URL = sandbox.url
    settings.EMAIL_HOST, settings.EMAIL_PORT = sandbox.smtp_host, sandbox.smtp_port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    try:
        with working():
            yield House(url=live_server.url, sandbox=sandbox)
    finally:
        sandbox.stop()


class working:  # noqa: N801  reads as a verb: `with working():`
    """A worker in a thread of its own, told to stop and waited for at the end."""

    def __enter__(self) -> None:
        from quittance.worker.run import Worker

        self._worker = Worker(threads=2)
        self._thread = threading.Thread(target=self._run, name="journey-worker")
        self._thread.start()

    def _run(self) -> None:
        from django.db import connections

        try:
            self._worker.run()
        finally:
            connections.close_all()

    def __exit__(self, *_: object) -> None:
        self._worker.stop()
        self._thread.join(timeout=20)
        assert not self._thread.is_alive(), "the worker did not stop"
