"""Is it from Stripe, and what does it speak of? Nothing else of a webhook's body is believed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from quittance.core.secret import Secret
from quittance.payment_systems.port import (
    BadSignatureError,
    InboundRequest,
    Reference,
    ReferenceKind,
    WebhookNotice,
)

TOLERANCE_SECONDS = 300
MAX_SIGNATURES = 20

# What an object of theirs is called here.
_KINDS: dict[str, ReferenceKind] = {
    "checkout.session": "checkout",
    "payment_intent": "intent",
    "charge": "charge",
    "refund": "refund",
    "dispute": "dispute",
}
# Where one object of theirs names another.
_LINKS: dict[str, ReferenceKind] = {"payment_intent": "intent", "charge": "charge", "latest_charge": "charge"}


def verified_body(request: InboundRequest, secrets: Sequence[Secret]) -> bytes:
    """The raw body, when one of the account's secrets signed it within five minutes of now, either way."""
    # A blank secret would be known to everybody: it verifies nothing.
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise BadSignatureError("This account has no signing secret, so no webhook can be trusted.")
    stamp, signatures = _read_header(request.headers.get("stripe-signature", ""))
    # All secrets are tried, and all in full, so that the time taken tells nothing.
    matches = [
        hmac.compare_digest(_sign(secret, stamp, request.body), signature)
        for secret in usable
        for signature in signatures
    ]
    if not any(matches):
        raise BadSignatureError("The signature does not match any signing secret of this account.")
    if abs(request.received_at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignatureError("The signature is more than five minutes away from our clock.")
    return request.body


def notices_of(body: bytes) -> list[WebhookNotice]:
    """One notice: a full event (v1), or a thin one (v2) that only names the object."""
    try:
        event = json.loads(body)
    except ValueError as error:
        raise BadSignatureError("The body is signed but is not JSON.") from error
    kind = event.get("object") if isinstance(event, dict) else None
    try:
        if kind == "event":
            return [notice_of(event)]
        if kind == "v2.core.event":
            return [_thin_notice_of(event)]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise BadSignatureError("The body is signed but is not an event that we can read.") from error
    raise BadSignatureError("The body is signed but is not an event.")


def notice_of(event: Mapping[str, Any]) -> WebhookNotice:
    """From an event as a webhook brings it or the event list shows it."""
    thing = event["data"]["object"]
    return WebhookNotice(
        event_id=str(event["id"]),
        kind=str(event["type"]),
        at=datetime.fromtimestamp(int(event["created"]), UTC),
        live=event["livemode"] is True,
        references=tuple(dict.fromkeys(_references_of(thing))),
        metadata={str(name): str(value) for name, value in (thing.get("metadata") or {}).items()},
    )


def _thin_notice_of(event: Mapping[str, Any]) -> WebhookNotice:
    related = event.get("related_object") or {}
    kind = _KINDS.get(str(related.get("type")))
    at = datetime.fromisoformat(str(event["created"]))
    return WebhookNotice(
        event_id=str(event["id"]),
        kind=str(event["type"]),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        live=event["livemode"] is True,
        references=(Reference(kind, str(related["id"])),) if kind else (),
    )


def _references_of(thing: Mapping[str, Any]) -> Iterator[Reference]:
    own = _KINDS.get(str(thing.get("object")))
    if own and isinstance(thing.get("id"), str):
        yield Reference(own, thing["id"])
    for name, kind in _LINKS.items():
        value = thing.get(name)
        if isinstance(value, dict):
            value = value.get("id")
        if isinstance(value, str) and value:
            yield Reference(kind, value)


def _read_header(header: str) -> tuple[str, list[bytes]]:
    """The time and the v1 signatures; v0 is Stripe's own test scheme and proves nothing."""
    pairs = [part.strip().partition("=")[::2] for part in header.split(",")]
    stamps = [value for name, value in pairs if name == "t"]
    signatures = [value.encode() for name, value in pairs if name == "v1"]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit() and len(stamps[0]) <= 12):
        raise BadSignatureError("The signature header is missing or cannot be read.")
    if not 0 < len(signatures) <= MAX_SIGNATURES:
        raise BadSignatureError("The signature header holds no signature of the scheme v1.")
    return stamps[0], signatures


def _sign(secret: Secret, stamp: str, body: bytes) -> bytes:
    message = stamp.encode() + b"." + body
    return hmac.new(secret.reveal().encode(), message, hashlib.sha256).hexdigest().encode()
