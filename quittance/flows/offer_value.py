"""What a client can pay with besides money, behind a payment link. Reading it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quittance.calendar.queries_pay import PayPage
from quittance.core.money import Money
from quittance.flows._beside import MAX_WALLETS, can_pay, shares_for
from quittance.flows._systems import open_system
from quittance.payment_systems.port import PaymentSystemError
from quittance.payments import queries as payment_queries
from quittance.wallets import actions as wallets
from quittance.wallets.models import OF_CLIENT, Wallet, WalletHold
from quittance.wallets.queries import card_by_code, usable_of_client
from quittance.wallets.worth import point_value_minor, worth_of


@dataclass(frozen=True, slots=True)
class Applied:
    """A wallet that pays, how much, and what it is still worth afterwards."""

    wallet: Wallet
    pays: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Own:
    """What the visit's client has and could pay with."""

    wallet: Wallet
    worth: Money


@dataclass(frozen=True, slots=True)
class ValueOffer:
    """`rest` is what remains to be paid online; zero: nobody outside is asked."""

    applied: tuple[Applied, ...]
    rest: Money
    own: tuple[Own, ...]
    takes_codes: bool
    # `Pay` leads to the page that is open already.
    continues: bool

    @property
    def wallet_ids(self) -> tuple[int, ...]:
        return tuple(one.wallet.pk for one in self.applied)


def offer(*, page: PayPage, chosen: Sequence[int] | None, now: datetime) -> ValueOffer:
    """What the chosen wallets pay; without a choice those that stand beside the payment that is open."""
    held = _held(page)
    point_minor = _point_minor(page) if chosen or held or page.client_has_value else 0
    currency = page.bill.currency
    if held and (chosen is None or set(chosen) == {one.wallet_id for one in held}):
        applied = tuple(
            Applied(
                one.wallet,
                Money(one.pays_minor, currency),
                worth_of(one.wallet, currency=currency, point_minor=point_minor),
            )
            for one in held
        )
    else:
        applied = _applied(page, tuple(chosen or ()), held, point_minor, now)
    ids = {one.wallet.pk for one in applied}
    rest = page.ask - sum((one.pays for one in applied), Money.zero(currency))
    may_add = len(ids) < MAX_WALLETS and rest.is_positive
    return ValueOffer(
        applied=applied,
        rest=rest,
        own=_own(page, ids, point_minor, now) if may_add else (),
        takes_codes=page.sells_gift_cards and may_add,
        continues=page.has_open_page and ids == {one.wallet_id for one in held},
    )


def card_of(*, page: PayPage, code: str, now: datetime) -> int | None:
    """The gift card of a code, if it can pay here; None in the same way for every other code."""
    card = card_by_code(business_id=page.business.pk, code=code)
    if card is None or not can_pay(card, page.bill, now=now) or card.balance <= card.held:
        return None
    return card.pk


def _held(page: PayPage) -> list[WalletHold]:
    paying = page.money.paying
    if paying is None or not page.has_open_page or not paying.value_minor:
        return []
    found = wallets.holds_beside(business_id=page.business.pk, payment_id=paying.pk)
    return [one for one in found if one.state == "held"]


def _applied(
    page: PayPage, chosen: tuple[int, ...], held: Sequence[WalletHold], point_minor: int, now: datetime
) -> tuple[Applied, ...]:
    if not chosen:
        return ()
    shares = shares_for(
        bill=page.bill,
        wallet_ids=chosen,
        ask=page.ask,
        least_rest=_least(page),
        # A choice that differs ends the page that is open, which frees what stands beside it.
        freed={one.wallet_id: one.amount for one in held},
        now=now,
    )
    return tuple(
        Applied(
            share.wallet,
            share.pays,
            worth_of(share.wallet, currency=page.bill.currency, point_minor=point_minor) - share.pays,
        )
        for share in shares
    )


def _own(page: PayPage, taken: set[int], point_minor: int, now: datetime) -> tuple[Own, ...]:
    client_id = page.bill.client_id
    if client_id is None or not page.client_has_value:
        return ()
    currency = page.bill.currency
    found = usable_of_client(business_id=page.business.pk, client_id=client_id, currency=currency, now=now)
    own = (
        Own(one, worth_of(one, currency=currency, point_minor=point_minor))
        for one in found
        if one.kind in OF_CLIENT and one.pk not in taken
    )
    return tuple(one for one in own if one.worth.is_positive)


def _point_minor(page: PayPage) -> int:
    return point_value_minor(business_id=page.business.pk, location_id=page.location.pk)


def _least(page: PayPage) -> Money:
    """The least that the payment system takes; nothing where it cannot be asked, since `Pay` will say so."""
    nothing = Money.zero(page.bill.currency)
    setting = payment_queries.method_setting(business_id=page.business.pk)
    if setting is None or setting.account is None:
        return nothing
    try:
        return open_system(setting.account).minimum(page.bill.currency)
    except PaymentSystemError:
        return nothing
