"""Measure on SQLite, then on PostgreSQL, and print everything beside the bare framework of the same minute."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# Each of ours beside the anchor that does the same kind of work.
ANCHOR_OF = {
    "anchor: one row, full middleware": "anchor: one row, bare",
    "anchor: 50 rows in a template": "anchor: one row, bare",
    "anchor: 4-statement write": "anchor: one row, bare",
    "pay page": "anchor: one row, full middleware",
    "webhook accepted": "anchor: 4-statement write",
    "day calendar": "anchor: 50 rows in a template",
    "day calendar's appointments": "anchor: 50 rows in a template",
    "links list": "anchor: 50 rows in a template",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS_EACH", "4")))
    options = parser.parse_args()
    for database in options.db or ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory(prefix="quittance-bench-") as home:
            _print(database, _measured(database, Path(home), options.seconds))


def _measured(database: str, home: Path, seconds: float) -> dict[str, Any]:
    address = f"sqlite:///{home / 'quittance.sqlite3'}"
    if database == "postgres":
        from tests.support.postgres import start_throw_away_server

        address = os.environ.get("QUITTANCE_TEST_DATABASE_URL") or start_throw_away_server(durable=True)
    command = [sys.executable, "-m", "tests.bench.one"]
    arguments = ["--home", str(home), "--database", address, "--seconds", str(seconds)]
    done = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(
            f"The measurement on {database} ended with status {done.returncode}. Its last words are above."
        )
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _print(database: str, measured: dict[str, Any]) -> None:
    web, work = measured["web"], measured["work"]
    print(f"\n{database}")
    print(f"  {'':<34}{'per second':>11}{'p50 ms':>9}{'p95 ms':>9}{'bytes':>8}  beside its anchor")
    for name, got in web.items():
        anchor = ANCHOR_OF.get(name)
        beside = (
            f"{got['per_second'] / web[anchor]['per_second']:.2f} of {anchor.removeprefix('anchor: ')}"
            if anchor
            else ""
        )
        failed = f"  {got['failed']} failed" if got["failed"] else ""
        numbers = f"{got['per_second']:>11,.0f}{got['p50_ms']:>9}{got['p95_ms']:>9}{got['bytes_each']:>8,}"
        print(f"  {name:<34}{numbers}  {beside}{failed}")
    paid, sent = work["webhook to paid"], work["send"]
    print(f"  {'webhook to paid':<34}{'':>11}{paid['p50_ms']:>9}{paid['p95_ms']:>9}")
    print(
        f"  {'send a link':<34}{sent['per_second']:>11,.0f}{sent['queue_ms']:>9}{'':>9}{'':>8}  queued in, then sent a second"
    )


if __name__ == "__main__":
    main()
