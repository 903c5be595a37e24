"""Every change of a bill. The caller is a flow that holds the bill's row lock in one transaction.

Each function that changes lines or tenders leaves the cached totals, the version and the overpayment case
right before it returns, so no caller can forget them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from quittance.bills.amounts import LineAmounts, LineError, line_amounts
from quittance.bills.cases import sync_excess_case
from quittance.bills.credits import add_credit
from quittance.bills.law_13 import returns_itself
from quittance.bills.lines import LineChange, NewLine
from quittance.bills.models import Bill, BillLine, JournalEntry, Tender
from quittance.bills.queries import UNALLOCATED
from quittance.bills.receipts import issue_cancellation, issue_receipt
from quittance.bills.tender_accounts import TenderMovement, tender_movements
from quittance.businesses.models import Location
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.rows.amounts import amount_words

HAND_TENDERS = ("cash", "card_terminal", "bank_transfer")
VALUE_TENDERS = ("gift_card", "membership", "points", "cashback", "credit")


@dataclass(frozen=True, slots=True, kw_only=True)
class FromWallet:
    """The wallet that pays, how many of its units, and the line that a membership pays for."""

    wallet_id: int
    units: int
    covers_line_id: int | None = None


def lock_bill(*, business_id: int, bill_id: int) -> Bill:
    """The bill, locked until the transaction ends; raises Bill.DoesNotExist for another business."""
    return Bill.objects.select_for_update(no_key=True, of=("self",)).get(business_id=business_id, pk=bill_id)


def open_bill(
    *, business_id: int, location: Location, client_id: int | None, service_date: date, now: datetime
) -> Bill:
    return Bill.objects.create(
        business_id=business_id,
        location=location,
        client_id=client_id,
        currency=location.currency,
        service_date=service_date,
        prices_include_tax=location.prices_include_tax,
        created_at=now,
    )


def add_line(*, bill: Bill, line: NewLine, now: datetime) -> BillLine:
    """Raises LineError with a sentence when the numbers cannot be."""
    amounts = _amounts(bill, line.unit_minor, line.quantity, line)
    last = bill.lines.aggregate(last=Max("position"))["last"]
    row = BillLine.objects.create(
        business_id=bill.business_id,
        bill=bill,
        position=0 if last is None else last + 1,
        kind=line.kind,
        service_id=line.service_id,
        product_id=line.product_id,
        membership_type_id=line.membership_type_id,
        gift_card_type_id=line.gift_card_type_id,
        staff_id=line.staff_id,
        name=line.name,
        quantity=line.quantity,
        unit_minor=line.unit_minor,
        unit_max_minor=line.unit_max_minor,
        price_open=line.unit_max_minor is not None,
        discount_ppm=line.discount_ppm,
        discount_minor=line.discount_minor,
        tax_name=line.tax_name,
        tax_ppm=line.tax_ppm,
        taxation_system=line.taxation_system,
        gross_minor=amounts.gross_minor,
        net_minor=amounts.net_minor,
        tax_minor=amounts.tax_minor,
    )
    recompute(bill, now=now)
    return row


def change_line(*, bill: Bill, line: BillLine, change: LineChange, now: datetime) -> BillLine:
    """Change quantity, price or discount; setting the price of a range closes it.

    A price outside the service's range is refused (LineError).
    """
    if change.unit_minor is not None:
        _check_range(line, change.unit_minor)
        line.unit_minor = change.unit_minor
        line.price_open = False
    line.quantity = line.quantity if change.quantity is None else change.quantity
    if change.discount_ppm is not None or change.discount_minor is not None:
        line.discount_ppm = change.discount_ppm or 0
        line.discount_minor = change.discount_minor or 0
    if line.discount_ppm and line.discount_minor:
        raise LineError(_("Give the discount as a percentage or as an amount, not both."))
    amounts = _amounts(bill, line.unit_minor, line.quantity, line)
    line.gross_minor = amounts.gross_minor
    line.net_minor = amounts.net_minor
    line.tax_minor = amounts.tax_minor
    line.save()
    recompute(bill, now=now)
    return line


def remove_line(*, bill: Bill, line: BillLine, now: datetime) -> None:
    line.removed_at = now
    line.save(update_fields=["removed_at"])
    recompute(bill, now=now)


def take_tender(  # noqa: PLR0913 - one movement of money, in full
    *,
    bill: Bill,
    kind: str,
    amount: Money,
    actor: Actor,
    now: datetime,
    source_account: str = "",
    payment_id: int | None = None,
    method_label: str = "",
    given_minor: int | None = None,
    value: FromWallet | None = None,
    rounding_minor: int = 0,
) -> Tender:
    """Money or value that settles the bill: the tender, its journal entries and its receipt, all or none.

    `source_account` is where the money is now; empty for the tenders taken by hand, whose kind, or wallet, is the
    account. The amount must be above zero and of the bill's currency. `value`: the caller has taken it off already.
    """
    if amount.currency != bill.currency:
        raise ValueError(f"a bill in {bill.currency} takes no {amount.currency}")
    too_much = returns_itself(bill=bill, kind=kind, amount_minor=amount.minor, now=now)
    tender = Tender.objects.create(
        business_id=bill.business_id,
        bill=bill,
        kind=kind,
        amount_minor=amount.minor,
        currency=amount.currency,
        given_minor=given_minor,
        payment_id=payment_id,
        method_label=method_label,
        wallet_id=value.wallet_id if value else None,
        units=value.units if value else 0,
        covers_line_id=value.covers_line_id if value else None,
        rounding_minor=rounding_minor,
        taken_at=now,
        taken_by_id=actor.user_id,
        returns_itself_minor=too_much.minor,
        returns_itself_at=too_much.at,
    )
    bill.settled_minor += amount.minor
    _grow(bill)
    sync_excess_case(bill=bill, now=now)
    issue_receipt(bill=bill, tender=tender, now=now)
    for entry in tender_movements(tender, source_account):
        _journal(bill, tender, entry, actor, now)
    return tender


def void_tender(*, bill: Bill, tender: Tender, reason: str, actor: Actor, now: datetime) -> bool:
    """Take back a tender that was entered by hand; False when it was voided, or handed back, already.

    Online money is never voided: it moved, so it is refunded.
    """
    if tender.kind == "online":
        raise ValueError("only tenders taken by hand can be voided")
    changed = Tender.objects.filter(
        business_id=bill.business_id, pk=tender.pk, bill_id=bill.pk, voided_at__isnull=True, returned_minor=0
    ).update(voided_at=now, voided_by_id=actor.user_id, void_reason=reason)
    if not changed:
        return False
    tender.refresh_from_db()
    bill.settled_minor -= tender.amount_minor
    _grow(bill)
    sync_excess_case(bill=bill, now=now)
    issue_cancellation(bill=bill, tender=tender, now=now)
    for entry in tender_movements(tender, ""):
        _journal(bill, tender, entry.undone(), actor, now)
    return True


def park_unallocated(
    *, bill: Bill, amount: Money, source_account: str, payment_id: int, actor: Actor, now: datetime
) -> None:
    """Money of another currency than the bill's: recorded, explained by a case, settling nothing."""
    JournalEntry.objects.create(
        business_id=bill.business_id,
        bill_id=bill.pk,
        payment_id=payment_id,
        kind="unallocated",
        from_account=source_account,
        to_account=UNALLOCATED,
        amount_minor=amount.minor,
        currency=amount.currency,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        at=now,
    )


