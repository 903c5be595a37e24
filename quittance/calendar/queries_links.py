"""The list of payment links, newest first, in pages that cost the same however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.calendar.queries_visit import link_view
from quittance.core.money import Money
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payments import queries as payment_queries
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.status import LinkStatus

LinkTab = Literal["all", "follow_up", "paid", "expired"]
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link as the list shows it; `asked` is all that it asks or asked, `paid` what it brought of it."""

    link: PaymentLink
    status: LinkStatus
    asked: Money
    paid: Money
    visit: Visit | None
    client_name: str
    channels: tuple[str, ...]
    delivery_failed: bool
    # The payment that it brought, else the last attempt.
    payment_id: int | None


@dataclass(frozen=True, slots=True)
class LinksPage:
    """`next_cursor` is what to ask with for the page after this one; None on the last."""

    rows: list[LinkRow]
    next_cursor: int | None


def links_page(
    *,
    business_id: int,
    location_ids: list[int],
    tab: LinkTab = "all",
    cursor: int | None = None,
    now: datetime,
) -> LinksPage:
    """One page of the links of these locations. Four queries."""
    rows = PaymentLink.objects.filter(business_id=business_id, bill__location_id__in=location_ids)
    rows = _of_tab(rows, tab, now)
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    links = list(rows.select_related("bill", "bill__client", "bill__visit").order_by("-pk")[: PAGE_SIZE + 1])
    shown = links[:PAGE_SIZE]
    payments = _payments_by_bill(business_id, shown)
    messages = _messages_by_link(business_id, shown)
    return LinksPage(
        rows=[_row(link, payments.get(link.bill_id, []), messages.get(link.pk, []), now) for link in shown],
        next_cursor=shown[-1].pk if len(links) > PAGE_SIZE else None,
    )


def follow_up_count(*, business_id: int, location_ids: list[int], now: datetime) -> int:
    """How many live links were opened without being paid, or could not be delivered."""
    rows = PaymentLink.objects.filter(business_id=business_id, bill__location_id__in=location_ids)
    return _of_tab(rows, "follow_up", now).count()


def _of_tab(rows: QuerySet[PaymentLink], tab: LinkTab, now: datetime) -> QuerySet[PaymentLink]:
    """Each tab is one stretch of the index `links_by_end`, newest first: links that are open have no reason yet."""
    if tab == "paid":
        return rows.filter(closed_reason="paid")
    if tab == "expired":
        return rows.filter(closed_reason="", expires_at__lte=now)
    if tab == "follow_up":
        alive = Q(closed_reason="") & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        failed = Message.objects.filter(
            business_id=OuterRef("business_id"), link_id=OuterRef("pk"), state__in=("failed", "unknown")
        )
        # Whoever pays at this moment, or has agreed to, needs no call.
        under_way = Payment.objects.filter(business_id=OuterRef("business_id"), link_id=OuterRef("pk")).filter(
            Q(state="processing") | Q(state__in=Payment.LIVE, superseded_at__isnull=True, locked_until__gt=now)
        )
        waiting = rows.filter(alive).exclude(Exists(under_way))
        return waiting.filter(Q(accessed_at__isnull=False) | Exists(failed))
    return rows


def _payments_by_bill(business_id: int, links: list[PaymentLink]) -> dict[int, list[Payment]]:
    found: dict[int, list[Payment]] = {}
    rows = Payment.objects.filter(business_id=business_id, bill_id__in=[link.bill_id for link in links])
    for payment in rows.defer("request", "address").order_by("pk"):
        found.setdefault(payment.bill_id, []).append(payment)
    return found


def _messages_by_link(business_id: int, links: list[PaymentLink]) -> dict[int, list[Message]]:
    found: dict[int, list[Message]] = {}
    rows = Message.objects.filter(business_id=business_id, link_id__in=[link.pk for link in links])
    for message in rows.defer("body").order_by("pk"):
        found.setdefault(message.link_id or 0, []).append(message)
    return found


def _row(link: PaymentLink, payments: list[Payment], messages: list[Message], now: datetime) -> LinkRow:
    bill: Bill = link.bill
    link_sent = link.closed_at is None and link.sent_at is not None
    state = payment_queries.state_of(bill, now=now, payments=payments, link_sent=link_sent)
    view = link_view(link, state=state, payments=payments, now=now)
    use = payment_queries.link_use(link=link, payments=payments, currency=bill.currency)
    used = use.paid + use.processing
    asked = Money(bill.total_minor if link.ask_minor is None else link.ask_minor, bill.currency)
    if view.is_live:
        asked = used + view.ask
    elif used.is_positive:
        asked = used
    return LinkRow(
        link=link,
        status=view.status,
        asked=asked,
        paid=use.paid,
        visit=getattr(bill, "visit", None),
        client_name=bill.client.name if bill.client else "",
        channels=tuple(dict.fromkeys(message.channel for message in messages if message.type == PAYMENT_LINK)),
        delivery_failed=any(message.state in ("failed", "unknown") for message in messages),
        payment_id=_payment_id([payment for payment in payments if payment.link_id == link.pk]),
    )


def _payment_id(payments: list[Payment]) -> int | None:
    ranked = sorted(payments, key=lambda payment: (payment.state == "paid", payment.pk))
    return ranked[-1].pk if ranked else None
