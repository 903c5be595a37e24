"""One payment with all that belongs to it: the ids at the payment system, what went back, what is disputed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from quittance.bills.law_13 import held_minor
from quittance.bills.models import MoneyCase, Receipt, Tender
from quittance.calendar.models import Visit
from quittance.core.money import Money
from quittance.payments.models import Dispute, Payment, PaymentReference, Refund


@dataclass(frozen=True, slots=True)
class PaymentView:
    """`refundable` is what the business still holds of it; `papers` the receipts and credit notes that count."""

    payment: Payment
    visit: Visit | None
    captured: Money | None
    fee: Money | None
    tender: Tender | None
    refundable: Money
    references: list[PaymentReference]
    refunds: list[Refund]
    disputes: list[Dispute]
    cases: list[MoneyCase]
    receipt: Receipt | None
    credit_notes: dict[int, Receipt]


def payment_by_id(*, business_id: int, payment_id: int) -> Payment | None:
    """With its bill, client and account; None also for a payment of another business. One query."""
    rows = Payment.objects.select_related("account", "bill__client", "bill__location", "bill__visit")
    return rows.filter(business_id=business_id, pk=payment_id).first()


def payment_view(*, payment: Payment) -> PaymentView:
    """Six queries beside the payment's own."""
    own = {"business_id": payment.business_id}
    tender = Tender.objects.filter(**own, payment_id=payment.pk).first()
    refunds = list(Refund.objects.filter(**own, payment_id=payment.pk).order_by("id"))
    papers = _papers(payment)
    return PaymentView(
        payment=payment,
        visit=cast("Visit | None", getattr(payment.bill, "visit", None)),
        captured=_money(payment.captured_minor, payment.captured_currency),
        fee=_money(payment.fee_minor, payment.fee_currency),
        tender=tender,
        refundable=Money(held_minor(tender), tender.currency) if tender else Money.zero(payment.currency),
        references=list(PaymentReference.objects.filter(**own, payment_id=payment.pk).order_by("id")),
        refunds=refunds,
        disputes=list(Dispute.objects.filter(**own, payment_id=payment.pk).order_by("id")),
        cases=list(MoneyCase.objects.filter(**own, bill_id=payment.bill_id, resolved_at__isnull=True).order_by("id")),
        receipt=next((one for one in papers if tender and one.tender_id == tender.pk and one.refund_id is None), None),
        credit_notes={one.refund_id: one for one in papers if one.refund_id is not None},
    )


def _papers(payment: Payment) -> list[Receipt]:
    """Those of the bill that still count."""
    rows = Receipt.objects.filter(
        business_id=payment.business_id, bill_id=payment.bill_id, cancels__isnull=True, cancelled_by__isnull=True
    )
    return list(rows.order_by("id"))


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None or not currency else Money(minor, currency)
