"""The list of links walks stretches of indexes, newest first, however many links there are: on both databases.

The plans are taken with statistics of some thousands of links of two locations; `tests/bench` times a million.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

import pytest
from django.db import connection, transaction

from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.calendar import queries_link_ids, queries_links
from quittance.calendar.queries_link_ids import FoundLinks, LinkFilter, LinkTab, newest_ids
from quittance.calendar.queries_link_numbers import link_days
from quittance.core.ids import new_key
from quittance.messages.models import Message
from quittance.messages.types import PAYMENT_LINK
from quittance.payment_systems.fake import FakeBank
from quittance.payments.models import PaymentLink
from tests.support.salon import START, Salon, open_salon

pytestmark = pytest.mark.django_db
LINKS = 12_000
TABS: tuple[LinkTab, ...] = get_args(LinkTab)
FATES = ("paid", "paid", "paid", "expired", "cancelled", "replaced", "paid", "", "", "")


def bills_of(salon: Salon, place: Location, count: int) -> list[Bill]:
    return Bill.objects.bulk_create(
        [
            Bill(
                business=salon.business,
                location=place,
                client=salon.chloe,
                currency="EUR",
                service_date=salon.now.date(),
                prices_include_tax=True,
                total_minor=2_000 + number % 900,
                created_at=salon.now,
            )
            for number in range(count)
        ],
        batch_size=500,
    )


def message_of(link: PaymentLink) -> Message:
    """By one of two channels; a few failed."""
    return Message(
        business_id=link.business_id,
        type=PAYMENT_LINK,
        channel="sms" if link.pk % 2 else "email",
        address="chloe@client.example",
        link_id=link.pk,
        purpose_key=new_key(),
        key=new_key(),
        state="delivered" if link.pk % 20 else "failed",
        created_at=link.created_at,
    )


def furnish(salon: Salon) -> None:
    other = Location.objects.create(
        business=salon.business, name="Pankow", currency="EUR", time_zone="Europe/Berlin", country="DE", position=1
    )
    for place in (salon.location, other):
        links = []
        for number, bill in enumerate(bills_of(salon, place, LINKS // 2)):
            # A hundred are open; the rest is history.
            fate = FATES[number % 10] if number > LINKS // 2 - 200 else FATES[number % 7]
            at = salon.now - timedelta(minutes=30 * (LINKS // 2 - number))
            links.append(
                PaymentLink(
                    business=salon.business,
                    location=place,
                    bill=bill,
                    token=new_key(),
                    token_mac=new_key(),
                    created_at=at,
                    created_by_id=number % 5,
                    sent_at=at if number % 3 else None,
                    accessed_at=at if number % 2 else None,
                    expires_at=salon.now + timedelta(hours=number % 48) if number % 4 else None,
                    closed_at=at if fate else None,
                    closed_reason=fate,
                )
            )
        made = PaymentLink.objects.bulk_create(links, batch_size=500)
        Message.objects.bulk_create([message_of(link) for link in made if link.sent_at], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: Any) -> Iterator[Salon]:
    """One history for all plans, undone in the end."""
    with django_db_blocker.unblock(), transaction.atomic() as _:
        around = connection.atomic_blocks[-1]
        around._from_testcase = True  # type: ignore[attr-defined]
        salon = open_salon(FakeBank(now=lambda: START))
        furnish(salon)
        yield salon
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: Any

    @property
    def is_page(self) -> bool:
        """One that walks the list itself; others ask an index where to look."""
        return "payments_paymentlink" in self.sql and not self.is_listed and "OFFSET" not in self.sql[-30:]

    @property
    def is_listed(self) -> bool:
        return re.search(r" IN \((%s|\d)", self.sql) is not None


def statements_of(work: Callable[[], object]) -> list[Statement]:
    """What the database was asked, with the values apart from it as it saw them."""
    seen = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(Statement(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return seen


def plan_of(statement: Statement) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + statement.sql, statement.values)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())
        # Of a few rows it sorts for the joy of it: forbidden, it shows whether an index has them in sequence.
        forbidden = ("sort", "bitmapscan") if statement.is_page else ("seqscan",)
        for way in ("sort", "bitmapscan", "seqscan"):
            cursor.execute(f"SET LOCAL enable_{way} = {'off' if way in forbidden else 'on'}")
        cursor.execute("EXPLAIN " + statement.sql, statement.values)
        return "\n".join(row[0] for row in cursor.fetchall())


def assert_flat(statement: Statement) -> None:
    """An index leads to the links, in its sequence: no link is looked at that the stretch does not hold."""
    plan = plan_of(statement)
    if connection.vendor == "sqlite":
        assert not re.search(r"SCAN (?!CONSTANT)", plan), plan
        assert statement.is_listed or "TEMP B-TREE" not in plan, plan
        if statement.is_page:
            assert re.search(r"SEARCH payments_paymentlink USING (COVERING )?INDEX links_", plan), plan
    else:
        assert "Seq Scan" not in plan, plan
        if statement.is_page:
            # Where one business has all links, their own numbers lead as straight.
            names = r"(links_\w+|payments_paymentlink_pkey)"
            assert re.search(rf"Index (Only )?Scan (Backward )?using {names} on payments_paymentlink", plan), plan
            assert "Sort" not in plan, plan


def statements(salon: Salon, tab: LinkTab, wanted: LinkFilter, cursor: int | None) -> list[Statement]:
    return statements_of(lambda: found(salon, tab, wanted, cursor))


def found(salon: Salon, tab: LinkTab, wanted: LinkFilter, cursor: int | None = None) -> FoundLinks:
    return newest_ids(
        business_id=salon.business.pk,
        location_ids=[salon.location.pk],
        tab=tab,
        wanted=wanted,
        cursor=cursor,
        limit=queries_links.PAGE_SIZE + 1,
        now=salon.now,
    )


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much shorter as the history is."""
    monkeypatch.setattr(queries_link_ids, "LOOKED_AT", 500)
    monkeypatch.setattr(queries_link_ids, "LED_TO", 100)


