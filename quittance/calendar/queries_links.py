"""The list of payment links, newest first, in pages that cost the same however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.calendar.queries_visit import link_view
from quittance.clients.queries import search
from quittance.core.money import Money
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payments import queries as payment_queries
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.queries import TOKEN_LENGTH
from quittance.payments.status import LinkStatus

LinkTab = Literal["all", "sent", "accessed", "paid", "expired", "follow_up"]
PAGE_SIZE = 50
COUNTED_TO = 100
_CHUNK: Final = 500
_MARGIN: Final = timedelta(minutes=10)
# Bills of the clients that a search finds: the newest.
_MOST_BILLS = 500
_MOST_CLIENTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFilter:
    """What of a tab is asked for; empty leaves everything in. Amounts are what was asked, in minor units.

    `why` narrows the follow-up list: `opened` without being paid, or `failed` delivery. `link_ids` are what a search
    found; None without one.
    """

    made_by: int | None = None
    channel: str = ""
    since: datetime | None = None
    before: datetime | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    why: str = ""
    link_ids: tuple[int, ...] | None = None


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
    wanted: LinkFilter = LinkFilter(),
    cursor: int | None = None,
    now: datetime,
) -> LinksPage:
    """One page of the links of these locations: three queries, and one for each location (two of what expired)."""
    ids = _newest(business_id, location_ids, tab, wanted, cursor, PAGE_SIZE + 1, now)
    shown = _rows(business_id, ids[:PAGE_SIZE], now)
    return LinksPage(rows=shown, next_cursor=ids[PAGE_SIZE - 1] if len(ids) > PAGE_SIZE else None)


def all_links(
    *, business_id: int, location_ids: list[int], tab: LinkTab, wanted: LinkFilter, most: int, now: datetime
) -> Iterator[LinkRow]:
    """The same, page by page, for a file."""
    cursor: int | None = None
    for _page in range(-(-most // _CHUNK)):
        ids = _newest(business_id, location_ids, tab, wanted, cursor, _CHUNK, now)
        yield from _rows(business_id, ids, now)
        if len(ids) < _CHUNK:
            return
        cursor = ids[-1]


def follow_up_count(*, business_id: int, location_ids: list[int], now: datetime) -> int:
    """How many live links were opened without being paid, or could not be delivered; at most `COUNTED_TO`."""
    return len(_newest(business_id, location_ids, "follow_up", LinkFilter(), None, COUNTED_TO, now))


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
    bills = Bill.objects.filter(business_id=business_id, client_id__in=clients).order_by("-pk")
    newest = list(bills.values_list("pk", flat=True)[:_MOST_BILLS])
    return tuple(PaymentLink.objects.filter(bill_id__in=newest).values_list("pk", flat=True))


def page_of_ids(
    *,
    business_id: int,
    location_id: int,
    tab: LinkTab,
    wanted: LinkFilter,
    cursor: int | None,
    limit: int,
    now: datetime,
) -> list[QuerySet[PaymentLink, int]]:
    """The statements that find one page of one location, newest first: each is one stretch of one index."""
    here = PaymentLink.objects.filter(business_id=business_id, location_id=location_id)
    rows = _wanted(here, wanted)
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    return [branch.order_by("-pk").values_list("pk", flat=True)[:limit] for branch in _of_tab(rows, tab, wanted, now)]


def _newest(
    business_id: int,
    location_ids: list[int],
    tab: LinkTab,
    wanted: LinkFilter,
    cursor: int | None,
    limit: int,
    now: datetime,
) -> list[int]:
    found: set[int] = set()
    for location_id in location_ids:
        pages = page_of_ids(
            business_id=business_id,
            location_id=location_id,
            tab=tab,
            wanted=wanted,
            cursor=cursor,
            limit=limit,
            now=now,
        )
        for page in pages:
            found.update(page)
    return sorted(found, reverse=True)[:limit]


def _wanted(here: QuerySet[PaymentLink], wanted: LinkFilter) -> QuerySet[PaymentLink]:
    """Filters look at each row of the stretch; only who made it and the search lead to an index of their own."""
    rows = here
    if wanted.link_ids is not None:
        rows = rows.filter(pk__in=wanted.link_ids)
    if wanted.made_by is not None:
        rows = rows.filter(created_by_id=wanted.made_by)
    if wanted.since is not None or wanted.before is not None:
        rows = _of_period(rows, here, wanted.since, wanted.before)
    if wanted.channel:
        rows = rows.filter(_sent_by(wanted.channel))
    if wanted.least_minor is not None or wanted.most_minor is not None:
        asked = Coalesce("ask_minor", "bill__total_minor")
        rows = rows.annotate(asked=asked)
        if wanted.least_minor is not None:
            rows = rows.filter(asked__gte=wanted.least_minor)
        if wanted.most_minor is not None:
            rows = rows.filter(asked__lte=wanted.most_minor)
    return rows


def _sent_by(channel: str) -> Q:
    """`none`: handed out as a copy or QR only."""
    sent = Message.objects.filter(business_id=OuterRef("business_id"), link_id=OuterRef("pk"), type=PAYMENT_LINK)
    return ~Q(Exists(sent)) if channel == "none" else Q(Exists(sent.filter(channel=channel)))


def _of_period(
    rows: QuerySet[PaymentLink], here: QuerySet[PaymentLink], since: datetime | None, before: datetime | None
) -> QuerySet[PaymentLink]:
    """By the instants, and by the ids that were given out around them: so the stretch of the index is short.

    Two processes may number links in another sequence than their clocks say, by moments; hence the margin.
    """
    if since is not None:
        rows = rows.filter(created_at__gte=since)
        first = here.filter(created_at__gte=since - _MARGIN).order_by("created_at").values_list("pk", flat=True)[:1]
        rows = rows.filter(pk__gte=next(iter(first), 0))
    if before is None:
        return rows
    last = here.filter(created_at__lt=before + _MARGIN).order_by("-created_at").values_list("pk", flat=True)[:1]
    return rows.filter(created_at__lt=before, pk__lte=next(iter(last), 0))


def _of_tab(
    rows: QuerySet[PaymentLink], tab: LinkTab, wanted: LinkFilter, now: datetime
) -> list[QuerySet[PaymentLink]]:
    """What expired a moment ago is not closed yet (`flows.close_expired_links`): two stretches."""
    still_open = rows.filter(closed_at__isnull=True)
    alive = still_open.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    if tab == "sent":
        return [alive.filter(sent_at__isnull=False, accessed_at__isnull=True)]
    if tab == "accessed":
        return [alive.filter(accessed_at__isnull=False)]
    if tab == "paid":
        return [rows.filter(closed_reason="paid")]
    if tab == "expired":
        # Said backwards, so that no planner prefers the index by end, whose sequence is another.
        run_out = still_open.exclude(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        return [rows.filter(closed_reason="expired"), run_out]
    if tab != "follow_up":
        return [rows]
    # Whoever pays at this moment, or has agreed to, needs no call.
    waiting = alive.exclude(Exists(_under_way(now)))
    opened, failed = waiting.filter(accessed_at__isnull=False), waiting.filter(Exists(_FAILED))
    return {"opened": [opened], "failed": [failed]}.get(wanted.why, [opened, failed])


_FAILED = Message.objects.filter(
    business_id=OuterRef("business_id"), link_id=OuterRef("pk"), state__in=("failed", "unknown")
)


def _under_way(now: datetime) -> QuerySet[Payment]:
    own = Payment.objects.filter(
        business_id=OuterRef("business_id"), bill_id=OuterRef("bill_id"), link_id=OuterRef("pk")
    )
    return own.filter(
        Q(state="processing") | Q(state__in=Payment.LIVE, superseded_at__isnull=True, locked_until__gt=now)
    )


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
