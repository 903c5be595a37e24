"""Everything that the visit window shows, in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.bills import queries as bill_queries
from quittance.bills.models import Bill, BillLine, MoneyCase, Receipt, Tender
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.queries_deposit import asks_deposit, deposit_due
from quittance.core.money import Money
from quittance.messages.models import Message
from quittance.payments import queries as payment_queries
from quittance.payments.models import Dispute, Payment, PaymentLink, Refund
from quittance.payments.status import LinkStatus, PaymentState, is_live, link_status


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link of the visit as it stands now; `ask` is what its page asks."""

    link: PaymentLink
    status: LinkStatus
    ask: Money
    is_live: bool


@dataclass(frozen=True, slots=True)
class VisitWindow:
    """A visit with its bill and all that happened to it. `live_link` takes money now, if there is one."""

    visit: Visit
    bill: Bill
    state: PaymentState
    appointments: list[Appointment]
    lines: list[BillLine]
    tenders: list[Tender]
    receipts: dict[int, Receipt]
    payments: list[Payment]
    links: list[LinkView]
    messages: list[Message]
    cases: list[MoneyCase]
    credits: list[BillLine]
    refunds: list[Refund]
    disputes: list[Dispute]
    # By refund: the credit note that counts.
    credit_notes: dict[int, Receipt]
    asks_deposit: bool = False

    @property
    def deposit(self) -> Money:
        """What of the deposit is still open; costs queries only where a service asks for one."""
        return deposit_due(bill=self.bill) if self.asks_deposit else Money.zero(self.bill.currency)

    @property
    def live_link(self) -> LinkView | None:
        return next((view for view in reversed(self.links) if view.is_live), None)

    @property
    def last_link(self) -> LinkView | None:
        return self.links[-1] if self.links else None


def visit_window(
    *, business_id: int, visit_id: int, now: datetime, with_messages: bool = True, with_lines: bool = True
) -> VisitWindow | None:
    """None for an unknown visit and for one of another business alike. Ten queries at most, eight without messages.

    Without messages there are no disputes either: both are told in the activity only. The open cases name them too.
    """
    visit = (
        Visit.objects.select_related("bill", "location", "client", "business")
        .filter(business_id=business_id, pk=visit_id)
        .annotate(asks_deposit=asks_deposit())
        .first()
    )
    if visit is None:
        return None
    bill = visit.bill
    payments = payment_queries.payments_of(bill)
    links = payment_queries.links_of(bill)
    link_sent = any(link.closed_at is None and link.sent_at is not None for link in links)
    state = payment_queries.state_of(bill, now=now, payments=payments, link_sent=link_sent)
    # Every tender has its receipt, so one query brings both.
    papers = _receipts(bill)
    receipts = [paper for paper in papers if paper.cancels_id is None and paper.refund_id is None]
    cancelled = {paper.cancels_id for paper in papers}
    lines = bill_queries.lines_and_credits_of(bill) if with_lines else []
    was_paid = any(payment.state == "paid" for payment in payments)
    return VisitWindow(
        visit=visit,
        bill=bill,
        state=state,
        appointments=list(
            Appointment.objects.filter(business_id=business_id, visit_id=visit_id)
            .select_related("staff", "service")
            .order_by("starts_at", "id")
        ),
        lines=[line for line in lines if line.kind != bill_queries.CREDIT],
        credits=[line for line in lines if line.kind == bill_queries.CREDIT],
        tenders=sorted((paper.tender for paper in receipts if paper.tender), key=lambda tender: tender.pk),
        receipts={paper.tender_id: paper for paper in receipts if paper.tender_id is not None},
        payments=payments,
        links=[link_view(link, state=state, payments=payments, now=now) for link in links],
        messages=_messages(visit) if with_messages else [],
        cases=bill_queries.open_cases_of(bill),
        refunds=list(Refund.objects.filter(**_own(bill)).order_by("id")) if receipts or was_paid else [],
        disputes=list(Dispute.objects.filter(**_own(bill)).order_by("id")) if was_paid and with_messages else [],
        credit_notes={
            paper.refund_id: paper
            for paper in papers
            if paper.refund_id is not None and paper.cancels_id is None and paper.pk not in cancelled
        },
        asks_deposit=visit.asks_deposit,
    )


def _own(bill: Bill) -> dict[str, int]:
    return {"business_id": bill.business_id, "bill_id": bill.pk}


def _receipts(bill: Bill) -> list[Receipt]:
    rows = Receipt.objects.filter(business_id=bill.business_id, bill_id=bill.pk)
    return list(rows.select_related("tender").order_by("id"))


def _messages(visit: Visit) -> list[Message]:
    return list(Message.objects.filter(business_id=visit.business_id, visit_id=visit.pk).defer("body").order_by("id"))


def link_view(link: PaymentLink, *, state: PaymentState, payments: list[Payment], now: datetime) -> LinkView:
    """One link from rows in memory."""
    currency = state.facts.total.currency
    use = payment_queries.link_use(link=link, payments=payments, currency=currency)
    paying = state.paying
    is_being_paid = paying is not None and paying.link_id == link.pk and paying.locked_until > now
    return LinkView(
        link=link,
        status=link_status(
            link=link,
            now=now,
            paid_by_link=use.paid,
            processing_by_link=use.processing,
            is_being_paid=is_being_paid,
        ),
        ask=payment_queries.ask_of(link=link, state=state, payments=payments),
        is_live=is_live(link, now=now),
    )