FILTERS = {
    "none": LinkFilter(),
    "staff": LinkFilter(made_by=3),
    "channel": LinkFilter(channel="sms"),
    "by hand": LinkFilter(channel="none"),
    "amount": LinkFilter(least_minor=2_100, most_minor=2_300),
    "rare amount": LinkFilter(least_minor=2_100, most_minor=2_101),
    "several": LinkFilter(made_by=3, channel="email", least_minor=2_100),
    "opened": LinkFilter(why="opened"),
    "failed": LinkFilter(why="failed"),
}


@pytest.mark.row("E1")
@pytest.mark.parametrize("cursor", [None, 4_711])
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_with_every_filter_walks_an_index(history: Salon, tab: LinkTab, name: str, cursor: int | None):
    asked = statements(history, tab, FILTERS[name], cursor)
    assert any(one.is_page or one.is_listed for one in asked)
    for one in asked:
        assert_flat(one)


@pytest.mark.row("E1")
@pytest.mark.parametrize("tab", TABS)
def test_a_period_walks_only_the_links_of_it(history: Salon, tab: LinkTab):
    wanted = LinkFilter(since=history.now - timedelta(days=60), before=history.now - timedelta(days=30))
    for one in statements(history, tab, wanted, None):
        assert_flat(one)


def every(salon: Salon, tab: LinkTab, wanted: LinkFilter) -> list[int]:
    """All pages, one after the other."""
    seen: list[int] = []
    cursor: int | None = None
    for _ in range(200):
        page = found(salon, tab, wanted, cursor)
        seen += page.ids
        if page.looked_to is None and len(page.ids) <= queries_links.PAGE_SIZE:
            return seen
        cursor = page.ids[-1] if page.looked_to is None else page.looked_to
    raise AssertionError("the pages never end")


