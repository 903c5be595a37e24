"""The page of one online payment."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quittance.bills.models import MoneyCase, Receipt
from quittance.bills.receipts import number_text
from quittance.businesses.queries import names_of_users
from quittance.calendar.queries_payment import PaymentView, payment_by_id, payment_view
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.finance.case_words import look_of_case
from quittance.desk.finance.sections import finance_context
from quittance.desk.said import said
from quittance.desk.visits.refund_words import refund_text
from quittance.desk.visits.timeline import of_dispute, of_payment, of_refund
from quittance.payments.models import Dispute, Refund
from quittance.ui.shell import TimelineEntry


@dataclass(frozen=True, slots=True)
class BackLine:
    """One refund of the payment."""

    refund: Refund
    amount: Money
    text: str
    paper_url: str
    paper_number: str


@dataclass(frozen=True, slots=True)
class DisputeLine:
    dispute: Dispute
    amount: Money


@require_GET
@desk_view(Right.SEE_FINANCE)
def payment(request: HttpRequest, desk: Desk, payment_id: int) -> HttpResponse:
    row = payment_by_id(business_id=desk.business.pk, payment_id=payment_id)
    if row is None:
        raise Http404
    there = desk.at(row.bill.location_id)
    there.require(Right.SEE_FINANCE)
    view = payment_view(payment=row)
    visit_url = reverse("desk:visit", kwargs={"visit_id": view.visit.pk}) + "?tab=checkout" if view.visit else ""
    may_refund = there.may(Right.REFUND) and there.may(Right.SEE_CALENDAR)
    can_refund = view.refundable.is_positive and view.tender is not None and bool(visit_url)
    context = {
        **finance_context(request, there, current="links"),
        "view": view,
        "payment": row,
        "amount": view.captured or row.amount,
        "all_back": view.tender is not None and view.tender.returned_minor == view.tender.amount_minor,
        "label": row.method_detail or row.method or _("Online"),
        "declined": said(row.decline_reason),
        "net": _net(view),
        "client_name": row.bill.client.name if row.bill.client else "",
        "visit_url": visit_url,
        "refund_url": f"{visit_url}&refund={view.tender.pk}" if can_refund and may_refund and view.tender else "",
        "refund_needs_right": can_refund and not may_refund,
        "refunds": [_back(refund, view) for refund in view.refunds],
        "disputes": [DisputeLine(one, one.amount) for one in view.disputes],
        "references": [(_reference_word(one.kind), one.value) for one in view.references],
        "receipt_url": _paper_url(view, view.receipt),
        "cases": [_case_link(one) for one in view.cases],
        "timeline": _timeline(view, there),
        "return_url": request.path,
    }
    return render(request, "desk/finance/payment.html", context)


def _case_link(case: MoneyCase) -> tuple[str, str]:
    return str(look_of_case(case).title), reverse("desk:money_case", kwargs={"case_id": case.pk})


def _timeline(view: PaymentView, desk: Desk) -> list[TimelineEntry]:
    people = {refund.requested_by_id for refund in view.refunds if refund.requested_by_id is not None}
    names = names_of_users(business_id=desk.business.pk, user_ids=people) if people else {}
    entries = [
        *of_payment(view.payment),
        *(entry for refund in view.refunds for entry in of_refund(refund, names)),
        *(entry for dispute in view.disputes for entry in of_dispute(dispute)),
    ]
    # What happened in the same moment is told backwards too.
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _back(refund: Refund, view: PaymentView) -> BackLine:
    paper = view.credit_notes.get(refund.pk)
    return BackLine(
        refund=refund,
        amount=refund.amount,
        text=refund_text(refund, time_zone=view.payment.bill.location.time_zone),
        paper_url=_paper_url(view, paper),
        paper_number=number_text(paper) if paper is not None else "",
    )


def _paper_url(view: PaymentView, paper: Receipt | None) -> str:
    if paper is None or view.visit is None:
        return ""
    return reverse("desk:receipt", kwargs={"visit_id": view.visit.pk, "receipt_id": paper.pk})


def _net(view: PaymentView) -> Money | None:
    """What comes to the business after the payment system's fee, where both are of one currency."""
    if view.captured is None or view.fee is None or view.captured.currency != view.fee.currency:
        return None
    return view.captured - view.fee


def _reference_word(kind: str) -> str:
    words = {
        "checkout": _("Page"),
        "intent": _("Payment"),
        "charge": _("Charge"),
        "refund": _("Refund"),
        "dispute": _("Dispute"),
    }
    return words.get(kind, kind)
