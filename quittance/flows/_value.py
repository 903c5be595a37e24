"""What a bill hands out, takes back and lets earn, kept in step with what is paid of it.

Inside the caller's transaction, which holds the bill. What was sold as value is handed out once, when the bill is
covered; from then on so many of its units stand as are paid for. Wallets are locked by id before any number is
drawn: call `lock_value` first, `sync_value` last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet, Sum

from quittance.bills import cases
from quittance.bills.actions import VALUE_TENDERS
from quittance.bills.models import Bill, BillLine, Tender
from quittance.bills.queries import facts
from quittance.calendar import bill_key
from quittance.catalog.models import EarningRule
from quittance.core.actor import Actor
from quittance.core.money import Money, exponent
from quittance.flows.errors import RefusedError
from quittance.outbox import actions as outbox
from quittance.payments.models import Dispute
from quittance.wallets import actions as wallets
from quittance.wallets import queries
from quittance.wallets.actions import Because, NotEnoughError
from quittance.wallets.models import CASHBACK, OF_CLIENT, POINTS, Wallet, WalletEntry, WalletHold

VALUE_LINES: Final = ("membership", "gift_card")


def lock_value(bill: Bill, *, also: Iterable[int] = ()) -> None:
    """Every wallet that a change of this bill may touch, and those named, under its lock."""
    rows = Wallet.objects.filter(business_id=bill.business_id)
    paid = Tender.objects.filter(business_id=bill.business_id, bill_id=bill.pk, wallet__isnull=False)
    lines = _value_lines(bill).values("pk")
    held = WalletHold.objects.filter(business_id=bill.business_id, bill_id=bill.pk)
    of_bill = Q(issued_line_id__in=lines) | Q(pk__in=paid.values("wallet_id")) | Q(pk__in=held.values("wallet_id"))
    if bill.client_id is not None:
        of_bill |= Q(client_id=bill.client_id, kind__in=OF_CLIENT)
    wallets.lock(business_id=bill.business_id, wallet_ids=[*rows.filter(of_bill).values_list("pk", flat=True), *also])


def sync_value(*, bill: Bill, actor: Actor, now: datetime, strict: bool) -> None:
    """Hand out, take back and let earn what is right for the bill as it stands now; repeating it changes nothing.

    `strict`: RefusedError when what must be taken back was used already. Without it, as for money that a payment
    system has moved already, what is left of it is taken, and a case tells what is missing.
    """
    lines = {line.pk: line for line in _value_lines(bill)}
    if lines:
        left = min(bill.settled_minor + bill.disputed_minor - _lost_minor(bill), bill.total_minor)
        handed_out = queries.issued_on(business_id=bill.business_id, line_ids=lines)
        for wallet in handed_out:
            line = lines.pop(wallet.issued_line_id or 0)
            paid = 0 if line.removed_at else max(0, min(line.gross_minor, left))
            left -= paid
            target = 0 if line.removed_at else _standing(wallet.issued_units, wallet.unit, line, paid)
            _bring(bill, wallet, line, target, actor, now, strict=strict)
        if _is_covered(bill):
            for line in lines.values():
                if line.removed_at is None:
                    paid = max(0, min(line.gross_minor, left))
                    left -= paid
                    _hand_out(bill, line, paid, actor, now)
    _let_earn(bill, actor, now)


def is_handed_out(line: BillLine) -> bool:
    """Whether the line's card or membership is with the client: it cannot be changed any more."""
    return Wallet.objects.filter(business_id=line.business_id, issued_line_id=line.pk, standing_units__gt=0).exists()


def expires_after(now: datetime, months: int | None, *, time_zone: str) -> datetime | None:
    """The end of the day, at the location, so many months later; the 29th of February becomes the 28th."""
    if months is None:
        return None
    zone = ZoneInfo(time_zone)
    first = now.astimezone(zone).date()
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    day = min(first.day, _days_in(year, month + 1))
    after = date(year, month + 1, day) + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=zone)


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _value_lines(bill: Bill) -> QuerySet[BillLine]:
    return BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, kind__in=VALUE_LINES).order_by("pk")


def _lost_minor(bill: Bill) -> int:
    """What a bank has decided for the client and nobody here has dealt with: it is gone, though still disputed."""
    if not bill.disputed_minor:
        return 0
    lost = Dispute.objects.filter(business_id=bill.business_id, bill_id=bill.pk, state="lost", decision="")
    return int(lost.aggregate(sum=Sum("within_minor"))["sum"] or 0)


def _is_covered(bill: Bill) -> bool:
    return bill.ended_at is None and not bill.price_open and not facts(bill).due.is_positive


def _standing(issued_units: int, unit: str, line: BillLine, paid_minor: int) -> int:
    """How many units are paid for: of a card in proportion, of a membership all or none."""
    if paid_minor >= line.gross_minor:
        return issued_units
    return issued_units * paid_minor // line.gross_minor if unit == "money" else 0


def _bring(
    bill: Bill, wallet: Wallet, line: BillLine, target: int, actor: Actor, now: datetime, *, strict: bool
) -> None:
    was_used = wallet.unit == "period" and _is_used(wallet)
    less = wallet.standing_units - target
    missing = 0
    if less > 0 and (queries.free_units(wallet) < less or was_used):
        if strict:
            raise RefusedError(_used(wallet))
        taken = 0 if was_used else queries.free_units(wallet)
        missing, target = less - taken, wallet.standing_units - taken
    _tell_missing(bill, wallet, line, missing, now)
    if target == wallet.standing_units:
        return
    try:
        moved = wallets.stand(wallet=wallet, units=target, now=now)
    except NotEnoughError:
        raise RefusedError(_used(wallet)) from None
    why = "issued" if moved.change > 0 else "taken_back"
    wallets.note(moved=moved, because=Because(why=why, bill_id=bill.pk, line_id=line.pk), actor=actor, now=now)


