"""Money cases: the queue of what a person may have to decide, and one case with all that led to it.

A case without a location (an account in trouble, money that fits nothing) belongs to the whole business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from django.db.models import Q, QuerySet

from quittance.audit.models import AuditEntry
from quittance.bills.cases import EXCESS_KINDS
from quittance.bills.law_13 import OwnReturn, own_return
from quittance.bills.models import MoneyCase
from quittance.calendar.models import Visit
from quittance.calendar.queries_visit import VisitWindow, visit_window
from quittance.core.money import Money
from quittance.payments.models import Payment, PaymentAccount

CaseTab = Literal["open", "done"]
PAGE_SIZE = 50
_SHOWN_TRACES = 50


@dataclass(frozen=True, slots=True)
class CaseRow:
    case: MoneyCase
    amount: Money
    visit: Visit | None
    client_name: str


@dataclass(frozen=True, slots=True)
class CasesPage:
    """`next_before` is what to ask with for the page after this one; empty on the last."""

    rows: list[CaseRow]
    next_before: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """`window` is the visit that the case is about, `traces` what people decided about it, oldest first."""

    case: MoneyCase
    amount: Money
    window: VisitWindow | None
    payment: Payment | None
    account: PaymentAccount | None
    by_itself: OwnReturn | None
    traces: list[AuditEntry]


def open_case_count(*, business_id: int, location_ids: Sequence[int]) -> int:
    """How many wait for somebody. One query over the index of open cases."""
    return _seen(business_id, location_ids).filter(resolved_at__isnull=True).count()


def cases_page(*, business_id: int, location_ids: Sequence[int], tab: CaseTab = "open", before: str = "") -> CasesPage:
    """The newest first; `before` is the `next_before` of the page before. One query."""
    rows = _seen(business_id, location_ids).select_related("bill__client", "bill__visit", "location")
    if tab == "open":
        rows = rows.filter(resolved_at__isnull=True).order_by("-pk")
    else:
        rows = rows.filter(resolved_at__isnull=False).order_by("-resolved_at", "-pk")
    rows = _after(rows, tab, before)
    found = list(rows[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return CasesPage(
        rows=[_row(case) for case in shown],
        next_before=_key(shown[-1], tab) if len(found) > PAGE_SIZE else "",
    )


def case_by_id(*, business_id: int, case_id: int) -> MoneyCase | None:
    """None for an unknown case and for one of another business alike."""
    return MoneyCase.objects.filter(business_id=business_id, pk=case_id).first()


def case_view(*, case: MoneyCase, now: datetime) -> CaseView:
    """The case with its visit, payment or account, and what people did about it. Fourteen queries at most."""
    own = {"business_id": case.business_id}
    visit_id = (
        Visit.objects.filter(**own, bill_id=case.bill_id).values_list("pk", flat=True).first() if case.bill_id else None
    )
    window = visit_window(business_id=case.business_id, visit_id=visit_id, now=now) if visit_id is not None else None
    payment = None
    if window is not None:
        payment = next((row for row in window.payments if row.pk == case.payment_id), None)
    elif case.payment_id is not None:
        payment = Payment.objects.filter(**own, pk=case.payment_id).first()
    is_waiting = case.kind in EXCESS_KINDS.values() and case.resolved_at is None and case.held_at is None
    return CaseView(
        case=case,
        amount=Money(case.amount_minor, case.currency),
        window=window,
        payment=payment,
        account=_account(case),
        by_itself=own_return(window.bill) if window is not None and is_waiting else None,
        traces=list(
            AuditEntry.objects.filter(**own, subject_kind="case", subject_id=case.pk).order_by("id")[:_SHOWN_TRACES]
        ),
    )


def _seen(business_id: int, location_ids: Sequence[int]) -> QuerySet[MoneyCase]:
    here = Q(location_id__in=list(location_ids)) | Q(location_id__isnull=True)
    return MoneyCase.objects.filter(here, business_id=business_id)


def _after(rows: QuerySet[MoneyCase], tab: CaseTab, before: str) -> QuerySet[MoneyCase]:
    """An address that somebody wrote by hand begins at the top."""
    at, _, typed_id = before.rpartition("~")
    if not (typed_id.isascii() and typed_id.isdigit() and len(typed_id) < 19):
        return rows
    if tab == "open":
        return rows.filter(pk__lt=int(typed_id))
    try:
        resolved_at = datetime.fromisoformat(at)
    except ValueError:
        return rows
    if resolved_at.tzinfo is None:
        return rows
    return rows.filter(Q(resolved_at__lt=resolved_at) | Q(resolved_at=resolved_at, pk__lt=int(typed_id)))


def _key(case: MoneyCase, tab: CaseTab) -> str:
    if tab == "open" or case.resolved_at is None:
        return str(case.pk)
    return f"{case.resolved_at.isoformat()}~{case.pk}"


def _row(case: MoneyCase) -> CaseRow:
    bill = case.bill
    return CaseRow(
        case=case,
        amount=Money(case.amount_minor, case.currency),
        visit=cast("Visit | None", getattr(bill, "visit", None)),
        client_name=bill.client.name if bill is not None and bill.client is not None else "",
    )


def _account(case: MoneyCase) -> PaymentAccount | None:
    """The account that the case itself is about."""
    detail: dict[str, Any] = case.detail
    account_id = detail.get("account")
    kind, _, typed = case.subject.partition(" ")
    if account_id is None and kind == "account" and typed.isascii() and typed.isdigit():
        account_id = int(typed)
    if account_id is None:
        return None
    return PaymentAccount.objects.filter(business_id=case.business_id, pk=account_id).first()
