"""What happened in a schedule, as a person would tell it."""

from __future__ import annotations

from tests.simulator.interleaving.stage import Played


def tell(name: str, played: Played, wrong: list[str]) -> str:
    """Who did what, where the baton went, and what is wrong in the end."""
    lines = [f"{name}, schedule {str(played.schedule)!r}"]
    taken = dict(played.schedule.preemptions)
    last = ""
    told = -1
    for step in played.steps:
        if step.role != last:
            away = step.choice in taken and told != step.choice
            told = step.choice
            lines.append(f"  {step.role}{' (the baton was taken away)' if away and last else ''}")
            last = step.role
        lines.append(f"    {step.choice:3}  {step.point.text}{_beside(step.point.kind)}")
    lines += [f"  {'answers'}: {answer!r}" for answer in played.answers]
    lines += [f"  WRONG {text}" for text in wrong]
    return "\n".join(lines)


def _beside(kind: str) -> str:
    return {"begin": "  <- begins a transaction", "resumed": "  <- had waited for this lock"}.get(kind, "")
