"""What a person reads: a failing story, and the command that repeats it."""

from __future__ import annotations

from tests.simulator.simulate import Result

HERE = "tests/simulator/stories"


def told(result: Result, *, command: str = "") -> str:
    """People, clock times (UTC), what each did and what came of it, and what the books say."""
    story, found = result.story, result.violation
    lines = [
        f"Seed {story.seed}, {story.profile}: {found.law if found else 'nothing'} was broken in step {result.steps}."
    ]
    lines += ["", *(f"  {line}" for line in result.lines), ""]
    if found is not None:
        lines += [f"  {found.law}: {found.text}", ""]
    if command:
        lines.append(f"Again: {command}")
    return "\n".join(lines)
