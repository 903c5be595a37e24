"""What caught each planted bug last time: its seed and its small story, so that the next time takes seconds."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.simulator.planted.catch import Catch
from tests.simulator.story import Story

PATH = Path(__file__).with_name("caught.json")


def remembered() -> dict[str, dict[str, Any]]:
    return json.loads(PATH.read_text()) if PATH.exists() else {}


def story_of(held: dict[str, Any]) -> Story:
    return Story.from_json(json.dumps(held | {"found": ""}))


def remember(name: str, catch: Catch) -> None:
    """One line a step, so that a change reads well."""
    steps = [_short(step) for step in asdict(catch.small)["steps"]]
    held = {"seed": catch.seed, "profile": catch.small.profile, "broken_in_step": catch.steps, "law": catch.law}
    with Path(__file__).open() as lock:
        # Several processes may look for a part of the bugs each.
        fcntl.flock(lock, fcntl.LOCK_EX)
        all_of_them = remembered()
        all_of_them[name] = held | {"steps": json.loads(json.dumps(steps, default=str))}
        PATH.write_text(_text(all_of_them))


def _short(step: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in step.items() if value not in ("", None, {}, 0)}
    fault = kept.get("fault")
    if fault and fault["step"] is not None:
        kept["fault"] = fault | {"step": _short(fault["step"])}
    return kept


def _text(everything: dict[str, dict[str, Any]]) -> str:
    parts = []
    for name, held in sorted(everything.items()):
        facts = "".join(f"  {json.dumps(key)}: {json.dumps(held[key])},\n" for key in held if key != "steps")
        steps = ",\n".join(f"   {json.dumps(step)}" for step in held["steps"])
        parts.append(f' {json.dumps(name)}: {{\n{facts}  "steps": [\n{steps}\n  ]\n }}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