def end_bill(*, bill: Bill, reason: str, keep_minor: int = 0, now: datetime) -> None:
    """Nothing is due any more (`cancelled`, `released`): a credit takes the price down to what is kept.

    What was paid stays and can be found; what is more than `keep_minor` is too much from now on.
    """
    bill.ended_at = now
    bill.ended_reason = reason
    drop = bill.total_minor - keep_minor
    if drop > 0:
        add_credit(bill=bill, amount_minor=drop, reason=reason)
    bill.save(update_fields=["ended_at", "ended_reason"])
    recompute(bill, now=now)


def move_service_date(*, bill: Bill, service_date: date) -> None:
    """The visit's day changed; what is owed did not, so the version stays."""
    Bill.objects.filter(business_id=bill.business_id, pk=bill.pk).update(service_date=service_date)
    bill.service_date = service_date


def set_client(*, bill: Bill, client_id: int) -> None:
    """Whose bill it is; what is owed stays the same, so the version does too."""
    Bill.objects.filter(business_id=bill.business_id, pk=bill.pk).update(client_id=client_id)
    bill.refresh_from_db(fields=["client"])


def freeze(*, bill: Bill, by: str, now: datetime, for_seconds: int = 60) -> None:
    """Keep everybody else from changing the due while the payment system is asked to end a page."""
    bill.frozen_by = by
    bill.frozen_until = now + timedelta(seconds=for_seconds)
    bill.save(update_fields=["frozen_by", "frozen_until"])


