"""`make features`: every row of the product's list with the tests that drive it and how they went last.

The tests are collected anew, so a row whose test is gone shows at once; the results are those of the last runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict

from tests.support.row_marks import RESULTS, known_rows

FEATURES = RESULTS.parents[1] / "docs" / "features.md"
_HEAD = """# Features and the tests that drive them

Written by `make features`; do not edit. A row is delivered when a test drives it as its person would.
A tick: the test passed in its last run, on the database named behind it.
"""


def collected() -> dict[str, list[str]]:
    """Row → the tests that bear it, as a collection finds them now."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "tests.support.row_list"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=FEATURES.parents[1])
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    rows: dict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        if line.startswith("ROW "):
            _, row, test = line.split(" ", maxsplit=2)
            if test not in rows[row]:
                rows[row].append(test)
    return rows


def write() -> None:
    tests, titles = collected(), known_rows()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results = _by_function(results)
    lines = [_HEAD]
    for row, title in titles.items():
        if row in tests:
            lines.append(f"\n## {row} {title}\n")
            lines += [f"- {_outcome(results.get(test, {}))} `{test}`" for test in sorted(tests[row])]
    planned = [f"{row} {title}" for row, title in titles.items() if row not in tests]
    lines.append("\n## Planned\n")
    lines += [f"- {one}" for one in planned]
    FEATURES.write_text("\n".join(lines) + "\n")
    print(f"{len(tests)} rows have tests, {len(planned)} are planned: {FEATURES.name}")


def _by_function(results: dict[str, dict[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    """The cases of one function together: it failed if one of them did."""
    worst: dict[str, dict[str, str]] = defaultdict(dict)
    for nodeid, entry in results.items():
        function = nodeid.split("[", maxsplit=1)[0]
        for database, outcome in entry["outcomes"].items():
            if worst[function].get(database) != "failed":
                worst[function][database] = outcome
    return worst


def _outcome(outcomes: dict[str, str]) -> str:
    if not outcomes:
        return "not run yet"
    marks = {"passed": "✓", "failed": "✗ failed", "skipped": "– skipped"}
    return ", ".join(f"{marks[outcome]} {database}" for database, outcome in sorted(outcomes.items()))


if __name__ == "__main__":
    write()
