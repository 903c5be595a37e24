"""A gift card, points and the like beside an online rest: set aside with the payment, taken with it or released once.

Inside the caller's transaction, which holds the bill. A hold stands as long as its payment can be paid: while it is
open and not superseded, or processing. Money that lands after the release takes the value anew where it is still
free; where it is not, the visit is part paid and a case says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills import cases
from quittance.bills.actions import FromWallet
from quittance.bills.models import Bill, Tender
from quittance.bills.queries import facts
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows._value import lock_value
from quittance.payments import actions as payments
from quittance.payments import refund_actions
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.queries import processing_minor
from quittance.wallets import actions as wallets
from quittance.wallets.actions import Because, Beside, Moved, NotEnoughError
from quittance.wallets.models import GIFT_CARD, OF_CLIENT, POINTS, Wallet, WalletHold
from quittance.wallets.worth import Share, part_of, point_value_minor, shares_of

MAX_WALLETS = 4


def can_pay(wallet: Wallet, bill: Bill, *, now: datetime) -> bool:
    """Whether a client may use it for this bill: a gift card is whoever's has its code, all else is their own."""
    is_own = wallet.client_id is not None and wallet.client_id == bill.client_id
    ended = wallet.expires_at is not None and wallet.expires_at <= now
    return (
        wallet.business_id == bill.business_id
        and (wallet.kind == GIFT_CARD or (wallet.kind in OF_CLIENT and is_own))
        and wallet.blocked_at is None
        and not ended
        and wallet.currency in ("", bill.currency)
    )


def shares_for(
    *,
    bill: Bill,
    wallet_ids: Sequence[int],
    ask: Money,
    least_rest: Money,
    freed: Mapping[int, int] | None = None,
    now: datetime,
) -> tuple[Share, ...]:
    """What each of the chosen wallets pays of what is asked, as they stand now; what cannot pay is left out.

    `freed`: units by wallet that are set aside and will be free by then.
    """
    wanted = wallet_ids[:MAX_WALLETS]
    if not wanted:
        return ()
    rows = Wallet.objects.filter(business_id=bill.business_id, pk__in=wanted)
    found = sorted((row for row in rows if can_pay(row, bill, now=now)), key=lambda row: wanted.index(row.pk))
    for row in found:
        row.held -= (freed or {}).get(row.pk, 0)
    point_minor = 0
    if any(row.kind == POINTS for row in found):
        point_minor = point_value_minor(business_id=bill.business_id, location_id=bill.location_id)
    return shares_of(wallets=found, ask=ask, least_rest=least_rest, point_minor=point_minor)


def wallets_beside(payment: Payment) -> frozenset[int]:
    """The wallets that something is set aside on for this payment."""
    if not payment.value_minor:
        return frozenset()
    held = wallets.holds_beside(business_id=payment.business_id, payment_id=payment.pk)
    return frozenset(one.wallet_id for one in held if one.state == "held")


def hold_beside(*, payment: Payment, shares: Iterable[Share], now: datetime) -> None:
    """Set the shares aside, in the transaction that writes the payment. The wallets are locked."""
    for share in shares:
        pays = share.pays.minor
        beside = Beside(bill_id=payment.bill_id, payment_id=payment.pk, pays_minor=pays)
        wallets.hold(wallet=share.wallet, units=share.units, beside=beside, now=now)
        payment.value_minor += pays
    payment.save(update_fields=["value_minor"])


def release_beside(*, payment: Payment, now: datetime) -> None:
    """What was set aside for the payment is free again; repeating it changes nothing."""
    if not payment.value_minor:
        return
    lock_value(payment.bill)
    for held in wallets.holds_beside(business_id=payment.business_id, payment_id=payment.pk):
        if wallets.release(held=held, now=now):
            payment.value_minor -= held.pays_minor
    payment.save(update_fields=["value_minor"])


def supersede(*, payment: Payment, now: datetime) -> None:
    """Free the bill's place, and with it what was set aside."""
    payments.supersede(payment=payment, now=now)
    release_beside(payment=payment, now=now)


