"""What the environment asks of an installation, read once, checked before anything starts.

Production has no defaults: what is missing is named in a sentence with the way to mend it. The demo and
development make their own keys and keep them beside their database, so that a second start opens the same secrets.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

_MIN_KEY_LENGTH = 50
_MIN_KEY_VARIETY = 10
# What every log-in of the demo shares; it stands on the demo's log-in page and nowhere else.
DEMO_PASSWORD = "let-me-try-it"  # noqa: S105 - the demo prints it
_TEST_KEY = "test-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
_TEST_RING = "cXVpdHRhbmNlLXRlc3Qta2V5LXJpbmctMDAwMDAwMDE="


class Mode(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"
    DEVELOPMENT = "development"


class RefusedToStartError(Exception):
    """The settings are not safe or not complete; the text says, one sentence a line, what to do."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Environment:
    mode: Mode
    debug: bool
    secret_key: str
    key_ring: tuple[str, ...]
    database_url: str
    base_url: str
    allowed_hosts: tuple[str, ...]
    data_dir: Path
    stripe_api_url: str
    twilio_api_url: str
    whatsapp_api_url: str
    mail_services_api_url: str
    sandbox_url: str
    smtp_url: str
    from_email: str
    proxy_count: int

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def sandbox_addresses(self) -> tuple[str, ...]:
        urls = (self.stripe_api_url, self.twilio_api_url, self.whatsapp_api_url, self.mail_services_api_url)
        return tuple(url for url in (*urls, self.sandbox_url) if url)


def read_environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read, fill what the mode may fill, and raise RefusedToStartError when it must not start."""
    name = variables.get("QUITTANCE_MODE", Mode.PRODUCTION)
    if name not in set(Mode):
        raise RefusedToStartError([f"QUITTANCE_MODE is {name!r}; set it to one of: {', '.join(Mode)}."])
    mode = Mode(name)
    data_dir = Path(variables.get("QUITTANCE_DATA_DIR") or Path.cwd() / "var" / mode.value).absolute()
    secret_key, key_ring = _keys(variables, mode=mode, data_dir=data_dir)
    local = mode is not Mode.PRODUCTION
    base_url = variables.get("QUITTANCE_BASE_URL", "http://localhost:8000" if local else "").rstrip("/")
    hosts = _listed(variables.get("QUITTANCE_ALLOWED_HOSTS", ""))
    environment = Environment(
        mode=mode,
        debug=variables.get("QUITTANCE_DEBUG", "") not in {"", "0", "false", "no"},
        secret_key=secret_key,
        key_ring=key_ring,
        database_url=variables.get("QUITTANCE_DATABASE_URL") or f"sqlite:///{data_dir / 'quittance.sqlite3'}",
        base_url=base_url,
        allowed_hosts=hosts or (("localhost", "127.0.0.1", "[::1]", "testserver") if local else ()),
        data_dir=data_dir,
        stripe_api_url=variables.get("QUITTANCE_STRIPE_API_URL", ""),
        twilio_api_url=variables.get("QUITTANCE_TWILIO_API_URL", ""),
        whatsapp_api_url=variables.get("QUITTANCE_WHATSAPP_API_URL", ""),
        mail_services_api_url=variables.get("QUITTANCE_MAIL_SERVICES_API_URL", ""),
        sandbox_url=variables.get("QUITTANCE_SANDBOX_URL", ""),
        smtp_url=variables.get("QUITTANCE_SMTP_URL", "smtp://127.0.0.1:8025" if local else ""),
        from_email=variables.get("QUITTANCE_FROM_EMAIL", "quittance@localhost" if local else ""),
        proxy_count=_proxy_count(variables.get("QUITTANCE_PROXY_COUNT", "0" if local else "1")),
    )
    reasons = refusals(environment)
    if reasons:
        raise RefusedToStartError(reasons)
    return environment


def refusals(environment: Environment) -> list[str]:
    """Why this installation must not start, each with the way to mend it; empty when it may."""
    reasons = _refused_key_ring(environment.key_ring)
    if not environment.is_production:
        return reasons
    reasons += _refused_secret_key(environment.secret_key)
    if environment.debug:
        reasons.append("QUITTANCE_DEBUG is on; production shows no tracebacks to visitors, so unset it.")
    if not environment.allowed_hosts:
        reasons.append("QUITTANCE_ALLOWED_HOSTS is empty; set it to the host names that this installation answers to.")
    elif "*" in environment.allowed_hosts:
        reasons.append("QUITTANCE_ALLOWED_HOSTS holds '*'; name the hosts instead.")
    if environment.sandbox_addresses:
        named = ", ".join(environment.sandbox_addresses)
        reasons.append(
            f"The sandbox is set ({named}); unset QUITTANCE_STRIPE_API_URL, QUITTANCE_TWILIO_API_URL, "
            "QUITTANCE_WHATSAPP_API_URL, QUITTANCE_MAIL_SERVICES_API_URL and QUITTANCE_SANDBOX_URL, because money "
            "paid there is not real."
        )
    if not urlsplit(environment.base_url).hostname:
        reasons.append("QUITTANCE_BASE_URL is missing; set it to the public address, such as https://pay.example.org.")
    elif not environment.is_https:
        reasons.append("QUITTANCE_BASE_URL does not start with https://; clients pay there, so serve it over TLS.")
    return reasons


def _refused_secret_key(key: str) -> list[str]:
    if not key:
        return ["QUITTANCE_SECRET_KEY is missing; set it to the output of `quittance newkeys`."]
    weak = (
        len(key) < _MIN_KEY_LENGTH or len(set(key)) < _MIN_KEY_VARIETY or key.startswith(("django-insecure", "test-"))
    )
    if weak:
        return ["QUITTANCE_SECRET_KEY is weak; it needs 50 random characters, as `quittance newkeys` prints them."]
    return []


def _refused_key_ring(ring: tuple[str, ...]) -> list[str]:
    if not ring:
        return ["QUITTANCE_KEY_RING is missing; set it to the output of `quittance newkeys` and keep a copy apart."]
    for position, key in enumerate(ring, start=1):
        try:
            Fernet(key)
        except ValueError:
            return [f"Key {position} of QUITTANCE_KEY_RING is not a Fernet key; make one with `quittance newkeys`."]
    return []


def _keys(variables: Mapping[str, str], *, mode: Mode, data_dir: Path) -> tuple[str, tuple[str, ...]]:
    secret_key = variables.get("QUITTANCE_SECRET_KEY", "")
    key_ring = _listed(variables.get("QUITTANCE_KEY_RING", ""))
    if mode is Mode.TEST:
        return secret_key or _TEST_KEY, key_ring or (_TEST_RING,)
    if mode is Mode.PRODUCTION or (secret_key and key_ring):
        return secret_key, key_ring
    kept = _kept_keys(data_dir / "keys.json")
    return secret_key or kept["secret_key"], key_ring or (kept["key_ring"],)


def _kept_keys(path: Path) -> dict[str, str]:
    """The keys of a demo, made at its first start; web and worker may start at once, so the file appears whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(json.dumps(new_keys()))
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def new_keys() -> dict[str, str]:
    return {"secret_key": secrets.token_urlsafe(48), "key_ring": Fernet.generate_key().decode("ascii")}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _proxy_count(text: str) -> int:
    if not text.isdecimal() or int(text) > 8:
        raise RefusedToStartError(
            ["QUITTANCE_PROXY_COUNT must be a number from 0 to 8: how many proxies stand in front."]
        )
    return int(text)
