"""What a run is made of: steps that can be stored, repeated and left out, and the one thing that ends a run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """Trouble during one step: `kind` at the `point`-th place where the work could be interrupted.

    kill: the process dies there. locked, lost_commit: the database makes trouble in that transaction.
    meanwhile: another step happens there, while ours waits.
    """

    kind: str
    point: int
    times: int = 1
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does. `given` holds plain JSON; names in it stand for rows made by earlier steps.

    A step whose names are not there is left alone, so that any part of a run is a run. `salt` seeds the dice
    that the product itself rolls (backoff, spread) in this step.
    """

    name: str
    who: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    after_ms: int = 0
    salt: int = 0
    fault: Fault | None = None

    def words(self) -> str:
        return " ".join([self.who or "-", self.name.replace("_", " "), *(f"{k}={v}" for k, v in self.given.items())])


@dataclass(frozen=True, slots=True)
class Story:
    """All that is needed to repeat a run to the letter."""

    seed: int
    profile: str
    steps: tuple[Step, ...]
    found: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, default=str)

    @classmethod
    def from_json(cls, text: str) -> Story:
        held = json.loads(text)
        return cls(held["seed"], held["profile"], tuple(map(_step, held["steps"])), held.get("found", ""))


def _step(held: dict[str, Any]) -> Step:
    fault = held.get("fault")
    if fault:
        inner = fault.get("step")
        fault = Fault(fault["kind"], fault["point"], fault.get("times", 1), _step(inner) if inner else None)
    known = {name: held[name] for name in ("name", "who", "given", "after_ms", "salt") if name in held}
    return Step(**known, fault=fault)


def without_fault(step: Step) -> Step:
    return replace(step, fault=None)


class Violation(BaseException):
    """Something that must never be. `law` names the invariant; nothing in the product can swallow this."""

    def __init__(self, law: str, text: str) -> None:
        super().__init__(f"{law}: {text}")
        self.law = law
        self.text = text


class KilledError(BaseException):
    """kill -9, as far as the code under it can tell."""
