"""Some minutes of the simulator in every run of the suite, with new seeds each day; `make simulate` goes on."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from tests.simulator.report import told
from tests.simulator.shrink import shrink
from tests.simulator.simulate import confluent, replay, run_seed
from tests.simulator.story import Story

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_tables"),
    pytest.mark.timeout(900),
]

STORIES = sorted(Path(__file__).with_name("stories").glob("*.json"))


def budget_seconds() -> float:
    """Altogether; the parts of the run share it."""
    fallback = "30" if connection.vendor == "postgresql" else "170"
    return float(os.environ.get("QUITTANCE_SIMULATE_SECONDS", fallback))


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_lost_taken_twice_or_left_unexplained(part: int) -> None:
    until = time.monotonic() + budget_seconds() / 5
    today = datetime.now(UTC).date().toordinal() * 1_000
    seed = today + part * 250
    while time.monotonic() < until:
        print(f"seed {seed}")
        result = run_seed(seed, until=until)
        if result.violation is not None:
            small = shrink(result.story, result.violation.law, seconds=60)
            again = replay(small)
            shown = again if again.violation is not None else result
            pytest.fail(told(shown) + "\n" + shown.story.to_json())
        seed += 1


def test_the_order_of_events_does_not_change_the_books() -> None:
    """L6, on short runs in which no event was brought by the time all comes to rest."""
    until = time.monotonic() + budget_seconds() / 5
    seed = datetime.now(UTC).date().toordinal() * 1_000 + 999
    while time.monotonic() < until:
        result = run_seed(seed, steps=60, profile="held")
        found = result.violation or confluent(result.story)
        assert found is None, f"seed {seed}: {found}\n{told(result)}"
        seed += 1_000


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(path: Path) -> None:
    result = replay(Story.from_json(path.read_text()))
    assert result.violation is None, told(result)
