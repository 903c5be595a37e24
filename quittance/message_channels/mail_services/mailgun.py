"""Mailgun: a key, a domain of the business, one of two regions; a form goes there, reports are signed by HMAC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services.library import Answer, Event
from quittance.message_channels.mail_services.service import (
    NOT_ACTIVE,
    NOT_THE_ADDRESS,
    REFUSED_SENDER,
    SENDER,
    Bounce,
    Question,
    Service,
    bad_address,
    basic_header,
    held,
)
from quittance.message_channels.port import ChannelError, ChannelListing, CredentialField, MisconfiguredError

_HOSTS: Final = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}
_DOMAIN = re.compile(r"(?=.{4,200}\Z)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SUPPRESSED: Final = {
    "bounce": Bounce.BAD_ADDRESS,
    "suppress-bounce": Bounce.BAD_ADDRESS,
    "suppress-complaint": Bounce.COMPLAINED,
    "suppress-unsubscribe": Bounce.UNSUBSCRIBED,
    "old": Bounce.SOFT,
}


class Mailgun(Service):
    slug = "mailgun"
    view = "MailgunTrackingWebhookView"
    keeps_message_id = True
    # By its token, which is all that the signature covers besides the time: taken once, it opens nothing else.
    numbers_events = True
    listing = ChannelListing(
        slug="mailgun",
        name="Mailgun",
        channel="email",
        fields=(
            SENDER,
            CredentialField("api_key", _("API key"), _("A sending key of the domain is enough."), secret=True),
            CredentialField("domain", _("Sending domain"), _("As it stands at Mailgun."), "mg.your-salon.example"),
            CredentialField(
                "region",
                _("Region"),
                _("Where the domain was set up."),
                choices=(("eu", _("Europe")), ("us", _("United States"))),
                default="eu",
            ),
            CredentialField(
                "report_secret",
                _("HTTP webhook signing key"),
                _("From Mailgun's API security page. Without it, bounces do not reach you."),
                secret=True,
                required=False,
            ),
        ),
        identity=("domain", "region"),
        summary=_("A mail service. You need an API key and a domain that was set up there."),
        webhook_help=_(
            "At Mailgun: Sending, Webhooks. Enter this address for delivered messages, permanent failures, spam "
            "complaints and unsubscribes."
        ),
    )

    def host_for(self, fields: Mapping[str, str]) -> str:
        return _HOSTS[fields["region"]]

    def options(self, fields: Mapping[str, str]) -> dict[str, object]:
        return {"api_key": fields["api_key"], "sender_domain": fields["domain"]}

    def check_fields(self, fields: Mapping[str, str]) -> None:
        if not _DOMAIN.fullmatch(fields.get("domain", "")):
            raise MisconfiguredError(_("Enter the sending domain as it stands at Mailgun, such as mg.example.com."))
        if fields.get("region") not in _HOSTS:
            raise MisconfiguredError(_("Choose Europe or the United States."))
        if not fields.get("report_secret", "").isascii():
            raise MisconfiguredError(_("Copy the webhook signing key from Mailgun's API security page."))
        super().check_fields(fields)

    def question(self, fields: Mapping[str, str]) -> Question:
        """A mail without anything: whoever may send is told what is missing, also with a key that may do no more."""
        return Question(
            f"{fields['domain']}/messages", "POST", headers=basic_header("api", fields["api_key"]), good=(400,)
        )

    def refusal(self, answer: Answer) -> ChannelError | None:
        said = str(held(answer).get("message"))
        if answer.status == 404:
            return MisconfiguredError(_("Mailgun does not know this domain in this region."))
        if answer.status == 400 and "'to' parameter is not a valid address" in said:
            return bad_address()
        if answer.status == 400 and "'from' parameter" in said:
            return MisconfiguredError(REFUSED_SENDER)
        if answer.status == 403:
            return MisconfiguredError(NOT_ACTIVE)
        return None

    def bounce(self, event: Event) -> Bounce:
        details = event.details.get("event-data")
        found = _SUPPRESSED.get(str(details.get("reason") or ""), Bounce.OTHER) if isinstance(details, dict) else None
        # It says "bounce" of every refusal of the other server.
        if found is Bounce.BAD_ADDRESS and self.status_of(event).startswith(NOT_THE_ADDRESS):
            return Bounce.SOFT
        return found or Bounce.OTHER

    def status_of(self, event: Event) -> str:
        details = event.details.get("event-data")
        told = details.get("delivery-status") if isinstance(details, dict) else None
        return str(told.get("enhanced-code") or "") if isinstance(told, dict) else ""

    def reader(self, secret: Secret) -> dict[str, object]:
        return {"webhook_signing_key": secret.reveal(), "api_key": None, "webhook_secret": []}
