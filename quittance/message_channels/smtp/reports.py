"""What became of a mail later, told by whoever runs the mail server: bounces and complaints, over HTTP.

Mail services each speak their own dialect; a few lines at the service, or a function of its own, turn it into this one:
a signed list of events about Message-IDs of ours. See the README beside this file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    FailureClass,
    InboundRequest,
    Notice,
    StatusNotice,
    Suppress,
)
from quittance.message_channels.smtp.translate import is_bad_address

SIGNATURE_HEADER: Final = "x-report-signature"
_MOST_EVENTS: Final = 200
_LONGEST_ID: Final = 80
# Ours are <32 hex digits@domain of the sender>.
_MESSAGE_ID = re.compile(r"<?([0-9a-f]{32})@([A-Za-z0-9.-]{1,200})>?")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_BAD_ADDRESS: Final = _("There is no such address.")
_BOUNCED: Final = _("The mail came back.")


def read(request: InboundRequest, *, secrets: Sequence[Secret]) -> Sequence[Notice]:
    """BadSignatureError unless one of them signed the body; events that are not about our mails are left out."""
    signature = request.headers.get(SIGNATURE_HEADER, "")
    if not any(_is_signed(request.body, signature, secret) for secret in secrets if secret):
        raise BadSignatureError("The signature does not fit.")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return ()
    events = body.get("events") if isinstance(body, dict) else None
    read_ones = [_notice(one) for one in events[:_MOST_EVENTS]] if isinstance(events, list) else []
    return [one for one in read_ones if one is not None]


def _notice(event: object) -> StatusNotice | None:
    if not isinstance(event, dict):
        return None
    found = _MESSAGE_ID.fullmatch(str(event.get("message_id", "")))
    event_id = str(event.get("id") or "")
    kind = str(event.get("kind", ""))
    if found is None or not 0 < len(event_id) <= _LONGEST_ID or kind not in {"delivered", "bounced", "complained"}:
        return None
    key, their_id = found[1], f"<{found[1]}@{found[2]}>"
    if kind == "bounced":
        return _bounce(event, event_id=f"mail:{event_id}", key=key, their_id=their_id)
    # Whoever complains has got it.
    suppress = Suppress.COMPLAINED if kind == "complained" else None
    return StatusNotice(f"mail:{event_id}", their_id, key, DeliveryState.DELIVERED, suppress=suppress)


def _bounce(event: Mapping[str, Any], *, event_id: str, key: str, their_id: str) -> StatusNotice:
    """Their own sentence is not kept: it may name the client. A full mailbox says nothing about the address."""
    written = str(event.get("status", ""))
    status = written if _STATUS.fullmatch(written) else ""
    is_bad = is_bad_address(status)
    failure_class: FailureClass = "transient" if status.startswith("4") else "permanent"
    why = _BAD_ADDRESS if is_bad else _BOUNCED
    return StatusNotice(
        event_id=event_id,
        their_id=their_id,
        key=key,
        state=DeliveryState.FAILED,
        code=status,
        reason=f"{why[:-1]} ({status})." if status else why,
        failure_class=failure_class,
        suppress=Suppress.REFUSED if is_bad else None,
    )


def _is_signed(body: bytes, signature: str, secret: Secret) -> bool:
    expected = "sha256=" + hmac.new(secret.reveal().encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