def finish(*, payment: Payment, state: str, now: datetime, decline_reason: str = "") -> bool:
    """failed, expired or ended: nothing is set aside any more. False when it was final before."""
    changed = payments.mark_final(payment=payment, state=state, now=now, decline_reason=decline_reason)
    if changed:
        release_beside(payment=payment, now=now)
    return changed


def keep_page_right(bill: Bill, now: datetime) -> None:
    """The page that is open asks what is due, or its place is free."""
    payable = facts(bill).due.minor - processing_minor(bill)
    wrong = refund_actions.keep_page_right(bill=bill, payable_minor=payable, now=now)
    if wrong is not None:
        release_beside(payment=wrong, now=now)


def land_beside(*, bill: Bill, payment: Payment, actor: Actor, now: datetime) -> None:
    """The online money is a tender: what stood beside it becomes one too, as far as it is still due.

    The wallets are locked. What was released is taken anew, or missed by a case.
    """
    missing = taken = 0
    left = facts(bill).due.minor
    for held in wallets.holds_beside(business_id=payment.business_id, payment_id=payment.pk):
        pays = min(held.pays_minor, left)
        moved = _capture(held, pays, now)
        if moved is None:
            missing += pays
            continue
        units = -moved.change
        share = Share(held.wallet, units, Money(pays, bill.currency))
        hold_id = held.pk if held.state == "captured" else None
        tender = settle_with(bill=bill, share=share, moved=moved, actor=actor, now=now, hold_id=hold_id)
        wallets.name_tender(held=held, tender_id=tender.pk)
        left -= pays
        taken += pays
    _note_value(payment, taken)
    if missing:
        cases.open_case(
            business_id=bill.business_id,
            kind=cases.VALUE_GONE,
            amount=Money(missing, bill.currency),
            now=now,
            bill=bill,
            payment_id=payment.pk,
        )


def _capture(held: WalletHold, pays: int, now: datetime) -> Moved | None:
    """None: nothing is taken. A hold that is too much by now is released, and what is due taken off the wallet."""
    if held.state == "held" and pays == held.pays_minor:
        return wallets.capture(held=held, now=now)
    wallets.release(held=held, now=now)
    if pays <= 0:
        return None
    units = part_of(held.amount, part_minor=pays, whole_minor=held.pays_minor)
    try:
        return wallets.spend(wallet=held.wallet, units=units, now=now)
    except NotEnoughError:
        return None


def _note_value(payment: Payment, taken_minor: int) -> None:
    if payment.value_minor != taken_minor:
        payment.value_minor = taken_minor
        payment.save(update_fields=["value_minor"])
    if taken_minor and payment.link_id is not None:
        PaymentLink.objects.filter(pk=payment.link_id).update(value_minor=F("value_minor") + taken_minor)


def take_at_once(*, bill: Bill, link: PaymentLink, shares: Iterable[Share], actor: Actor, now: datetime) -> None:
    """The shares cover all that is asked: nobody outside is needed. NotEnoughError undoes it all."""
    for share in shares:
        moved = wallets.spend(wallet=share.wallet, units=share.units, now=now)
        settle_with(bill=bill, share=share, moved=moved, actor=actor, now=now)
        link.value_minor += share.pays.minor
    link.save(update_fields=["value_minor"])


def settle_with(
    *, bill: Bill, share: Share, moved: Moved, actor: Actor, now: datetime, hold_id: int | None = None
) -> Tender:
    """A tender of value, with its entry and its trace. The units have left the wallet already."""
    wallet = share.wallet
    tender = bills.take_tender(
        bill=bill,
        kind=wallet.kind,
        amount=share.pays,
        actor=actor,
        now=now,
        method_label=f"·{wallet.last4}" if wallet.last4 else wallet.name[:80],
        value=FromWallet(wallet_id=wallet.pk, units=share.units),
    )
    because = Because(why="spent", bill_id=bill.pk, tender_id=tender.pk, hold_id=hold_id)
    wallets.note(moved=moved, because=because, actor=actor, now=now)
    audit.record(
        actor=actor,
        location_id=bill.location_id,
        action=f"tender.{wallet.kind}",
        subject=("bill", bill.pk),
        now=now,
        detail={"tender": tender.pk, "amount_minor": share.pays.minor, "to_version": bill.version},
    )
    return tender
