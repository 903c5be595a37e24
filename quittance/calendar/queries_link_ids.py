"""Which links a page of the list holds, newest first: each statement walks one stretch of one index.

What no index has in this sequence (an amount, or a channel together with a tab) is found in one of three ways. Where
an index says that few links fit at all, these are read. Where one has what is wanted newest first, it leads. Else the
newest `LOOKED_AT` links of the tab are looked at, and the answer says how far that went: the next page goes on there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from quittance.bills.models import Bill
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payments.models import Payment, PaymentLink

Row = TypeVar("Row", bound=Model)
LinkTab = Literal["all", "sent", "accessed", "paid", "expired", "follow_up"]
# So many links of a tab are looked at for one page; so many that an index leads to; and so many are few.
LOOKED_AT = 20_000
LED_TO = 2_000
_MARGIN: Final = timedelta(minutes=10)
# History is what grows; of what is open a stretch is short, and looked at from its beginning.
_HISTORY: Final = ("all", "paid", "expired")


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

    @property
    def has_amount(self) -> bool:
        return self.least_minor is not None or self.most_minor is not None


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """`ids` newest first. `looked_to`: none below this one was looked at; None when `ids` are full, or all were."""

    ids: list[int]
    looked_to: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """`page` is the statement of one page. `past`, where only a part is looked at: the first link beyond that part."""

    page: QuerySet[PaymentLink, int]
    past: QuerySet[PaymentLink, int] | None = None


@dataclass(frozen=True, slots=True)
class _Lead:
    """Links that an index named; `from_id` is the last of them where there are more, else 0."""

    ids: list[int]
    from_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The links of one location, and between which ids they are looked for."""

    business_id: int
    location_id: int
    from_id: int
    below_id: int | None

    @property
    def links(self) -> QuerySet[PaymentLink]:
        return PaymentLink.objects.filter(business_id=self.business_id, location_id=self.location_id)

    def within(self, rows: QuerySet[Row], name: str = "pk") -> QuerySet[Row]:
        if self.from_id:
            rows = rows.filter(**{f"{name}__gte": self.from_id})
        return rows if self.below_id is None else rows.filter(**{f"{name}__lt": self.below_id})

    def newest(self, rows: QuerySet[Row], name: str = "pk") -> QuerySet[Row, Any]:
        return self.within(rows, name).order_by(f"-{name}").values_list(name, flat=True)


def newest_ids(
    *,
    business_id: int,
    location_ids: list[int],
    tab: LinkTab,
    wanted: LinkFilter,
    cursor: int | None,
    limit: int,
    now: datetime,
) -> FoundLinks:
    """The newest links below `cursor` that fit."""
    found: set[int] = set()
    looked_to = 0
    for location_id in location_ids:
        place = _place(business_id, location_id, wanted, cursor)
        lead = _lead(place, tab, wanted)
        for stretch in _stretches(place, tab, wanted, lead, limit, now):
            ids = list(stretch.page)
            found.update(ids)
            if len(ids) < limit:
                looked_to = max(looked_to, _looked_to(stretch, lead))
    ids = [pk for pk in sorted(found, reverse=True) if pk >= looked_to][:limit]
    return FoundLinks(ids, looked_to if looked_to and len(ids) < limit else None)


def stretches(
    *,
    business_id: int,
    location_id: int,
    tab: LinkTab,
    wanted: LinkFilter,
    cursor: int | None,
    limit: int,
    now: datetime,
) -> list[Stretch]:
    """The statements that find one page of one location."""
    place = _place(business_id, location_id, wanted, cursor)
    return list(_stretches(place, tab, wanted, _lead(place, tab, wanted), limit, now))


def _looked_to(stretch: Stretch, lead: _Lead | None) -> int:
    """The lowest id that was looked at; 0 when nothing is left."""
    if lead is not None:
        return lead.from_id
    first_not = None if stretch.past is None else next(iter(stretch.past), None)
    return 0 if first_not is None else first_not + 1


def _stretches(
    place: _Place, tab: LinkTab, wanted: LinkFilter, lead: _Lead | None, limit: int, now: datetime
) -> Iterator[Stretch]:
    links = place.within(place.links)
    if wanted.made_by is not None and tab == "all":
        links = links.filter(created_by_id=wanted.made_by)
    if lead is not None:
        links = links.filter(pk__in=lead.ids)
    for walked, passed_over in _of_tab(tab, wanted, now):
        stretch = links.filter(walked)
        past = None
        rows = _wanted(stretch, wanted).filter(passed_over)
        if lead is None and (passed_over or _is_narrow(tab, wanted)):
            past = stretch.order_by("-pk").values_list("pk", flat=True)[LOOKED_AT : LOOKED_AT + 1]
            rows = rows.filter(pk__gt=Coalesce(Subquery(past), 0))
        yield Stretch(page=rows.order_by("-pk").values_list("pk", flat=True)[:limit], past=past)


def _is_narrow(tab: LinkTab, wanted: LinkFilter) -> bool:
    """Whether links of the stretch are passed over, beside those that ran out a moment ago."""
    return bool(wanted.channel) or wanted.has_amount or (wanted.made_by is not None and tab != "all")


