"""The payment link of a visit: hand out the live one, or make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.bills.models import Bill
from quittance.bills.queries import facts
from quittance.calendar.queries_deposit import deposit_due
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows._asking_for import link_address
from quittance.flows._link_life import as_stored, end_by_policy, end_word, lock_link
from quittance.flows._taxation import why_mixed
from quittance.flows._visits import bill_of_visit
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import RefusedError
from quittance.flows.extend_link import set_end
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.actions import Ask
from quittance.payments.models import PaymentLink
from quittance.payments.status import is_live
from quittance.rows.amounts import amount_words
from quittance.rows.locking import in_one_transaction


@dataclass(frozen=True, slots=True)
class MadeLink:
    """`is_new` tells whether this call made the link; Send, Copy and QR all hand out the same one."""

    link_id: int
    token: str
    address: str
    is_new: bool


def make(
    *,
    actor: Actor,
    visit_id: int,
    ask: str | None = None,
    amount: Money | None = None,
    expires_at: datetime | None = None,
    decision: Decision = Decision(),
    now: datetime,
) -> MadeLink:
    """The visit's live link. `ask` None: whatever the live link asks, else all that is due.

    `all`, `deposit` (what of the services' deposits is still open) or `amount`, which is typed. `expires_at` None is
    the location's policy for a new link and the live one's own end; another end, or `UNTIL_PAID`, holds for either.

    A new ask ends the old link for ever, and its page first. Raises RefusedError with the reason when no
    link can be made: nothing due, links switched off, no payment account.
    """
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.CASHLESS_PAYMENT, bill.location_id)
    wanted = _wanted(bill, ask, amount)
    if expires_at is not None and expires_at <= now:
        raise RefusedError(_("The link's end must lie in the future."))
    live = queries.live_link_of(bill)
    if live is not None and is_live(live, now=now) and _asks_the_same(live, wanted):
        _check_payable(bill)
        if expires_at is not None and end_word(live.expires_at) != end_word(as_stored(expires_at)):
            _set_end(actor, live, expires_at, now)
        return _made(live, is_new=False)

    def work(locked: Bill) -> dict[str, int]:
        return {"link": _renew(locked, wanted, actor, expires_at, now).pk}

    change = Change(_without_request(actor), bill.pk, None, "link.made", decision)
    result: dict[str, Any] = change_due(change=change, now=now, work=work)
    link = queries.link_by_id(business_id=actor.business_id, link_id=int(result["link"]))
    return _made(link, is_new=True)


def address_of(link: PaymentLink) -> str:
    """What Send, Copy and QR hand out."""
    return link_address(link.token.reveal())


def link_ready(*, business_id: int) -> str:
    """Why no link can be made for this business, as a sentence; empty when it can."""
    setting = queries.method_setting(business_id=business_id)
    if setting is None or setting.account is None:
        return _("No payment account is connected. Connect one under Finance, Online payments.")
    if not setting.enabled:
        return _("Payment links are switched off under Finance, Online payments.")
    return ""


def why_no_link(*, bill: Bill) -> str:
    """The same for one bill, which may sell what no link can ask for together."""
    return link_ready(business_id=bill.business_id) or why_mixed(bill=bill)


def _renew(bill: Bill, wanted: Ask | None, actor: Actor, expires_at: datetime | None, now: datetime) -> PaymentLink:
    """Under the bill's lock: the live link if it fits by now, else a new one in its place."""
    live = queries.live_link_of(bill)
    if live is not None and is_live(live, now=now) and _asks_the_same(live, wanted):
        return live
    _check_payable(bill)
    if live is not None:
        reason = "replaced" if is_live(live, now=now) else "expired"
        payments.close_link(link=live, reason=reason, now=now)
    ask = wanted or Ask()
    if ask.amount is not None and ask.amount > facts(bill).due:
        raise RefusedError(_("Only %(due)s is due.") % {"due": amount_words(facts(bill).due)})
    return payments.create_link(
        bill=bill,
        ask=ask,
        expires_at=end_by_policy(location=bill.location, now=now) if expires_at is None else as_stored(expires_at),
        created_by_id=actor.user_id,
        now=now,
    )


def _set_end(actor: Actor, link: PaymentLink, expires_at: datetime, now: datetime) -> None:
    def work() -> None:
        lock_link(link)
        set_end(actor=actor, link=link, expires_at=expires_at, now=now)

    in_one_transaction(work)


def _check_payable(bill: Bill) -> None:
    if bill.ended_at is not None:
        raise RefusedError(_("This visit was cancelled. Its link takes nothing."))
    if not facts(bill).due.is_positive:
        raise RefusedError(_("Nothing is due, so there is nothing to ask for."))
    reason = why_no_link(bill=bill)
    if reason:
        raise RefusedError(reason)


def _wanted(bill: Bill, ask: str | None, amount: Money | None) -> Ask | None:
    if ask is None:
        return None
    if ask == "all":
        return Ask()
    if ask == "deposit":
        deposit = deposit_due(bill=bill)
        if not deposit.is_positive:
            raise RefusedError(_("No deposit is due for this visit."))
        return Ask("deposit", deposit)
    if ask != "amount" or amount is None:
        raise RefusedError(_("Choose what to ask for: all that is due, the deposit, or an amount."))
    if amount.currency != bill.currency or not amount.is_positive:
        raise RefusedError(_("Type an amount above zero."))
    return Ask("amount", amount)


def _asks_the_same(link: PaymentLink, wanted: Ask | None) -> bool:
    if wanted is None:
        return True
    minor = wanted.amount.minor if wanted.amount else None
    return link.ask == wanted.kind and link.ask_minor == minor


def _made(link: PaymentLink, *, is_new: bool) -> MadeLink:
    token = link.token.reveal()
    return MadeLink(link.pk, token, link_address(token), is_new)


def _without_request(actor: Actor) -> Actor:
    """The request id belongs to the outer flow (sending); making a link is repeatable by itself."""
    return Actor(
        kind=actor.kind,
        business_id=actor.business_id,
        user_id=actor.user_id,
        rights=actor.rights,
        ip=actor.ip,
    )
