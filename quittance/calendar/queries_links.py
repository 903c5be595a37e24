"""The list of payment links, newest first, in pages that cost the same however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.calendar.queries_link_ids import LinkFilter, LinkTab, newest_ids, stretches
from quittance.calendar.queries_visit import link_view
from quittance.clients.queries import search
from quittance.core.money import Money
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payments import queries as payment_queries
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.queries import TOKEN_LENGTH
from quittance.payments.status import LinkStatus

PAGE_SIZE = 50
COUNTED_TO = 100
_EVERYTHING: Final = LinkFilter()
_CHUNK: Final = 500
# Of a file: more pages than a million links take, however few of them are wanted.
_MOST_PAGES: Final = 5_000
# Bills of the clients that a search finds: the newest.
_MOST_BILLS = 500
_MOST_CLIENTS = 30


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
    """`next_cursor` is what to ask with for the page after this one; None on the last.

    `looked_back_to`: there may be more that fits among the links made before then, and the next page looks there. None
    when the page is full, or all were looked at.
    """

    rows: list[LinkRow]
    next_cursor: int | None
    looked_back_to: datetime | None = None


def links_page(
    *,
    business_id: int,
    location_ids: list[int],
    tab: LinkTab = "all",
    wanted: LinkFilter = _EVERYTHING,
    cursor: int | None = None,
    now: datetime,
) -> LinksPage:
    """One page of the links of these locations: three queries, and one for each location (two of what expired).

    Filters that no index of the list serves cost some more, and look at so many links at a time and no more.
    """
    found = newest_ids(
        business_id=business_id,
        location_ids=location_ids,
        tab=tab,
        wanted=wanted,
        cursor=cursor,
        limit=PAGE_SIZE + 1,
        now=now,
    )
    shown = _rows(business_id, found.ids[:PAGE_SIZE], now)
    if found.looked_to is None:
        return LinksPage(rows=shown, next_cursor=found.ids[PAGE_SIZE - 1] if len(found.ids) > PAGE_SIZE else None)
    seen = PaymentLink.objects.filter(business_id=business_id, pk__gte=found.looked_to, location_id__in=location_ids)
    oldest = seen.order_by("pk").values_list("created_at", flat=True).first()
    return LinksPage(rows=shown, next_cursor=found.looked_to, looked_back_to=oldest or now)


def all_links(
    *, business_id: int, location_ids: list[int], tab: LinkTab, wanted: LinkFilter, most: int, now: datetime
) -> Iterator[LinkRow]:
    """The same, page by page, for a file: the newest `most`."""
    cursor: int | None = None
    for _page in range(_MOST_PAGES):
        found = newest_ids(
            business_id=business_id,
            location_ids=location_ids,
            tab=tab,
            wanted=wanted,
            cursor=cursor,
            limit=min(_CHUNK, most),
            now=now,
        )
        yield from _rows(business_id, found.ids, now)
        most -= len(found.ids)
        if most <= 0 or (len(found.ids) < _CHUNK and found.looked_to is None):
            return
        cursor = found.ids[-1] if found.looked_to is None else found.looked_to


def follow_up_count(*, business_id: int, location_ids: list[int], now: datetime) -> int:
    """How many live links were opened without being paid, or could not be delivered; at most `COUNTED_TO`."""
    found: set[int] = set()
    for location_id in location_ids:
        of_place = stretches(
            business_id=business_id,
            location_id=location_id,
            tab="follow_up",
            wanted=_EVERYTHING,
            cursor=None,
            limit=COUNTED_TO,
            now=now,
        )
        for stretch in of_place:
            found.update(stretch.page)
    return min(len(found), COUNTED_TO)


def search_links(*, business_id: int, text: str) -> tuple[int, ...]:
    """Links by their own address, or of clients by name, phone or email: the newest of each."""
    typed = text.strip()[:200]
    token = typed.rstrip("/").rsplit("/", 1)[-1].split("?")[0]
    if len(token) == TOKEN_LENGTH and " " not in token:
        link = payment_queries.link_by_token(token)
        if link is not None and link.business_id == business_id:
            return (link.pk,)
    clients = [one.id for one in search(business_id=business_id, text=typed, limit=_MOST_CLIENTS)]
    if not clients:
        return ()
    newest = _newest_bills(business_id, clients)
    return tuple(PaymentLink.objects.filter(bill_id__in=newest).values_list("pk", flat=True))


def _newest_bills(business_id: int, clients: list[int]) -> list[int]:
    """Of few bills no order is needed; of many, each client's newest, so that nobody's whole history is sorted."""
    bills = Bill.objects.filter(business_id=business_id).values_list("pk", flat=True)
    found = list(bills.filter(client_id__in=clients)[: _MOST_BILLS + 1])
    if len(found) <= _MOST_BILLS:
        return found
    of_each = (bills.filter(client_id=client).order_by("-pk")[:_MOST_BILLS] for client in clients)
    return sorted((bill for newest in of_each for bill in newest), reverse=True)[:_MOST_BILLS]


def _rows(business_id: int, ids: list[int], now: datetime) -> list[LinkRow]:
    """Three queries, whatever the ids are."""
    found = PaymentLink.objects.filter(business_id=business_id, pk__in=ids)
    links = sorted(found.select_related("bill__client", "bill__visit", "bill__location"), key=lambda link: -link.pk)
    payments = _payments_by_bill(business_id, links)
    messages = _messages_by_link(business_id, links)
    return [_row(link, payments.get(link.bill_id, []), messages.get(link.pk, []), now) for link in links]


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
