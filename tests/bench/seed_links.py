"""The links of some months: most of them paid, some run out or cancelled, the newest still open."""

from __future__ import annotations

from datetime import datetime, timedelta

from quittance.bills.models import Bill, BillLine
from quittance.businesses.models import Location
from quittance.calendar.models import Visit
from quittance.clients.models import Client
from quittance.core.ids import new_key, new_token
from quittance.core.secret import Secret
from quittance.messages.models import Message
from quittance.payments.models import Payment, PaymentAccount, PaymentLink
from quittance.rows.fields import key_ring

LINKS = 10_000
_NEWEST = 1_000
_EVERY, _LIFE = timedelta(minutes=15), timedelta(days=14)
_BATCH = 500


def add_bills(location: Location, people: list[Client], days: list[datetime]) -> list[Bill]:
    """One bill with one line for each instant, at one of forty prices."""
    bills = Bill.objects.bulk_create(
        (
            Bill(
                business=location.business, location=location, client=people[number % len(people)],
                currency=location.currency, service_date=day.date(), prices_include_tax=True,
                total_minor=2_000 + 350 * (number * 7 % 40), created_at=day,
            )
            for number, day in enumerate(days)
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    BillLine.objects.bulk_create(
        (
            BillLine(
                business=location.business, bill=bill, kind="custom", name="Cut and colour",
                unit_minor=bill.total_minor, gross_minor=bill.total_minor, net_minor=bill.total_minor, tax_minor=0,
            )
            for bill in bills
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    return bills


def add_history(location: Location, people: list[Client], account: PaymentAccount, now: datetime) -> None:
    """Oldest first, as they were made."""
    made = [now - _EVERY * (LINKS - number) for number in range(LINKS)]
    bills = add_bills(location, people, made)
    visits = Visit.objects.bulk_create(
        (
            Visit(
                business=location.business, location=location, client=bill.client, bill=bill, created_at=at,
                starts_at=at + timedelta(days=2), ends_at=at + timedelta(days=2, minutes=30),
            )
            for bill, at in zip(bills, made, strict=True)
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    links = PaymentLink.objects.bulk_create(
        [_link(bill, number, now) for number, bill in enumerate(bills)], batch_size=_BATCH
    )
    _add_payments(links, account)
    _add_messages(links, visits)


def _fate(number: int) -> str:
    """Of the newest half are open; before that, four of five are paid and none takes money any more."""
    step = number * 37 % 100
    if number >= LINKS - _NEWEST:
        return ("paid", "over", "opened", "open")[(step >= 40) + (step >= 50) + (step >= 70)]
    return ("paid", "over", "cancelled", "replaced")[(step >= 80) + (step >= 94) + (step >= 98)]


def _link(bill: Bill, number: int, now: datetime) -> PaymentLink:
    fate, token = _fate(number), new_token()
    closed = fate in ("paid", "cancelled", "replaced")
    open_until = now + _LIFE if fate in ("open", "opened") else now - timedelta(hours=1)
    return PaymentLink(
        business=bill.business, location_id=bill.location_id, bill=bill,
        token=Secret(token), token_mac=key_ring().mac(token), created_at=bill.created_at, sent_at=bill.created_at,
        accessed_at=bill.created_at if fate in ("paid", "opened") else None,
        expires_at=min(bill.created_at + _LIFE, open_until),
        closed_at=bill.created_at if closed else None, closed_reason=fate if closed else "",
    )  # fmt: skip


def _add_payments(links: list[PaymentLink], account: PaymentAccount) -> None:
    paid = [link for link in links if link.closed_reason == "paid"]
    for link in paid:
        link.bill.settled_minor = link.bill.total_minor
    Bill.objects.bulk_update([link.bill for link in paid], ["settled_minor"], batch_size=_BATCH)
    Payment.objects.bulk_create(
        (
            Payment(
                business=link.business, bill=link.bill, link=link, account=account, state="paid",
                amount_minor=link.bill.total_minor, captured_minor=link.bill.total_minor,
                currency=link.bill.currency, captured_currency=link.bill.currency, bill_version=1, key=new_key(),
                request="{}", started_at=link.created_at, locked_until=link.created_at,
                expires_at=link.created_at, final_at=link.created_at,
            )
            for link in paid
        ),
        batch_size=_BATCH,
    )  # fmt: skip


def _add_messages(links: list[PaymentLink], visits: list[Visit]) -> None:
    Message.objects.bulk_create(
        (
            Message(
                business=link.business, client=link.bill.client, type="payment_link", channel="email",
                address="client@bench.example", visit_id=visit.pk, bill_id=link.bill_id, link_id=link.pk,
                purpose_key=f"bench:{link.pk}", key=new_key(), created_at=link.created_at, sent_at=link.created_at,
                state="failed" if number % 50 == 0 else "delivered",
            )
            for number, (link, visit) in enumerate(zip(links, visits, strict=True))
        ),
        batch_size=_BATCH,
    )  # fmt: skip
