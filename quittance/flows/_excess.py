"""Give back what is too much of a bill: newest online payment first, then what was taken by hand."""

from __future__ import annotations

from datetime import datetime

from quittance.bills.law_13 import held_minor
from quittance.bills.models import Bill, Tender
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows.refund import begin_of_tender, sendable


def begin_returning_excess(
    *, bill: Bill, actor: Actor, now: datetime, reason: str, credit_wallet_id: int | None = None
) -> list[int]:
    """Refunds for all that is too much of the locked bill, written as intents; their ids.

    With a wallet of credit, money goes there instead; value goes back to its own wallet in any event.
    """
    begun: list[int] = []
    for tender in _newest_online_first(bill):
        left = bill.settled_minor - bill.total_minor
        part = min(left, held_minor(tender))
        if part <= 0:
            continue
        amount = Money(part, bill.currency)
        if credit_wallet_id is None:
            amount = sendable(tender, amount)
        if amount.is_positive:
            refund = begin_of_tender(bill, tender, amount, actor, now, reason=reason, credit_wallet_id=credit_wallet_id)
            begun.append(refund.pk)
    return begun


def _newest_online_first(bill: Bill) -> list[Tender]:
    rows = Tender.objects.filter(business_id=bill.business_id, bill_id=bill.pk, voided_at__isnull=True)
    return sorted(rows, key=lambda tender: (tender.kind != "online", -tender.pk))