def _tell_missing(bill: Bill, wallet: Wallet, line: BillLine, missing: int, now: datetime) -> None:
    """The case of value that was used although its money went back; told once, and closed when it is paid for again."""
    subject = f"wallet {wallet.pk}"
    if not missing:
        cases.resolve_subject(
            business_id=bill.business_id, kind=cases.VALUE_SPENT, subject=subject, resolution="paid again", now=now
        )
        return
    minor = missing if wallet.unit == "money" else line.gross_minor * missing // wallet.issued_units
    case = cases.open_case(
        business_id=bill.business_id,
        kind=cases.VALUE_SPENT,
        amount=Money(minor, bill.currency),
        now=now,
        bill=bill,
        subject=subject,
        detail={"wallet": wallet.pk, "name": f"·{wallet.last4}" if wallet.last4 else wallet.name},
    )
    cases.correct(case=case, amount_minor=minor)


def _is_used(wallet: Wallet) -> bool:
    own = Tender.objects.filter(business_id=wallet.business_id, wallet_id=wallet.pk, voided_at__isnull=True)
    return own.filter(returned_minor__lt=F("amount_minor")).exists()


def _used(wallet: Wallet) -> str:
    if wallet.last4:
        return (
            f"The gift card ending in {wallet.last4}, sold in this visit, was used already. "
            "Only what is left on it can be taken back."
        )
    return f"“{wallet.name}”, sold in this visit, was used already and cannot be taken back."


def _hand_out(bill: Bill, line: BillLine, paid_minor: int, actor: Actor, now: datetime) -> None:
    """Where more went back than the services cost in the end, a card is handed out for what remains."""
    zone = bill.location.time_zone
    if line.gift_card_type is not None:
        card_type = line.gift_card_type
        wallet = wallets.issue_gift_card(
            type_=card_type,
            line_id=line.pk,
            client_id=bill.client_id,
            currency=bill.currency,
            expires_at=expires_after(now, card_type.valid_months, time_zone=zone),
            now=now,
        )
    elif line.membership_type is not None and bill.client_id is not None:
        type_ = line.membership_type
        wallet = wallets.issue_membership(
            type_=type_,
            line_id=line.pk,
            client_id=bill.client_id,
            expires_at=expires_after(now, type_.valid_months, time_zone=zone),
            now=now,
        )
    else:
        return
    units = _standing(wallet.issued_units, wallet.unit, line, paid_minor)
    moved = wallets.stand(wallet=wallet, units=units, now=now)
    wallets.note(moved=moved, because=Because(why="issued", bill_id=bill.pk, line_id=line.pk), actor=actor, now=now)
    visit_id = bill_key.visit_id_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    outbox.record(
        business_id=bill.business_id,
        location_id=bill.location_id,
        name="wallet.issued",
        subject={"wallet": wallet.pk, "bill": bill.pk, **({"visit": visit_id} if visit_id else {})},
        now=now,
    )


def _let_earn(bill: Bill, actor: Actor, now: datetime) -> None:
    """Points and cashback for what was paid with money, cards and memberships left out."""
    if bill.client_id is None:
        return
    rule = EarningRule.objects.filter(business_id=bill.business_id, location_id=bill.location_id).first()
    earned = dict(
        WalletEntry.objects.filter(business_id=bill.business_id, bill_id=bill.pk, why="earned")
        .values_list("wallet__kind")
        .annotate(sum=Sum("change"))
    )
    if rule is None and not any(earned.values()):
        return
    base = _earning_minor(bill)
    points = base * rule.points_per_unit // 10 ** exponent(bill.currency) if rule else 0
    cashback = base * rule.cashback_ppm // 1_000_000 if rule else 0
    for kind, currency, target in ((CASHBACK, bill.currency, cashback), (POINTS, "", points)):
        before = earned.get(kind, 0)
        # A bill that is not covered, or has ended, earns nothing more; what it lost is given up.
        wanted = target if _is_covered(bill) else min(before, target)
        if wanted != before:
            _earn(bill, kind, currency, wanted - before, actor, now)


def _earn(bill: Bill, kind: str, currency: str, change: int, actor: Actor, now: datetime) -> None:
    wallet = wallets.wallet_of_client(
        business_id=bill.business_id, client_id=bill.client_id or 0, kind=kind, currency=currency, now=now
    )
    if change > 0:
        moved = wallets.put_on(wallet=wallet, units=change)
    else:
        # What was spent meanwhile stays spent.
        units = min(-change, queries.free_units(wallet))
        if not units:
            return
        moved = wallets.take_off(wallet=wallet, units=units)
    wallets.note(moved=moved, because=Because(why="earned", bill_id=bill.pk), actor=actor, now=now)


def _earning_minor(bill: Bill) -> int:
    own = {"business_id": bill.business_id, "bill_id": bill.pk}
    by_value = Tender.objects.filter(**own, kind__in=VALUE_TENDERS, voided_at__isnull=True).aggregate(
        sum=Sum(F("amount_minor") - F("returned_minor"))
    )
    sold = BillLine.objects.filter(**own, kind__in=VALUE_LINES, removed_at__isnull=True).aggregate(
        sum=Sum("gross_minor")
    )
    with_money = bill.settled_minor - (by_value["sum"] or 0)
    return max(0, min(with_money, bill.total_minor - (sold["sum"] or 0)))
