"""One database: prepare, start the processes, measure, print one JSON object. Run by `python -m tests.bench`."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quittance.cli.demo import Ports, demo_environment
from quittance.cli.processes import ProcessGroup
from tests.bench.load import Result, Spec
from tests.bench.work import measure_work
from tests.support.database import free_ports

if TYPE_CHECKING:
    from tests.bench.seed import Seeded

ROUNDS = 3
_ALONE_SECONDS = 1.5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    ports = Ports(web=free_ports(3)[0])
    environment = demo_environment(ports=ports, home=options.home)
    environment |= {"QUITTANCE_DATABASE_URL": options.database, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.update(environment)
    group = ProcessGroup(environment=os.environ)
    try:
        print(json.dumps(_measure_all(group, ports=ports, seconds=options.seconds)))
    finally:
        group.stop()


def _measure_all(group: ProcessGroup, *, ports: Ports, seconds: float) -> dict[str, object]:
    seeded = _prepare(group, ports)
    work = measure_work(actor=seeded.actor, visits=seeded.visits)
    # The worker would look at the events of the next measures meanwhile; they measure the web.
    group.end("worker")
    specs = _specs(seeded, ports, seconds / ROUNDS)
    # In turns, so that each page and its anchor meet the same noise.
    rounds = [{name: _load(spec) for name, spec in specs.items()} for _ in range(ROUNDS)]
    alone = {name: _load(replace(spec, connections=1, seconds=_ALONE_SECONDS)) for name, spec in specs.items()}
    web = {name: _middle([of[name] for of in rounds]) | {"alone_ms": alone[name].p50_ms} for name in specs}
    return {"web": web, "queries": _queries(specs), "work": work}


def _prepare(group: ProcessGroup, ports: Ports) -> Seeded:
    """Sandbox, tables, rows; then the web, the bare framework beside it, and the worker."""
    python = [sys.executable, "-m"]
    sandbox = ["--port", str(ports.sandbox), "--smtp-port", str(ports.mail)]
    group.start("sandbox", [*python, "quittance.sandbox", *sandbox], quiet=True)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from quittance.core.clock import now
    from tests.bench.seed import seed

    call_command("migrate", interactive=False, verbosity=0)
    _wait(ports.sandbox, "/health")
    seeded = seed(now=now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a real database has done by itself when it has had such tables for months
    command = [*python, "quittance.cli.main"]
    group.start("web", [*command, "serve", "--processes", "1", "--port", str(ports.web)])
    group.environment = os.environ | {"QUITTANCE_BENCH_BARE": "1"}
    group.start("bare", [*command, "serve", "--processes", "1", "--port", str(ports.web + 2)])
    group.environment = os.environ
    group.start("worker", [*command, "worker"])
    _wait(ports.web, "/healthz")
    _wait(ports.web + 2, f"/anchor/row/{seeded.client_ids[0]}")
    return seeded


def _specs(seeded: Seeded, ports: Ports, seconds: float) -> dict[str, Spec]:
    from tests.bench.seed import event

    desk = {"Cookie": seeded.cookie}
    bare, web = ports.web + 2, ports.web
    rows = [f"/anchor/row/{key}" for key in seeded.client_ids]
    writes = [f"/anchor/write/{key}" for key in range(64)]
    hook = {"Content-Type": "application/json"}
    feed = f"/calendar/feed?date={seeded.day}"
    return {
        "anchor: one row, bare": Spec(bare, seconds, rows),
        "anchor: one row, full middleware": Spec(web, seconds, rows),
        "pay page": Spec(web, seconds, [f"/p/{seeded.token}"]),
        "anchor: 4-statement write": Spec(web, seconds, writes, method="POST"),
        "webhook accepted": Spec(
            web, seconds, [seeded.webhook_path], method="POST", headers=hook, body=event("{number}"),
            signing_secret=seeded.signing_secret,
        ),
        "anchor: 50 rows in a template": Spec(web, seconds, ["/anchor/rows"]),
        "day calendar": Spec(web, seconds, [f"/calendar?date={seeded.day}"], headers=desk),
        "day calendar, unchanged": Spec(web, seconds, [f"{feed}&version={_version(web, feed, desk)}"], headers=desk),
        "links list": Spec(web, seconds, ["/finance/links"], headers=desk),
        "links to follow up": Spec(web, seconds, ["/finance/links?tab=follow_up"], headers=desk),
    }  # fmt: skip


def _version(port: int, feed: str, headers: dict[str, str]) -> str:
    """The day's fingerprint, as the calendar's script holds it after drawing."""
    from quittance.core import http

    answer = http.call("GET", f"http://127.0.0.1:{port}{feed}", headers=headers)
    return str(json.loads(answer.body)["version"])


def _load(spec: Spec) -> Result:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(asdict(spec)), capture_output=True, text=True, check=True, timeout=spec.seconds + 60,
    )  # fmt: skip
    return Result(**json.loads(done.stdout))


def _middle(results: list[Result]) -> dict[str, float]:
    """The median of the rounds, field by field; failures are added up."""
    columns = {name: [asdict(result)[name] for result in results] for name in asdict(results[0])}
    return {name: statistics.median(values) for name, values in columns.items()} | {"failed": sum(columns["failed"])}


def _queries(specs: dict[str, Spec]) -> dict[str, int]:
    """How many statements each page asks, signing in included, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.bench.load import signature

    counted = {}
    for name, spec in specs.items():
        if name.startswith("anchor"):
            continue
        body = spec.body.replace("{number}", "counted").encode()
        headers = dict(spec.headers) | signature(spec, body)
        kind = headers.pop("Content-Type", "text/plain")
        with CaptureQueriesContext(connection) as queries:
            Client(headers=headers).generic(spec.method, spec.paths[0], body, content_type=kind)
        counted[name] = sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in queries)
    return counted


def _wait(port: int, path: str) -> None:
    from quittance.core import http

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if http.call("GET", f"http://127.0.0.1:{port}{path}").status == 200:
                return
        except http.OutsideError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"nothing answers at port {port}")


if __name__ == "__main__":
    main()
