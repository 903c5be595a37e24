"""The banners over a visit: who is paying, what landed, what a person must decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.bills.models import Tender
from quittance.bills.receipts import tender_label
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.locale_format import format_day, format_money, format_time
from quittance.core.money import Money
from quittance.payments.models import Payment
from quittance.payments.status import VisitStatus, is_payable_payment
from quittance.ui.statuses import Tone


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a banner: posts to `url`, or leads there when `is_link`."""

    label: str
    url: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    tone: Tone
    icon: str
    title: str
    text: str = ""
    presses: tuple[Press, ...] = ()


def banners_of(window: VisitWindow, *, now: datetime, may_stop: bool) -> list[Banner]:
    """The most urgent first."""
    return [
        *_cancelled(window),
        *_paying(window, now, may_stop=may_stop),
        *_processing(window),
        *_unclosed(window, now),
        *_overpaid(window),
        *_paid(window),
    ]


def client_name(window: VisitWindow) -> str:
    """How banners and notices call the client."""
    client = window.visit.client
    return client.name if client else _("The client")


def money_text(amount: Money) -> str:
    return format_money(amount, get_language() or "en")


def clock_text(at: datetime, window: VisitWindow) -> str:
    return format_time(at, get_language() or "en", window.visit.location.time_zone)


def _paying(window: VisitWindow, now: datetime, *, may_stop: bool) -> list[Banner]:
    paying = window.state.paying
    if paying is None:
        return []
    check = Press(_("Check again"), _address("check_payment", window))
    stop = (Press(_("Stop payment"), _address("stop_payment", window)),) if may_stop else ()
    words = {
        "client": client_name(window),
        "amount": money_text(paying.amount),
        "since": clock_text(paying.started_at, window),
    }
    if paying.locked_until > now:
        text = _("You can change the visit from %(free)s, or stop the payment now.") % {
            "free": clock_text(paying.locked_until, window)
        }
        title = _("%(client)s is paying %(amount)s since %(since)s") % words
        return [Banner("progress", "smartphone", title, _with_reason(paying, text), (*stop, check))]
    title = _("The payment page of %(client)s is open until %(until)s") % {
        **words,
        "until": clock_text(paying.expires_at, window),
    }
    text = _("%(amount)s can still be paid on it. A change of what is due ends it.") % words
    return [Banner("progress", "smartphone", title, _with_reason(paying, text), (*stop, check))]


def _with_reason(paying: Payment, text: str) -> str:
    """A declined attempt is told while the page is still open: the client is at the desk and asks."""
    if not paying.decline_reason:
        return text
    return _("The last attempt was declined: %(reason)s") % {"reason": paying.decline_reason} + " " + text


def _processing(window: VisitWindow) -> list[Banner]:
    rows = [payment for payment in window.payments if payment.state == "processing"]
    return [
        Banner(
            "progress",
            "hourglass",
            _("%(amount)s is on its way") % {"amount": money_text(payment.amount)},
            _("%(client)s agreed to pay by %(method)s. The money takes up to some days and is not sure yet.")
            % {"client": client_name(window), "method": payment.method_detail or payment.method or _("bank")},
            (Press(_("Check again"), _address("check_payment", window)),),
        )
        for payment in rows
    ]


def _unclosed(window: VisitWindow, now: datetime) -> list[Banner]:
    """Pages that could not be ended: what is paid there later is kept and explained."""
    rows = [
        payment
        for payment in window.payments
        if payment.state == "open" and not is_payable_payment(payment) and payment.expires_at > now
    ]
    return [
        Banner(
            "waiting",
            "triangle-alert",
            _("An earlier payment page may still be open until %(until)s")
            % {"until": clock_text(payment.expires_at, window)},
            _("If %(amount)s is paid there, it is kept and shown here as overpaid.")
            % {"amount": money_text(payment.amount)},
            (Press(_("Check again"), _address("check_payment", window)),),
        )
        for payment in rows
    ]


def _overpaid(window: VisitWindow) -> list[Banner]:
    excess = window.state.facts.excess
    if not excess.is_positive or window.bill.ended_at is not None:
        return []
    counted = [tender for tender in window.tenders if tender.voided_at is None]
    parts = ", ".join(
        f"{money_text(Money(tender.amount_minor, tender.currency))} {tender_label(tender)}" for tender in counted
    )
    told = _("Paid: %(parts)s. Total: %(total)s.") % {
        "parts": parts,
        "total": money_text(window.state.facts.total),
    }
    if any(tender.kind != "online" for tender in counted):
        told += " " + _("If you gave the money back at the desk, void that payment below.")
    else:
        told += " " + _("The online money stays where it is until it is refunded at the payment system.")
    return [Banner("alert", "scale", _("Overpaid by %(excess)s") % {"excess": money_text(excess)}, told)]


def _paid(window: VisitWindow) -> list[Banner]:
    if window.state.status is not VisitStatus.PAID:
        return []
    last = _last_tender(window)
    if last is None:
        return []
    title = _("Paid %(amount)s by %(method)s at %(time)s") % {
        "amount": money_text(Money(last.amount_minor, last.currency)),
        "method": tender_label(last),
        "time": _when(last.taken_at, window),
    }
    return [Banner("paid", "circle-check", title, "", _receipt_press(window, last))]


def _cancelled(window: VisitWindow) -> list[Banner]:
    if window.bill.ended_at is None:
        return []
    settled = window.state.facts.settled
    text = _("Its payment link takes nothing any more.")
    if settled.is_positive:
        text = _("%(amount)s was paid and is kept. Decide with the client whether to give it back.") % {
            "amount": money_text(settled)
        }
    return [Banner("neutral", "ban", _("This visit was cancelled"), text)]


def _last_tender(window: VisitWindow) -> Tender | None:
    counted = [tender for tender in window.tenders if tender.voided_at is None]
    return counted[-1] if counted else None


def _receipt_press(window: VisitWindow, tender: Tender) -> tuple[Press, ...]:
    receipt = window.receipts.get(tender.pk)
    if receipt is None:
        return ()
    url = reverse("desk:receipt", kwargs={"visit_id": window.visit.pk, "receipt_id": receipt.pk})
    return (Press(_("Receipt"), url, is_link=True),)


def _when(at: datetime, window: VisitWindow) -> str:
    """The clock, after the day where it is not the visit's own."""
    clock = clock_text(at, window)
    starts = window.visit.starts_at
    if starts is not None and starts.date() == at.date():
        return clock
    return f"{format_day(at.date(), get_language() or 'en')}, {clock}"


def _address(name: str, window: VisitWindow) -> str:
    return reverse(f"desk:{name}", kwargs={"visit_id": window.visit.pk})
