"""When a change needs a decision: what the person is asked, in place, with everything they typed kept.

The answer posts the same form again, the same request id with it, and adds what was decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from quittance.calendar.queries_visit import VisitWindow
from quittance.desk.visits.banner import client_name, clock_text, money_text
from quittance.flows.change_due import Decision
from quittance.flows.errors import (
    ClientIsPayingError,
    FlowError,
    PaidOnlineError,
    PaymentProcessingError,
    StillPayableError,
)

DECISIONS = ("stop_payment", "take_anyway", "insist")
# A password was checked already; it never stands in a page.
_NOT_REPEATED = ("csrfmiddlewaretoken", "decision", "your_password")


@dataclass(frozen=True, slots=True)
class Ask:
    """`decisions` are posted with `fields` when the person presses `yes`."""

    title: str
    text: str
    yes: str
    url: str
    decisions: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


def decision_of(typed: QueryDict) -> Decision:
    """What was agreed to in this form so far."""
    agreed = set(typed.getlist("decision"))
    return Decision(**{name: name in agreed for name in DECISIONS})


def ask_of(error: FlowError, *, typed: QueryDict, url: str, window: VisitWindow) -> Ask | None:
    """The question that the error leads to; None where there is nothing to decide."""
    agreed = typed.getlist("decision")

    # What the client did just now has changed the bill; the person sees it above the question and answers to that.
    seen = str(window.bill.version) if isinstance(error, (PaidOnlineError, PaymentProcessingError)) else ""

    def ask(title: str, text: str, yes: str, *more: str) -> Ask:
        return Ask(title, text, yes, url, tuple(dict.fromkeys([*agreed, *more])), _fields(typed, version=seen))

    client = client_name(window)
    if isinstance(error, ClientIsPayingError):
        words = {
            "client": client,
            "amount": money_text(error.amount),
            "since": clock_text(error.since, window),
            "free": clock_text(error.locked_until, window),
        }
        return ask(
            _("%(client)s is paying %(amount)s since %(since)s") % words,
            _("Nothing was changed yet. You can do this from %(free)s on, or stop the payment now.") % words,
            _("Stop payment and continue"),
            "stop_payment",
        )
    if isinstance(error, PaidOnlineError):
        words = {"client": client, "amount": money_text(error.amount)}
        return ask(
            _("%(client)s paid %(amount)s online just now") % words,
            _("Nothing else was changed. If you do it anyway, check whether the visit is then overpaid."),
            _("Do it anyway"),
            "insist",
            "stop_payment",
        )
    if isinstance(error, PaymentProcessingError):
        words = {"client": client, "amount": money_text(error.amount)}
        return ask(
            _("%(client)s has paid %(amount)s online; the money takes some days") % words,
            _("Nothing else was changed. If you do it anyway and the money arrives, the visit may be overpaid."),
            _("Do it anyway"),
            "insist",
            "stop_payment",
        )
    if isinstance(error, StillPayableError):
        text = _("The payment system did not confirm that the page is closed. What is paid on it later is kept.")
        if error.payable_until is not None:
            text = _("The client may still pay on it until %(until)s. What is paid later is kept and explained.") % {
                "until": clock_text(error.payable_until, window)
            }
        return ask(_("The payment page could not be closed"), text, _("Take it anyway"), "take_anyway", "stop_payment")
    return None


def ask_overpaying(*, typed: QueryDict, url: str, amount: str, owed: str) -> Ask:
    """More is taken by hand than is due."""
    return Ask(
        title=_("%(amount)s is more than is due") % {"amount": amount},
        text=_("Due now: %(owed)s. If you take it, the visit is overpaid and says so.") % {"owed": owed},
        yes=_("Take it anyway"),
        url=url,
        decisions=tuple(dict.fromkeys([*typed.getlist("decision"), "insist"])),
        fields=_fields(typed, version=""),
    )


def ask_keeping_part(*, typed: QueryDict, url: str, amounts: tuple[str, str], to: str, agreed: str) -> Ask:
    """Which part goes back, and to where; `amounts` are what goes back and what is kept."""
    words = {"back": amounts[0], "kept": amounts[1], "to": to}
    return Ask(
        title=_("Cancel, refund %(back)s and keep %(kept)s?") % words,
        text=_("%(to)s. Refunds usually take 5–10 days.") % words,
        yes=_("Cancel and refund %(back)s") % words,
        url=url,
        decisions=tuple(dict.fromkeys([*typed.getlist("decision"), agreed])),
        fields=_fields(typed, version=""),
    )


def _fields(typed: QueryDict, *, version: str) -> tuple[tuple[str, str], ...]:
    found = [(name, value) for name, values in typed.lists() if name not in _NOT_REPEATED for value in values]
    return tuple((name, version if name == "version" and version else value) for name, value in found)
