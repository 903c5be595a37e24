"""Every change of a wallet. The caller is a flow with a transaction open, which locked the wallets by id.

A balance is changed by one guarded UPDATE whose row count is checked, so two desks cannot spend it twice, with
or without locks. `Moved` is that change; its entry is written by `note`, last in the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from quittance.catalog.models import GiftCardType, MembershipType
from quittance.core.actor import Actor
from quittance.wallets.codes import code_mac, new_code
from quittance.wallets.models import GIFT_CARD, MEMBERSHIP, OF_CLIENT, Wallet, WalletEntry, WalletHold


class NotEnoughError(ValueError):
    """The wallet does not hold that much, has ended, or was taken back."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A balance that has changed already."""

    wallet_id: int
    business_id: int
    serial: int
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why a balance changed, and the rows that say more."""

    why: str
    bill_id: int | None = None
    line_id: int | None = None
    tender_id: int | None = None
    refund_id: int | None = None
    hold_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The payment that a hold stands beside, its bill, and the amount that it pays of it."""

    bill_id: int
    payment_id: int
    pays_minor: int

    @property
    def subject(self) -> str:
        return f"payment {self.payment_id}"


def lock(*, business_id: int, wallet_ids: Iterable[int]) -> list[Wallet]:
    """The wallets under their row locks, by id: nobody else who does so can wait for us in a ring."""
    rows = Wallet.objects.select_for_update(no_key=True, of=("self",))
    return list(rows.filter(business_id=business_id, pk__in=set(wallet_ids)).order_by("pk"))


def spend(*, wallet: Wallet, units: int, now: datetime) -> Moved:
    """Take units off it; NotEnoughError when it does not have them free now. A period counts no units."""
    alive = Q(blocked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now)) & Q(starts_at__lte=now)
    if wallet.unit == "period":
        return _move(wallet, 0, alive & Q(balance__gt=F("held")))
    if units <= 0:
        raise NotEnoughError
    return _move(wallet, -units, alive & Q(balance__gte=F("held") + units))


def put_on(*, wallet: Wallet, units: int) -> Moved:
    """Value comes to it, or comes back: also to one that has ended, where it stands until somebody decides."""
    return _move(wallet, 0 if wallet.unit == "period" else units, Q())


def take_off(*, wallet: Wallet, units: int) -> Moved:
    """What was issued or earned is taken back, as far as it is free; NotEnoughError otherwise."""
    return _move(wallet, -units, Q(balance__gte=F("held") + units))


def note(*, moved: Moved, because: Because, actor: Actor, now: datetime) -> WalletEntry:
    """The entry of a change. It is append-only, so write it last."""
    return WalletEntry.objects.create(
        business_id=moved.business_id,
        wallet_id=moved.wallet_id,
        serial=moved.serial,
        change=moved.change,
        why=because.why,
        bill_id=because.bill_id,
        line_id=because.line_id,
        tender_id=because.tender_id,
        refund_id=because.refund_id,
        hold_id=because.hold_id,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        at=now,
    )


def issue_gift_card(
    *,
    type_: GiftCardType,
    line_id: int,
    client_id: int | None,
    currency: str,
    expires_at: datetime | None,
    now: datetime,
) -> Wallet:
    """An empty card with its code; the database refuses a second one for the line."""
    code = new_code()
    return Wallet.objects.create(
        business_id=type_.business_id,
        client_id=client_id,
        kind=GIFT_CARD,
        unit="money",
        currency=currency,
        name=type_.name,
        code=code,
        code_mac=code_mac(code),
        last4=code[-4:],
        gift_card_type=type_,
        issued_line_id=line_id,
        issued_units=type_.nominal_minor,
        starts_at=now,
        expires_at=expires_at,
    )


def issue_membership(
    *, type_: MembershipType, line_id: int, client_id: int, expires_at: datetime | None, now: datetime
) -> Wallet:
    return Wallet.objects.create(
        business_id=type_.business_id,
        client_id=client_id,
        kind=MEMBERSHIP,
        unit="visits" if type_.visits is not None else "period",
        name=type_.name,
        membership_type=type_,
        issued_line_id=line_id,
        issued_units=type_.visits or 1,
        starts_at=now,
        expires_at=expires_at,
    )


