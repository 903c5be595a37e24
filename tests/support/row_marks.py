"""Which rows of the product's list a test drives, and how it went last: `make features` reads it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

RESULTS = Path(__file__).resolve().parents[2] / ".cache" / "rows.json"
_outcomes: dict[str, dict[str, object]] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    known = known_rows()
    for item in items:
        rows = sorted({str(row) for mark in item.iter_markers("row") for row in mark.args})
        unknown = [row for row in rows if row not in known]
        if unknown:
            raise pytest.UsageError(f"{item.nodeid}: docs/rows.json has no row {', '.join(unknown)}")
        if rows:
            item.user_properties.append(("rows", ",".join(rows)))


def known_rows() -> dict[str, str]:
    rows: dict[str, str] = json.loads((RESULTS.parents[1] / "docs" / "rows.json").read_text())
    return rows


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    rows = dict(report.user_properties).get("rows")
    if not rows or os.environ.get("PYTEST_XDIST_WORKER"):
        return
    if report.when == "call" or report.outcome != "passed":
        _outcomes[report.nodeid] = {"rows": str(rows).split(","), "outcome": report.outcome}


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER") or session.config.option.collectonly or not _outcomes:
        return
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    database = os.environ.get("QUITTANCE_TEST_DB", "sqlite")
    for nodeid, outcome in _outcomes.items():
        entry = kept.setdefault(nodeid, {"outcomes": {}})
        entry["rows"] = outcome["rows"]
        entry["outcomes"][database] = outcome["outcome"]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True))
