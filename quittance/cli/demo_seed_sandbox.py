"""Connect the demo's businesses to the sandbox, and press the buttons of its payment page as a client would."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings

from quittance.cli.sentences import SentenceError
from quittance.core import http
from quittance.core.actor import Actor
from quittance.flows import connect_channel, connect_payment_account, save_template, set_payment_method
from quittance.messages.models import ChannelAccount
from quittance.messages.texts.own import OwnText, names_in

GOOD_CARD: Final = "4242 4242 4242 4242"
DECLINED_CARD: Final = "4000 0000 0000 0002"
# What WhatsApp would have approved.
_APPROVED: Final = {
    "en": "{business}: {amount} for your visit on {when}. Press the button to see and pay.",
    "de": "{business}: {amount} für Ihren Termin am {when}. Über den Knopf ansehen und zahlen.",
}
_IBAN: Final = "DE89 3704 0044 0532 0130 00"


def connect_all(*, actor: Actor, name: str, sender_email: str, sender_phone: str, now: datetime) -> None:
    """Stripe with its webhook, email, SMS and WhatsApp, all the sandbox's. `name` tells its accounts apart."""
    _connect_stripe(actor, name, now)
    _connect_email(actor, sender_email, now)
    _connect_sms(actor, name, sender_phone, now)
    if settings.QUITTANCE_WHATSAPP_API_URL:
        _connect_whatsapp(actor, name, sender_phone, now)


def pay_by_card(address: str, *, card: str = GOOD_CARD) -> None:
    """Fill in the hosted page and press its button; a declined card leaves the page open."""
    form = {"method": "card", "number": card, "expiry": "12 / 39", "cvc": "123", "name": "Demo Client"}
    _post(address, form, fine=(302, 303, 402))


def pay_by_debit(address: str) -> None:
    """A bank debit: agreed to now, sure in some days."""
    _post(address, {"method": "debit", "iban": _IBAN, "holder": "Demo Client"}, fine=(302, 303))


def dispute(payment_id: str) -> None:
    """The client's bank takes the payment back until it has decided. `payment_id` is the sandbox's."""
    tell("dispute", {"id": payment_id, "amount": ""})


def tell(name: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """One order to the sandbox's control table; what it answers."""
    if not settings.QUITTANCE_SANDBOX_URL:
        raise SentenceError("The sandbox's address is not set. Start the demo with `make demo` or `quittance demo`.")
    answer = _post(f"{settings.QUITTANCE_SANDBOX_URL}/control/{name}", fields, fine=(200,))
    result = json.loads(answer)["result"]
    return result if isinstance(result, dict) else {}


def _connect_stripe(actor: Actor, name: str, now: datetime) -> None:
    keys = {"publishable_key": f"pk_test_{name}", "secret_key": f"sk_test_{name}"}
    account = connect_payment_account.connect(actor=actor, system="stripe", fields=keys, label="Stripe (test)", now=now)
    added = tell("endpoint", {"account": name, "url": connect_payment_account.webhook_address(account)})
    connect_payment_account.connect(
        actor=actor,
        system="stripe",
        fields={**keys, "signing_secrets": str(added["secret"])},
        account_id=account.pk,
        now=now,
    )
    set_payment_method.choose_account(actor=actor, method="payment_links", account_id=account.pk, now=now)
    set_payment_method.switch(actor=actor, method="payment_links", enabled=True, now=now)


def _connect_email(actor: Actor, sender: str, now: datetime) -> None:
    fields = {
        "sender": sender,
        "host": settings.EMAIL_HOST,
        "port": str(settings.EMAIL_PORT),
        "security": "none",
    }
    connect_channel.connect(actor=actor, system="smtp", fields=fields, now=now)


def _connect_sms(actor: Actor, name: str, sender: str, now: datetime) -> None:
    """The address that the sandbox tells of STOP is known only once the account is connected."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    sid, token = f"AC{digest[:32]}", digest[32:]
    tell("twilio/account", {"sid": sid, "token": token})
    fields = {"sender": sender, "account_sid": sid, "auth_token": token}
    account: ChannelAccount = connect_channel.connect(actor=actor, system="twilio", fields=fields, now=now)
    tell("twilio/account", {"sid": sid, "token": token, "inbound_url": connect_channel.webhook_address(account)})


def _connect_whatsapp(actor: Actor, name: str, sender: str, now: datetime) -> None:
    """With the payment link's template approved, so that it can be sent by it at once."""
    digest = hashlib.sha256(f"whatsapp {name}".encode()).hexdigest()
    number = {"id": str(int(digest[:12], 16) + 10**14), "token": f"EAA{digest}", "secret": digest[:32]}
    tell("whatsapp/number", {**number, "shown": sender})
    fields = {
        "sender": sender,
        "phone_number_id": number["id"],
        "access_token": number["token"],
        "app_secret": number["secret"],
    }
    account: ChannelAccount = connect_channel.connect(actor=actor, system="whatsapp", fields=fields, now=now)
    tell("whatsapp/number", {**number, "webhook_url": connect_channel.webhook_address(account)})
    button = f"{settings.QUITTANCE_BASE_URL.rstrip('/')}/p/{{{{1}}}}"
    for language, body in _APPROVED.items():
        gaps = body
        for place, gap in enumerate(names_in(body), 1):
            gaps = gaps.replace(f"{{{gap}}}", f"{{{{{place}}}}}")
        approved = {"id": number["id"], "name": "payment_link", "language": language, "body": gaps, "button": button}
        tell("whatsapp/template", approved)
        save_template.save(
            actor=actor,
            kind="payment_link",
            channel="whatsapp",
            language=language,
            text=OwnText(body=body, their_name="payment_link", their_language=language, has_link_button=True),
            expected_version=0,
            now=now,
        )


def _post(url: str, fields: Mapping[str, str], *, fine: tuple[int, ...]) -> bytes:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = http.call("POST", url, headers=headers, body=urlencode(fields).encode())
    if answer.status not in fine:
        raise SentenceError(
            f"The sandbox answered {answer.status} where the demo data needs it. Run `make demo-reset`."
        )
    return answer.body
