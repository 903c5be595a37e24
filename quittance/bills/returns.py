"""Money that goes back, or that a bank holds: every movement, with its journal entry.

The caller is a flow that holds the row locks of bill and payment. Each function leaves the tender's and the
bill's caches, the version and the cases right. `moves` of a refund or a dispute numbers its entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from quittance.bills.actions import recompute
from quittance.bills.credits import add_credit, remove_credit
from quittance.bills.law_13 import held_minor
from quittance.bills.models import Bill, JournalEntry, Tender
from quittance.bills.queries import BILL_ACCOUNT, DISPUTED, REFUNDING, UNALLOCATED
from quittance.bills.tender_accounts import ROUNDING
from quittance.core.actor import Actor
from quittance.core.money import Money, in_coins


class TooMuchError(ValueError):
    """More is asked back than the tender still holds."""


@dataclass(frozen=True, slots=True)
class Undoes:
    """What a refund undoes, in minor units; `other` is money that settles nothing."""

    price_minor: int = 0
    excess_minor: int = 0
    other_minor: int = 0

    @property
    def within_minor(self) -> int:
        return self.price_minor + self.excess_minor


@dataclass(frozen=True, slots=True)
class Movement:
    """One refund's or dispute's next entry: whose it is, which number, who caused it."""

    source_account: str
    actor: Actor
    at: datetime
    serial: int
    refund_id: int | None = None
    dispute_id: int | None = None
    tender_id: int | None = None
    payment_id: int | None = None


def undone_by(*, bill: Bill, tender: Tender | None, amount: Money) -> Undoes:
    """Excess first, then price; what the tender does not hold any more settles nothing."""
    if tender is None or amount.currency != bill.currency:
        return Undoes(other_minor=amount.minor)
    within = min(amount.minor, held_minor(tender))
    excess = min(within, max(0, bill.settled_minor - bill.total_minor))
    return Undoes(price_minor=within - excess, excess_minor=excess, other_minor=amount.minor - within)


def start_return(*, bill: Bill, tender: Tender | None, undoes: Undoes, movement: Movement) -> None:
    """The money is set aside; raises TooMuchError when the tender does not hold it."""
    within = undoes.within_minor
    if not within or tender is None:
        return
    _take_from(tender, "returned_minor", within)
    if undoes.price_minor:
        add_credit(bill=bill, amount_minor=undoes.price_minor, reason="refund", refund_id=movement.refund_id)
    bill.settled_minor -= within
    bill.refunding_minor += within
    _save(bill, movement.at)
    _journal(bill, movement, within, (BILL_ACCOUNT, REFUNDING))


def finish_return(*, bill: Bill, undoes: Undoes, currency: str, movement: Movement) -> None:
    """It has reached the client."""
    within = undoes.within_minor
    if within:
        bill.refunding_minor -= within
        bill.refunded_minor += within
        _save(bill, movement.at)
        _hand_back(bill, movement, within)
    if undoes.other_minor:
        accounts = (UNALLOCATED, movement.source_account)
        _journal(bill, movement, undoes.other_minor, accounts, currency=currency)


def _hand_back(bill: Bill, movement: Movement, within: int) -> None:
    """Cash goes back in coins that exist; what they cannot make stands in the account `rounding`."""
    handed = in_coins(Money(within, bill.currency)).minor if movement.source_account == "cash" else within
    if min(handed, within):
        _journal(bill, movement, min(handed, within), (REFUNDING, movement.source_account))
    if handed < within:
        _journal(bill, movement, within - handed, (REFUNDING, ROUNDING))
    elif handed > within:
        _journal(bill, movement, handed - within, (ROUNDING, movement.source_account))


def allocate_return(*, bill: Bill, minor: int, movement: Movement) -> None:
    """What had gone back beyond the tender undoes what the tender holds after all: take its first entry back."""
    _journal(bill, movement, minor, (movement.source_account, UNALLOCATED))


def restore_price(*, bill: Bill, refund_id: int, now: datetime) -> None:
    """A refund that failed in an ended visit left its credit there; it stands again before it is counted anew."""
    remove_credit(bill=bill, refund_id=refund_id, now=now)
    recompute(bill, now=now)


def undo_return(
    *, bill: Bill, tender: Tender | None, undoes: Undoes, currency: str, had_succeeded: bool, movement: Movement
) -> None:
    """It failed: the money is the business's again, and the price stands again."""
    within = undoes.within_minor
    if within and tender is not None:
        Tender.objects.filter(pk=tender.pk).update(returned_minor=F("returned_minor") - within, returns_itself_minor=0)
        tender.refresh_from_db()
        if bill.ended_at is None:
            # An ended visit costs no more than was agreed on; there the money is too much instead.
            remove_credit(bill=bill, refund_id=movement.refund_id or 0, now=movement.at)
        bill.settled_minor += within
        if had_succeeded:
            bill.refunded_minor -= within
        else:
            bill.refunding_minor -= within
        _save(bill, movement.at)
        source = movement.source_account if had_succeeded else REFUNDING
        _journal(bill, movement, within, (source, BILL_ACCOUNT))
    if undoes.other_minor and had_succeeded:
        accounts = (movement.source_account, UNALLOCATED)
        _journal(bill, movement, undoes.other_minor, accounts, currency=currency)


