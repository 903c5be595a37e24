"""Paying with a card, points and the like beside money, and looking at what is set aside."""

from __future__ import annotations

from collections.abc import Sequence

from quittance.calendar.models import Visit
from quittance.flows import take_payment
from quittance.flows.take_payment import Chosen
from quittance.wallets import actions
from quittance.wallets.actions import Because
from quittance.wallets.models import POINTS, Wallet, WalletHold
from tests.support.salon import Salon


def press(
    salon: Salon, visit: Visit, wallets: Sequence[Wallet], rest: int, **asked: object
) -> take_payment.StartResult:
    value = Chosen(tuple(one.pk for one in wallets), rest)
    return take_payment.start(token=salon.link(visit, **asked), value=value, now=salon.now, wait=lambda _seconds: None)


def open_beside(salon: Salon, visit: Visit, wallets: Sequence[Wallet], rest: int) -> str:
    result = press(salon, visit, wallets, rest)
    assert result.outcome == "redirect", result
    return result.address


def own(salon: Salon, kind: str, units: int) -> Wallet:
    currency = "" if kind == POINTS else "EUR"
    wallet = actions.wallet_of_client(
        business_id=salon.business.pk, client_id=salon.chloe.pk, kind=kind, currency=currency, now=salon.now
    )
    moved = actions.put_on(wallet=wallet, units=units)
    actions.note(moved=moved, because=Because(why="earned"), actor=salon.actor, now=salon.now)
    return wallet


def at(wallet: Wallet) -> tuple[int, int]:
    """Balance, and what of it is set aside."""
    wallet.refresh_from_db()
    return wallet.balance, wallet.held


def states() -> list[str]:
    return list(WalletHold.objects.order_by("pk").values_list("state", flat=True))
