"""How each business of the town writes by WhatsApp, and what its mail server signs with."""

from __future__ import annotations

from datetime import datetime

from quittance.core.actor import Actor
from quittance.flows import connect_channel, save_template
from quittance.messages.texts import OwnText
from quittance.messages.types import PAYMENT_LINK, VISIT_REMINDER
from quittance.sandbox import Sandbox

REPORT_SECRET = "told-by-the-mail-server-later"
_LANGUAGES = ("en", "de")
_TEMPLATES = {
    PAYMENT_LINK: ("pay_link", "{client}, {amount} for {when}."),
    VISIT_REMINDER: ("see_you", "{client}, we see you on {when}."),
}


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
