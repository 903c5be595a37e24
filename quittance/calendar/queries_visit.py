"""Everything that the visit window shows, in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.bills import queries as bill_queries
from quittance.bills.models import Bill, BillLine, MoneyCase, Receipt, Tender
from quittance.calendar.models import Appointment, Visit
from quittance.core.money import Money
from quittance.messages.models import Message
from quittance.payments import queries as payment_queries
from quittance.payments.models import Payment, PaymentLink
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

    @property
    def live_link(self) -> LinkView | None:
        return next((view for view in reversed(self.links) if view.is_live), None)

    @property
    def last_link(self) -> LinkView | None:
        return self.links[-1] if self.links else None


def visit_window(*, business_id: int, visit_id: int, now: datetime, with_messages: bool = True) -> VisitWindow | None:
    """None for an unknown visit and for one of another business alike. Eight queries, seven without messages."""
    visit = (
        Visit.objects.select_related("bill", "location", "client", "business")
        .filter(business_id=business_id, pk=visit_id)
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
    receipts = [receipt for receipt in _receipts(bill) if receipt.cancels_id is None and receipt.refund_id is None]
    return VisitWindow(
        visit=visit,
        bill=bill,
        state=state,
        appointments=list(
            Appointment.objects.filter(business_id=business_id, visit_id=visit_id)
            .select_related("staff", "service")
            .order_by("starts_at", "id")
        ),
        lines=bill_queries.lines_of(bill),
        tenders=sorted((receipt.tender for receipt in receipts), key=lambda tender: tender.pk),
        receipts={receipt.tender_id: receipt for receipt in receipts},
        payments=payments,
        links=[link_view(link, state=state, payments=payments, now=now) for link in links],
        messages=_messages(visit) if with_messages else [],
        cases=bill_queries.open_cases_of(bill),
    )


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
