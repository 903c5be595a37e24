"""What a client sees behind a payment link. Reading it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Literal

from quittance.bills import queries as bill_queries
from quittance.bills.models import Bill, BillLine, Receipt
from quittance.businesses.models import Business, Location
from quittance.calendar.models import Appointment
from quittance.core.money import Money
from quittance.payments import queries as payment_queries
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.status import PaymentState, is_live

PageState = Literal[
    "payable",  # `ask` can be paid; `has_open_page` says that Continue is the word
    "changing",  # the desk is changing the visit at this moment
    "confirming",  # the client agreed; the money is not sure yet
    "paid",  # paid through this link
    "settled",  # nothing is due, paid in another way
    "expired",
    "cancelled",
    "replaced",
]


@dataclass(frozen=True, slots=True)
class PayPage:
    """`last_payment` is the newest attempt through this link; the return page reads its state.

    `rest_later` is what stays due after the ask. `receipts` are those of the bill that still count.
    """

    state: PageState
    link: PaymentLink
    business: Business
    location: Location
    bill: Bill
    money: PaymentState
    ask: Money
    rest_later: Money
    lines: list[BillLine]
    appointments: list[Appointment]
    receipts: list[Receipt]
    last_payment: Payment | None
    has_open_page: bool
    language: str

    @property
    def starts_at(self) -> datetime | None:
        return self.appointments[0].starts_at if self.appointments else None

    @property
    def was_not_charged(self) -> bool:
        """The newest attempt came to its end without money: whatever the hosted page said."""
        last = self.last_payment
        return last is not None and last.state in ("failed", "expired", "ended")


def pay_page(*, token: str, now: datetime) -> PayPage | None:
    """None for every token that is not one of ours, in the same way. Five queries."""
    link = payment_queries.link_by_token(token)
    if link is None:
        return None
    bill = link.bill
    payments = payment_queries.payments_of(bill)
    link_sent = link.closed_at is None and link.sent_at is not None
    money = payment_queries.state_of(bill, now=now, payments=payments, link_sent=link_sent)
    ask = payment_queries.ask_of(link=link, state=money, payments=payments)
    own = [payment for payment in payments if payment.link_id == link.pk]
    return PayPage(
        state=_state(link, bill, ask, own, now),
        link=link,
        business=link.business,
        location=bill.location,
        bill=bill,
        money=money,
        ask=ask,
        rest_later=money.payable - ask,
        lines=bill_queries.lines_of(bill),
        appointments=_appointments(bill),
        receipts=bill_queries.counting_receipts_of(bill),
        last_payment=own[-1] if own else None,
        has_open_page=money.paying is not None and money.paying.link_id == link.pk,
        language=(bill.client.language if bill.client else "") or bill.location.language,
    )


def _appointments(bill: Bill) -> list[Appointment]:
    """All that were not cancelled; of a cancelled visit, all there were."""
    found = Appointment.objects.filter(business_id=bill.business_id, visit__bill_id=bill.pk).select_related("staff")
    rows = sorted(found, key=attrgetter("starts_at", "pk"))
    return [row for row in rows if row.state not in Appointment.GONE] or rows


def _state(
    link: PaymentLink,
    bill: Bill,
    ask: Money,
    own: list[Payment],
    now: datetime,
) -> PageState:
    paid_here = any(payment.state == "paid" for payment in own)
    if link.closed_reason == "paid":
        return "paid" if paid_here else "settled"
    if link.closed_reason == "replaced":
        return "replaced"
    if link.closed_reason == "cancelled" or bill.ended_at is not None:
        return "cancelled"
    if any(payment.state == "processing" for payment in own) and not ask.is_positive:
        return "confirming"
    if not is_live(link, now=now):
        return "expired"
    if not ask.is_positive:
        return "paid" if paid_here else "settled"
    if bill.frozen_until is not None and bill.frozen_until > now:
        return "changing"
    return "payable"
