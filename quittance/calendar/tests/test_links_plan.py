"""The list of links walks stretches of indexes, newest first, however many links there are: on both databases.

The plans are taken with statistics of some thousands of links of two locations; `tests/bench` times a million.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.calendar import queries_links
from quittance.calendar.queries_link_numbers import link_days
from quittance.calendar.queries_links import LinkFilter, LinkTab, page_of_ids
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


def plan_of(rows: QuerySet[PaymentLink, int]) -> str:
    if connection.vendor == "sqlite":
        sql, values = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql, values)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())
    # Of a few rows it sorts for the joy of it: forbidden, it shows whether an index has them in sequence.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return rows.explain()


def assert_flat(plan: str) -> None:
    """An index leads to the links, in its sequence: no link is looked at that the stretch does not hold."""
    if connection.vendor == "sqlite":
        assert re.search(r"SEARCH payments_paymentlink USING (COVERING )?INDEX links_", plan), plan
        assert "SCAN payments_paymentlink" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan
    else:
        # Where one business has all links, their own numbers lead as straight.
        names = r"(links_\w+|payments_paymentlink_pkey)"
        assert re.search(rf"Index (Only )?Scan (Backward )?using {names} on payments_paymentlink", plan), plan
        assert "Seq Scan on payments_paymentlink" not in plan, plan
        assert "Sort" not in plan, plan


def plans(salon: Salon, tab: LinkTab, wanted: LinkFilter, cursor: int | None) -> list[str]:
    pages = page_of_ids(
        business_id=salon.business.pk,
        location_id=salon.location.pk,
        tab=tab,
        wanted=wanted,
        cursor=cursor,
        limit=queries_links.PAGE_SIZE + 1,
        now=salon.now,
    )
    return [plan_of(page) for page in pages]


FILTERS = {
    "none": LinkFilter(),
    "staff": LinkFilter(made_by=3),
    "channel": LinkFilter(channel="sms"),
    "by hand": LinkFilter(channel="none"),
    "amount": LinkFilter(least_minor=2_100, most_minor=2_300),
    "opened": LinkFilter(why="opened"),
    "failed": LinkFilter(why="failed"),
}


@pytest.mark.row("E1")
@pytest.mark.parametrize("cursor", [None, 4_711])
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_with_every_filter_walks_an_index(history: Salon, tab: LinkTab, name: str, cursor: int | None):
    for plan in plans(history, tab, FILTERS[name], cursor):
        assert_flat(plan)


@pytest.mark.row("E1")
@pytest.mark.parametrize("tab", TABS)
def test_a_period_walks_only_the_links_of_it(history: Salon, tab: LinkTab):
    wanted = LinkFilter(since=history.now - timedelta(days=60), before=history.now - timedelta(days=30))
    for plan in plans(history, tab, wanted, None):
        assert_flat(plan)


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
