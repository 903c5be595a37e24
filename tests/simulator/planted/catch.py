"""Look for a run that a planted bug breaks, make its story small, and be sure that the bug is to blame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from tests.simulator import simulate
from tests.simulator.choose import Chooser
from tests.simulator.planted.bug import Bug
from tests.simulator.shrink import shrink
from tests.simulator.simulate import Result
from tests.simulator.story import Step, Story
from tests.simulator.world import VisitRef


@dataclass(frozen=True, slots=True)
class Bounds:
    """`runs` of at most `steps` steps each; `seconds` for finding, `shrink_seconds` for making small."""

    runs: int = 20
    steps: int = 400
    seconds: float = 240
    shrink_seconds: float = 40


@dataclass(frozen=True, slots=True)
class Catch:
    """The run that was broken: its seed, in which step, and the smallest story found of it."""

    seed: int
    steps: int
    law: str
    small: Story
    result: Result


@dataclass(frozen=True, slots=True)
class Search:
    """`unsure`: runs that broke something with the bug, and broke something without it too."""

    caught: Catch | None
    runs: int
    unsure: tuple[str, ...] = ()


def play(bug: Bug | None, story: Story, *, with_rest: bool = True) -> Result:
    """The story with the bug planted, or without any."""
    with _planted(bug), _resting(with_rest):
        return simulate.replay(story)


def is_to_blame(bug: Bug, story: Story, law: str) -> Result | None:
    """The result with the bug, if it breaks this law (any, for none), and nothing is broken without the bug."""
    result = play(bug, story)
    if result.violation is None or law not in ("", result.violation.law):
        return None
    return result if play(None, story).violation is None else None


def search(bug: Bug, bounds: Bounds, *, first_seed: int, profile: str = "") -> Search:
    """Run after run, until an invariant catches the bug or a bound is met."""
    ends = time.monotonic() + bounds.seconds
    unsure: list[str] = []
    for number in range(bounds.runs):
        if time.monotonic() > ends:
            return Search(None, number, tuple(unsure))
        seed = first_seed + number
        kind = profile or bug.profiles[number % len(bug.profiles)]
        with favouring(bug.favours), _planted(bug):
            result = simulate.run_seed(seed, steps=bounds.steps, profile=kind, until=ends)
        if result.violation is None:
            continue
        law = result.violation.law
        small = _smallest(bug, result.story, law, bounds.shrink_seconds)
        again = is_to_blame(bug, small, law)
        if again is not None:
            return Search(Catch(seed, result.steps, law, again.story, again), number + 1, tuple(unsure))
        unsure.append(f"seed {seed}, {kind}: {result.violation}")
    return Search(None, bounds.runs, tuple(unsure))


def _smallest(bug: Bug, story: Story, law: str, seconds: float) -> Story:
    """What breaks before the rest needs no rest to break again, which makes each try much shorter."""
    early = play(bug, story, with_rest=False).violation
    with_rest = early is None or early.law != law

    def run(one: Story) -> Result:
        return play(bug, one, with_rest=with_rest)

    return shrink(_of_one_visit(story, law, run), law, seconds=seconds, run=run)


def _of_one_visit(story: Story, law: str, run: Callable[[Story], Result]) -> Story:
    """Mostly one visit is all that it takes: try that first, with and without what was about none."""
    labels = list(dict.fromkeys(step.given.get("visit", "") for step in reversed(story.steps)))
    for is_kept in (_is_about, _is_about_or_time):
        for label in labels[:8] if is_kept is _is_about else labels[:4]:
            result = run(replace(story, steps=tuple(step for step in story.steps if is_kept(step, label))))
            if result.violation is not None and result.violation.law == law:
                return replace(result.story, found="")
    return story


def _is_about(step: Step, label: str) -> bool:
    return bool(step.given.get("visit", "") == label)


def _is_about_or_time(step: Step, label: str) -> bool:
    return _is_about(step, label) or step.name in {"work", "wait", "post", "jump"}


@contextmanager
def favouring(names: tuple[str, ...]) -> Iterator[None]:
    """These actions happen six times as often."""
    plain = Chooser._choices

    def choices(self: Chooser, visit: VisitRef) -> Any:
        return [(weight * (6 if name in names else 1), name, make) for weight, name, make in plain(self, visit)]

    with mock.patch.object(Chooser, "_choices", choices):
        yield


@contextmanager
def _planted(bug: Bug | None) -> Iterator[None]:
    if bug is None:
        yield
        return
    with bug.plant():
        yield


@contextmanager
def _resting(with_rest: bool) -> Iterator[None]:
    if with_rest:
        yield
        return
    with (
        mock.patch.object(simulate, "come_to_rest", return_value=None),
        mock.patch.object(simulate, "ledger_of", return_value={}),
    ):
        yield
