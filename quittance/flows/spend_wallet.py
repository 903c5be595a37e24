"""The desk takes value for money: a gift card, a visit of a membership, points, cashback or credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.bills import actions as bills
from quittance.bills.actions import FromWallet
from quittance.bills.models import Bill, BillLine, Tender
from quittance.bills.queries import facts
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows._value import lock_value, sync_value
from quittance.flows._visits import bill_of_visit
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import RefusedError
from quittance.payments.queries import processing_minor
from quittance.rows.amounts import amount_words
from quittance.wallets import actions as wallets
from quittance.wallets import queries
from quittance.wallets.actions import Because, NotEnoughError
from quittance.wallets.models import GIFT_CARD, MEMBERSHIP, POINTS, Wallet
from quittance.wallets.worth import point_value_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the desk wants taken: the client's own wallet by its id, or a gift card by its code.

    Without an amount: as much as is due and the wallet can pay. `line_id` is what a membership pays for.
    """

    wallet_id: int | None = None
    code: str = ""
    amount: Money | None = None
    line_id: int | None = None


def spend(
    *,
    actor: Actor,
    visit_id: int,
    asked: Asked,
    expected_version: int | None,
    decision: Decision = Decision(),
    now: datetime,
) -> dict[str, Any]:
    """Take the value and settle with it, both or neither; returns {"tender", "amount_minor", "version"}.

    Never more than is due: value is not handed back as change.
    """
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.TAKE_TENDERS, bill.location_id)
    wallet_id = _wallet(bill, asked, now).pk

    def work(locked: Bill) -> dict[str, int]:
        if locked.ended_at is not None:
            raise RefusedError(_("This visit was cancelled. Nothing is due."))
        lock_value(locked, also=[wallet_id])
        wallet = Wallet.objects.get(business_id=locked.business_id, pk=wallet_id)
        owed = facts(locked).due - Money(processing_minor(locked), locked.currency)
        if not owed.is_positive:
            raise RefusedError(_("Nothing is due."))
        amount, units = (
            _of_line(locked, wallet, asked, owed)
            if wallet.kind == MEMBERSHIP
            else _of_worth(locked, wallet, asked, owed)
        )
        tender = _take(locked, wallet, amount, units, asked.line_id, actor, now)
        sync_value(bill=locked, actor=actor, now=now, strict=True)
        return {"tender": tender.pk, "amount_minor": amount.minor}

    change = Change(actor, bill.pk, expected_version, f"tender.{_wallet(bill, asked, now).kind}", decision)
    return change_due(change=change, now=now, work=work)


def _wallet(bill: Bill, asked: Asked, now: datetime) -> Wallet:
    """Refused with a sentence when it cannot pay for this visit at all."""
    if asked.wallet_id is not None:
        wallet = queries.wallet_by_id(business_id=bill.business_id, wallet_id=asked.wallet_id)
        if wallet is None or bill.client_id is None or wallet.client_id != bill.client_id:
            raise RefusedError(_("This client has no such balance."))
    else:
        wallet = queries.card_by_code(business_id=bill.business_id, code=asked.code)
        if wallet is None:
            raise RefusedError(_("No gift card has this code. Check it letter by letter."))
    name = _("This gift card") if wallet.kind == GIFT_CARD else _("This balance")
    if wallet.blocked_at is not None:
        raise RefusedError(_("%(name)s was taken back and pays nothing any more.") % {"name": name})
    if wallet.expires_at is not None and wallet.expires_at <= now:
        raise RefusedError(_("%(name)s has ended.") % {"name": name})
    if wallet.currency and wallet.currency != bill.currency:
        raise RefusedError(
            _("%(name)s is in %(currency)s, this visit in %(other)s.")
            % {"name": name, "currency": wallet.currency, "other": bill.currency}
        )
    return wallet


def _of_worth(bill: Bill, wallet: Wallet, asked: Asked, owed: Money) -> tuple[Money, int]:
    """The amount, and the units that it takes; a part of a point is a whole one."""
    value = 1
    if wallet.kind == POINTS:
        value = point_value_minor(business_id=bill.business_id, location_id=bill.location_id)
        if not value:
            raise RefusedError(_("Points cannot be spent here. Set what a point pays under Catalog."))
    worth = Money(queries.free_units(wallet) * value, bill.currency)
    amount = asked.amount or Money(min(owed.minor, worth.minor), bill.currency)
    if asked.amount is not None and not amount.is_positive:
        raise RefusedError(_("Type an amount above zero."))
    if amount > worth or not amount.is_positive:
        if not worth.is_positive:
            raise RefusedError(_("Nothing is left on it."))
        raise RefusedError(_("Only %(worth)s is left on it.") % {"worth": amount_words(worth)})
    if amount > owed:
        raise RefusedError(_("Only %(owed)s is due.") % {"owed": amount_words(owed)})
    return amount, -(-amount.minor // value)


def _of_line(bill: Bill, wallet: Wallet, asked: Asked, owed: Money) -> tuple[Money, int]:
    """A membership pays for one line of its services, with a visit for each time it was done."""
    own = BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, removed_at__isnull=True)
    line = own.filter(pk=asked.line_id or 0, kind="service").first()
    if line is None:
        raise RefusedError(_("Choose the service that the membership pays for."))
    covered = queries.covered_services(wallet)
    if covered is not None and line.service_id not in covered:
        raise RefusedError(_("“%(name)s” does not include %(service)s.") % {"name": wallet.name, "service": line.name})
    if line.price_open:
        raise RefusedError(_("Set the price of this service first."))
    standing = Tender.objects.filter(business_id=bill.business_id, covers_line=line, voided_at__isnull=True)
    if standing.filter(returned_minor=0).exists():
        raise RefusedError(_("A membership has paid for this service already."))
    amount = Money(min(line.gross_minor, owed.minor), bill.currency)
    if not amount.is_positive:
        raise RefusedError(_("This service costs nothing."))
    return amount, 0 if wallet.unit == "period" else line.quantity


def _take(
    bill: Bill, wallet: Wallet, amount: Money, units: int, line_id: int | None, actor: Actor, now: datetime
) -> Tender:
    try:
        moved = wallets.spend(wallet=wallet, units=units, now=now)
    except NotEnoughError:
        raise RefusedError(_("There is not enough left on it. Look at the balance again.")) from None
    tender = bills.take_tender(
        bill=bill,
        kind=wallet.kind,
        amount=amount,
        actor=actor,
        now=now,
        method_label=f"·{wallet.last4}" if wallet.last4 else wallet.name[:80],
        value=FromWallet(
            wallet_id=wallet.pk, units=units, covers_line_id=line_id if wallet.kind == MEMBERSHIP else None
        ),
    )
    because = Because(why="spent", bill_id=bill.pk, tender_id=tender.pk)
    wallets.note(moved=moved, because=because, actor=actor, now=now)
    return tender
