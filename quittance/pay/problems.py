"""Why `Pay` did not lead to the payment page: what happened, what was taken (nothing), what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.core.direction import walled
from quittance.core.locale_format import format_money
from quittance.core.money import Money
from quittance.flows.take_payment import StartOutcome
from quittance.ui.statuses import Tone

# The link's own page tells these better than a page of their own.
SHOWN_BY_THE_PAGE: Final[frozenset[StartOutcome]] = frozenset({"closed", "nothing_due", "paid"})


@dataclass(frozen=True, slots=True)
class Problem:
    """`can_repeat`: pressing again is right; then the button stands on the page."""

    title: str
    text: str
    status: int
    tone: Tone = "waiting"
    can_repeat: bool = False
    retry_after_seconds: int = 0


def describe(outcome: StartOutcome, *, amount: Money | None) -> Problem:
    """In the active language."""
    match outcome:
        case "too_small":
            return Problem(
                _("This amount is too small to pay online"),
                _("%(amount)s is less than the payment service takes. Please pay it at the visit.")
                % {"amount": format_money(amount, get_language() or "en") if amount else ""},
                409,
            )
        case "changed":
            return Problem(
                _("The amount is another one now"),
                _("What your gift card or your points pay has changed meanwhile. Nothing was charged: look once more."),
                409,
                "progress",
            )
        case "busy":
            return Problem(
                _("Your visit is being changed right now"),
                _("The amount may be different in a moment. Nothing was charged. Try again in a minute."),
                409,
                "progress",
                can_repeat=True,
                retry_after_seconds=20,
            )
        case "too_many":
            return Problem(
                _("Please wait a minute"),
                _(
                    "Nothing was charged. Your visit stays as it is and this link stays valid: try again in a few "
                    "minutes, or pay at the visit."
                ),
                429,
                retry_after_seconds=600,
            )
        case "unclear":
            return Problem(
                _("The payment page is slow to answer"),
                _("Nothing was charged. Press again: you will get the same payment page, never a second one."),
                503,
                can_repeat=True,
                retry_after_seconds=10,
            )
        case "unavailable":
            return Problem(
                _("Online payment is not available at the moment"),
                _(
                    "Nothing was charged. Your visit stays as it is and this link stays valid: try again in a few "
                    "minutes, or pay at the visit."
                ),
                503,
                can_repeat=True,
                retry_after_seconds=60,
            )
        case _:
            return Problem(
                _("Online payment is not available here"),
                _("Nothing was charged. Please tell us, or pay at the visit: this page cannot take the payment."),
                503,
                "alert",
            )


def renewal_waits() -> Problem:
    return Problem(
        _("Your visit is being changed right now"),
        _("No new link was sent yet. Try again in a minute."),
        409,
        "progress",
        retry_after_seconds=60,
    )


def call_back_waits(to: str) -> Problem:
    """`to` is the masked address."""
    return Problem(
        _("We tell you when it works again"),
        _("We write to %(to)s once, as soon as online payment works. Your visit stays as it is, and so does your link.")
        % {"to": walled(to, get_language() or "en")},
        200,
        "progress",
    )
