"""The banners over a visit: who is paying, what landed, what a person must decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.bills.cases import EXCESS_KINDS
from quittance.bills.models import MoneyCase, Tender
from quittance.bills.receipts import tender_label
from quittance.calendar.queries_refunds import offer_of_window
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.actor import Right
from quittance.core.locale_format import format_day, format_money, format_time
from quittance.core.money import Money
from quittance.desk.finance.case_words import by_itself, look_of_case, what_happened
from quittance.desk.said import said
from quittance.desk.visits.refund_words import refund_text
from quittance.payments.models import Payment
from quittance.payments.status import VisitStatus, is_payable_payment
from quittance.ui.statuses import Tone


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a banner: posts to `url`; a paper opens beside, a part in the window, a page in its place."""

    label: str
    url: str
    leads: Literal["", "paper", "part", "page"] = ""


@dataclass(frozen=True, slots=True)
class Banner:
    tone: Tone
    icon: str
    title: str
    text: str = ""
    presses: tuple[Press, ...] = ()


def banners_of(window: VisitWindow, *, now: datetime, may: Callable[[Right], bool]) -> list[Banner]:
    """The most urgent first."""
    return [
        *_cancelled(window, now, may),
        *_paying(window, now, may_stop=may(Right.CASHLESS_PAYMENT)),
        *_processing(window),
        *_unclosed(window, now),
        *_overpaid(window, now, may),
        *_other_cases(window, now, may),
        *_going_back(window),
        *_refunded(window),
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
    return _("The last attempt was declined: %(reason)s") % {"reason": said(paying.decline_reason)} + " " + text


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


def _overpaid(window: VisitWindow, now: datetime, may: Callable[[Right], bool]) -> list[Banner]:
    excess = window.state.facts.excess
    if not excess.is_positive or window.bill.ended_at is not None:
        return []
    offer = offer_of_window(window)
    parts = ", ".join(
        f"{money_text(one.refundable)} {one.label}" for one in offer.tenders if one.refundable.is_positive
    )
    told = _("Paid: %(parts)s. Total: %(total)s.") % {
        "parts": parts,
        "total": money_text(window.state.facts.total),
    }
    case = _excess_case(window)
    if case is not None:
        told += " " + by_itself(case, time_zone=window.visit.location.time_zone, now=now)
    title = _("Overpaid by %(excess)s") % {"excess": money_text(excess)}
    return [Banner("alert", "scale", title, told, (*_refund_press(window, may), *_case_press(case, may)))]


def _excess_case(window: VisitWindow) -> MoneyCase | None:
    return next((case for case in window.cases if case.kind in EXCESS_KINDS.values()), None)


def _refund_press(window: VisitWindow, may: Callable[[Right], bool]) -> tuple[Press, ...]:
    """To the panel of the payment that goes back first, with what was too much in its box."""
    offer = offer_of_window(window)
    portions = offer.portions(offer.excess)
    if not portions or not may(Right.REFUND):
        return ()
    first = portions[0]
    url = f"{_address('visit', window)}?tab=checkout&refund={first.offer.tender.pk}&of=excess"
    label = _("Refund %(amount)s …") % {"amount": money_text(first.amount)}
    return (Press(label, url, "part"),)


def _case_press(case: MoneyCase | None, may: Callable[[Right], bool]) -> tuple[Press, ...]:
    if case is None or not (may(Right.SEE_FINANCE) or may(Right.REFUND)):
        return ()
    return (Press(_("Open case"), reverse("desk:money_case", kwargs={"case_id": case.pk}), "page"),)


def _other_cases(window: VisitWindow, now: datetime, may: Callable[[Right], bool]) -> list[Banner]:
    """What else waits for somebody: a dispute, a refund that failed, an amount that differs."""
    zone, client = window.visit.location.time_zone, client_name(window)
    return [
        Banner(
            "alert",
            look_of_case(case).icon,
            what_happened(case, client=client),
            by_itself(case, time_zone=zone, now=now),
            _case_press(case, may),
        )
        for case in window.cases
        if case.kind not in EXCESS_KINDS.values()
    ]


def _going_back(window: VisitWindow) -> list[Banner]:
    labels = {one.tender.pk: one.label for one in offer_of_window(window).tenders}
    rows = [refund for refund in window.refunds if refund.state in ("requested", "pending")]
    return [
        Banner(
            "progress",
            "hourglass",
            _("%(amount)s is going back to %(label)s")
            % {"amount": money_text(refund.amount), "label": labels.get(refund.tender_id or 0, _("the client"))},
            refund_text(refund, time_zone=window.visit.location.time_zone),
        )
        for refund in rows
    ]


def _refunded(window: VisitWindow) -> list[Banner]:
    if window.state.status is not VisitStatus.REFUNDED:
        return []
    title = _("Refunded %(amount)s") % {"amount": money_text(window.state.facts.refunded)}
    papers = [note for refund in window.refunds if (note := window.credit_notes.get(refund.pk)) is not None]
    press: tuple[Press, ...] = ()
    if papers:
        url = reverse("desk:receipt", kwargs={"visit_id": window.visit.pk, "receipt_id": papers[-1].pk})
        press = (Press(_("Credit note"), url, "paper"),)
    return [Banner("refunded", "undo-2", title, _("All that was paid has gone back."), press)]


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
    refunded = window.state.facts.refunded
    text = _("%(amount)s was refunded since.") % {"amount": money_text(refunded)} if refunded.is_positive else ""
    return [Banner("paid", "circle-check", title, text, _receipt_press(window, last))]


def _cancelled(window: VisitWindow, now: datetime, may: Callable[[Right], bool]) -> list[Banner]:
    if window.bill.ended_at is None:
        return []
    text = _("Its payment link takes nothing any more.")
    title = _("This visit was cancelled")
    case = _excess_case(window)
    if case is not None:
        amount = money_text(window.state.facts.excess)
        title = _("This visit was cancelled, and %(amount)s waits for a decision") % {"amount": amount}
        text = by_itself(case, time_zone=window.visit.location.time_zone, now=now)
        return [Banner("alert", "ban", title, text, (*_refund_press(window, may), *_case_press(case, may)))]
    if window.state.facts.settled.is_positive:
        text = _("%(amount)s of what was paid is kept.") % {"amount": money_text(window.state.facts.settled)}
    return [Banner("neutral", "ban", title, text)]


def _last_tender(window: VisitWindow) -> Tender | None:
    counted = [tender for tender in window.tenders if tender.voided_at is None]
    return counted[-1] if counted else None


def _receipt_press(window: VisitWindow, tender: Tender) -> tuple[Press, ...]:
    receipt = window.receipts.get(tender.pk)
    if receipt is None:
        return ()
    url = reverse("desk:receipt", kwargs={"visit_id": window.visit.pk, "receipt_id": receipt.pk})
    return (Press(_("Receipt"), url, "paper"),)


def _when(at: datetime, window: VisitWindow) -> str:
    """The clock, after the day where it is not the visit's own."""
    clock = clock_text(at, window)
    starts = window.visit.starts_at
    if starts is not None and starts.date() == at.date():
        return clock
    return f"{format_day(at.date(), get_language() or 'en')}, {clock}"


def _address(name: str, window: VisitWindow) -> str:
    return reverse(f"desk:{name}", kwargs={"visit_id": window.visit.pk})