def stand(*, wallet: Wallet, units: int, now: datetime) -> Moved:
    """So many of its units are paid for now; the rest is taken off it. NotEnoughError when that was spent."""
    change = units - wallet.standing_units
    moved = _move(wallet, change, Q(balance__gte=F("held") - change) if change < 0 else Q())
    Wallet.objects.filter(pk=wallet.pk).update(standing_units=units, blocked_at=None if units else now)
    wallet.refresh_from_db()
    return moved


def wallet_of_client(*, business_id: int, client_id: int, kind: str, currency: str, now: datetime) -> Wallet:
    """The client's one wallet of this kind; made when it is first needed."""
    own = Wallet.objects.filter(
        business_id=business_id, client_id=client_id, kind=kind, currency=currency, merged_at__isnull=True
    )
    found = own.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Wallet.objects.create(
                business_id=business_id,
                client_id=client_id,
                kind=kind,
                unit="money" if currency else "points",
                currency=currency,
                starts_at=now,
            )
    except IntegrityError:
        return own.get()  # somebody else needed it at the same moment


def follow_client(*, business_id: int, emptied_id: int, kept_id: int, now: datetime) -> int:
    """Two cards of one person became one: what the emptied one holds is the kept one's. Returns how many wallets."""
    has = set(
        Wallet.objects.filter(business_id=business_id, client_id=kept_id, merged_at__isnull=True).values_list(
            "kind", "currency"
        )
    )
    moved = lock(
        business_id=business_id,
        wallet_ids=Wallet.objects.filter(business_id=business_id, client_id=emptied_id).values_list("pk", flat=True),
    )
    for wallet in moved:
        wallet.client_id = kept_id
        if wallet.kind in OF_CLIENT and (wallet.kind, wallet.currency) in has:
            wallet.merged_at = now
        wallet.save(update_fields=["client", "merged_at"])
    return len(moved)


def hold(*, wallet: Wallet, units: int, beside: Beside, now: datetime) -> WalletHold:
    """Set units aside; NotEnoughError when they are not free. One hold of a wallet for each payment."""
    free = Wallet.objects.filter(pk=wallet.pk, blocked_at__isnull=True, balance__gte=F("held") + units)
    alive = free.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    if units <= 0 or not alive.update(held=F("held") + units):
        raise NotEnoughError
    wallet.refresh_from_db()
    return WalletHold.objects.create(
        business_id=wallet.business_id,
        wallet=wallet,
        amount=units,
        subject=beside.subject,
        bill_id=beside.bill_id,
        payment_id=beside.payment_id,
        pays_minor=beside.pays_minor,
        made_at=now,
    )


def holds_beside(*, business_id: int, payment_id: int) -> list[WalletHold]:
    """All that was ever set aside for the payment, with their wallets."""
    rows = WalletHold.objects.filter(business_id=business_id, payment_id=payment_id)
    return list(rows.select_related("wallet").order_by("pk"))


def name_tender(*, held: WalletHold, tender_id: int) -> None:
    """What the hold became, or what was taken anew in its place."""
    WalletHold.objects.filter(pk=held.pk).update(tender_id=tender_id)


def release(*, held: WalletHold, now: datetime) -> bool:
    """The units are free again; False when the hold had ended before."""
    return _end(held, "released", now) and bool(
        Wallet.objects.filter(pk=held.wallet_id, held__gte=held.amount).update(held=F("held") - held.amount)
    )


def capture(*, held: WalletHold, now: datetime) -> Moved | None:
    """The units are spent; None when the hold had ended before."""
    if not _end(held, "captured", now):
        return None
    Wallet.objects.filter(pk=held.wallet_id).update(
        held=F("held") - held.amount, balance=F("balance") - held.amount, moves=F("moves") + 1
    )
    wallet = Wallet.objects.get(pk=held.wallet_id)
    return Moved(wallet.pk, wallet.business_id, wallet.moves, -held.amount)


def _end(held: WalletHold, state: str, now: datetime) -> bool:
    changed = WalletHold.objects.filter(pk=held.pk, state="held").update(state=state, ended_at=now)
    held.refresh_from_db()
    return bool(changed)


def _move(wallet: Wallet, change: int, guard: Q) -> Moved:
    changed = Wallet.objects.filter(guard, pk=wallet.pk).update(balance=F("balance") + change, moves=F("moves") + 1)
    if not changed:
        raise NotEnoughError
    wallet.refresh_from_db()
    return Moved(wallet.pk, wallet.business_id, wallet.moves, change)
