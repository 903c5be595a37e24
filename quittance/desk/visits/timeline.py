"""What happened to a visit's links, in the sequence in which it happened."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from quittance.calendar.queries_visit import LinkView, VisitWindow
from quittance.core.money import Money
from quittance.desk.visits.banner import money_text
from quittance.messages.models import Message
from quittance.messages.types import CHANNEL_LABELS, PAYMENT_LINK, PAYMENT_RECEIVED
from quittance.payments.models import Payment
from quittance.ui.shell import TimelineEntry


def timeline_of(window: VisitWindow, *, names: dict[int, str]) -> list[TimelineEntry]:
    """The newest first; `names` are those of the users who did something."""
    entries = [
        *(entry for view in window.links for entry in _of_link(view, window, names)),
        *(entry for message in window.messages for entry in _of_message(message)),
        *(entry for payment in window.payments for entry in _of_payment(payment)),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def people_of(window: VisitWindow) -> set[int]:
    """Users whose names the timeline shows."""
    return {view.link.created_by_id for view in window.links if view.link.created_by_id is not None}


def _of_link(view: LinkView, window: VisitWindow, names: dict[int, str]) -> Iterator[TimelineEntry]:
    link = view.link
    who = names.get(link.created_by_id or 0)
    made = _("Link made by %(name)s") % {"name": who} if who else _("Link made")
    asks = _("Asks for all that is due")
    if link.ask_minor is not None:
        asks = _("Asks for %(amount)s") % {"amount": money_text(Money(link.ask_minor, window.bill.currency))}
    yield TimelineEntry(link.created_at, made, "link", detail=asks)
    if link.accessed_at is not None:
        yield TimelineEntry(link.accessed_at, _("Opened by the client"), "eye", "waiting")
    if link.closed_at is not None:
        texts = {
            "paid": (_("Link closed: nothing more to ask"), "check"),
            "expired": (_("Link expired"), "clock"),
            "cancelled": (_("Link ended at the desk"), "ban"),
            "replaced": (_("Link replaced by a new one"), "replace"),
        }
        text, icon = texts.get(link.closed_reason, (_("Link closed"), "ban"))
        yield TimelineEntry(link.closed_at, text, icon)


def _of_message(message: Message) -> Iterator[TimelineEntry]:
    channel = CHANNEL_LABELS.get(message.channel, message.channel)
    words = {"channel": channel, "address": message.address}
    if message.type == PAYMENT_LINK:
        what = _("Link to %(address)s by %(channel)s") % words
    elif message.type == PAYMENT_RECEIVED:
        what = _("Receipt to %(address)s by %(channel)s") % words
    else:
        what = _("Message to %(address)s by %(channel)s") % words
    if message.state in {"queued", "calling"}:
        yield TimelineEntry(message.created_at, what, "clock", "progress", _("On its way"))
    elif message.state == "dropped":
        yield TimelineEntry(message.created_at, what, "ban", detail=_("Taken back or no longer needed; not sent"))
    elif message.state == "failed":
        at = message.sent_at or message.called_at or message.created_at
        yield TimelineEntry(at, what, "circle-x", "alert", _("Not delivered: %(why)s") % {"why": message.failure})
    elif message.state == "unknown":
        at = message.called_at or message.created_at
        yield TimelineEntry(at, what, "circle-help", "waiting", _("Perhaps sent: the answer is missing"))
    elif message.sent_at is not None:
        yield TimelineEntry(message.sent_at, what, "send", "waiting", _("Sent"))
    if message.delivered_at is not None:
        yield TimelineEntry(message.delivered_at, _("Delivered by %(channel)s") % words, "check", "paid")


def _of_payment(payment: Payment) -> Iterator[TimelineEntry]:
    amount = money_text(payment.amount)
    yield TimelineEntry(
        payment.started_at, _("%(amount)s: payment started") % {"amount": amount}, "smartphone", "progress"
    )
    if payment.decline_reason and payment.state != "paid":
        at = payment.final_at or payment.started_at
        yield TimelineEntry(at, _("Attempt declined"), "circle-x", "alert", payment.decline_reason)
    if payment.final_at is None:
        return
    method = payment.method_detail or payment.method
    if payment.state == "paid":
        captured = Money(payment.captured_minor or 0, payment.captured_currency or payment.currency)
        title = _("Paid %(amount)s") % {"amount": money_text(captured)}
        yield TimelineEntry(payment.final_at, title, "circle-check", "paid", method)
        return
    texts = {
        "failed": (_("Payment failed; nothing was charged"), "circle-x"),
        "expired": (_("Payment page ran out; nothing was charged"), "clock"),
        "ended": (_("Payment stopped at the desk; nothing was charged"), "ban"),
    }
    text, icon = texts.get(payment.state, (_("Payment ended"), "ban"))
    yield TimelineEntry(payment.final_at, text, icon)
