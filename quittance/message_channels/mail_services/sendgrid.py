"""SendGrid: a key that may send, JSON without an id in the answer; reports are signed by an elliptic curve."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services.library import Answer, Event
from quittance.message_channels.mail_services.service import (
    NOT_THE_ADDRESS,
    REFUSED_SENDER,
    SENDER,
    Bounce,
    Question,
    Service,
    bad_address,
    held,
)
from quittance.message_channels.port import ChannelError, ChannelListing, CredentialField, MisconfiguredError

_DROPPED: Final = {
    "bounced address": Bounce.BAD_ADDRESS,
    "invalid": Bounce.BAD_ADDRESS,
    "spam reporting address": Bounce.COMPLAINED,
    "unsubscribed address": Bounce.UNSUBSCRIBED,
}


class SendGrid(Service):
    slug = "sendgrid"
    view = "SendGridTrackingWebhookView"
    host = "https://api.sendgrid.com"
    numbers_events = True
    listing = ChannelListing(
        slug="sendgrid",
        name="SendGrid",
        channel="email",
        fields=(
            SENDER,
            CredentialField("api_key", _("API key"), _("It must be allowed to send mail."), "SG.…", secret=True),
            CredentialField(
                "report_secret",
                _("Verification key of the event webhook"),
                _("SendGrid shows it once signed events are switched on. Without it, bounces do not reach you."),
                "MFkw…",
                required=False,
            ),
        ),
        identity=(),
        summary=_("A mail service. You need an API key."),
        webhook_help=_(
            "At SendGrid: Settings, Mail settings, Event webhook. Enter this address, choose the delivery events and "
            "spam reports, switch signed events on, and enter the verification key here under Change."
        ),
    )

    def options(self, fields: Mapping[str, str]) -> dict[str, object]:
        return {
            "api_key": fields["api_key"],
            "username": "",
            "password": "",
            "generate_message_id": True,
            "merge_field_format": None,
        }

    def check_fields(self, fields: Mapping[str, str]) -> None:
        key = fields.get("report_secret", "")
        if key and not _is_verification_key(key):
            raise MisconfiguredError(
                _("This is not a verification key. Copy it from SendGrid's event webhook; it begins with MFkw.")
            )

    def question(self, fields: Mapping[str, str]) -> Question:
        return Question("scopes", headers={"Authorization": f"Bearer {fields['api_key']}"})

    def refusal(self, answer: Answer) -> ChannelError | None:
        errors = held(answer).get("errors")
        for error in errors if isinstance(errors, list) else ():
            told = error if isinstance(error, dict) else {}
            said, where = str(told.get("message")), str(told.get("field"))
            if "verified Sender Identity" in said:
                return MisconfiguredError(REFUSED_SENDER)
            if answer.status == 400 and where.startswith("personalizations") and where.endswith("email"):
                return bad_address()
            if answer.status == 400 and where.startswith("from"):
                return MisconfiguredError(REFUSED_SENDER)
        return None

    def bounce(self, event: Event) -> Bounce:
        details = event.details
        if details.get("event") == "dropped":
            return _DROPPED.get(str(details.get("reason") or details.get("type") or "").lower(), Bounce.OTHER)
        if details.get("type") == "blocked":
            return Bounce.SOFT
        if self.status_of(event).startswith(NOT_THE_ADDRESS):
            return Bounce.SOFT
        return Bounce.BAD_ADDRESS if details.get("event") == "bounce" else Bounce.OTHER

    def reader(self, secret: Secret) -> dict[str, object]:
        return {"tracking_webhook_verification_key": secret.reveal(), "webhook_secret": []}


def _is_verification_key(key: str) -> bool:
    try:
        found = serialization.load_der_public_key(base64.b64decode(key, validate=True))
    except (ValueError, TypeError, binascii.Error):
        return False
    return isinstance(found, ec.EllipticCurvePublicKey)
