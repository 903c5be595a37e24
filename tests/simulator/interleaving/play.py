"""Play one schedule of one pair, from an empty salon to the judge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from tests.simulator.interleaving.scene import Ground, Pair, judge
from tests.simulator.interleaving.stage import Played, Schedule, Theatre
from tests.simulator.interleaving.story import tell


@dataclass
class Explorer:
    """Plays schedules of one pair; `stories` are those that ended wrongly.

    A run that committed the same in the same sequence as one that was judged ends in the same books.
    """

    theatre: Theatre
    pair: Pair

    def __post_init__(self) -> None:
        self.stories: list[str] = []
        self.waits = self.circles = self.played = 0
        self._judged: set[str] = set()
        self._ground = Ground(self.pair)
        self.theatre.shared = None

    def learn(self) -> None:
        """Play both without a preemption, to know what this cast writes; who reads other tables need not stop."""
        written = [self.play(Schedule(first)).written for first in (0, 1)]
        self.theatre.shared = frozenset().union(*written)

    def play(self, schedule: Schedule) -> Played:
        with self._ground.scene() as scene:
            cast = [(role, partial(work, scene)) for role, work in zip(self.pair.roles, self.pair.works, strict=True)]
            played = self.theatre.play(schedule, cast)
            outcome = played.outcome()
            wrong = [] if outcome in self._judged else judge(self.pair, scene, played.answers)
        self.played += 1
        self.waits += played.waits
        self.circles += played.circles
        if not wrong:
            self._judged.add(outcome)
        else:
            self.stories.append(tell(self.pair.name, played, wrong))
        if self.theatre.shared is not None:
            self.theatre.shared |= played.written
        return played

    @property
    def outcomes(self) -> int:
        """How many different ends there were."""
        return len(self._judged)