def plainly(salon: Salon, tab: LinkTab, wanted: LinkFilter) -> list[int]:
    """The same links by going through all of them."""
    links = PaymentLink.objects.filter(business=salon.business, location=salon.location).select_related("bill")
    texts: dict[int | None, set[str]] = {}
    for link_id, channel in Message.objects.filter(type=PAYMENT_LINK).values_list("link_id", "channel"):
        texts.setdefault(link_id, set()).add(channel)

    def fits(link: PaymentLink) -> bool:
        ways, asked = texts.get(link.pk, set()), link.bill.total_minor
        return (
            tab in {"all", link.closed_reason}
            and (wanted.made_by is None or link.created_by_id == wanted.made_by)
            and (not wanted.channel or (not ways if wanted.channel == "none" else wanted.channel in ways))
            and (wanted.least_minor is None or asked >= wanted.least_minor)
            and (wanted.most_minor is None or asked <= wanted.most_minor)
        )

    return [link.pk for link in links.order_by("-pk") if fits(link)]


@pytest.mark.row("E1")
@pytest.mark.parametrize("name", [name for name, wanted in FILTERS.items() if not wanted.why])
@pytest.mark.parametrize("tab", ["all", "paid"])
def test_page_by_page_a_filter_finds_every_link_once(history: Salon, tab: LinkTab, name: str):
    assert every(history, tab, FILTERS[name]) == plainly(history, tab, FILTERS[name])


@pytest.mark.row("E1")
def test_one_page_looks_at_so_many_links_and_says_how_far_it_came(history: Salon):
    newest = list(
        PaymentLink.objects.filter(location=history.location).order_by("-pk").values_list("pk", flat=True)[:501]
    )
    # Nobody asked for so much: the amounts are many, and none of them is among the newest.
    Bill.objects.filter(links__pk__gte=newest[-1]).update(total_minor=1)
    many = LinkFilter(least_minor=2_000)
    first = found(history, "all", many)
    assert first == FoundLinks([], newest[499])
    page = queries_links.links_page(
        business_id=history.business.pk, location_ids=[history.location.pk], wanted=many, now=history.now
    )
    assert (page.rows, page.next_cursor) == ([], newest[499])
    assert page.looked_back_to == PaymentLink.objects.get(pk=newest[499]).created_at
    assert len(found(history, "all", many, first.looked_to).ids) == 51


@pytest.mark.row("E1")
def test_the_pages_of_a_period_are_complete(history: Salon):
    since, before = history.now - timedelta(days=60), history.now - timedelta(days=59)
    page = queries_links.links_page(
        business_id=history.business.pk,
        location_ids=[history.location.pk],
        wanted=LinkFilter(since=since, before=before),
        now=history.now,
    )
    made = [row.link.created_at for row in page.rows]
    assert (len(made), made[0], made[-1]) == (48, before - timedelta(minutes=30), since)


@pytest.mark.row("E1")
def test_all_locations_together_come_in_one_sequence(history: Salon):
    places = list(Location.objects.filter(business=history.business).values_list("pk", flat=True))
    seen: list[int] = []
    cursor: int | None = None
    for _ in range(3):
        page = queries_links.links_page(
            business_id=history.business.pk, location_ids=places, cursor=cursor, now=history.now
        )
        seen += [row.link.pk for row in page.rows]
        cursor = page.next_cursor
    newest = PaymentLink.objects.filter(business=history.business).order_by("-pk").values_list("pk", flat=True)[:150]
    assert seen == list(newest)


def test_the_numbers_of_thirty_days_are_counted_from_those_days(history: Salon):
    days = link_days(
        business_id=history.business.pk,
        location_ids=[history.location.pk],
        time_zone="Europe/Berlin",
        now=history.now,
    )
    assert len(days) == 30
    assert days[-2].day == history.now.date() - timedelta(days=1)
    assert sum(day.paid for day in days[1:-1]) > 500
    assert all(day.paid <= day.sent for day in days)
