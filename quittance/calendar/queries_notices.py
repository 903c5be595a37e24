"""Money that landed, in the words of the desk-wide notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quittance.bills.models import Bill
from quittance.core.money import Money
from quittance.outbox.models import Event
from quittance.outbox.queries import seen_at_desk_since
from quittance.payments.models import Payment, PaymentLink

# All of what a link asked was paid by gift card, points and the like: there is no payment.
PAID_WITH_VALUE = "link.paid_with_value"


@dataclass(frozen=True, slots=True)
class MoneyNotice:
    """`name` is the event's (`payment.paid`); `amount` what landed, or what was asked where nothing has."""

    event_id: int
    name: str
    visit_id: int | None
    client_name: str
    amount: Money


def notices_since(*, business_id: int, location_ids: Sequence[int], after_id: int) -> list[MoneyNotice]:
    """Events about money that a desk has not shown yet, oldest first; one query, two or three when there are any."""
    events = seen_at_desk_since(business_id=business_id, location_ids=location_ids, after_id=after_id)
    ids = {event.subject["payment"] for event in events if "payment" in event.subject}
    own = {"business_id": business_id}
    rows = Payment.objects.filter(**own, pk__in=ids).select_related("bill__client") if ids else Payment.objects.none()
    payments = {row.pk: row for row in rows.defer("request", "address")}
    by_value = {event.subject["link"] for event in events if event.name == PAID_WITH_VALUE}
    links = PaymentLink.objects.filter(**own, pk__in=by_value).select_related("bill__client") if by_value else ()
    paid_links = {link.pk: link for link in links}
    found = []
    for event in events:
        payment = payments.get(event.subject.get("payment", 0))
        link = paid_links.get(event.subject.get("link", 0)) if event.name == PAID_WITH_VALUE else None
        if payment is not None:
            currency = payment.captured_currency or payment.currency
            found.append(_notice(event, payment.bill, Money(payment.captured_minor or payment.amount_minor, currency)))
        elif link is not None:
            found.append(_notice(event, link.bill, Money(link.value_minor, link.bill.currency)))
    return found


def _notice(event: Event, bill: Bill, amount: Money) -> MoneyNotice:
    name = bill.client.name if bill.client else ""
    return MoneyNotice(event.pk, event.name, event.subject.get("visit"), name, amount)
