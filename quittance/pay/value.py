"""Gift cards and own points on the pay page: the choice as it travels in the address, and how often codes are tried.

The choice names wallets, signed for this link alone; a code never stands in an address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer
from django.db import OperationalError
from django.utils.translation import gettext as _

from quittance.core.money import Money
from quittance.flows.offer_value import ValueOffer
from quittance.limits.actions import count_try
from quittance.pay.problems import Problem
from quittance.pay.throttle import MinuteCounter
from quittance.wallets.models import GIFT_CARD, Wallet

WITH: Final = "with"
_MISSES_A_MINUTE: Final = 10
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One wallet on the page; `without` is the query of the page that leaves it out."""

    wallet_id: int
    label: str
    amount: Money
    left: Money | None = None
    without: str = ""


def written(wallet_ids: tuple[int, ...], *, token: str) -> str:
    return _signer(token).sign("-".join(map(str, wallet_ids)))


def chosen(text: str, *, token: str) -> tuple[int, ...] | None:
    """None: nothing was chosen, or somebody made it up."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        ids = _signer(token).unsign(text)
    except BadSignature:
        return None
    return tuple(int(one) for one in ids.split("-") if one)


def shown_applied(offer: ValueOffer, *, token: str, query: Callable[[str], str]) -> list[ShownValue]:
    """`query` makes the query of a choice."""
    return [
        ShownValue(
            one.wallet.pk,
            label(one.wallet),
            -one.pays,
            one.left,
            query(written(tuple(pk for pk in offer.wallet_ids if pk != one.wallet.pk), token=token)),
        )
        for one in offer.applied
    ]


def shown_own(offer: ValueOffer) -> list[ShownValue]:
    return [ShownValue(one.wallet.pk, label(one.wallet), one.worth) for one in offer.own]


def label(wallet: Wallet) -> str:
    """In the active language."""
    if wallet.kind == GIFT_CARD:
        return f"{_('Gift card')} ·{wallet.last4}"
    return {"points": _("Your points"), "cashback": _("Your cashback"), "credit": _("Your credit")}[wallet.kind]


def too_many_codes() -> Problem:
    return Problem(
        _("Please wait a minute"),
        _("Too many codes were tried here. Nothing was charged. Try again in a minute, or pay without a gift card."),
        429,
        retry_after_seconds=60,
    )


def is_guessing(*, token: str, ip: str, now: datetime) -> bool:
    return codes.is_blocked(key=ip, now=now) or codes.is_blocked(key=token, now=now)


def note_miss(*, token: str, ip: str, now: datetime) -> None:
    """By whom, and behind which link: neither many links nor many connections buy more guesses."""
    for key in (ip, token):
        codes.note(key=key, now=now)


def _count_for_all(key: str, now: datetime) -> int:
    try:
        return count_try(key=f"gift card code {key}", window=timedelta(minutes=1), now=now)
    except OperationalError:
        return 0


def _signer(token: str) -> Signer:
    return Signer(salt=f"quittance.pay.value {token}", sep=".")


codes = MinuteCounter(limit=_MISSES_A_MINUTE, shared=_count_for_all)
