"""Make a failing story small: leave out steps, then faults, as long as the same law is still broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from tests.simulator.simulate import Result, replay
from tests.simulator.story import Step, Story, without_fault

MOST_REPLAYS = 400
_IDLE = ("no ", "not ", "nothing", "refused", "nobody", "closed", "the worker slept", "answered")


def shrink(story: Story, law: str, *, seconds: float = 120, run: Callable[[Story], Result] = replay) -> Story:
    """Delta debugging over the steps, bounded in replays and in time; the smallest story found so far."""
    return _Shrinker(law, seconds, run).shrink(story)


class _Shrinker:
    def __init__(self, law: str, seconds: float, run: Callable[[Story], Result]) -> None:
        self._law = law
        self._ends = time.monotonic() + seconds
        self._run = run
        self._left = MOST_REPLAYS

    def shrink(self, story: Story) -> Story:
        steps = self._without_idle(story)
        size = max(1, len(steps) // 2)
        while self._may_go_on():
            smaller = self._without_parts(story, steps, size)
            if smaller is None and size == 1:
                break
            if smaller is None:
                size = max(1, size // 2)
            else:
                steps = smaller
                size = min(size, max(1, len(steps) // 2))
        return replace(story, steps=tuple(self._without_faults(story, steps)))

    def _without_idle(self, story: Story) -> list[Step]:
        """First without the steps that came to nothing, if it fails all the same."""
        steps, result = list(story.steps), self._run(story)
        idle = [outcome.startswith(_IDLE) for outcome in result.outcomes]
        idle += [False] * (len(steps) - len(idle))
        kept = [step for step, is_idle in zip(steps, idle, strict=True) if not is_idle or step.fault]
        return self._fails(story, kept) or steps

    def _may_go_on(self) -> bool:
        return self._left > 0 and time.monotonic() < self._ends

    def _fails(self, story: Story, steps: list[Step]) -> list[Step] | None:
        """The steps up to the violation, if the same law is broken; None else."""
        self._left -= 1
        result = self._run(replace(story, steps=tuple(steps)))
        if result.violation is None or result.violation.law != self._law:
            return None
        return steps[: result.steps]

    def _without_parts(self, story: Story, steps: list[Step], size: int) -> list[Step] | None:
        for start in range(len(steps) - size, -1, -size) if len(steps) > size else ():
            if not self._may_go_on():
                return None
            kept = self._fails(story, steps[:start] + steps[start + size :])
            if kept is not None:
                return kept
        return None

    def _without_faults(self, story: Story, steps: list[Step]) -> list[Step]:
        for place, step in enumerate(steps):
            if place >= len(steps) or not self._may_go_on():
                break
            if step.fault is None and not step.after_ms:
                continue
            plain = [*steps[:place], without_fault(replace(step, after_ms=0)), *steps[place + 1 :]]
            steps = self._fails(story, plain) or steps
        return steps
