"""Money cases: what a person may have to decide, with exactly the amount in question."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from quittance.bills.law_13 import own_return
from quittance.bills.models import Bill, MoneyCase
from quittance.core.money import Money

OVERPAID = "overpaid"
LATE = "late"
AMOUNT_DIFFERS = "amount_differs"
CURRENCY_DIFFERS = "currency_differs"
UNMATCHED = "unmatched"
CANCELLED_PAID = "cancelled_paid"
NO_ANSWER = "no_answer"
BEYOND = "beyond"
DISPUTE = "dispute"
DISPUTE_LOST = "dispute_lost"
REFUND_FAILED = "refund_failed"
ACCOUNT_TROUBLE = "account_trouble"
VALUE_GONE = "value_gone"
VALUE_SPENT = "value_spent"

# The kinds that say a bill holds too much, by how the bill ended.
EXCESS_KINDS: Final = {"": OVERPAID, "cancelled": CANCELLED_PAID, "released": LATE}
# What a person can do about an open case; `close` needs a note that says what was done.
DECISIONS: Final[dict[str, tuple[str, ...]]] = {
    OVERPAID: ("refund", "keep"),
    CANCELLED_PAID: ("refund", "keep"),
    LATE: ("refund", "keep"),
    AMOUNT_DIFFERS: ("close",),
    CURRENCY_DIFFERS: ("refund", "close"),
    UNMATCHED: ("close",),
    NO_ANSWER: ("check", "close"),
    BEYOND: ("close",),
    DISPUTE: (),
    DISPUTE_LOST: ("write_off", "ask_again"),
    REFUND_FAILED: ("retry", "close"),
    ACCOUNT_TROUBLE: (),
    VALUE_GONE: ("close",),
    VALUE_SPENT: ("close",),
}


def decisions_for(case: MoneyCase) -> tuple[str, ...]:
    """Which decisions fit the case now; none for what is resolved or resolves itself."""
    if case.resolved_at is not None:
        return ()
    fitting = DECISIONS.get(case.kind, ("close",))
    if case.kind in EXCESS_KINDS.values():
        if case.next_attempt_at is not None:
            return (*fitting, "hold")
        if case.held_at is not None:
            return (*fitting, "unhold")
    return fitting


def open_case(
    *,
    business_id: int,
    kind: str,
    amount: Money,
    now: datetime,
    bill: Bill | None = None,
    payment_id: int | None = None,
    subject: str = "",
    detail: dict[str, Any] | None = None,
) -> MoneyCase:
    """The case of this kind about the subject (`payment <id>` when a payment is named), or the open one of the bill.

    Made when there is none. A case about a subject is opened once for ever.
    """
    about = subject or (f"payment {payment_id}" if payment_id is not None else "")
    found = MoneyCase.objects.filter(business_id=business_id, kind=kind, subject=about)
    if not about:
        found = found.filter(bill=bill, resolved_at__isnull=True)
    row = found.first()
    if row is not None:
        return row
    return MoneyCase.objects.create(
        business_id=business_id,
        location_id=bill.location_id if bill else None,
        bill=bill,
        payment_id=payment_id,
        kind=kind,
        subject=about,
        amount_minor=amount.minor,
        currency=amount.currency,
        detail=detail or {},
        opened_at=now,
    )


def reopen_case(
    *, bill: Bill, kind: str, subject: str, amount: Money, payment_id: int | None, detail: dict[str, Any], now: datetime
) -> MoneyCase:
    """The case about the subject, open again if it was resolved: it happened once more."""
    row = open_case(
        business_id=bill.business_id,
        kind=kind,
        amount=amount,
        now=now,
        bill=bill,
        payment_id=payment_id,
        subject=subject,
        detail=detail,
    )
    if row.resolved_at is not None:
        row.resolved_at, row.resolution, row.resolved_by_id = None, "", None
        row.opened_at, row.detail = now, detail
        row.save(update_fields=["resolved_at", "resolution", "resolved_by_id", "opened_at", "detail"])
    if row.amount_minor != amount.minor:
        row.amount_minor = amount.minor
        row.save(update_fields=["amount_minor"])
    return row


def open_unmatched_case(
    *, business_id: int, amount: Money, reference: str, detail: dict[str, Any], now: datetime
) -> bool:
    """Money that names us and fits no payment of ours; one case per id of theirs. False: it has one."""
    if MoneyCase.objects.filter(business_id=business_id, kind=UNMATCHED, subject=reference).exists():
        return False
    known = {**detail, "reference": reference}
    open_case(business_id=business_id, kind=UNMATCHED, amount=amount, now=now, subject=reference, detail=known)
    return True


def correct(*, case: MoneyCase, amount_minor: int) -> None:
    """Another amount of a case that is still open."""
    if case.amount_minor != amount_minor:
        MoneyCase.objects.filter(pk=case.pk, resolved_at__isnull=True).update(amount_minor=amount_minor)


def resolve(*, case: MoneyCase, resolution: str, now: datetime, by_id: int | None = None) -> bool:
    """Close it for good; False when it was closed before."""
    changed = MoneyCase.objects.filter(pk=case.pk, resolved_at__isnull=True).update(
        resolved_at=now, resolution=resolution[:200], resolved_by_id=by_id, next_attempt_at=None
    )
    return bool(changed)


def resolve_subject(*, business_id: int, kind: str, subject: str, resolution: str, now: datetime) -> bool:
    """The same for the case about a subject, if it is open."""
    case = MoneyCase.objects.filter(
        business_id=business_id, kind=kind, subject=subject, resolved_at__isnull=True
    ).first()
    return case is not None and resolve(case=case, resolution=resolution, now=now)


def hold(*, case: MoneyCase, now: datetime) -> None:
    """Nothing happens by itself any more: a person wants to decide."""
    MoneyCase.objects.filter(pk=case.pk, resolved_at__isnull=True).update(held_at=now, next_attempt_at=None)


def unhold(*, case: MoneyCase, bill: Bill) -> None:
    by_itself = own_return(bill)
    MoneyCase.objects.filter(pk=case.pk, resolved_at__isnull=True).update(
        held_at=None, next_attempt_at=by_itself.at if by_itself else None
    )


def sync_excess_case(*, bill: Bill, now: datetime) -> None:
    """Keep the case of what is too much equal to the excess: open it, correct it, or close it."""
    excess = max(0, bill.settled_minor - bill.total_minor)
    kind = EXCESS_KINDS.get(bill.ended_reason, LATE)
    by_itself = own_return(bill) if excess else None
    found = False
    for row in MoneyCase.objects.filter(
        business_id=bill.business_id, bill=bill, kind__in=EXCESS_KINDS.values(), subject="", resolved_at__isnull=True
    ):
        if row.kind != kind or not excess:
            resolve(case=row, resolution="no longer too much" if not excess else "the visit ended", now=now)
            continue
        found = True
        at = by_itself.at if by_itself and row.held_at is None else None
        wanted = (excess, by_itself.minor if by_itself else 0, at)
        if (row.amount_minor, row.detail.get("by_itself_minor", 0), row.next_attempt_at) != wanted:
            row.amount_minor, row.next_attempt_at = excess, at
            row.detail = {**row.detail, "by_itself_minor": wanted[1]}
            row.save(update_fields=["amount_minor", "next_attempt_at", "detail"])
    if excess and not found:
        amount = Money(excess, bill.currency)
        detail = {"by_itself_minor": by_itself.minor if by_itself else 0}
        row = open_case(business_id=bill.business_id, kind=kind, amount=amount, now=now, bill=bill, detail=detail)
        if by_itself is not None:
            MoneyCase.objects.filter(pk=row.pk).update(next_attempt_at=by_itself.at)


def open_account_case(
    *, business_id: int, account_id: int, currency: str, label: str, trouble: str, now: datetime
) -> None:
    """A payment account needs a person. The caller holds the account's lock; the same trouble again changes nothing."""
    detail = {"account": account_id, "label": label, "trouble": trouble}
    row = open_case(
        business_id=business_id,
        kind=ACCOUNT_TROUBLE,
        amount=Money.zero(currency),
        now=now,
        subject=f"account {account_id}",
        detail=detail,
    )
    reopened = {"opened_at": now, "resolved_at": None, "resolved_by_id": None, "resolution": ""}
    if row.resolved_at is not None or row.detail != detail:
        changes = reopened if row.resolved_at is not None else {}
        MoneyCase.objects.filter(pk=row.pk).update(detail=detail, **changes)


def close_account_case(*, business_id: int, account_id: int, resolution: str, now: datetime) -> None:
    resolve_subject(
        business_id=business_id,
        kind=ACCOUNT_TROUBLE,
        subject=f"account {account_id}",
        resolution=resolution,
        now=now,
    )