def _lead(place: _Place, tab: LinkTab, wanted: LinkFilter) -> _Lead | None:
    """A shorter way than the tab's own stretch, where there is one."""
    if wanted.link_ids is not None:
        return _Lead(list(wanted.link_ids))
    if wanted.has_amount:
        few = _few_by_amount(place, wanted)
        if few is not None:
            return _Lead(few)
    if tab not in _HISTORY:
        return None
    named: list[QuerySet[Any, Any]] = []
    if wanted.channel == "none":
        named.append(place.newest(place.links.filter(sent_at__isnull=True)))
    elif wanted.channel:
        texts = Message.objects.filter(business_id=place.business_id, type=PAYMENT_LINK, channel=wanted.channel)
        named.append(place.newest(texts.filter(link_id__isnull=False), "link_id"))
    if wanted.made_by is not None and tab != "all":
        named.append(place.newest(place.links.filter(created_by_id=wanted.made_by)))
    # What reaches farther back is the rarer.
    return min((_led(list(rows[:LED_TO])) for rows in named), key=lambda lead: lead.from_id, default=None)


def _led(ids: list[int]) -> _Lead:
    return _Lead(list(dict.fromkeys(ids)), ids[-1] if len(ids) == LED_TO else 0)


def _few_by_amount(place: _Place, wanted: LinkFilter) -> list[int] | None:
    """The links that ask for such an amount, by the indexes of amounts; None when there are many."""
    bills = Bill.objects.filter(business_id=place.business_id, location_id=place.location_id)
    of_bills = list(_between(bills, "total_minor", wanted).values_list("pk", flat=True)[: LED_TO + 1])
    if len(of_bills) > LED_TO:
        return None
    typed = _between(place.links.filter(ask_minor__isnull=False), "ask_minor", wanted)
    found = list(typed.values_list("pk", flat=True)[: LED_TO + 1])
    whole = PaymentLink.objects.filter(bill_id__in=of_bills, ask_minor__isnull=True)
    found += whole.values_list("pk", flat=True)[: LED_TO + 1]
    return found if len(found) <= LED_TO else None


def _between(rows: QuerySet[Row], name: str, wanted: LinkFilter) -> QuerySet[Row]:
    if wanted.least_minor is not None:
        rows = rows.filter(**{f"{name}__gte": wanted.least_minor})
    if wanted.most_minor is not None:
        rows = rows.filter(**{f"{name}__lte": wanted.most_minor})
    return rows


def _wanted(rows: QuerySet[PaymentLink], wanted: LinkFilter) -> QuerySet[PaymentLink]:
    """These look at each row of the stretch."""
    if wanted.made_by is not None:
        # As an expression, so that no planner walks all that somebody ever made for the few of a tab.
        rows = rows.annotate(maker=Coalesce("created_by_id", 0)).filter(maker=wanted.made_by)
    if wanted.since is not None:
        rows = rows.filter(created_at__gte=wanted.since)
    if wanted.before is not None:
        rows = rows.filter(created_at__lt=wanted.before)
    if wanted.channel:
        rows = rows.filter(_sent_by(wanted.channel))
    if wanted.has_amount:
        rows = _between(rows.annotate(asked=Coalesce("ask_minor", "bill__total_minor")), "asked", wanted)
    return rows


def _sent_by(channel: str) -> Q:
    """`none`: handed out as a copy or QR only."""
    sent = Message.objects.filter(business_id=OuterRef("business_id"), link_id=OuterRef("pk"), type=PAYMENT_LINK)
    return ~Q(Exists(sent)) if channel == "none" else Q(Exists(sent.filter(channel=channel)))


def _place(business_id: int, location_id: int, wanted: LinkFilter, cursor: int | None) -> _Place:
    """A period is looked for between the ids that were given out around it, so that the stretch of the index is short.

    Two processes may number links in another sequence than their clocks say, by moments; hence the margin.
    """
    here = PaymentLink.objects.filter(business_id=business_id, location_id=location_id)
    from_id, below_id = 0, cursor
    if wanted.since is not None:
        early = here.filter(created_at__gte=wanted.since - _MARGIN).order_by("created_at")
        from_id = next(iter(early.values_list("pk", flat=True)[:1]), 0)
    if wanted.before is not None:
        late = here.filter(created_at__lt=wanted.before + _MARGIN).order_by("-created_at")
        last = next(iter(late.values_list("pk", flat=True)[:1]), 0)
        below_id = last + 1 if cursor is None else min(cursor, last + 1)
    return _Place(business_id=business_id, location_id=location_id, from_id=from_id, below_id=below_id)


def _of_tab(tab: LinkTab, wanted: LinkFilter, now: datetime) -> list[tuple[Q, Q]]:
    """The stretches of a tab, and what of them is passed over.

    What expired a moment ago is not closed yet (`flows.close_expired_links`): two stretches.
    """
    is_open = Q(closed_at__isnull=True)
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    seen = is_open & Q(accessed_at__isnull=False)
    if tab == "sent":
        return [(is_open & Q(sent_at__isnull=False, accessed_at__isnull=True), alive)]
    if tab == "accessed":
        return [(seen, alive)]
    if tab == "paid":
        return [(Q(closed_reason="paid"), Q())]
    if tab == "expired":
        # Said backwards, so that no planner prefers the index by end, whose sequence is another.
        return [(Q(closed_reason="expired"), Q()), (is_open, ~alive)]
    if tab != "follow_up":
        return [(Q(), Q())]
    # Whoever pays at this moment, or has agreed to, needs no call.
    waiting = alive & ~Q(Exists(_under_way(now)))
    opened, failed = (seen, waiting), (is_open, waiting & Q(Exists(_FAILED)))
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
