"""What a refund will do, said before money leaves, and how far those are that were asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.bills.models import Receipt
from quittance.bills.receipts import number_text
from quittance.calendar.queries_refunds import Portion, RefundOffer, TenderOffer, Undone
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.locale_format import format_datetime, format_money
from quittance.core.money import Money, in_coins
from quittance.desk.said import said
from quittance.payments.models import Refund


@dataclass(frozen=True, slots=True)
class RefundWords:
    """The sentence for one amount. `said` comes back with the form: money moves only as it was said."""

    lead: str
    undoes: str
    button: str
    said: str


@dataclass(frozen=True, slots=True)
class RefundLine:
    """One refund below its tender."""

    refund: Refund
    amount: Money
    text: str
    paper: Receipt | None
    paper_number: str
    paper_url: str


def money_words(amount: Money) -> str:
    return format_money(amount, get_language() or "en")


def words_of(offer: RefundOffer, tender: TenderOffer, amount: Money) -> RefundWords:
    """The amount is at most what can go back of the tender."""
    words = {"amount": money_words(amount), "label": tender.label, "handed": money_words(in_coins(amount))}
    if tender.kind == "cash":
        lead = _("Hand back %(handed)s in cash.") % words
        button = _("Hand back %(handed)s") % words
    elif tender.kind == "card_terminal":
        lead = _("Refund %(amount)s at the card terminal first: it is not connected to Quittance.") % words
        button = _("Refunded %(amount)s at the terminal") % words
    elif tender.kind == "bank_transfer":
        lead = _("Transfer %(amount)s back to the client's bank account: Quittance is not connected to yours.") % words
        button = _("Transferred %(amount)s back") % words
    elif tender.tender.wallet_id is not None:
        lead = _("Put %(amount)s back on: %(label)s.") % words
        button = _("Put %(amount)s back") % words
    else:
        lead = _("Refund %(amount)s to %(label)s. Usually 5–10 days.") % words
        button = _("Refund %(amount)s") % words
    return RefundWords(lead, undone_words(offer.undoes(amount)), button, said_of(offer, amount))


def undone_words(undone: Undone) -> str:
    words = {
        "excess": money_words(undone.excess),
        "price": money_words(undone.price),
        "after": money_words(undone.price_after),
    }
    if undone.excess.is_positive and undone.price.is_positive:
        return _("%(excess)s was too much; %(price)s lowers the price to %(after)s.") % words
    if undone.excess.is_positive:
        return _("%(excess)s was too much; the price stays.") % words
    return _("It lowers the price to %(after)s. Nothing becomes due again.") % words


def said_of(offer: RefundOffer, amount: Money) -> str:
    return f"{amount.minor}.{offer.version}"


def portion_words(portion: Portion) -> str:
    """`€60.00 to Visa ·4242`, `hand back €20.00 in cash`: a part of a longer sentence."""
    words = {"amount": money_words(portion.amount), "label": portion.offer.label}
    if portion.offer.kind == "cash":
        return _("hand back %(amount)s in cash") % words
    if portion.offer.kind == "card_terminal":
        return _("refund %(amount)s at the card terminal") % words
    if portion.offer.kind == "bank_transfer":
        return _("transfer %(amount)s back") % words
    if portion.offer.tender.wallet_id is not None:
        return _("put %(amount)s back on: %(label)s") % words
    return _("%(amount)s to %(label)s") % words


def portions_words(portions: tuple[Portion, ...]) -> str:
    text = " · ".join(portion_words(one) for one in portions)
    return text[:1].upper() + text[1:]


def done_words(state: str, tender: TenderOffer, amount: Money) -> str:
    """The notice after the desk has refunded."""
    words = {"amount": money_words(amount), "label": tender.label}
    if tender.kind == "cash":
        return _("%(amount)s handed back in cash. The credit note stands below the payment.") % words
    if tender.kind == "card_terminal":
        return _("%(amount)s refunded at the terminal. The credit note stands below the payment.") % words
    if tender.kind == "bank_transfer":
        return _("%(amount)s transferred back. The credit note stands below the payment.") % words
    if tender.tender.wallet_id is not None:
        return _("%(amount)s is back on: %(label)s. The credit note stands below the payment.") % words
    if state == "succeeded":
        return _("Refunded %(amount)s to %(label)s.") % words
    if state == "pending":
        return _("%(amount)s is on its way back to %(label)s.") % words
    return _("Asked for. The payment system has not answered yet; you will see here when it does.")


def refund_lines(refunds: tuple[Refund, ...], window: VisitWindow) -> list[RefundLine]:
    return [_line(refund, window) for refund in refunds]


def _line(refund: Refund, window: VisitWindow) -> RefundLine:
    paper = window.credit_notes.get(refund.pk)
    url = ""
    if paper is not None:
        url = reverse("desk:receipt", kwargs={"visit_id": window.visit.pk, "receipt_id": paper.pk})
    return RefundLine(
        refund=refund,
        amount=refund.amount,
        text=refund_text(refund, time_zone=window.visit.location.time_zone),
        paper=paper,
        paper_number=number_text(paper) if paper is not None else "",
        paper_url=url,
    )


def refund_text(refund: Refund, *, time_zone: str) -> str:
    """How far it is, honestly, and who wanted it."""
    language = get_language() or "en"
    asked = format_datetime(refund.requested_at, language, time_zone)
    ended = format_datetime(refund.final_at or refund.requested_at, language, time_zone)
    if refund.state == "requested":
        text = _("Asked for %(at)s, waiting for the payment system's answer.") % {"at": asked}
    elif refund.state == "pending":
        text = _("On its way since %(at)s. Usually 5–10 days.") % {"at": asked}
    elif refund.state == "succeeded":
        text = ended
    else:
        text = _("%(at)s: %(why)s") % {
            "at": ended,
            "why": said(refund.failure) or _("The payment system gave no reason."),
        }
        text += " " + _("The money is still with you.")
    if refund.wallet_id is not None and refund.tender is not None and refund.tender.wallet_id is None:
        text += " · " + _("as credit to the client")
    origins = {"outside": _("made at the payment system"), "itself": _("went back by itself")}
    return " · ".join(part for part in (text, origins.get(refund.origin, ""), said(refund.reason)) if part)
