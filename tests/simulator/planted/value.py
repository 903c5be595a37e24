"""What could be wrong about balances: gift cards, memberships, points, cashback, credit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from unittest import mock

from django.db.models import F

from quittance.bills.models import Bill, BillLine
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows import _beside, _returning, _value, spend_wallet, take_tender
from quittance.flows.spend_wallet import Asked
from quittance.payments.models import Payment, Refund
from quittance.wallets import actions as wallets
from quittance.wallets import queries
from quittance.wallets.actions import Moved
from quittance.wallets.models import Wallet, WalletHold
from tests.simulator.planted.bug import planted


@planted(
    "balance check-then-write",
    "The balance is read, the visit is prepared, and then what was read less the amount is written.",
    caught_by=("S10", "crash"),
    profiles=("crowd", "crowd of answers", "storm"),
    favours=("sell", "spend"),
)
def balance_check_then_write() -> Iterator[None]:
    read: dict[int, int] = {}
    look = spend_wallet._wallet

    def look_once(bill: Bill, asked: Asked, now: datetime) -> Wallet:
        wallet = look(bill, asked, now)
        read[wallet.pk] = wallet.balance
        return wallet

    def write(*, wallet: Wallet, units: int, now: datetime) -> Moved:
        left = read[wallet.pk] - units
        Wallet.objects.filter(pk=wallet.pk).update(balance=left, moves=F("moves") + 1)
        wallet.refresh_from_db()
        return Moved(wallet.pk, wallet.business_id, wallet.moves, -units)

    def as_read(wallet: Wallet) -> int:
        return read.get(wallet.pk, wallet.balance)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(spend_wallet, "_wallet", look_once))
        stack.enter_context(mock.patch.object(wallets, "spend", write))
        stack.enter_context(mock.patch.object(queries, "free_units", as_read))
        yield


@planted(
    "void forgets the balance",
    "A gift card payment that was typed wrongly is voided, and the card stays as empty as it was.",
    caught_by=("S10",),
    profiles=("calm", "storm"),
    favours=("sell", "spend", "void"),
)
def void_forgets_the_balance() -> Iterator[None]:
    def put_nothing(*, wallet: Wallet, units: int) -> Moved:
        return wallets.put_on(wallet=wallet, units=0)

    wrong = mock.Mock(wraps=wallets)
    wrong.put_on = put_nothing
    with mock.patch.object(take_tender, "wallets", wrong):
        yield


@planted(
    "card handed out before it is paid",
    "A gift card gets its code as soon as anything at all is paid of the visit.",
    caught_by=("S10",),
    profiles=("calm", "post", "storm"),
    favours=("sell", "take"),
)
def card_before_money() -> Iterator[None]:
    def is_begun(bill: Bill) -> bool:
        return bill.ended_at is None and bill.settled_minor > 0

    hand_out = _value._hand_out

    def whole(bill: Bill, line: BillLine, _paid_minor: int, actor: Actor, now: datetime) -> None:
        hand_out(bill, line, line.gross_minor, actor, now)

    with mock.patch.object(_value, "_is_covered", is_begun), mock.patch.object(_value, "_hand_out", whole):
        yield


@planted(
    "refunded card keeps its value",
    "The money for a gift card goes back to the client, who keeps the card.",
    caught_by=("S10",),
    profiles=("calm", "post", "storm"),
    favours=("sell", "take", "refund"),
)
def refunded_card_keeps_its_value() -> Iterator[None]:
    with mock.patch.object(_returning, "sync_value", return_value=None):
        yield


@planted(
    "credit in major units",
    "Credit for a cancelled visit is put on as if every currency had cents.",
    caught_by=("S10", "S1", "crash"),
    profiles=("calm", "storm"),
    favours=("take", "cancel"),
)
def credit_in_major_units() -> Iterator[None]:
    put = _returning._put_on_wallet

    def in_cents(refund: Refund) -> Moved | None:
        if refund.wallet is None or refund.wallet.kind != "credit":
            return put(refund)
        amount = Money(refund.amount_minor, refund.currency)
        return wallets.put_on(wallet=refund.wallet, units=int(amount.decimal * 100))

    with mock.patch.object(_returning, "_put_on_wallet", in_cents):
        yield


@planted(
    "hold released twice",
    "Whatever ends a payment gives back what was set aside for it, also when that was given back before.",
    caught_by=("S10",),
    profiles=("api", "storm", "crowd"),
    favours=("sell", "press_pay", "stop"),
)
def hold_released_twice() -> Iterator[None]:
    def release(*, held: WalletHold, now: datetime) -> bool:
        WalletHold.objects.filter(pk=held.pk, state="held").update(state="released", ended_at=now)
        freed = Wallet.objects.filter(pk=held.wallet_id, held__gte=held.amount).update(held=F("held") - held.amount)
        held.refresh_from_db()
        return bool(freed)

    def release_beside(*, payment: Payment, now: datetime) -> None:
        for held in wallets.holds_beside(business_id=payment.business_id, payment_id=payment.pk):
            release(held=held, now=now)
        Payment.objects.filter(pk=payment.pk).update(value_minor=0)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(wallets, "release", release))
        stack.enter_context(mock.patch.object(_beside, "release_beside", release_beside))
        yield


@planted(
    "hold kept when the page ends",
    "A page that the client let run out leaves the gift card set aside.",
    caught_by=("S10",),
    profiles=("calm", "post", "storm"),
    favours=("sell", "press_pay", "stop"),
)
def hold_kept() -> Iterator[None]:
    with mock.patch.object(_beside, "release_beside", return_value=None):
        yield
