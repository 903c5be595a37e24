"""Which schedules there are: every one with so many preemptions at most, or an even sample of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.simulator.interleaving.stage import Played, Schedule

Play = Callable[[Schedule], Played]
_MOST = 2


def every(play: Play, *, actors: int = 2, preemptions: int = 2) -> Iterator[Played]:
    """All of them, each once: a schedule is carried on by taking the baton away once more after its last time."""
    waiting = [Schedule(first) for first in reversed(range(actors))]
    while waiting:
        played = play(waiting.pop())
        yield played
        if len(played.schedule.preemptions) < preemptions:
            waiting.extend(reversed(carried_on(played)))


def carried_on(played: Played) -> list[Schedule]:
    schedule = played.schedule
    after = schedule.preemptions[-1][0] if schedule.preemptions else 0
    return [
        Schedule(schedule.first, (*schedule.preemptions, (at, other)))
        for at, choice in enumerate(played.choices)
        if at > after and choice.running in choice.able
        for other in choice.able
        if other != choice.running
    ]


def sample(play: Play, *, count: int, seed: int, actors: int = 2) -> Iterator[Played]:
    """Those without a preemption; then `count` times chance takes one with one, and carries it on to two."""
    dice = random.Random(seed)
    known = []
    for first in range(actors):
        played = play(Schedule(first))
        yield played
        known.append(carried_on(played))
    for turn in range(count):
        schedules = known[turn % actors]
        while schedules and len(schedules[0].preemptions) <= _MOST:
            played = play(dice.choice(schedules))
            yield played
            schedules = carried_on(played)
