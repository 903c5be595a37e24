"""Logging for people and machines, with nothing in it that opens a link, an account or a client's phone.

Redaction is the last step before a line is written, so tracebacks and foreign libraries pass through it too.
"""

from __future__ import annotations

import logging
import logging.config
import re
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/[pdu]/)[A-Za-z0-9_-]{8,}"), r"\1[token]"),
    (re.compile(r"(/inbound/[a-z_]+/)[A-Za-z0-9_-]{8,}"), r"\1[token]"),
    (re.compile(r"(/invitation/)[^/\s\"']+"), r"\1[token]"),
    (re.compile(r"(/password/reset/key/)[^/\s\"']+"), r"\1[token]"),
    (re.compile(r"\b(sk|rk|pk|whsec|cs)_(live|test)?_?[A-Za-z0-9_]{8,}"), r"\1_[secret]"),
    (re.compile(r"\b(AC|SK)[0-9a-f]{32}\b"), r"\1[account]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}"), r"\1 [secret]"),
    (re.compile(r"\bgAAAAA[A-Za-z0-9_=-]{20,}"), "[encrypted]"),
    (
        re.compile(r"(?i)((?:password|secret|token|api_?key|authorization|cookie)[\"']?\s*[:=]\s*[\"']?)[^\s,;&\"'}]+"),
        r"\1[secret]",
    ),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), "://[secret]@"),
    (re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)*"), "[email]"),
    (re.compile(r"(?<![\w.:-])(?:\+|00)[\s(]*[1-9](?:[\s().-]*\d){6,14}(?![\w])"), "[phone]"),
    (re.compile(r"(?<![\w.:-])0[1-9](?:[\s()/]*\d){6,12}(?![\w.:-])"), "[phone]"),
)
_HIDDEN_KEYS = frozenset(
    {"password", "secret", "token", "authorization", "cookie", "phone", "email", "to_address", "body"}
)


def redact(text: str) -> str:
    """The text without secrets, link tokens, phone numbers and mail addresses."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def _redacted_value(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return redact(value.decode("utf-8", "replace"))
    if isinstance(value, dict):
        return {
            key: "[hidden]" if str(key).lower() in _HIDDEN_KEYS else _redacted_value(held)
            for key, held in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted_value(held) for held in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redact(str(value))


def _redacted_pair(key: str, value: object) -> object:
    return "[hidden]" if key.lower() in _HIDDEN_KEYS else _redacted_value(value)


def redact_event(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A structlog processor; `timestamp` and `level` are ours and stay."""
    for key, value in event.items():
        if key in {"timestamp", "level", "_record", "_from_structlog"}:
            continue
        event[key] = _redacted_pair(key, value)
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def configure_logging(*, as_json: bool, level: str) -> None:
    """One handler on standard error for ours and everybody's lines."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
    )
    formatter: dict[str, object] = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact_event, renderer],
        "foreign_pre_chain": _SHARED,
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"quittance": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quittance"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # The request line is ours (`middleware.request_log`), without tokens.
                "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
                # 4xx answers are in the request line; this logger would repeat each with its raw path.
                "django.request": {"level": "ERROR"},
                # At DEBUG these write whole rows and whole pages, which no pattern can redact.
                "django.db.backends": {"level": "INFO"},
                "django.template": {"level": "INFO"},
                "httpx2": {"level": "WARNING"},
                "stripe": {"level": "WARNING"},
                "twilio": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
