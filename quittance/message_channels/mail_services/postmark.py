"""Postmark: a server token, one message stream, JSON; reports come with basic authentication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services.library import Answer, Event
from quittance.message_channels.mail_services.service import (
    NOT_ACTIVE,
    REFUSED_KEY,
    REFUSED_SENDER,
    REPORTS_PASSWORD,
    SENDER,
    Bounce,
    Question,
    Service,
    held,
)
from quittance.message_channels.port import ChannelError, ChannelListing, CredentialField, MisconfiguredError

# Their ErrorCode: what the business has to mend.
_THEIRS: Final = {
    10: REFUSED_KEY,
    400: REFUSED_SENDER,
    401: REFUSED_SENDER,
    405: NOT_ACTIVE,
    412: NOT_ACTIVE,
    413: NOT_ACTIVE,
}
_BOUNCES: Final = {
    "HardBounce": Bounce.BAD_ADDRESS,
    "BadEmailAddress": Bounce.BAD_ADDRESS,
    "SoftBounce": Bounce.SOFT,
    "DnsError": Bounce.SOFT,
    "Transient": Bounce.SOFT,
    "SpamComplaint": Bounce.COMPLAINED,
}


class Postmark(Service):
    slug = "postmark"
    view = "PostmarkTrackingWebhookView"
    host = "https://api.postmarkapp.com"
    path = "/"
    keeps_message_id = True
    listing = ChannelListing(
        slug="postmark",
        name="Postmark",
        channel="email",
        fields=(SENDER, CredentialField("api_key", _("Server API token"), secret=True), REPORTS_PASSWORD),
        identity=(),
        summary=_("A mail service. You need a server API token."),
        webhook_help=_(
            "At Postmark: your server, Webhooks. Add this address with the events Delivery, Bounce, Spam complaint and "
            "Subscription change. Its basic auth: the user quittance, and the password for delivery reports that you "
            "entered here."
        ),
    )

    def options(self, fields: Mapping[str, str]) -> dict[str, object]:
        return {
            "server_token": fields["api_key"],
            "message_stream": None,
            "use_bulk_api": False,
            "generate_message_id": False,
        }

    def question(self, fields: Mapping[str, str]) -> Question:
        return Question("server", headers={"X-Postmark-Server-Token": fields["api_key"], "Accept": "application/json"})

    def headers(self, message_id: str) -> dict[str, str]:
        return {**super().headers(message_id), "X-PM-KeepID": "true"}

    def refusal(self, answer: Answer) -> ChannelError | None:
        told = held(answer)
        code = told.get("ErrorCode")
        if isinstance(code, int) and code in _THEIRS:
            return MisconfiguredError(_THEIRS[code])
        if code == 300 and "'From'" in str(told.get("Message")):
            return MisconfiguredError(REFUSED_SENDER)
        return None

    def bounce(self, event: Event) -> Bounce:
        said = str(event.details.get("SuppressionReason") or event.details.get("Type") or "")
        return _BOUNCES.get(said, Bounce.OTHER)
