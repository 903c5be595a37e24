"""One run, from a seed or from a story, and its result. This is what others call."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.simulator.choose import PROFILES, Chooser
from tests.simulator.closer import watching
from tests.simulator.engine import Engine
from tests.simulator.fresh import fresh_run
from tests.simulator.rest import come_to_rest, ledger_of
from tests.simulator.story import Step, Story, Violation
from tests.simulator.world import open_world

STEPS = 400


@dataclass
class Result:
    """`violation` None: nothing was found. `lines` tell what happened, oldest first."""

    story: Story
    steps: int
    days: float
    # Of this process's own time: what others do on the machine does not count.
    seconds: float
    violation: Violation | None = None
    lines: list[str] = field(default_factory=list)
    ledger: dict[str, object] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)


def profile_of(seed: int) -> str:
    return list(PROFILES)[seed % len(PROFILES)]


def run_seed(seed: int, *, steps: int = STEPS, profile: str = "", until: float | None = None) -> Result:
    """A run of its own making. `until`: a moment of `time.monotonic()` at which it comes to rest early."""
    kind = profile or profile_of(seed)
    return _run(seed, kind, None, steps, until)


def replay(story: Story, *, order: str = "all") -> Result:
    """The same steps again; `order` is how webhooks are brought when all comes to rest."""
    return _run(story.seed, story.profile, story.steps, len(story.steps), None, order)


def confluent(story: Story) -> Violation | None:
    """L6: the same human actions, the events in another sequence, twice, or not at all: the same ledger."""
    first = replay(story)
    for order in ("reversed", "twice", "none"):
        other = replay(story, order=order)
        for result in (first, other):
            if result.violation is not None:
                return result.violation
        if other.ledger != first.ledger:
            differing = [label for label in first.ledger if first.ledger[label] != other.ledger.get(label)]
            label = differing[0]
            return Violation(
                "L6", f"visit {label}, events {order}: {other.ledger[label]}, in sequence: {first.ledger[label]}"
            )
    return None


def _run(
    seed: int, profile: str, given: Iterable[Step] | None, limit: int, until: float | None, order: str = "all"
) -> Result:
    began = time.process_time()
    violation: Violation | None = None
    ledger: dict[str, object] = {}
    random.seed(seed)
    with open_world(seed=seed, run=fresh_run()) as world, watching(world):
        engine = Engine(world)
        try:
            if given is not None:
                engine.do_all(given)
            else:
                chooser = Chooser(world, seed=seed, profile=profile)
                for _ in range(limit):
                    if until is not None and time.monotonic() > until:
                        break
                    engine.do(chooser.next())
            come_to_rest(world, order=order)
            ledger = ledger_of(world)
        except Violation as found:
            violation = found
        finally:
            world.points.disarm()
        days = world.clocks.days()
    story = Story(seed, profile, tuple(engine.steps), str(violation or ""))
    return Result(
        story,
        len(engine.steps),
        days,
        time.process_time() - began,
        violation,
        engine.teller.lines,
        ledger,
        engine.outcomes,
    )
