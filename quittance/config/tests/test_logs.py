from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from quittance.config.logs import configure_logging, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /p/kQ3v0mXo9r2LkP7TzYw1aB 200", "GET /p/[token] 200"),
        ("GET /p/kQ3v0mXo9r2LkP7TzYw1aB/pay", "GET /p/[token]/pay"),
        ("POST /inbound/stripe/272796eba64578544e8d3fa59ea6055e", "POST /inbound/stripe/[token]"),
        ("key sk_test_51Habcdefghijkl used", "key sk_[secret] used"),
        ("secret whsec_abcdefghijkl", "secret whsec_[secret]"),
        ("Authorization: Bearer abc.def.ghi-jkl", "Authorization: [secret] [secret]"),
        ("to chloe.martin+x@example.org failed", "to [email] failed"),
        ("to +49 30 901820 failed", "to [phone] failed"),
        ("to 0049 (30) 901820 failed", "to [phone] failed"),
        ("to 030 901820 failed", "to [phone] failed"),
        ("password=hunter22222 user=1", "password=[secret] user=1"),
        ("smtp://user:pass@mail.example.org", "smtp://[secret]@mail.example.org"),
        ("account AC0123456789abcdef0123456789abcdef", "account AC[account]"),
        ("/accounts/password/reset/key/3-c8hq-1f9/", "/accounts/password/reset/key/[token]/"),
    ],
)
def test_what_opens_or_names_is_redacted(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 10:00:05.123456 took 12.5 ms",
        "bill 12 due 6000 EUR at 2026-11-26T14:00:00+00:00",
        "127.0.0.1:8000 answered 200",
        "request 0123456789abcdef0123456789abcdef",
    ],
)
def test_ordinary_lines_stay_whole(text):
    assert redact(text) == text


def test_tracebacks_and_foreign_loggers_are_redacted_too():
    stream = io.StringIO()
    configure_logging(as_json=True, level="INFO")
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    try:
        try:
            int("chloe@example.org")
        except ValueError:
            logging.getLogger("somebody.else").exception("failed for %s", "+4930901820")
        structlog.get_logger("quittance").warning("sent", phone="030901820", note="sk_live_abcdefghijkl")
    finally:
        configure_logging(as_json=False, level="WARNING")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["event"] == "failed for [phone]"
    assert "chloe" not in first["exception"]
    assert "[email]" in first["exception"]
    assert (second["phone"], second["note"]) == ("[hidden]", "sk_[secret]")
