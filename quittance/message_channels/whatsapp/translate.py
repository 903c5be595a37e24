"""WhatsApp's words and ours: one table of statuses, one of error codes, the words that opt out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from quittance.core.words import gettext_noop as _
from quittance.message_channels.faults import NOT_DELIVERED, Fault, status_notice, with_code
from quittance.message_channels.port import (
    ChannelError,
    DeliveryState,
    InboundText,
    Notice,
    PermanentError,
    StatusNotice,
    Suppress,
    UnknownOutcomeError,
)
from quittance.message_channels.wishes import wish_of

STATUSES: Final[dict[str, DeliveryState]] = {
    "accepted": DeliveryState.SENT,
    "held_for_quality_assessment": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "failed": DeliveryState.FAILED,
}


FAULTS: Final[dict[int, Fault]] = {
    0: Fault("misconfigured", _("WhatsApp refused the access token.")),
    1: Fault("transient", _("WhatsApp had a fault of its own.")),
    2: Fault("transient", _("WhatsApp is not available now.")),
    3: Fault("misconfigured", _("The access token may not send messages.")),
    4: Fault("transient", _("WhatsApp was asked too often.")),
    10: Fault("misconfigured", _("The access token may not send messages.")),
    33: Fault("misconfigured", _("WhatsApp does not know this phone number id.")),
    100: Fault("permanent", _("WhatsApp did not understand the message.")),
    104: Fault("misconfigured", _("WhatsApp refused the access token.")),
    190: Fault("misconfigured", _("The access token is not valid or has ended.")),
    200: Fault("misconfigured", _("The access token may not use this phone number.")),
    368: Fault("misconfigured", _("WhatsApp has blocked the account for breaking its rules.")),
    803: Fault("misconfigured", _("WhatsApp does not know this phone number id.")),
    80007: Fault("transient", _("The account has sent too much for now.")),
    130429: Fault("transient", _("WhatsApp was asked too often.")),
    130472: Fault("permanent", _("WhatsApp did not deliver it because of a trial of its own.")),
    130497: Fault("misconfigured", _("The account may not write to clients in this country.")),
    131000: Fault("transient", _("WhatsApp had a fault of its own.")),
    131005: Fault("misconfigured", _("The access token may not send messages.")),
    131008: Fault("template", _("A value of the template is missing.")),
    131009: Fault("template", _("A value of the template does not fit.")),
    131016: Fault("transient", _("WhatsApp is not available now.")),
    131021: Fault("permanent", _("The client's number is the sender's own.")),
    131026: Fault("permanent", _("The number is not on WhatsApp or cannot be reached there."), Suppress.REFUSED),
    131030: Fault("permanent", _("The number is not on the list of test numbers at WhatsApp.")),
    131031: Fault("misconfigured", _("WhatsApp has locked the account.")),
    131037: Fault("misconfigured", _("WhatsApp has not approved the sender's name yet.")),
    131042: Fault("misconfigured", _("WhatsApp cannot charge the account. Look at its payment method there.")),
    131045: Fault("misconfigured", _("The sender's number is not registered at WhatsApp.")),
    131047: Fault("permanent", _("The client has not written for a day, so WhatsApp takes approved templates only.")),
    131048: Fault("transient", _("WhatsApp has slowed the sender down after complaints.")),
    131049: Fault("permanent", _("WhatsApp did not deliver it, to spare the client.")),
    131050: Fault("permanent", _("The client has opted out at WhatsApp."), Suppress.OPTED_OUT),
    131051: Fault("permanent", _("The client's WhatsApp cannot show this kind of message.")),
    131056: Fault("transient", _("This client was written to too often in a short time.")),
    131057: Fault("transient", _("WhatsApp is working on the account.")),
    132000: Fault("template", _("The approved template has another number of values.")),
    132001: Fault("template", _("WhatsApp knows no approved template with this name and language.")),
    132005: Fault("template", _("The text is too long once its values are filled in.")),
    132007: Fault("template", _("The template breaks WhatsApp's rules.")),
    132012: Fault("template", _("A value has another form than the approved template wants.")),
    132015: Fault("template", _("WhatsApp has paused the template because of its quality.")),
    132016: Fault("template", _("WhatsApp has switched the template off because of its quality.")),
    132068: Fault("template", _("The template cannot be sent now.")),
    133004: Fault("transient", _("WhatsApp is not available now.")),
    133010: Fault("misconfigured", _("The sender's number is not registered at WhatsApp.")),
    135000: Fault("template", _("WhatsApp did not take the template's values.")),
}

_REFUSED: Final = _("WhatsApp refused the message.")
_MAY_HAVE_TAKEN_IT: Final = _("WhatsApp may have taken the message.")


def refusal(*, status: int, code: int | None) -> ChannelError:
    """An answer that is not a success, as an error. 5xx without a code of theirs may have had its effect."""
    if code in FAULTS and not (status >= 500 and code in {1, 2, 131000}):
        return FAULTS[code].as_error(code)
    if status in {401, 403}:
        return FAULTS[190].as_error(190)
    if status == 429:
        return FAULTS[130429].as_error(130429)
    if status >= 500 or status < 400:
        return UnknownOutcomeError(with_code(_MAY_HAVE_TAKEN_IT, f"answered {status}"))
    if code is not None and 200 <= code < 300:
        return FAULTS[200].as_error(code)
    return PermanentError(str(code or status), with_code(_REFUSED, f"error {code or status}"))


def fault_of(code: int | None) -> Fault:
    """The fault behind a failed delivery."""
    if code is None:
        return Fault("permanent", NOT_DELIVERED)
    return FAULTS.get(code) or Fault("permanent", with_code(NOT_DELIVERED, f"WhatsApp error {code}"))


def error_code(body: object) -> int | None:
    """Their code in the body of a refusal."""
    found = _mapping(_mapping(body).get("error")).get("code")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def read_notices(body: object, *, phone_number_id: str) -> list[Notice]:
    """What a webhook tells about our number; anything else in it is left out."""
    notices: list[Notice] = []
    for value in _values(body):
        if _mapping(value.get("metadata")).get("phone_number_id") != phone_number_id:
            continue
        read: list[Notice | None] = [_status_notice(_mapping(one)) for one in _list(value.get("statuses"))]
        read += [_inbound(_mapping(one)) for one in _list(value.get("messages"))]
        notices += [one for one in read if one is not None]
    return notices


def _values(body: object) -> Iterator[Mapping[str, Any]]:
    for entry in _list(_mapping(body).get("entry")):
        for change in _list(_mapping(entry).get("changes")):
            if _mapping(change).get("field") == "messages":
                yield _mapping(_mapping(change).get("value"))


def _status_notice(status: Mapping[str, Any]) -> StatusNotice | None:
    their_id, word = str(status.get("id") or ""), str(status.get("status") or "")
    state = STATUSES.get(word)
    if not their_id or len(their_id) > 120 or state is None:
        return None
    key = str(status.get("biz_opaque_callback_data") or "")[:64]
    errors = [_mapping(one).get("code") for one in _list(status.get("errors"))]
    code = next((one for one in errors if isinstance(one, int)), None)
    return status_notice(their_id=their_id, word=word, key=key, state=state, code=code, fault=fault_of(code))


def _inbound(message: Mapping[str, Any]) -> InboundText | None:
    their_id, sender = str(message.get("id") or ""), str(message.get("from") or "")
    if not their_id or len(their_id) > 120 or not (sender.isascii() and sender.isdigit() and len(sender) <= 15):
        return None
    said = ""
    if message.get("type") == "text":
        said = str(_mapping(message.get("text")).get("body") or "")
    elif message.get("type") == "button":
        said = str(_mapping(message.get("button")).get("text") or "")
    return InboundText(f"in:{their_id}", their_id, f"+{sender}", wish_of(said))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value[:200] if isinstance(value, list) else []
