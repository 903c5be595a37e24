"""The list of links walks one stretch of an index, newest first, however many links there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.calendar import queries_links
from quittance.calendar.queries_links import LinkTab
from tests.support.salon import Salon


def first_plan(salon: Salon, tab: LinkTab, cursor: int | None = None) -> str:
    with CaptureQueriesContext(connection) as queries:
        queries_links.links_page(
            business_id=salon.business.pk, location_ids=[salon.location.pk], tab=tab, cursor=cursor, now=salon.now
        )
    with connection.cursor() as database:
        database.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
        return "; ".join(str(row[-1]) for row in database.fetchall())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by the size of its tables")
@pytest.mark.parametrize("cursor", [None, 4711])
@pytest.mark.parametrize(
    ("tab", "index"),
    [("all", "links_recent"), ("follow_up", "links_by_end"), ("paid", "links_by_end"), ("expired", "links_by_end")],
)
def test_every_tab_is_read_in_the_sequence_of_its_index(salon: Salon, tab: LinkTab, index: str, cursor: int | None):
    plan = first_plan(salon, tab, cursor)

    assert plan.startswith(f"SEARCH payments_paymentlink USING INDEX {index}")
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
