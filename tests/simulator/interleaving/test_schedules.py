"""A sample of the schedules of each pair; `python -m tests.simulator.interleaving.run` plays all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.simulator.interleaving.cast import PAIRS
from tests.simulator.interleaving.play import Explorer
from tests.simulator.interleaving.scene import Pair
from tests.simulator.interleaving.schedules import sample
from tests.simulator.interleaving.stage import Theatre

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def theatre(transactional_db: None) -> Iterator[Theatre]:
    level = "statement" if connection.vendor == "postgresql" else "transaction"
    theatre = Theatre(level=level)
    yield theatre
    theatre.close()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name.replace(" ", "-"))
def test_t55_no_schedule_of_two_flows_loses_money(theatre: Theatre, pair: Pair) -> None:
    explorer = Explorer(theatre, pair)
    for _ in sample(explorer.play, count=8, seed=7):
        assert explorer.stories == [], explorer.stories[0]
