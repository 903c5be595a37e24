"""What a client sees behind a payment link. Reading it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Literal

from quittance.bills import queries as bill_queries
from quittance.bills.cases import EXCESS_KINDS
from quittance.bills.models import Bill, BillLine, MoneyCase, Receipt
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
    "cancelled",  # the link was, or the visit
    "replaced",
]


@dataclass(frozen=True, slots=True)
class Excess:
    """What is too much on the bill; `by_itself` of it goes back from `by_itself_at` on, unless somebody decides."""

    amount: Money
    by_itself: Money
    by_itself_at: datetime | None


@dataclass(frozen=True, slots=True)
class PayPage:
    """`last_payment` is the newest attempt through this link; the return page reads its state.

    `rest_later` is what stays due after the ask. `lines` are what was sold and, after it, what was credited.
    `papers` are the receipts and credit notes of the bill that still count.
    `client_has_value`: points and the like, which could pay here.
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
    papers: list[Receipt]
    excess: Excess | None
    last_payment: Payment | None
    has_open_page: bool
    language: str
    sells_gift_cards: bool
    client_has_value: bool

    @property
    def starts_at(self) -> datetime | None:
        return self.appointments[0].starts_at if self.appointments else None

    @property
    def receipts(self) -> list[Receipt]:
        return [paper for paper in self.papers if paper.refund_id is None]

    @property
    def credit_notes(self) -> list[Receipt]:
        return [paper for paper in self.papers if paper.refund_id is not None]

    @property
    def was_not_charged(self) -> bool:
        """The newest attempt came to its end without money: whatever the hosted page said."""
        last = self.last_payment
        return last is not None and last.state in ("failed", "expired", "ended")


def pay_page(*, token: str, now: datetime) -> PayPage | None:
    """None for every token that is not one of ours, in the same way. Five queries, six when something is too much."""
    link = payment_queries.link_by_token(token, with_value=True)
    if link is None:
        return None
    bill = link.bill
    payments = payment_queries.payments_of(bill)
    link_sent = link.closed_at is None and link.sent_at is not None
    money = payment_queries.state_of(bill, now=now, payments=payments, link_sent=link_sent)
    ask = payment_queries.ask_of(link=link, state=money, payments=payments)
    own = [payment for payment in payments if payment.link_id == link.pk]
    return PayPage(
        state=_state(link, money, ask, own, now),
        link=link,
        business=link.business,
        location=bill.location,
        bill=bill,
        money=money,
        ask=ask,
        rest_later=money.payable - ask,
        lines=bill_queries.lines_and_credits_of(bill),
        appointments=_appointments(bill),
        papers=bill_queries.counting_papers_of(bill),
        excess=_excess(bill, money),
        last_payment=own[-1] if own else None,
        has_open_page=money.paying is not None and money.paying.link_id == link.pk,
        sells_gift_cards=bool(vars(link).get("sells_gift_cards")),
        client_has_value=bool(vars(link).get("client_has_value")),
        language=(bill.client.language if bill.client else "") or bill.location.language,
    )


def _appointments(bill: Bill) -> list[Appointment]:
    """All that were not cancelled; of a cancelled visit, all there were."""
    found = Appointment.objects.filter(business_id=bill.business_id, visit__bill_id=bill.pk).select_related("staff")
    rows = sorted(found, key=attrgetter("starts_at", "pk"))
    return [row for row in rows if row.state not in Appointment.GONE] or rows


def _excess(bill: Bill, money: PaymentState) -> Excess | None:
    """The case knows what will happen by itself: a person may have stopped it."""
    amount = money.facts.excess
    if not amount.is_positive:
        return None
    case = MoneyCase.objects.filter(
        business_id=bill.business_id,
        bill_id=bill.pk,
        kind__in=EXCESS_KINDS.values(),
        subject="",
        resolved_at__isnull=True,
    ).first()
    by_itself_at = case.next_attempt_at if case is not None and case.held_at is None else None
    minor = case.detail.get("by_itself_minor", 0) if case is not None and by_itself_at is not None else 0
    return Excess(amount, Money(minor, bill.currency), by_itself_at)


def _state(
    link: PaymentLink,
    money: PaymentState,
    ask: Money,
    own: list[Payment],
    now: datetime,
) -> PageState:
    bill = link.bill
    paid_here = link.value_minor > 0 or any(payment.state == "paid" for payment in own)
    if bill.ended_at is not None:
        return "cancelled"
    if link.closed_reason == "paid" or (paid_here and link.closed_at is not None and not money.facts.due.is_positive):
        return "paid" if paid_here else "settled"
    if link.closed_reason in ("replaced", "cancelled"):
        return "replaced" if link.closed_reason == "replaced" else "cancelled"
    if any(payment.state == "processing" for payment in own) and not ask.is_positive:
        return "confirming"
    if not is_live(link, now=now):
        return "expired"
    if not ask.is_positive:
        return "paid" if paid_here else "settled"
    if bill.frozen_until is not None and bill.frozen_until > now:
        return "changing"
    return "payable"
