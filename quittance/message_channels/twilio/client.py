"""Twilio's SDK with an HTTP client that leaves through `core.http`. The SDK is imported when it is first used."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from quittance.core import http
from quittance.core.secret import Secret
from quittance.message_channels.port import TransientError
from quittance.message_channels.twilio.translate import FAULTS

API_URL = "https://api.twilio.com"
_LONGEST_WAIT_SECONDS = 3600
_TOO_OFTEN = 20429


@cache
def _sdk() -> tuple[Any, Any]:
    from twilio.http.response import Response  # noqa: PLC0415 - 0.4 s, only where SMS is sent
    from twilio.rest import Client  # noqa: PLC0415

    return Client, Response


class OutsideHttpClient:
    """What the SDK expects of an HTTP client. `base_url` stands in for Twilio's own address (sandbox only)."""

    def __init__(self, *, base_url: str | None, timeout_seconds: float) -> None:
        self._base_url = (base_url or API_URL).rstrip("/")
        self._timeout_seconds = timeout_seconds

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Any:
        address = self._base_url + url.removeprefix(API_URL)
        if query := _form(params):
            address += ("&" if "?" in address else "?") + query
        sent_headers = {name: str(value) for name, value in (headers or {}).items()}
        if auth:
            pair = f"{auth[0]}:{auth[1]}".encode()
            sent_headers["Authorization"] = "Basic " + base64.b64encode(pair).decode("ascii")
        body = b""
        if method.upper() == "POST":
            body = _form(data).encode("ascii")
            sent_headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = http.call(method, address, headers=sent_headers, body=body, timeout_seconds=self._timeout_seconds)
        if answer.status == 429:
            # The SDK would drop the header that says how long to wait. 21611 (the sender's queue) comes so too.
            code = error_code(answer.body.decode("utf-8", "replace"))
            code = code if code in FAULTS else _TOO_OFTEN
            raise TransientError(str(code), FAULTS[code].reason, retry_after_seconds=_retry_after(answer))
        return _sdk()[1](answer.status, answer.body.decode("utf-8", "replace"), dict(answer.headers))


def open_client(*, account_sid: str, auth_token: Secret, base_url: str | None, timeout_seconds: float) -> Any:
    client = OutsideHttpClient(base_url=base_url, timeout_seconds=timeout_seconds)
    # An environment of its own: the SDK would else read keys and regions from ours.
    return _sdk()[0](account_sid, auth_token.reveal(), http_client=client, environment={"TWILIO": ""})


def _form(fields: Mapping[str, object] | None) -> str:
    """As `requests` would write it: a list repeats its name, None is left out, booleans are Python's words."""
    given = [(name, value) for name, value in (fields or {}).items() if value is not None]
    return urlencode(given, doseq=True)


def error_code(body: str) -> int | None:
    """Their code in the body of a refusal."""
    try:
        code = json.loads(body).get("code")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None


def _retry_after(answer: http.OutsideResponse) -> int | None:
    text = answer.headers.get("retry-after", "")
    return min(int(text), _LONGEST_WAIT_SECONDS) if text.isascii() and text.isdigit() else None
