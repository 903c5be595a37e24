"""What happened to a visit's links, in the sequence in which it happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.audit.models import AuditEntry
from quittance.calendar.queries_link import LinkTrail
from quittance.calendar.queries_visit import LinkView, VisitWindow
from quittance.core.locale_format import format_datetime
from quittance.core.money import Money
from quittance.desk.said import said
from quittance.desk.visits.banner import money_text
from quittance.messages.models import Message
from quittance.messages.types import CHANNEL_LABELS, GIFT_CARD, PAYMENT_LINK, PAYMENT_RECEIVED, REFUND
from quittance.payments.models import Dispute, Payment, Refund
from quittance.ui.shell import TimelineEntry


def timeline_of(window: VisitWindow, *, names: dict[int, str], trail: LinkTrail) -> list[TimelineEntry]:
    """The newest first; `names` are those of the users who did something."""
    time_zone = window.visit.location.time_zone
    entries = [
        *(entry for view in window.links for entry in of_link(view, currency=window.bill.currency, names=names)),
        *(entry for view in window.links for entry in of_trail(view.link.pk, trail, names=names, time_zone=time_zone)),
        *(entry for message in window.messages for entry in of_message(message)),
        *(entry for payment in window.payments for entry in of_payment(payment)),
        *(entry for refund in window.refunds for entry in of_refund(refund, names)),
        *(entry for dispute in window.disputes for entry in of_dispute(dispute)),
    ]
    return newest_first(entries)


def newest_first(entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """What happened in the same moment is told backwards too."""
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def people_of(window: VisitWindow, trail: LinkTrail) -> set[int]:
    """Users whose names the timeline shows."""
    made = (view.link.created_by_id for view in window.links)
    asked = (refund.requested_by_id for refund in window.refunds)
    return {user_id for user_id in (*made, *asked) if user_id is not None} | people_of_trail(trail)


def people_of_trail(trail: LinkTrail) -> set[int]:
    entries = (entry for found in trail.entries.values() for entry in found)
    return {entry.actor_id for entry in entries if entry.actor_id is not None}


def of_link(view: LinkView, *, currency: str, names: dict[int, str]) -> Iterator[TimelineEntry]:
    link = view.link
    who = names.get(link.created_by_id or 0)
    made = _("Link made by %(name)s") % {"name": who} if who else _("Link made")
    asks = _("Asks for all that is due")
    if link.ask_minor is not None:
        asks = _("Asks for %(amount)s") % {"amount": money_text(Money(link.ask_minor, currency))}
    yield TimelineEntry(link.created_at, made, "link", detail=asks)
    if link.accessed_at is not None:
        yield TimelineEntry(link.accessed_at, _("Opened by the client"), "eye", "waiting")
    if view.status == "expired" and link.expires_at is not None:
        # Who ended it by hand is told by the trail; the clock ends it without closing it at once.
        if link.closed_at != link.expires_at:
            yield TimelineEntry(link.expires_at, _("Link expired"), "clock")
    elif link.closed_at is not None:
        texts = {
            "paid": (_("Link closed: nothing more to ask"), "check"),
            "cancelled": (_("Link ended at the desk"), "ban"),
            "replaced": (_("Link replaced by a new one"), "replace"),
        }
        text, icon = texts.get(link.closed_reason, (_("Link closed"), "ban"))
        yield TimelineEntry(link.closed_at, text, icon)


def of_trail(link_id: int, trail: LinkTrail, *, names: dict[int, str], time_zone: str) -> Iterator[TimelineEntry]:
    """What people asked of the link, and who fetched its page without being a person."""
    for entry in trail.entries.get(link_id, []):
        yield _of_entry(entry, names.get(entry.actor_id or 0, ""), time_zone)
    for fetch in trail.fetches.get(link_id, []):
        texts = {
            "prefetch": _("Page fetched ahead by a browser"),
            "unnamed": _("Page fetched by a program without a name"),
            "other": _("Page fetched by a robot"),
        }
        text = texts.get(fetch.robot) or _("Preview fetched by %(robot)s") % {"robot": fetch.robot}
        again = _("Again until %(at)s. No person saw it.") % {"at": _clock(fetch.last_at, time_zone)}
        detail = again if fetch.last_at > fetch.first_at else _("No person saw it.")
        yield TimelineEntry(fetch.first_at, text, "monitor", detail=detail)


def _of_entry(entry: AuditEntry, who: str, time_zone: str) -> TimelineEntry:
    if entry.action == "link.extended":
        title = _("Given another end by %(name)s") % {"name": who} if who else _("Given another end")
        return TimelineEntry(entry.at, title, "calendar-plus", detail=_end_words(entry.detail["to"], time_zone))
    if entry.action == "link.expired":
        title = _("Expired at once by %(name)s") % {"name": who} if who else _("Expired at once")
        return TimelineEntry(entry.at, title, "clock")
    if entry.action == "link.renewed":
        return TimelineEntry(entry.at, _("The client asked for a new link"), "refresh-cw", "waiting")
    return TimelineEntry(
        entry.at, _("The client asked to be told when online payment works again"), "message-circle", "waiting"
    )


def _end_words(end: str, time_zone: str) -> str:
    if end == "-":
        return _("Valid until it is paid")
    return _("Valid until %(at)s") % {"at": _clock(datetime.fromisoformat(end), time_zone)}


def _clock(at: datetime, time_zone: str) -> str:
    return format_datetime(at, get_language() or "en", time_zone)


def of_message(message: Message) -> Iterator[TimelineEntry]:
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
        yield TimelineEntry(refund.requested_at, asked, "undo-2", "progress", said(refund.reason))
    if refund.final_at is None:
        return
    if refund.state == "failed":
        title = _("Refund of %(amount)s failed") % words
        yield TimelineEntry(refund.final_at, title, "circle-x", "alert", said(refund.failure))
    elif by_hand:
        done = _("%(amount)s handed back") % words
        if words["name"]:
            done = _("%(amount)s handed back by %(name)s") % words
        yield TimelineEntry(refund.final_at, done, "undo-2", "refunded", said(refund.reason))
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
