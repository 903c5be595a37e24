"""Lines of different taxation systems cannot be sold in one visit by link (B7)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.bills.models import Bill
from quittance.bills.queries import lines_of
from quittance.flows._value import VALUE_LINES
from quittance.flows.errors import RefusedError
from quittance.payments import queries
from quittance.payments.status import is_live

_MOST_NAMED = 3


def why_mixed(*, bill: Bill) -> str:
    """The sentence that names the lines; empty where all that costs something is of one taxation system."""
    names: dict[str, list[str]] = {}
    for line in lines_of(bill):
        # Value is not taxed when it is sold, only what it pays for later.
        if line.gross_minor and line.kind not in VALUE_LINES:
            found = names.setdefault(line.taxation_system, [])
            if line.name not in found:
                found.append(line.name)
    if len(names) < 2:
        return ""
    groups = [f"{_listed(lines)} ({system or _('no taxation system')})" for system, lines in names.items()]
    return _(
        "These lines cannot be sold by one link, since their taxation systems differ: %(groups)s. "
        "Take this visit at the desk, or book them as two visits."
    ) % {"groups": "; ".join(groups)}


def refuse_mixed(*, bill: Bill, now: datetime) -> None:
    """While a link can be paid, nothing of another taxation system comes beside what it asks for."""
    live = queries.live_link_of(bill)
    if live is None or not is_live(live, now=now):
        return
    reason = why_mixed(bill=bill)
    if reason:
        raise RefusedError(
            _("%(reason)s This visit has a payment link: end it first to take the visit at the desk.")
            % {"reason": reason}
        )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return _("%(lines)s and %(more)s more") % {"lines": shown, "more": more} if more > 0 else shown
