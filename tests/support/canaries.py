"""T54: whatever the suite stores as a secret, or as a way to reach a client, must never be written to a log.

Every link token, every key of a payment or channel account, every client's phone and email that a test stores becomes
a canary of that test. All log lines, down to DEBUG and of every library, are collected as an installation would
write them, and standard output and error with them; a test in which a canary sings fails.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import quote

import pytest

_SHORTEST = 8
_SECRET_NAMES = re.compile(r"secret|password|token", re.IGNORECASE)
_MOST_LINES = 20_000
# The sandbox's mail server, which stands for the client's: what it receives is theirs to write down.
_NOT_OURS = ("mail.log",)
# Their usual level hides what they say of requests and answers; here they speak.
_QUIET_LOGGERS = ("django.request", "django.server", "httpx2", "stripe", "twilio")


class Aviary(logging.Handler):
    """Collects what is logged in one test, and knows the canaries of that test."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self._canaries: dict[str, str] = {}
        self._lines: list[tuple[str, logging.LogRecord | str]] = []

    def begin(self) -> None:
        self._canaries.clear()
        self._lines.clear()
        listen(self)

    def register(self, kind: str, secret: str) -> None:
        """`kind` is what a failure names; the secret itself is not repeated there."""
        text = secret.strip()
        if len(text) >= _SHORTEST:
            self._canaries[text] = kind
            self._canaries[quote(text, safe="")] = f"{kind}, as in an address"

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._lines) >= _MOST_LINES or record.name in _NOT_OURS:
            return
        raw = f"{record.getMessage()} {record.__dict__!r}"
        if record.exc_info:
            raw += "".join(traceback.format_exception(*record.exc_info))
            # Formatted now: a kept traceback would keep the test's connections alive.
            self._lines.append((raw, _written(record)))
        else:
            self._lines.append((raw, record))

    def heard(self) -> list[str]:
        """Which canaries stand in what would be written."""
        found = []
        for raw, line in self._lines:
            if any(secret in raw for secret in self._canaries):
                written = line if isinstance(line, str) else _written(line)
                found += [f"{kind} in: {_masked(written, secret)}" for secret, kind in self._in(written)]
        return found

    def in_text(self, text: str) -> list[str]:
        return [f"{kind} in: {_masked(text, secret)}" for secret, kind in self._in(text)]

    def _in(self, text: str) -> list[tuple[str, str]]:
        return [(secret, kind) for secret, kind in self._canaries.items() if secret in text]


def _masked(text: str, secret: str) -> str:
    at = text.index(secret)
    return text[max(0, at - 120) : at + 120].replace(secret, "<canary>")


def _written(record: logging.LogRecord) -> str:
    """The line as the product's own handler writes it, redaction included."""
    product = next((one.formatter for one in logging.getLogger().handlers if _is_products(one)), None)
    return product.format(record) if product else record.getMessage()


def _is_products(handler: logging.Handler) -> bool:
    return type(handler.formatter).__name__ == "ProcessorFormatter"


def listen(aviary: Aviary) -> None:
    """Set up again before each test: a test of logging itself may have replaced every handler."""
    root = logging.getLogger()
    for handler in root.handlers:
        # What a person sees of a failed test stays what it was: the product's handler and pytest's own.
        if handler is not aviary and handler.level == logging.NOTSET:
            handler.setLevel(logging.WARNING)
    if aviary not in root.handlers:
        root.addHandler(aviary)
    root.setLevel(logging.DEBUG)
    for name in _QUIET_LOGGERS:
        quiet = logging.getLogger(name)
        quiet.setLevel(logging.DEBUG)
        quiet.propagate = True


aviary = Aviary()
_rows_are_watched: list[bool] = []


def _watch_rows() -> None:
    """Once, when the models are there: what is stored sings from then on."""
    if _rows_are_watched:
        return
    from django.db.models.signals import post_save

    post_save.connect(_learn, weak=False)
    _rows_are_watched.append(True)


def _learn(*, instance: Any, **_: Any) -> None:
    match instance._meta.label:
        case "payments.PaymentLink":
            aviary.register("a link's token", instance.token.reveal())
        case "clients.ContactPoint":
            aviary.register(f"a client's {instance.kind}", instance.value)
        case "payments.PaymentAccount" | "messages.ChannelAccount":
            aviary.register("an account's webhook address", instance.address_token)
            for name, value in _credentials(instance).items():
                if _SECRET_NAMES.search(name):
                    for one in str(value).split():
                        aviary.register(f"an account's {name}", one)


def _credentials(account: Any) -> dict[str, Any]:
    try:
        found = json.loads(account.credentials.reveal())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@pytest.fixture(autouse=True)
def no_secret_is_written() -> Iterator[Aviary]:
    """Ask for it by name to register a canary of your own."""
    _watch_rows()
    aviary.begin()
    yield aviary
    heard = aviary.heard()
    assert not heard, "written to the log:\n" + "\n".join(heard[:10])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Standard output and error, of child processes too, once the test is over."""
    report = yield
    if report.when == "teardown" and report.passed:
        printed = "".join(text for title, text in report.sections if "stdout" in title or "stderr" in title)
        heard = aviary.in_text(printed)
        if heard:
            report.outcome = "failed"
            report.longrepr = "printed:\n" + "\n".join(heard[:10])
    return report
