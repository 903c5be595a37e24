"""Money cases in words: what happened, what will happen by itself and when, and what each decision does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from quittance.bills import cases
from quittance.bills.models import MoneyCase
from quittance.core.locale_format import format_datetime, format_money
from quittance.core.money import Money
from quittance.desk.said import said
from quittance.desk.visits.refund_words import money_words


@dataclass(frozen=True, slots=True)
class CaseLook:
    title: str | Promise
    icon: str


LOOKS: Final = {
    cases.OVERPAID: CaseLook(gettext_lazy("Overpaid"), "scale"),
    cases.LATE: CaseLook(gettext_lazy("Paid too late"), "clock"),
    cases.CANCELLED_PAID: CaseLook(gettext_lazy("Cancelled, but paid"), "calendar-off"),
    cases.AMOUNT_DIFFERS: CaseLook(gettext_lazy("Amount differs"), "circle-alert"),
    cases.CURRENCY_DIFFERS: CaseLook(gettext_lazy("Another currency"), "coins"),
    cases.UNMATCHED: CaseLook(gettext_lazy("Fits no visit"), "circle-help"),
    cases.NO_ANSWER: CaseLook(gettext_lazy("No answer"), "circle-help"),
    cases.BEYOND: CaseLook(gettext_lazy("More went back than was left"), "undo-2"),
    cases.DISPUTE: CaseLook(gettext_lazy("Disputed"), "flag"),
    cases.DISPUTE_LOST: CaseLook(gettext_lazy("Dispute lost"), "flag"),
    cases.REFUND_FAILED: CaseLook(gettext_lazy("Refund failed"), "circle-x"),
    cases.VALUE_GONE: CaseLook(gettext_lazy("The rest was spent elsewhere"), "gift"),
    cases.VALUE_SPENT: CaseLook(gettext_lazy("Used, but paid back"), "gift"),
    cases.ACCOUNT_TROUBLE: CaseLook(gettext_lazy("Payment account in trouble"), "unplug"),
}
_UNKNOWN: Final = CaseLook(gettext_lazy("Money case"), "circle-alert")


def look_of_case(case: MoneyCase) -> CaseLook:
    return LOOKS.get(case.kind, _UNKNOWN)


def amount_of(case: MoneyCase) -> Money:
    return Money(case.amount_minor, case.currency)


def what_happened(case: MoneyCase, *, client: str) -> str:
    """One or two sentences; `client` may be empty."""
    detail = case.detail
    words = {
        "client": client or _("The client"),
        "amount": money_words(amount_of(case)),
        "asked": _asked(case),
        "name": detail.get("name") or _("a gift card"),
        "account": detail.get("label") or _("at a payment system"),
        "trouble": said(str(detail.get("trouble") or "")) or _("the payment system refuses it."),
        "failure": said(str(detail.get("failure") or "")) or _("The payment system gave no reason."),
    }
    texts: dict[str, str] = {
        cases.OVERPAID: _("%(client)s paid %(amount)s more than the visit costs."),
        cases.LATE: _("%(client)s paid %(amount)s for a booking that had been released."),
        cases.CANCELLED_PAID: _("The visit was cancelled, and %(amount)s that %(client)s paid is still with you."),
        cases.AMOUNT_DIFFERS: _("%(asked)s was asked for, but the payment system says %(amount)s."),
        cases.CURRENCY_DIFFERS: _("%(asked)s was asked for, but %(amount)s came. It settles nothing in the visit."),
        cases.UNMATCHED: _("%(amount)s was paid on a page of yours that fits no visit here."),
        cases.NO_ANSWER: _("The payment system has not said for a long time what became of %(amount)s."),
        cases.BEYOND: _("%(amount)s more was taken back at the payment system than was left of the payment."),
        cases.DISPUTE: _("The bank of %(client)s has taken back %(amount)s until it has decided a dispute."),
        cases.DISPUTE_LOST: _("The bank decided for %(client)s: %(amount)s is gone."),
        cases.REFUND_FAILED: _("A refund of %(amount)s failed: %(failure)s"),
        cases.VALUE_GONE: _(
            "%(client)s paid after the payment had been given up. %(amount)s were to come from a gift card, points or "
            "credit, which were spent meanwhile: the visit is part paid."
        ),
        cases.VALUE_SPENT: _(
            "What %(client)s had paid for %(name)s went back, but %(amount)s of it was used already. The rest was "
            "taken off it at once."
        ),
        cases.ACCOUNT_TROUBLE: _("The account “%(account)s” does not work: %(trouble)s"),
    }
    return texts.get(case.kind, _("%(amount)s has to be looked at.")) % words


def by_itself(case: MoneyCase, *, time_zone: str, now: datetime) -> str:
    """What happens if nobody does anything; empty for a case that is done."""
    if case.resolved_at is not None:
        return ""
    if case.kind in cases.EXCESS_KINDS.values():
        return _excess_by_itself(case, time_zone, now)
    texts: dict[str, str] = {
        cases.DISPUTE: _(
            "The bank decides, usually within two months. Send your proof at the payment system. "
            "Until then the client is asked for nothing more."
        ),
        cases.NO_ANSWER: _("It is asked again by itself. The money stays as it stands until there is an answer."),
        cases.REFUND_FAILED: _("Nothing happens by itself. The money is still with you."),
        cases.ACCOUNT_TROUBLE: _("The case closes by itself as soon as the payment system accepts the account again."),
        cases.CURRENCY_DIFFERS: _("Nothing happens by itself. The money is at the payment system."),
        cases.UNMATCHED: _("Nothing happens by itself. The money is at the payment system."),
    }
    return texts.get(case.kind, _("Nothing happens by itself."))


def _excess_by_itself(case: MoneyCase, time_zone: str, now: datetime) -> str:
    if case.held_at is not None:
        return _("Nothing goes back by itself: somebody wants to decide.")
    if case.next_attempt_at is None:
        return _("Nothing goes back by itself: a person decides.")
    words = {
        "amount": money_words(Money(case.detail.get("by_itself_minor", case.amount_minor), case.currency)),
        "at": format_datetime(case.next_attempt_at, get_language() or "en", time_zone),
    }
    if case.next_attempt_at <= now:
        return _("%(amount)s goes back by itself within minutes.") % words
    return _("%(amount)s goes back by itself on %(at)s, unless somebody decides.") % words


def how_it_ended(case: MoneyCase) -> str:
    """The resolution as a sentence of the desk; what a person typed stays as it was typed."""
    texts = {
        "no longer too much": _("Nothing is too much any more."),
        "the visit ended": _("The visit was cancelled; another case took its place."),
        "tried again": _("The refund was tried again."),
        "it moved after all": _("The refund arrived after all."),
        "it fits again": _("Another refund failed or a dispute was won: nothing more went back than there was."),
        "refunded": _("All of it was refunded."),
        "answered": _("The payment system has answered."),
        "written off": _("Written off."),
        "asked for again": _("Asked for again: it is due in the visit."),
        "its keys were accepted": _("Its keys were accepted."),
        "the account was retired": _("The account was retired."),
        "it answers again": _("The account works again."),
        "paid again": _("It is paid for again."),
        "won": _("The dispute was won: the money is back."),
        "lost": _("The dispute was lost."),
    }
    return texts.get(case.resolution, case.resolution)


def _asked(case: MoneyCase) -> str:
    minor, currency = case.detail.get("asked_minor"), case.detail.get("asked_currency")
    if not isinstance(minor, int) or not isinstance(currency, str):
        return _("Another amount")
    return format_money(Money(minor, currency), get_language() or "en")
