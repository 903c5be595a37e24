"""Twilio's words and ours: one table of statuses, one table of error codes, the words that opt out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
    Wish,
)
from quittance.message_channels.wishes import wish_of

STATUSES: Final[dict[str, DeliveryState]] = {
    "accepted": DeliveryState.SENT,
    "scheduled": DeliveryState.SENT,
    "queued": DeliveryState.SENT,
    "sending": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "partially_delivered": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}


_OUT, _NO = Suppress.OPTED_OUT, Suppress.REFUSED
FAULTS: Final[dict[int, Fault]] = {
    20003: Fault("misconfigured", _("Twilio refused the account SID or auth token.")),
    20005: Fault("misconfigured", _("The Twilio account is not active.")),
    20008: Fault("misconfigured", _("These are Twilio's test credentials; they cannot send.")),
    20404: Fault("misconfigured", _("Twilio does not know this account SID.")),
    20429: Fault("transient", _("Twilio was asked too often.")),
    21211: Fault("permanent", _("The phone number is not valid."), _NO),
    21212: Fault("misconfigured", _("The sender is not valid.")),
    21217: Fault("permanent", _("The phone number is not valid."), _NO),
    21408: Fault("permanent", _("Sending to this country is not switched on in the Twilio account.")),
    21421: Fault("permanent", _("The phone number is not valid."), _NO),
    21601: Fault("misconfigured", _("The sender number cannot send SMS.")),
    21602: Fault("permanent", _("The text is empty.")),
    21603: Fault("misconfigured", _("The sender is missing.")),
    21604: Fault("permanent", _("The phone number is missing.")),
    21606: Fault("misconfigured", _("The sender does not belong to this Twilio account.")),
    21609: Fault("misconfigured", _("Twilio cannot reach this server's public address.")),
    21610: Fault("permanent", _("The client has opted out (STOP)."), _OUT),
    21611: Fault("transient", _("The sender's queue at Twilio is full.")),
    21612: Fault("permanent", _("This sender cannot reach the client's number.")),
    21614: Fault("permanent", _("The number is not a mobile number."), _NO),
    21617: Fault("permanent", _("The text is too long.")),
    21635: Fault("permanent", _("The number is a landline."), _NO),
    21659: Fault("misconfigured", _("The sender is not a number of Twilio's.")),
    21660: Fault("misconfigured", _("The sender does not belong to this Twilio account.")),
    21703: Fault("misconfigured", _("The messaging service has no sender.")),
    30001: Fault("transient", _("Twilio's queue is full.")),
    30002: Fault("misconfigured", _("The Twilio account is suspended.")),
    30003: Fault("transient", _("The phone is switched off or out of reach.")),
    30004: Fault("permanent", _("The client's phone blocks these messages.")),
    30005: Fault("permanent", _("The number does not exist."), _NO),
    30006: Fault("permanent", _("The number is a landline or cannot be reached."), _NO),
    30007: Fault("permanent", _("The phone network filtered the message.")),
    30008: Fault("transient", _("The phone network gave no reason.")),
    30010: Fault("permanent", _("The message costs more than the limit set at Twilio.")),
    30022: Fault("transient", _("The phone network takes no more messages now.")),
    30034: Fault("misconfigured", _("The sender is not registered for this country.")),
    30410: Fault("transient", _("The phone network did not answer in time.")),
}

# One of Twilio's default key words; the others are everybody's (`wishes.py`).
_TWILIOS_START = frozenset({"YES"})

_REFUSED: Final = _("Twilio refused the message.")
_MAY_HAVE_TAKEN_IT: Final = _("Twilio may have taken the message.")


def refusal(*, status: int, code: int | None) -> ChannelError:
    """An answer that is not a success, as an error. 5xx may have had its effect."""
    if code in FAULTS:
        return FAULTS[code].as_error(code)
    if status in {401, 403}:
        return FAULTS[20003].as_error(20003)
    if status == 429:
        return FAULTS[20429].as_error(20429)
    if status >= 500 or status < 400:
        return UnknownOutcomeError(with_code(_MAY_HAVE_TAKEN_IT, f"answered {status}"))
    return PermanentError(str(code or status), with_code(_REFUSED, f"error {code or status}"))


def fault_of(code: int | None) -> Fault:
    """The fault behind a failed delivery."""
    if code is None:
        return Fault("permanent", NOT_DELIVERED)
    return FAULTS.get(code) or Fault("permanent", with_code(NOT_DELIVERED, f"Twilio error {code}"))


def read_form(fields: Mapping[str, str], *, key: str) -> Notice | None:
    """The form of a status callback or of an inbound text; None when it is neither."""
    their_id = fields.get("MessageSid") or fields.get("SmsSid") or ""
    status = fields.get("MessageStatus", "")
    if not their_id:
        return None
    if status:
        return _status_notice(fields, their_id=their_id, status=status, key=key)
    if "Body" in fields and fields.get("From"):
        return InboundText(f"in:{their_id}", their_id, fields["From"], _wish(fields))
    return None


def error_number(text: object) -> int | None:
    """Their error code as a number; None when there is none."""
    written = str(text or "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 and int(written) else None


def _status_notice(fields: Mapping[str, str], *, their_id: str, status: str, key: str) -> StatusNotice | None:
    state = STATUSES.get(status)
    if state is None:
        return None
    code = error_number(fields.get("ErrorCode"))
    return status_notice(their_id=their_id, word=status, key=key, state=state, code=code, fault=fault_of(code))


def _wish(fields: Mapping[str, str]) -> Wish:
    return wish_of(fields.get("OptOutType") or fields["Body"], also_start=_TWILIOS_START)
