"""What clients hold. Every query takes the business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from quittance.catalog.models import MembershipService
from quittance.core.money import Money
from quittance.wallets.codes import code_mac, grouped
from quittance.wallets.models import GIFT_CARD, Wallet

_LONGEST_CODE = 60


def usable_of_client(*, business_id: int, client_id: int, currency: str, now: datetime) -> list[Wallet]:
    """What the client can pay with now, in this currency, or that has none; what ends first comes first."""
    rows = Wallet.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        business_id=business_id,
        client_id=client_id,
        currency__in=("", currency),
        blocked_at__isnull=True,
        balance__gt=F("held"),
    )
    return list(rows.order_by(F("expires_at").asc(nulls_last=True), "id"))


def card_by_code(*, business_id: int, code: str) -> Wallet | None:
    """A gift card by its whole code, whether it can pay or not."""
    if not code.strip() or len(code) > _LONGEST_CODE:
        return None
    return Wallet.objects.filter(business_id=business_id, kind=GIFT_CARD, code_mac=code_mac(code)).first()


def wallet_by_id(*, business_id: int, wallet_id: int) -> Wallet | None:
    return Wallet.objects.filter(business_id=business_id, pk=wallet_id).first()


def issued_on(*, business_id: int, line_ids: Iterable[int]) -> list[Wallet]:
    """What was handed out for lines of a bill, oldest first."""
    return list(Wallet.objects.filter(business_id=business_id, issued_line_id__in=list(line_ids)).order_by("pk"))


def covered_services(wallet: Wallet) -> frozenset[int] | None:
    """The services that a membership pays for; None: all of them."""
    rows = MembershipService.objects.filter(
        business_id=wallet.business_id, membership_type_id=wallet.membership_type_id, removed_at__isnull=True
    )
    return frozenset(rows.values_list("service_id", flat=True)) or None


def free_units(wallet: Wallet) -> int:
    return wallet.balance - wallet.held


def free_money(wallet: Wallet) -> Money:
    """What a wallet of money can pay now."""
    return Money(free_units(wallet), wallet.currency)


def shown_code(wallet: Wallet) -> str:
    """A card's code in groups of four, to hand out."""
    return grouped(wallet.code.reveal())
