"""The buttons of a case, each with what it does before it is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from quittance.bills.cases import EXCESS_KINDS, decisions_for
from quittance.calendar.queries_cases import CaseView
from quittance.calendar.queries_refunds import RefundOffer
from quittance.desk.finance.case_words import amount_of
from quittance.desk.visits.refund_words import money_words, portions_words

# Those after which money leaves the business.
LEAVES_MONEY: Final = frozenset({"refund", "retry"})


@dataclass(frozen=True, slots=True)
class DecisionButton:
    """`text` is the consequence; `needs_note`: the person says what was done."""

    decision: str
    label: str
    text: str
    tone: str = ""
    needs_note: bool = False


def buttons_of(view: CaseView, offer: RefundOffer | None) -> list[DecisionButton]:
    """What fits the case now, in the sequence in which it is offered."""
    return [_button(decision, view, offer) for decision in decisions_for(view.case)]


def _button(decision: str, view: CaseView, offer: RefundOffer | None) -> DecisionButton:
    words = {"amount": money_words(amount_of(view.case))}
    if decision == "refund":
        return _refund(view, offer, words)
    if decision == "keep":
        ended = view.window is not None and view.window.bill.ended_at is not None
        text = (
            _("No money moves. It becomes the price of the cancelled visit.")
            if ended
            else _("No money moves. The client has agreed: it becomes a line “Kept overpayment” of the bill.")
        )
        return DecisionButton(decision, _("Keep %(amount)s") % words, text)
    if decision == "close":
        text = _("No money moves. Say what was done; it stays with the case.")
        return DecisionButton(decision, _("Close the case"), text, needs_note=True)
    return DecisionButton(decision, *_plain(decision, words))


def _refund(view: CaseView, offer: RefundOffer | None, words: dict[str, str]) -> DecisionButton:
    label = _("Refund %(amount)s") % words
    if view.case.kind not in EXCESS_KINDS.values() or offer is None:
        text = _("All of it goes back to where it came from. Usually 5–10 days.")
        return DecisionButton("refund", label, text, "danger")
    portions = offer.portions(offer.excess)
    text = f"{portions_words(portions)}."
    if any(one.offer.kind == "online" for one in portions):
        text += " " + _("Refunds usually take 5–10 days.")
    if any(one.offer.kind != "online" for one in portions):
        text += " " + _("What is handed back at the desk is booked at once.")
    if portions and all(one.offer.kind == "cash" for one in portions):
        label = _("Hand back %(amount)s") % words
    return DecisionButton("refund", label, text, "danger")


def _plain(decision: str, words: dict[str, str]) -> tuple[str, str, str]:
    """Label, consequence, tone."""
    texts = {
        "retry": (
            _("Refund %(amount)s again"),
            _("The refund is asked for once more, as far as it still fits."),
            "danger",
        ),
        "hold": (_("Wait"), _("Nothing goes back by itself. The case stays open until somebody decides."), ""),
        "unhold": (
            _("Let it go back by itself"),
            _("It goes back when its time comes, at once if that has passed."),
            "",
        ),
        "check": (_("Ask again now"), _("The payment system is asked what became of it. No money moves."), ""),
        "write_off": (_("Write off %(amount)s"), _("The business bears it. Nothing becomes due in the visit."), ""),
        "ask_again": (
            _("Ask the client for %(amount)s again"),
            _("It becomes due in the visit; send a link or take it at the desk. Nothing is sent by itself."),
            "",
        ),
    }
    label, text, tone = texts[decision]
    return label % words, text, tone