def unfreeze(*, bill: Bill) -> None:
    bill.frozen_by = ""
    bill.frozen_until = None
    bill.save(update_fields=["frozen_by", "frozen_until"])


def is_frozen(bill: Bill, *, now: datetime, by: str = "") -> bool:
    """Whether somebody else than `by` holds the bill now."""
    return bill.frozen_until is not None and bill.frozen_until > now and bill.frozen_by != by


def _amounts(bill: Bill, unit_minor: int, quantity: int, line: NewLine | BillLine) -> LineAmounts:
    return line_amounts(
        unit_minor=unit_minor,
        quantity=quantity,
        discount_ppm=line.discount_ppm,
        discount_minor=line.discount_minor,
        tax_ppm=line.tax_ppm,
        prices_include_tax=bill.prices_include_tax,
    )


def _check_range(line: BillLine, unit_minor: int) -> None:
    if line.service is None or line.unit_max_minor is None:
        return
    if not line.service.price_minor <= unit_minor <= line.unit_max_minor:
        low = amount_words(Money(line.service.price_minor, line.bill.currency))
        high = amount_words(Money(line.unit_max_minor, line.bill.currency))
        raise LineError(_("The price of this service lies between %(low)s and %(high)s.") % {"low": low, "high": high})


def recompute(bill: Bill, *, now: datetime) -> None:
    """Bring totals, version and cases in step with the lines; raises LineError when credits exceed the price."""
    lines = BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, removed_at__isnull=True)
    sums = lines.aggregate(gross=Sum("gross_minor"), tax=Sum("tax_minor"))
    bill.total_minor = sums["gross"] or 0
    bill.tax_minor = sums["tax"] or 0
    if bill.total_minor < 0:
        raise LineError(_("A part of this price was taken back already. The total cannot be less than zero."))
    bill.price_open = bill.ended_at is None and lines.filter(price_open=True).exists()
    _grow(bill, "total_minor", "tax_minor", "price_open")
    sync_excess_case(bill=bill, now=now)


def _grow(bill: Bill, *fields: str) -> None:
    bill.version += 1
    bill.save(update_fields=["version", "settled_minor", *fields])


def _journal(bill: Bill, tender: Tender, entry: TenderMovement, actor: Actor, now: datetime) -> None:
    JournalEntry.objects.create(
        business_id=bill.business_id,
        bill_id=bill.pk,
        tender_id=tender.pk,
        payment_id=tender.payment_id,
        kind=entry.kind,
        from_account=entry.from_account,
        to_account=entry.to_account,
        amount_minor=entry.amount_minor,
        currency=tender.currency,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        at=now,
    )
