"""What a mail service reports later, as our notices. Neither their sentence nor the address is kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services import library
from quittance.message_channels.mail_services.library import Event
from quittance.message_channels.mail_services.service import BAD_ADDRESS, Bounce, Service
from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    FailureClass,
    InboundRequest,
    StatusNotice,
    Suppress,
)

LONGEST_ID: Final = 120
_KEY = re.compile(r"[0-9a-f]{32}")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_CAME_BACK: Final = _("The mail came back.")
_BOUNCES: Final[dict[Bounce, tuple[FailureClass, str, Suppress | None]]] = {
    Bounce.BAD_ADDRESS: ("permanent", BAD_ADDRESS, Suppress.REFUSED),
    Bounce.SOFT: ("transient", _CAME_BACK, None),
    Bounce.COMPLAINED: ("permanent", _("An earlier mail was reported as unwanted."), Suppress.COMPLAINED),
    Bounce.UNSUBSCRIBED: ("permanent", _("The client unsubscribed at the mail service."), Suppress.UNSUBSCRIBED),
    Bounce.OTHER: ("permanent", _CAME_BACK, None),
}
_LOST: Final = {"bounced", "rejected", "failed"}


def read(service: Service, request: InboundRequest, *, secrets: Sequence[Secret]) -> Sequence[StatusNotice]:
    """BadSignatureError unless one of the secrets shows that it is theirs. What is not a fate is left out."""
    for secret in secrets:
        try:
            events = library.read_events(service.slug, service.view, request, options=service.reader(secret))
        except BadSignatureError:
            continue
        read_ones = [_notice(service, event) for event in events]
        return [one for one in read_ones if one is not None]
    raise BadSignatureError("The signature does not fit.")


def _notice(service: Service, event: Event) -> StatusNotice | None:
    key = event.key if _KEY.fullmatch(event.key) else ""
    their_id = event.their_id[:LONGEST_ID]
    if not (key or their_id):
        return None
    event_id = _event_id(service, event)
    if event.kind == "delivered":
        return StatusNotice(event_id, their_id, key, DeliveryState.DELIVERED)
    if event.kind == "complained":
        # Whoever complains has got it.
        return StatusNotice(event_id, their_id, key, DeliveryState.DELIVERED, suppress=Suppress.COMPLAINED)
    if event.kind == "unsubscribed":
        return StatusNotice(event_id, their_id, key, DeliveryState.SENT, suppress=Suppress.UNSUBSCRIBED)
    if event.kind not in _LOST:
        return None
    failure_class, reason, suppress = _BOUNCES[service.bounce(event)]
    written = service.status_of(event)
    status = written if _STATUS.fullmatch(written) else ""
    return StatusNotice(
        event_id=event_id,
        their_id=their_id,
        key=key,
        state=DeliveryState.FAILED,
        code=status,
        reason=f"{reason[:-1]} ({status})." if status else reason,
        failure_class=failure_class,
        suppress=suppress,
    )


def _event_id(service: Service, event: Event) -> str:
    """The same for the same event told twice; not every service numbers its events."""
    named = f"{event.kind}\n{event.event_id}\n{event.their_id}\n{event.key}\n{event.at}"
    if service.numbers_events and event.event_id:
        named = event.event_id
    return f"{service.slug}:{hashlib.sha256(named.encode('utf-8', 'replace')).hexdigest()[:40]}"
