"""A sample of the schedules of each pair; `python -m tests.simulator.interleaving.run` plays all of them."""

from __future__ import annotations

import pytest

from tests.simulator.interleaving.cast import PAIRS
from tests.simulator.interleaving.play import Explorer
from tests.simulator.interleaving.schedules import sample
from tests.simulator.interleaving.stage import Theatre

pytestmark = pytest.mark.django_db(transaction=True)

# One with one preemption, carried on to two, beside the two schedules without any.
_CARRIED_ON = 1
_SHARES = 4


@pytest.mark.parametrize("share", range(_SHARES))
def test_no_schedule_of_two_flows_loses_money_or_takes_it_twice(theatre: Theatre, share: int) -> None:
    for pair in PAIRS[share::_SHARES]:
        explorer = Explorer(theatre, pair)
        for _ in sample(explorer.play, count=_CARRIED_ON, seed=7):
            assert explorer.stories == [], explorer.stories[0]
