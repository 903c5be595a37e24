"""How each business of the town writes by mail and WhatsApp, and what reports about its mails are signed with."""

from __future__ import annotations

import json
from datetime import datetime

from quittance.core.actor import Actor
from quittance.flows import connect_channel, save_template
from quittance.messages.texts import OwnText
from quittance.messages.types import PAYMENT_LINK, VISIT_REMINDER
from quittance.sandbox import Sandbox
from quittance.sandbox.mail_services import sendgrid
from quittance.sandbox.mail_services.mails import Account, Mail

REPORT_SECRET = "told-by-the-mail-server-later"
_LANGUAGES = ("en", "de")
_TEMPLATES = {
    PAYMENT_LINK: ("pay_link", "{client}, {amount} for {when}."),
    VISIT_REMINDER: ("see_you", "{client}, we see you on {when}."),
}

# One of the two lets a mail service write, the other has a mail server of her own; each run it is another.
_MAIL_SERVICES = ("postmark", "sendgrid", "mailgun", "brevo")
_OWNERS = ("Ana", "Dan")


def mail_service_of(owner: str, *, seed: int) -> str:
    """Empty for who has a mail server."""
    number = seed % (len(_OWNERS) * len(_MAIL_SERVICES))
    return _MAIL_SERVICES[number % len(_MAIL_SERVICES)] if owner == _OWNERS[number // len(_MAIL_SERVICES)] else ""


def connect_mail(sandbox: Sandbox, *, owner: Actor, name: str, service: str, now: datetime) -> Account | None:
    """By a mail server when `service` is empty; else the account at that service."""
    fields = {"sender": f"hello@{name.lower()}.example", "report_secret": REPORT_SECRET}
    if not service:
        fields |= {"host": "localhost", "port": "2525", "security": "none"}
        connect_channel.connect(actor=owner, system="smtp", fields=fields, now=now)
        return None
    fields["api_key"] = f"key-of-{owner.business_id}"
    signs = "" if service == "sendgrid" else REPORT_SECRET
    theirs = sandbox.mail_services.register(service, fields["api_key"], secret=signs)
    fields["report_secret"] = sendgrid.verification_key(theirs) if service == "sendgrid" else REPORT_SECRET
    fields |= {"domain": f"mg.{name.lower()}.example", "region": "eu"} if service == "mailgun" else {}
    account = connect_channel.connect(actor=owner, system=service, fields=fields, now=now)
    theirs.webhook_url = connect_channel.webhook_address(account)
    return theirs


def our_key(mail: Mail) -> str:
    """Of a mail at a service: what we named it, however that service keeps names."""
    named = json.loads(mail.named["X-Mailin-custom"]) if "X-Mailin-custom" in mail.named else mail.named
    return str(named["m"])


def way_out(mail: Mail) -> str:
    """The address at the foot of a mail that may be unsubscribed from."""
    return mail.headers.get("List-Unsubscribe", "").strip("<>")


def connect_whatsapp(sandbox: Sandbox, *, owner: Actor, number_id: str, web: str, now: datetime) -> None:
    """A number, its two approved templates in two languages, and where they are entered here."""
    secret = f"{number_id:f>32}"
    number = sandbox.whatsapp.register(number_id, f"EAA{number_id}", secret=secret, shown="+49305550000")
    fields = {
        "sender": "+49 30 5550000",
        "phone_number_id": number_id,
        "access_token": f"EAA{number_id}",
        "app_secret": secret,
    }
    account = connect_channel.connect(actor=owner, system="whatsapp", fields=fields, now=now)
    number.webhook_url = f"{web}/inbound/messages/{account.address_token}"
    for language in _LANGUAGES:
        for kind, (name, body) in _TEMPLATES.items():
            is_link = kind == PAYMENT_LINK
            theirs = body.replace("{client}", "{{1}}").replace("{amount}", "{{2}}").replace("{when}", "{{3}}")
            theirs = theirs if is_link else theirs.replace("{{3}}", "{{2}}")
            button = f"{web}/p/{{{{1}}}}" if is_link else ""
            sandbox.whatsapp.approve(number_id, name, language, theirs, button=button)
            text = OwnText(body=body, their_name=name, their_language=language, has_link_button=is_link)
            save_template.save(
                actor=owner, kind=kind, channel="whatsapp", language=language, text=text, expected_version=0, now=now
            )
