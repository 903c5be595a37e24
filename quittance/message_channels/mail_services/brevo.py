"""Brevo: an API key, JSON; it cannot be asked not to track, and reports come with basic authentication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services.library import Answer, Event
from quittance.message_channels.mail_services.service import (
    NOT_ACTIVE,
    REFUSED_SENDER,
    REPORTS_PASSWORD,
    SENDER,
    Bounce,
    Question,
    Service,
    bad_address,
    held,
)
from quittance.message_channels.port import ChannelError, ChannelListing, CredentialField, MisconfiguredError

_BOUNCES: Final = {
    "hard_bounce": Bounce.BAD_ADDRESS,
    "invalid_email": Bounce.BAD_ADDRESS,
    "soft_bounce": Bounce.SOFT,
}
_NOT_ACTIVE: Final = {"not_enough_credits", "account_under_validation", "permission_denied"}


class Brevo(Service):
    slug = "brevo"
    view = "BrevoTrackingWebhookView"
    host = "https://api.brevo.com"
    can_switch_tracking = False
    listing = ChannelListing(
        slug="brevo",
        name="Brevo",
        channel="email",
        fields=(
            SENDER,
            CredentialField("api_key", _("API key"), "", "xkeysib-…", secret=True),
            REPORTS_PASSWORD,
        ),
        identity=(),
        summary=_("A mail service. You need an API key."),
        note=_("Switch the tracking of clicks off at Brevo, so that links in mails stay as they are."),
        webhook_help=_(
            "At Brevo: Transactional, Settings, Webhook. Enter this address with the events delivered, hard bounce, "
            "soft bounce, invalid email, blocked, complaint and unsubscribed. Its basic auth: the user quittance, and "
            "the password for delivery reports that you entered here."
        ),
    )

    def options(self, fields: Mapping[str, str]) -> dict[str, object]:
        return {
            "api_key": fields["api_key"],
            "workaround_display_name_bugs": True,
            "prevent_header_encoding_bugs": True,
        }

    def question(self, fields: Mapping[str, str]) -> Question:
        return Question("account", headers={"api-key": fields["api_key"], "Accept": "application/json"})

    def refusal(self, answer: Answer) -> ChannelError | None:
        told = held(answer)
        said = str(told.get("message")).lower()
        if answer.status == 402 or told.get("code") in _NOT_ACTIVE:
            return MisconfiguredError(NOT_ACTIVE)
        if answer.status == 400 and "sender" in said:
            return MisconfiguredError(REFUSED_SENDER)
        if answer.status == 400 and "email is not valid in to" in said:
            return bad_address()
        return None

    def bounce(self, event: Event) -> Bounce:
        return _BOUNCES.get(str(event.details.get("event")), Bounce.OTHER)

    def status_of(self, event: Event) -> str:  # noqa: ARG002 - it tells a sentence only, which may name the client
        return ""
