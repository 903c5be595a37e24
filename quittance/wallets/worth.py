"""How far value goes: what a wallet is worth in money, and what each of several pays of an amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from quittance.catalog.models import EarningRule
from quittance.core.money import Money
from quittance.wallets.models import POINTS, Wallet
from quittance.wallets.queries import free_units


@dataclass(frozen=True, slots=True)
class Share:
    """What one wallet pays: an amount, and the units that it takes."""

    wallet: Wallet
    units: int
    pays: Money


def point_value_minor(*, business_id: int, location_id: int) -> int:
    """What one point pays at a location; zero where points cannot be spent."""
    rules = EarningRule.objects.filter(business_id=business_id, location_id=location_id)
    return rules.values_list("point_value_minor", flat=True).first() or 0


def worth_of(wallet: Wallet, *, currency: str, point_minor: int) -> Money:
    """What its free units pay now; a membership pays for services, not for amounts."""
    if wallet.kind == POINTS:
        return Money(free_units(wallet) * point_minor, currency)
    return Money(free_units(wallet) if wallet.currency == currency else 0, currency)


def shares_of(*, wallets: Iterable[Wallet], ask: Money, least_rest: Money, point_minor: int) -> tuple[Share, ...]:
    """The wallets pay in the sequence given, until all is paid.

    What remains is nothing, or at least `least_rest`, the least that can be paid online: where it would be less, the
    last ones pay less.
    """
    left, shares = ask, []
    for wallet in wallets:
        worth = worth_of(wallet, currency=ask.currency, point_minor=point_minor)
        pays = min(left, worth)
        if pays.is_positive:
            shares.append(_share(wallet, pays, point_minor))
            left -= pays
    missing = least_rest - left
    while shares and left.is_positive and missing.is_positive:
        last = shares.pop()
        cut = min(missing, last.pays)
        missing -= cut
        if cut < last.pays:
            shares.append(_share(last.wallet, last.pays - cut, point_minor))
    return tuple(shares)


def part_of(units: int, *, part_minor: int, whole_minor: int) -> int:
    """The units of a share that pays only a part of its amount; a part of a point is a whole one."""
    return -(-units * part_minor // whole_minor)


def _share(wallet: Wallet, pays: Money, point_minor: int) -> Share:
    share = Share(wallet, pays.minor, pays)
    return replace(share, units=-(-pays.minor // point_minor)) if wallet.kind == POINTS else share


__all__ = ["Share", "part_of", "point_value_minor", "shares_of", "worth_of"]
