"""Whether the simulator would notice: each planted bug breaks an invariant, and the same steps none without it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.simulator.planted.catch import is_to_blame
from tests.simulator.planted.caught import remembered, story_of
from tests.simulator.planted.table import BUGS, LATER, LISTED

pytestmark = pytest.mark.timeout(600)
BUDGET_SECONDS = 40.0


@pytest.fixture
def droppable_constraints(empty_tables: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the stories are told on SQLite, where constraints can be dropped for one run")


def test_every_bug_of_the_list_is_planted_or_waits_for_its_feature() -> None:
    assert len(LISTED) + len(LATER) == 25
    assert set(LISTED) <= set(BUGS)
    assert len(BUGS) - len(LISTED) >= 10


def test_every_bug_was_caught_by_an_invariant_that_is_meant_to() -> None:
    caught = remembered()
    assert set(caught) == set(BUGS)
    surprises = {name: held["law"] for name, held in caught.items() if held["law"] not in BUGS[name].caught_by}
    assert not surprises


@pytest.mark.django_db(transaction=True)
def test_the_remembered_stories_still_catch_their_bugs(droppable_constraints: None) -> None:
    """As many as the time allows, beginning elsewhere each day; `make simulate-planted` tries them all."""
    budget = float(os.environ.get("QUITTANCE_PLANTED_SECONDS", BUDGET_SECONDS))
    names = sorted(remembered())
    first = datetime.now(UTC).date().toordinal() * 7 % len(names)
    ends = time.monotonic() + budget
    tried, missed = 0, []
    for name in names[first:] + names[:first]:
        held = remembered()[name]
        if is_to_blame(BUGS[name], story_of(held), held["law"]) is None:
            missed.append(name)
        tried += 1
        if time.monotonic() > ends:
            break
    print(f"{tried - len(missed)} of {tried} tried were caught, {len(names)} are planted")
    assert not missed, "run make simulate-planted: the simulator no longer notices these"
