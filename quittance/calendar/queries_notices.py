"""Money that landed, in the words of the desk-wide notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quittance.core.money import Money
from quittance.outbox.queries import seen_at_desk_since
from quittance.payments.models import Payment


@dataclass(frozen=True, slots=True)
class MoneyNotice:
    """`name` is the event's (`payment.paid`); `amount` what landed, or what was asked where nothing has."""

    event_id: int
    name: str
    visit_id: int | None
    client_name: str
    amount: Money


def notices_since(*, business_id: int, location_ids: Sequence[int], after_id: int) -> list[MoneyNotice]:
    """Events about payments that a desk has not shown yet, oldest first; one query, two when there are any."""
    events = seen_at_desk_since(business_id=business_id, location_ids=location_ids, after_id=after_id)
    ids = {event.subject["payment"] for event in events if "payment" in event.subject}
    if not ids:
        return []
    rows = Payment.objects.filter(business_id=business_id, pk__in=ids).select_related("bill__client")
    payments = {row.pk: row for row in rows.defer("request", "address")}
    return [
        MoneyNotice(
            event_id=event.pk,
            name=event.name,
            visit_id=event.subject.get("visit"),
            client_name=payment.bill.client.name if payment.bill.client else "",
            amount=Money(payment.captured_minor or payment.amount_minor, payment.captured_currency or payment.currency),
        )
        for event in events
        if (payment := payments.get(event.subject.get("payment", 0))) is not None
    ]
