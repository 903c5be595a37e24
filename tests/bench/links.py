"""Time every tab and filter of the list of links among a million of them.

    python -m tests.bench.links --db sqlite --links 1000000

The first page and a page in the middle of history cost the same, or this says by how much not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

_NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_TIMES = 15
_CHUNK = 20_000
_FATES = ("paid", "paid", "paid", "paid", "expired", "cancelled", "replaced")
# Of these the newest: everything older has found its end.
_OPEN = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--links", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quittance-links-") as home:
        address = f"sqlite:///{Path(home) / 'links.sqlite3'}"
        if options.db == "postgres":
            from tests.support.postgres import start_throw_away_server

            address = start_throw_away_server(durable=False)
        os.environ |= {
            "QUITTANCE_MODE": "test",
            "QUITTANCE_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
        }
        _run(options.links)


def _run(links: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    business_id, location_id = _seed(links)
    print(f"{links:,} links of one location, median of {_TIMES}")
    for name, work in _measures(business_id, location_id).items():
        print(f"{name:34} {_median_ms(work):8.2f} ms")


def _seed(count: int) -> tuple[int, int]:
    from django.db import connection

    from quittance.bills.models import Bill
    from quittance.businesses.models import Business, Location
    from quittance.clients.models import Client
    from quittance.payments.models import PaymentLink

    business = Business.objects.create(name="Bench", slug="bench", installation_epoch="e" * 32)
    place = Location.objects.create(
        business=business, name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    client = Client.objects.create(business=business, name="Chloe", search_name="chloe", created_at=_NOW)
    for begin in range(0, count, _CHUNK):
        numbers = range(begin, min(begin + _CHUNK, count))
        bills = Bill.objects.bulk_create(
            [
                Bill(
                    business=business, location=place, client=client, currency="EUR", service_date=_NOW.date(),
                    prices_include_tax=True, total_minor=2_000 + number % 9_000, created_at=_NOW,
                )
                for number in numbers
            ],
            batch_size=1_000,
        )  # fmt: skip
        rows = []
        for number, bill in zip(numbers, bills, strict=True):
            at = _NOW - timedelta(minutes=2 * (count - number))
            fate = "" if number > count - _OPEN else _FATES[number % len(_FATES)]
            rows.append(
                PaymentLink(
                    business=business, location=place, bill=bill, token="", token_mac=f"{number:064d}", created_at=at,
                    created_by_id=number % 7, sent_at=at if number % 4 else None,
                    accessed_at=at if number % 3 else None, closed_at=at if fate else None, closed_reason=fate,
                )
            )  # fmt: skip
        PaymentLink.objects.bulk_create(rows, batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return business.pk, place.pk


def _measures(business_id: int, location_id: int) -> dict[str, Callable[[], object]]:
    from quittance.calendar.queries_link_numbers import link_days
    from quittance.calendar.queries_links import LinkFilter, LinkTab, follow_up_count, links_page
    from quittance.payments.models import PaymentLink

    newest = PaymentLink.objects.latest("pk").pk
    middle = newest - PaymentLink.objects.count() // 2

    def page(tab: LinkTab, cursor: int | None = None, wanted: LinkFilter | None = None) -> Callable[[], object]:
        return lambda: links_page(
            business_id=business_id,
            location_ids=[location_id],
            tab=tab,
            wanted=wanted or LinkFilter(),
            cursor=cursor,
            now=_NOW,
        )

    found: dict[str, Callable[[], object]] = {}
    for tab in get_args(LinkTab):
        found[f"{tab}, newest"] = page(tab)
        found[f"{tab}, in the middle"] = page(tab, middle)
    year_ago = _NOW - timedelta(days=365)
    found["a month of last year"] = page("all", None, LinkFilter(since=year_ago, before=year_ago + timedelta(days=30)))
    found["made by one"] = page("all", None, LinkFilter(made_by=3))
    found["amount"] = page("all", None, LinkFilter(least_minor=5_000, most_minor=5_100))
    found["copy or QR"] = page("all", None, LinkFilter(channel="none"))
    found["to follow up, counted"] = lambda: follow_up_count(
        business_id=business_id, location_ids=[location_id], now=_NOW
    )
    found["numbers of thirty days"] = lambda: link_days(
        business_id=business_id, location_ids=[location_id], time_zone="Europe/Berlin", now=_NOW
    )
    return found


def _median_ms(work: Callable[[], object]) -> float:
    took = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
