"""What the panel's buttons and the control API do: one table of named orders, each taking plain text fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from quittance.sandbox.clock import RealClock
from quittance.sandbox.mail_services import sendgrid
from quittance.sandbox.services import Services
from quittance.sandbox.stripe.errors import RefusalError

Json = dict[str, Any]
Fields = Mapping[str, str]


class OrderError(Exception):
    """The order cannot be done; the text says why."""


@dataclass(frozen=True)
class Order:
    words: str
    run: Callable[[Services, Fields], object]


def obey(house: Services, name: str, fields: Fields) -> object:
    """Do one order. OrderError says what to mend."""
    order = ORDERS.get(name)
    if order is None:
        raise OrderError(f"There is no order {name!r}. Known: {', '.join(sorted(ORDERS))}.")
    try:
        return order.run(house, fields)
    except RefusalError as refusal:
        raise OrderError(refusal.message) from None
    except KeyError as missing:
        raise OrderError(f"The field {missing} is missing, or names nothing that exists.") from None
    except ValueError as wrong:
        raise OrderError(str(wrong)) from None


def _whole(fields: Fields, name: str, default: int) -> int:
    text = fields.get(name, "").strip() or str(default)
    if not text.lstrip("-").isdigit() or len(text) > 9:
        raise OrderError(f"{name} must be a whole number, not {text[:20]!r}.")
    return int(text)


def _yes(fields: Fields, name: str) -> bool:
    return fields.get(name, "") in {"1", "on", "true", "yes"}


def _trouble(house: Services, fields: Fields) -> object:
    service = fields.get("service", "stripe")
    if service == "mail":
        house.mail.trouble.add(fields["kind"], times=max(1, _whole(fields, "times", 1)))
        return "ordered"
    times = _whole(fields, "times", 1)
    box = {
        "twilio": house.twilio.trouble,
        "whatsapp": house.whatsapp.trouble,
        "mail_services": house.mail_services.trouble,
    }.get(service, house.stripe.trouble)
    box.add(
        fields["kind"],
        match=fields.get("match", ""),
        times=times if times > 0 else None,
        account=fields.get("account", ""),
        seconds=float(_whole(fields, "seconds", 12)),
    )
    return "ordered"


def _clear(house: Services, _fields: Fields) -> object:
    house.stripe.trouble.clear()
    house.twilio.trouble.clear()
    house.whatsapp.trouble.clear()
    house.mail_services.trouble.clear()
    house.mail.trouble.clear()
    return "cleared"


def _webhooks(house: Services, fields: Fields) -> object:
    hooks, account = house.stripe.webhooks, fields.get("account", "")
    if "on" in fields:
        hooks.set_on(on=_yes(fields, "on"), account=account)
    if "lose" in fields:
        hooks.lose_next(_whole(fields, "lose", 0), account=account)
    if "double" in fields:
        hooks.double_next(_whole(fields, "double", 0), account=account)
    if "delay" in fields:
        hooks.delay(_whole(fields, "delay", 0), account=account)
    if "reorder" in fields:
        hooks.reorder(on=_yes(fields, "reorder"), account=account)
    return "set"


def _callbacks(house: Services, fields: Fields) -> object:
    chosen = [one for sid, one in house.twilio.accounts.items() if fields.get("account", "") in {"", sid}]
    for account in chosen:
        account.callbacks_on = _yes(fields, "on") if "on" in fields else account.callbacks_on
        account.reorder = _yes(fields, "reorder") if "reorder" in fields else account.reorder
        account.lose_next = _whole(fields, "lose", account.lose_next)
        account.double_next = _whole(fields, "double", account.double_next)
    return "set"


def _add_endpoint(house: Services, fields: Fields) -> object:
    url = fields["url"].strip()
    if not url.startswith(("http://", "https://")):
        raise OrderError("Give the whole address, beginning with http:// or https://.")
    secret = fields.get("secret", "").strip() or None
    live = _yes(fields, "live")
    return {"secret": house.stripe.add_endpoint(url, account=fields["account"], live=live, secret=secret)}


def _remove_endpoint(house: Services, fields: Fields) -> object:
    books = house.stripe.directory.holding("endpoints", fields["id"])
    del books.table("endpoints")[fields["id"]]
    return "removed"


def _amount(fields: Fields) -> int | None:
    return _whole(fields, "amount", 0) if fields.get("amount", "").strip() else None


def _forge(house: Services, fields: Fields) -> object:
    return {"statuses": [one.status for one in house.stripe.webhooks.forge(fields["id"], fields["how"])]}


def _clock(house: Services, fields: Fields) -> object:
    if _yes(fields, "reset") and isinstance(house.clock, RealClock):
        house.clock.reset()
        return "real time"
    minutes = _whole(fields, "minutes", 0)
    if minutes < 0:
        raise OrderError("The clock moves ahead only. Use reset to go back to real time.")
    house.clock.advance(timedelta(minutes=minutes))
    house.tick()
    return {"now": house.clock.now().isoformat()}


def _twilio_account(house: Services, fields: Fields) -> object:
    house.twilio.register(fields["sid"], fields.get("token", ""), inbound_url=fields.get("inbound_url", ""))
    return "registered"


def _whatsapp_number(house: Services, fields: Fields) -> object:
    house.whatsapp.register(
        fields["id"],
        fields.get("token", ""),
        secret=fields.get("secret", ""),
        shown=fields.get("shown", ""),
        webhook_url=fields.get("webhook_url", ""),
    )
    return "registered"


def _whatsapp_template(house: Services, fields: Fields) -> object:
    button = fields.get("button", "")
    house.whatsapp.approve(fields["id"], fields["name"], fields["language"], fields["body"], button=button)
    return "approved"


def _mail_account(house: Services, fields: Fields) -> object:
    """What SendGrid would show is answered, for its verification key cannot be chosen."""
    account = house.mail_services.register(
        fields["service"],
        fields["key"],
        secret="" if fields["service"] == "sendgrid" else fields.get("secret", ""),
        webhook_url=fields.get("webhook_url", ""),
    )
    return {"verification_key": sendgrid.verification_key(account)} if account.service == "sendgrid" else "registered"


def _delayed(house: Services, fields: Fields) -> object:
    return {"decided": house.stripe.finish_delayed(fields["session"], ok=_yes(fields, "ok"))}


ORDERS: dict[str, Order] = {
    "trouble": Order("Order trouble for the next calls", _trouble),
    "clear": Order("End all trouble", _clear),
    "webhooks": Order("Switch or spoil webhooks of an account", _webhooks),
    "callbacks": Order("Switch or spoil status callbacks of texts", _callbacks),
    "endpoint": Order("Add a webhook address", _add_endpoint),
    "endpoint/remove": Order("Remove a webhook address", _remove_endpoint),
    "resend": Order("Send an event again", lambda house, fields: house.stripe.webhooks.resend(fields["id"])),
    "forge": Order("Send a spoiled copy of an event", _forge),
    "deliver": Order(
        "Deliver what is due now",
        lambda house, _: len(house.stripe.webhooks.deliver_due()) + len(house.twilio.deliver_due()),
    ),
    "delayed": Order("Decide a bank debit", _delayed),
    "pay": Order(
        "Pay a session without its page",
        lambda house, fields: vars(house.stripe.pay(fields["session"], card=fields.get("card", "4242424242424242"))),
    ),
    "refund": Order(
        "Refund in the dashboard",
        lambda house, fields: house.stripe.refund_in_dashboard(fields["id"], amount=_amount(fields)),
    ),
    "refund/finish": Order(
        "End a pending refund", lambda house, fields: house.stripe.finish_refund(fields["id"], ok=_yes(fields, "ok"))
    ),
    "refund/habit": Order(
        "How refunds behave",
        lambda house, fields: house.stripe.refunds_behave(fields["plan"], account=fields["account"]),
    ),
    "dispute": Order(
        "Open a dispute", lambda house, fields: house.stripe.open_dispute(fields["id"], amount=_amount(fields))
    ),
    "dispute/close": Order(
        "Close a dispute", lambda house, fields: house.stripe.close_dispute(fields["id"], won=_yes(fields, "won"))
    ),
    "clock": Order("Move the clock", _clock),
    "twilio/account": Order("Register a Twilio account", _twilio_account),
    "twilio/status": Order(
        "Set a text's status",
        lambda house, fields: len(
            house.twilio.force(fields["sid"], fields["status"], error=_whole(fields, "error", 0))
        ),
    ),
    "twilio/answer": Order(
        "Answer from a phone", lambda house, fields: len(house.twilio.answer_from_phone(fields["from"], fields["text"]))
    ),
    "whatsapp/number": Order("Register a WhatsApp number", _whatsapp_number),
    "whatsapp/template": Order("Approve a WhatsApp template", _whatsapp_template),
    "whatsapp/status": Order(
        "Set a WhatsApp message's status",
        lambda house, fields: len(
            house.whatsapp.force(fields["id"], fields["status"], error=_whole(fields, "error", 0))
        ),
    ),
    "mail/account": Order("Register an account at a mail service", _mail_account),
    "mail/event": Order(
        "Report an event of a mail", lambda house, fields: len(house.mail_services.force(fields["id"], fields["event"]))
    ),
    "inbox/empty": Order("Empty all phones and mailboxes", lambda house, _: house.inboxes.empty()),
}
