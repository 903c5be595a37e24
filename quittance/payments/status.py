"""The words that screens show, computed from facts and the clock; nothing stores them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quittance.bills.amounts import BillFacts
from quittance.core.money import Money, smaller
from quittance.payments.models import Payment, PaymentLink


class VisitStatus(StrEnum):
    UNPAID = "unpaid"
    LINK_SENT = "link sent"
    BEING_PAID = "being paid"
    PROCESSING = "processing"
    PART_PAID = "part paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class LinkStatus(StrEnum):
    CREATED = "created"
    SENT = "sent"
    ACCESSED = "accessed"
    BEING_PAID = "being paid"
    PROCESSING = "processing"
    PART_PAID = "part paid"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class PaymentState:
    """One bill's money at one moment. `payable` is what may be asked now: due less what is processing."""

    status: VisitStatus
    facts: BillFacts
    processing: Money
    paying: Payment | None
    link_sent: bool = False

    @property
    def payable(self) -> Money:
        rest = self.facts.due - self.processing
        return rest if rest.is_positive else Money.zero(rest.currency)


def is_payable_payment(payment: Payment) -> bool:
    """Whether the payment holds its bill's one place for a payable page."""
    return payment.state in Payment.LIVE and payment.superseded_at is None


def visit_status(*, facts: BillFacts, processing: Money, is_being_paid: bool, link_sent: bool) -> VisitStatus:
    """The first word that fits, the most urgent first."""
    if facts.excess.is_positive:
        return VisitStatus.OVERPAID
    if is_being_paid:
        return VisitStatus.BEING_PAID
    if processing.is_positive:
        return VisitStatus.PROCESSING
    if facts.disputed.is_positive:
        return VisitStatus.DISPUTED
    if facts.settled.is_positive:
        fully = facts.settled >= facts.total and not facts.price_open
        return VisitStatus.PAID if fully else VisitStatus.PART_PAID
    if facts.refunding.is_positive:
        return VisitStatus.PROCESSING
    if facts.refunded.is_positive and not facts.due.is_positive:
        return VisitStatus.REFUNDED
    return VisitStatus.LINK_SENT if link_sent else VisitStatus.UNPAID


def is_expired(link: PaymentLink, *, now: datetime) -> bool:
    return link.expires_at is not None and link.expires_at <= now


def is_live(link: PaymentLink, *, now: datetime) -> bool:
    """Whether the link takes money; the last instant of its life no longer does."""
    return link.closed_at is None and not is_expired(link, now=now)


def link_status(
    *,
    link: PaymentLink,
    now: datetime,
    paid_by_link: Money,
    processing_by_link: Money,
    is_being_paid: bool,
) -> LinkStatus:
    if link.closed_reason:
        return LinkStatus(link.closed_reason)
    if is_being_paid:
        return LinkStatus.BEING_PAID
    if processing_by_link.is_positive:
        return LinkStatus.PROCESSING
    if is_expired(link, now=now):
        return LinkStatus.EXPIRED
    if paid_by_link.is_positive:
        return LinkStatus.PART_PAID
    if link.accessed_at is not None:
        return LinkStatus.ACCESSED
    return LinkStatus.SENT if link.sent_at is not None else LinkStatus.CREATED


def asked_now(*, link: PaymentLink, payable: Money, used_by_link: Money) -> Money:
    """What the link's page asks: the smaller of what remains of the ask and what is payable."""
    if link.ask_minor is None:
        return payable
    rest = Money(max(0, link.ask_minor - used_by_link.minor), payable.currency)
    return smaller(rest, payable)
