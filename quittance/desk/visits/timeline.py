"""What happened to a visit's links, in the sequence in which it happened."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from quittance.calendar.queries_visit import LinkView, VisitWindow
from quittance.core.money import Money
from quittance.desk.said import said
from quittance.desk.visits.banner import money_text
from quittance.messages.models import Message
from quittance.messages.types import CHANNEL_LABELS, GIFT_CARD, PAYMENT_LINK, PAYMENT_RECEIVED, REFUND
from quittance.payments.models import Dispute, Payment, Refund
from quittance.ui.shell import TimelineEntry


def timeline_of(window: VisitWindow, *, names: dict[int, str]) -> list[TimelineEntry]:
    """The newest first; `names` are those of the users who did something."""
    entries = [
        *(entry for view in window.links for entry in _of_link(view, window, names)),
        *(entry for message in window.messages for entry in _of_message(message)),
        *(entry for payment in window.payments for entry in of_payment(payment)),
        *(entry for refund in window.refunds for entry in of_refund(refund, names)),
        *(entry for dispute in window.disputes for entry in of_dispute(dispute)),
    ]
    # What happened in the same moment is told backwards too.
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def people_of(window: VisitWindow) -> set[int]:
    """Users whose names the timeline shows."""
    made = (view.link.created_by_id for view in window.links)
    asked = (refund.requested_by_id for refund in window.refunds)
    return {user_id for user_id in (*made, *asked) if user_id is not None}


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
    channel = _(CHANNEL_LABELS.get(message.channel, message.channel))
    words = {"channel": channel, "address": message.address}
    what = _what(message.type) % words
    if message.state in {"queued", "calling"}:
        yield TimelineEntry(message.created_at, what, "clock", "progress", _("On its way"))
    elif message.state == "dropped":
        yield TimelineEntry(message.created_at, what, "ban", detail=_("Taken back or no longer needed; not sent"))
    elif message.state == "failed":
        at = message.sent_at or message.called_at or message.created_at
        yield TimelineEntry(at, what, "circle-x", "alert", _("Not delivered: %(why)s") % {"why": said(message.failure)})
    elif message.state == "unknown":
        at = message.called_at or message.created_at
        yield TimelineEntry(at, what, "circle-help", "waiting", _("Perhaps sent: the answer is missing"))
    elif message.sent_at is not None:
        yield TimelineEntry(message.sent_at, what, "send", "waiting", _("Sent"))
    if message.delivered_at is not None:
        yield TimelineEntry(message.delivered_at, _("Delivered by %(channel)s") % words, "check", "paid")


def _what(type_: str) -> str:
    texts = {
        PAYMENT_LINK: _("Link to %(address)s by %(channel)s"),
        PAYMENT_RECEIVED: _("Receipt to %(address)s by %(channel)s"),
        REFUND: _("Refund told to %(address)s by %(channel)s"),
        GIFT_CARD: _("Gift card to %(address)s by %(channel)s"),
    }
    return texts.get(type_) or _("Message to %(address)s by %(channel)s")


def of_payment(payment: Payment) -> Iterator[TimelineEntry]:
    amount = money_text(payment.amount)
    yield TimelineEntry(
        payment.started_at, _("%(amount)s: payment started") % {"amount": amount}, "smartphone", "progress"
    )
    if payment.decline_reason and payment.state != "paid":
        at = payment.final_at or payment.started_at
        yield TimelineEntry(at, _("Attempt declined"), "circle-x", "alert", said(payment.decline_reason))
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


def of_refund(refund: Refund, names: dict[int, str]) -> Iterator[TimelineEntry]:
    words = {"amount": money_text(refund.amount), "name": names.get(refund.requested_by_id or 0, "")}
    by_hand = refund.payment_id is None
    if not by_hand:
        asked = _("Refund of %(amount)s asked for") % words
        if words["name"]:
            asked = _("Refund of %(amount)s asked for by %(name)s") % words
        elif refund.origin == "outside":
            asked = _("Refund of %(amount)s made at the payment system") % words
        elif refund.origin == "itself":
            asked = _("Refund of %(amount)s asked for by itself") % words
        yield TimelineEntry(refund.requested_at, asked, "undo-2", "progress", refund.reason)
    if refund.final_at is None:
        return
    if refund.state == "failed":
        title = _("Refund of %(amount)s failed") % words
        yield TimelineEntry(refund.final_at, title, "circle-x", "alert", said(refund.failure))
    elif by_hand:
        done = _("%(amount)s handed back") % words
        if words["name"]:
            done = _("%(amount)s handed back by %(name)s") % words
        yield TimelineEntry(refund.final_at, done, "undo-2", "refunded", refund.reason)
    else:
        yield TimelineEntry(refund.final_at, _("Refunded %(amount)s") % words, "undo-2", "refunded")


def of_dispute(dispute: Dispute) -> Iterator[TimelineEntry]:
    words = {"amount": money_text(dispute.amount)}
    yield TimelineEntry(dispute.opened_at, _("%(amount)s disputed by the client's bank") % words, "flag", "alert")
    if dispute.closed_at is None:
        return
    if dispute.state == "won":
        yield TimelineEntry(dispute.closed_at, _("Dispute won: the money is back"), "circle-check", "paid")
        return
    decided = {"written_off": _("Written off"), "asked_again": _("Asked for again")}
    yield TimelineEntry(dispute.closed_at, _("Dispute lost"), "flag", "alert", decided.get(dispute.decision, ""))
