"""The one module that touches django-anymail, which knows the wire of each mail service.

Its backends expect a `requests` session: ours leaves through `core.http`, to the service's own address only, and keeps
the answer, since it is the answer that tells permanent from transient. Every option is given by hand, so that no
setting of the installation has a say. It is imported when a mail is first sent.
"""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formataddr
from functools import cache
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlencode

from quittance.core import http
from quittance.message_channels.port import BadSignatureError, InboundRequest

# The metadata that bears our key there and back.
KEY_FIELD: Final = "m"
_MOST_EVENTS: Final = 1000
# What the parsers meet in a body that is authentic and odd.
_ODD: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError)

# It says so of SendGrid each time; the README beside this file says what that means here.
warnings.filterwarnings("ignore", message="django-anymail has dropped official support")


class UnfitError(Exception):
    """The mail cannot be said in the service's words; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered; header names in lower case."""

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> Any:
        """The JSON in it; None where there is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, its texts already fit for headers. `tracking` False asks the service not to rewrite its links."""

    key: str
    sender: str
    sender_name: str
    address: str
    subject: str
    text: str
    html: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    can_switch_tracking: bool = True


@dataclass(frozen=True, slots=True)
class Handed:
    """`word` is the library's: sent, queued, invalid, rejected; empty where the answer says that nothing was taken."""

    answer: Answer
    word: str = ""
    their_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What a service tells about one mail. `details` is its own event, for the service's module; never stored."""

    kind: str
    their_id: str
    key: str
    event_id: str
    at: str
    reject_reason: str
    details: Mapping[str, Any]


def hand_over(
    service: str, letter: Letter, *, options: Mapping[str, object], api_url: str, timeout_seconds: float
) -> Handed:
    """Send by the library's backend of this name. OutsideError as `core.http` raises it; UnfitError."""
    from anymail import exceptions  # noqa: PLC0415 - 0.3 s, only where a mail service is used

    line = _Line(api_url, timeout_seconds)
    try:
        backend = import_module(f"anymail.backends.{service}").EmailBackend(**options, api_url=api_url)
        backend.session = line
        mail = _mail(letter)
        backend.send_messages([mail])
    except (exceptions.AnymailRecipientsRefused, exceptions.AnymailAPIError):
        # Both come after an answer, which says more than they do.
        pass
    except _ODD as error:
        if line.answer.status:
            return Handed(line.answer)
        raise UnfitError(type(error).__name__) from None
    status = mail.anymail_status
    told = next(iter(status.recipients.values()), None)
    if told is None:
        return Handed(line.answer)
    return Handed(line.answer, str(told.status or ""), str(told.message_id or ""))


def read_events(service: str, view: str, request: InboundRequest, *, options: Mapping[str, object]) -> Sequence[Event]:
    """The events in a webhook, by the library's own view. BadSignatureError when it is not from the service."""
    views = import_module(f"anymail.webhooks.{service}")
    came = _Came(request)
    try:
        reader = getattr(views, view)(**options)
        reader.run_validators(came)
    except Exception:  # noqa: BLE001 - whatever the check trips over is not from them
        raise BadSignatureError("The signature does not fit.") from None
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        return ()
    # One by one, since an odd event must not hide the others.
    events = told[:_MOST_EVENTS] if isinstance(told, list) else [told]
    read = [_event(reader, came, [one] if isinstance(told, list) else one) for one in events]
    return [one for one in read if one is not None]


class _Line:
    """What the library expects of a `requests` session. Other addresses than the service's are refused."""

    def __init__(self, api_url: str, timeout_seconds: float) -> None:
        self._api_url = api_url
        self._timeout_seconds = timeout_seconds
        self.answer = Answer()

    def request(
        self,
        method: str,
        url: str,
        *,
        data: str | bytes | Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        auth: tuple[str, str] | None = None,
        params: object = None,
        files: object = None,
        timeout: object = None,  # noqa: ARG002 - ours is stricter
    ) -> _Response:
        if not url.startswith(self._api_url) or params or files:
            raise UnfitError("another address, or files")
        sent = {name: str(value) for name, value in (headers or {}).items()}
        if auth:
            sent["Authorization"] = basic(*auth)
        if isinstance(data, Mapping):
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            data = urlencode({name: value for name, value in data.items() if value is not None}, doseq=True)
        body = data.encode("utf-8") if isinstance(data, str) else data or b""
        answer = http.call(method, url, headers=sent, body=body, timeout_seconds=self._timeout_seconds)
        self.answer = Answer(answer.status, answer.body, answer.headers)
        return _Response(self.answer, url)

    def close(self) -> None:
        """Nothing to close: the lines are `core.http`'s."""


class _Response:
    """What the library reads of a `requests` response."""

    def __init__(self, answer: Answer, url: str) -> None:
        self.status_code = answer.status
        self.content = answer.body
        self.text = answer.body.decode("utf-8", "replace")
        self.headers = answer.headers
        self.reason = ""
        self.url = url
        self.request = None

    def json(self) -> Any:
        return json.loads(self.content)


class _Came:
    """What the library's views read of a Django request."""

    def __init__(self, request: InboundRequest, body: bytes | None = None) -> None:
        self.body = request.body if body is None else body
        self.headers = _Headers(request.headers)
        self.META = {"HTTP_AUTHORIZATION": request.headers.get("authorization", "")}
        self.POST: dict[str, str] = {}
        self.content_type = "application/json"
        self.request = request


class _Headers(dict[str, str]):
    """Their names in any case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


def basic(name: str, password: str) -> str:
    """The header of HTTP's basic authentication."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")


@cache
def _message_class() -> Any:
    from anymail.message import AnymailMessage  # noqa: PLC0415 - with the library

    return AnymailMessage


def _mail(letter: Letter) -> Any:
    mail = _message_class()(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((letter.sender_name, letter.sender)) if letter.sender_name else letter.sender,
        to=[letter.address],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=dict(letter.headers),
        metadata={KEY_FIELD: letter.key},
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    if letter.can_switch_tracking:
        mail.track_clicks = mail.track_opens = False
    return mail


def _event(reader: Any, came: _Came, told: object) -> Event | None:
    try:
        [seen] = reader.parse_events(_Came(came.request, json.dumps(told).encode()))
        metadata = seen.metadata if isinstance(seen.metadata, dict) else {}
        details = seen.esp_event if isinstance(seen.esp_event, dict) else {}
        return Event(
            kind=str(seen.event_type or ""),
            their_id=str(seen.message_id or ""),
            key=str(metadata.get(KEY_FIELD) or ""),
            event_id=str(seen.event_id or ""),
            at=str(seen.timestamp or ""),
            reject_reason=str(seen.reject_reason or ""),
            details=details,
        )
    except _ODD:
        return None
    except Exception as error:
        # Django's sentence about an inbound mail sent to the address for reports, and the like.
        if type(error).__module__.startswith(("anymail.", "django.")):
            return None
        raise