def hold_disputed(*, bill: Bill, tender: Tender, within_minor: int, movement: Movement) -> None:
    """The client's bank holds it: it settles nothing and is not asked for again."""
    _take_from(tender, "disputed_minor", within_minor)
    bill.settled_minor -= within_minor
    bill.disputed_minor += within_minor
    _save(bill, movement.at)
    _journal(bill, movement, within_minor, (BILL_ACCOUNT, DISPUTED))


def release_disputed(*, bill: Bill, tender: Tender, within_minor: int, movement: Movement) -> None:
    """Won: it settles the bill as before."""
    Tender.objects.filter(pk=tender.pk).update(disputed_minor=F("disputed_minor") - within_minor)
    tender.refresh_from_db()
    bill.disputed_minor -= within_minor
    bill.settled_minor += within_minor
    _save(bill, movement.at)
    _journal(bill, movement, within_minor, (DISPUTED, BILL_ACCOUNT))


def lose_disputed(*, bill: Bill, within_minor: int, write_off: bool, movement: Movement) -> None:
    """A person has decided on a lost one: written off, the due does not rise; else it is asked for again.

    The tender keeps it as disputed: it can never be refunded.
    """
    short = bill.total_minor - bill.settled_minor - (bill.disputed_minor - within_minor)
    credit = min(short, within_minor)
    if write_off and credit > 0:
        add_credit(bill=bill, amount_minor=credit, reason="dispute", dispute_id=movement.dispute_id)
    bill.disputed_minor -= within_minor
    _save(bill, movement.at)
    _journal(bill, movement, within_minor, (DISPUTED, movement.source_account))


def recover_lost(*, bill: Bill, tender: Tender, within_minor: int, movement: Movement) -> None:
    """Won after all, when a person had decided already: the money is back and may be too much now."""
    Tender.objects.filter(pk=tender.pk).update(disputed_minor=F("disputed_minor") - within_minor)
    tender.refresh_from_db()
    bill.settled_minor += within_minor
    _save(bill, movement.at)
    _journal(bill, movement, within_minor, (movement.source_account, BILL_ACCOUNT))


def _take_from(tender: Tender, column: str, minor: int) -> None:
    holds = Tender.objects.filter(
        pk=tender.pk,
        voided_at__isnull=True,
        amount_minor__gte=F("returned_minor") + F("disputed_minor") + minor,
    )
    if not holds.update(**{column: F(column) + minor}):
        raise TooMuchError
    tender.refresh_from_db()


def _save(bill: Bill, now: datetime) -> None:
    bill.save(update_fields=["settled_minor", "refunding_minor", "refunded_minor", "disputed_minor"])
    recompute(bill, now=now)


def _journal(
    bill: Bill, movement: Movement, minor: int, accounts: tuple[str, str], *, currency: str | None = None
) -> None:
    JournalEntry.objects.create(
        business_id=bill.business_id,
        bill_id=bill.pk,
        tender_id=movement.tender_id,
        payment_id=movement.payment_id,
        refund_id=movement.refund_id,
        dispute_id=movement.dispute_id,
        serial=movement.serial,
        kind="refund" if movement.refund_id is not None else "dispute",
        from_account=accounts[0],
        to_account=accounts[1],
        amount_minor=minor,
        currency=currency or bill.currency,
        actor_kind=movement.actor.kind,
        actor_id=movement.actor.user_id,
        at=movement.at,
    )
