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
    "day calendar, unchanged": "anchor: 50 rows in a template",
    "links list": "anchor: 50 rows in a template",
    "links to follow up": "anchor: 50 rows in a template",
    "webhook to paid": "anchor: 4-statement write",
    "send": "anchor: 4-statement write",
}
_COLUMNS = ("", "per second", "p50 ms", "p95 ms", "alone ms", "KB", "queries", "ratio", "beside")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS_EACH", "4")))
    options = parser.parse_args()
    for database in options.db or ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory(prefix="quittance-bench-") as home:
            print(f"\n{database}\n")
            print("\n".join(_table(_measured(database, Path(home), options.seconds))), flush=True)


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


def _table(measured: dict[str, Any]) -> list[str]:
    """A table for a terminal that is also one for a page of Markdown."""
    web, queries = measured["web"], measured["queries"]
    rates = {name: got["per_second"] for name, got in (web | measured["work"]).items()}
    rows = [list(_COLUMNS)]
    for name, got in (web | measured["work"]).items():
        anchor = ANCHOR_OF.get(name, "")
        failed = f" ({got['failed']:.0f} failed)" if got.get("failed") else ""
        rows.append(
            [
                name + failed,
                f"{got['per_second']:,.0f}",
                f"{got['p50_ms']:.1f}",
                f"{got['p95_ms']:.1f}",
                f"{got['alone_ms']:.1f}" if "alone_ms" in got else "",
                f"{got['bytes_each'] / 1024:.1f}" if "bytes_each" in got else "",
                str(queries.get(name, "")),
                f"{rates[name] / rates[anchor]:.2f}" if anchor else "",
                anchor.removeprefix("anchor: "),
            ]
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(_COLUMNS))]
    lines = ["| " + " | ".join(_padded(row, widths)) + " |" for row in rows]
    rule = (
        "|" + "|".join("-" * (width + 1) + (":" if 0 < place < 8 else "-") for place, width in enumerate(widths)) + "|"
    )
    return [lines[0], rule, *lines[1:]]


def _padded(row: list[str], widths: list[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    last = len(row) - 1
    return [
        text.ljust(width) if place in {0, last} else text.rjust(width)
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    ]


if __name__ == "__main__":
    main()
