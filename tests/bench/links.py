"""What every tab and filter of the list of links costs among a million of them.

    python -m tests.bench.links --db sqlite --links 10000 1000000

Beside the milliseconds stands what the database did, which no other load of the machine changes: thousands of steps of
SQLite's machine, or pages that PostgreSQL touched. The first page, the thousandth and one in the middle of history cost
the same, or this says by how much not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

_TIMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--links", type=int, nargs="+", default=[10_000, 1_000_000])
    options = parser.parse_args()
    for links in options.links[:-1]:
        # A database of its own each, in a process of its own.
        again = [sys.executable, "-m", "tests.bench.links", "--db", options.db, "--links", str(links)]
        subprocess.run(again, check=True)
    with tempfile.TemporaryDirectory(prefix="quittance-links-") as home:
        address = f"sqlite:///{Path(home) / 'links.sqlite3'}"
        if options.db == "postgres":
            from tests.support.postgres import start_throw_away_server

            # Durable: on the disk, not in memory.
            address = start_throw_away_server(durable=True)
        os.environ |= {
            "QUITTANCE_MODE": "test",
            "QUITTANCE_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
        }
        _run(options.links[-1])


def _run(links: int) -> None:
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from tests.bench.million import fill

    # The tables as they are now, without the way that led here.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    begun = time.monotonic()
    business_id, location_id = fill(links)
    unit = "thousand steps" if connection.vendor == "sqlite" else "pages touched"
    print(f"{links:,} links of one location on {connection.vendor}, made in {time.monotonic() - begun:.0f} s")
    print(f"{'':44} {'rows':>5} {'queries':>8} {unit:>15} {'ms':>8}", flush=True)
    for name, work in _measures(business_id, location_id).items():
        rows, queries, done = _cost(work)
        print(f"{name:44} {rows:5} {queries:8} {done:15,} {_median_ms(work):8.1f}", flush=True)


def _measures(business_id: int, location_id: int) -> dict[str, Callable[[], Any]]:
    from quittance.calendar.queries_link_ids import LinkFilter, LinkTab
    from quittance.calendar.queries_link_numbers import link_days
    from quittance.calendar.queries_links import follow_up_count, links_page, search_links
    from quittance.payments.models import PaymentLink
    from tests.bench import million

    newest = PaymentLink.objects.latest("pk").pk
    count = PaymentLink.objects.count()

    def page(tab: LinkTab, wanted: LinkFilter | None = None, cursor: int | None = None) -> Callable[[], Any]:
        return lambda: links_page(
            business_id=business_id,
            location_ids=[location_id],
            tab=tab,
            wanted=wanted or LinkFilter(),
            cursor=cursor,
            now=million.NOW,
        )

    def searched(text: str) -> Callable[[], Any]:
        def work() -> Any:
            return page("all", LinkFilter(link_ids=search_links(business_id=business_id, text=text)))()

        return work

    found: dict[str, Callable[[], Any]] = {}
    for tab in get_args(LinkTab):
        found[f"{tab}, first page"] = page(tab)
        found[f"{tab}, page 1000"] = page(tab, None, max(newest - 50_000, newest - count // 2))
        found[f"{tab}, in the middle of history"] = page(tab, None, newest - count // 2)
    year_ago = million.NOW - timedelta(days=min(365, count // 2_000))
    month = LinkFilter(since=year_ago, before=year_ago + timedelta(days=30))
    found["a month of last year"] = page("all", month)
    searched_tabs: tuple[LinkTab, ...] = ("all", "paid", "expired", "accessed")
    for tab in searched_tabs:
        for name, wanted in million.filters().items():
            found[f"{tab}, {name}"] = page(tab, wanted)
    found["a month of last year, by SMS"] = page(
        "all", LinkFilter(since=month.since, before=month.before, channel="sms")
    )
    found["search: a client of a thousand"] = searched("client 17")
    found["search: the client of every second link"] = searched("chloe")
    found["search: nobody"] = searched("zoltan")
    found["to follow up, counted"] = lambda: follow_up_count(
        business_id=business_id, location_ids=[location_id], now=million.NOW
    )
    found["numbers of thirty days"] = lambda: link_days(
        business_id=business_id, location_ids=[location_id], time_zone="Europe/Berlin", now=million.NOW
    )
    return found


def _cost(work: Callable[[], Any]) -> tuple[int, int, int]:
    """Rows shown, statements, and what the database did for them."""
    from django.db import connection

    statements: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    hundreds = [0]

    def step() -> int:
        hundreds[0] += 1
        return 0

    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(step, 100)
    with connection.execute_wrapper(note):
        result = work()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(None, 100)
        done = hundreds[0] // 10
    else:
        done = sum(_pages_touched(sql, params) for sql, params in statements)
    return len(getattr(result, "rows", [])), len(statements), done


def _pages_touched(sql: str, params: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql, params)
        plan = cursor.fetchone()[0]
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def _median_ms(work: Callable[[], Any]) -> float:
    took = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
