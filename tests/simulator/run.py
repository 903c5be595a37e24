"""`make simulate`: run after run, until so many steps are done; what was done is kept and adds up.

python -m tests.simulator.run --steps 20000 --seed 1 --db sqlite
python -m tests.simulator.run --replay tests/simulator/stories/some.json
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.support.database import prepare_environment

ROOT = Path(__file__).parents[2]
STATE_DIR = ROOT / "var" / "simulator"


def main() -> int:
    given = _arguments()
    prepare_environment()
    _start_django()
    if given.replay:
        return _replay(Path(given.replay), shrink_it=given.shrink)
    return _go_on(given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000, help="how many more steps")
    parser.add_argument(
        "--seed", type=int, default=None, help="the first seed; without it the runs go on where they ended"
    )
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--profile", default="")
    parser.add_argument("--run-steps", type=int, default=400, help="steps of one run")
    parser.add_argument("--replay", default="", help="a stored story")
    parser.add_argument("--shrink", action="store_true", help="make the replayed story smaller")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the first violation")
    return parser.parse_args()


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quittance.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    from tests.simulator.fresh import keep_empty_tables

    keep_empty_tables()


def _replay(path: Path, *, shrink_it: bool) -> int:
    from tests.simulator.report import told
    from tests.simulator.shrink import shrink
    from tests.simulator.simulate import replay
    from tests.simulator.story import Story

    story = Story.from_json(path.read_text())
    result = replay(story)
    if result.violation is None:
        print(f"{len(story.steps)} steps, nothing was broken.")
        return 0
    if shrink_it:
        story = shrink(story, result.violation.law)
        result = replay(story)
        path.write_text(story.to_json())
    print(told(result, command=f"python -m tests.simulator.run --replay {path}"))
    return 1


class Totals:
    """What all runs on one database have done so far, kept in a file so that it adds up."""

    def __init__(self, database: str) -> None:
        self.path = STATE_DIR / f"{database}.json"
        self.held: dict[str, Any] = {"steps": 0, "runs": 0, "days": 0.0, "seconds": 0.0, "next_seed": 1, "found": []}
        if self.path.exists():
            self.held |= json.loads(self.path.read_text())

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(self.held, indent=1))
        beside.replace(self.path)


def _go_on(given: argparse.Namespace) -> int:
    from tests.simulator.simulate import confluent, run_seed

    totals = Totals(given.db)
    seed = totals.held["next_seed"] if given.seed is None else given.seed
    began, done, failed = time.monotonic(), 0, 0
    while done < given.steps:
        result = run_seed(seed, steps=min(given.run_steps, max(50, given.steps - done)), profile=given.profile)
        if result.violation is None and seed % 10 == 0:
            result.violation = confluent(result.story)
        done += result.steps
        _add(totals, result, seed)
        _show(done, given.steps, began, totals)
        if result.violation is not None:
            failed += 1
            _tell(result, totals, given.db)
            if not given.keep_going:
                break
        seed += 1
    print(_report(totals, given.db))
    return 1 if failed else 0


def _add(totals: Totals, result: Any, seed: int) -> None:
    held = totals.held
    held["steps"] += result.steps
    held["runs"] += 1
    held["days"] = round(held["days"] + result.days, 2)
    held["seconds"] = round(held["seconds"] + result.seconds, 1)
    held["next_seed"] = max(held["next_seed"], seed + 1)
    totals.save()


def _show(done: int, wanted: int, began: float, totals: Totals) -> None:
    speed = done / max(0.001, time.monotonic() - began)
    bar = "#" * int(24 * min(1, done / wanted))
    end = "\r" if sys.stdout.isatty() else "\n"
    print(
        f"[{bar:<24}] {done}/{wanted} steps, {speed:.0f} steps/s, {totals.held['days']:.0f} virtual days",
        end=end,
        flush=True,
    )


def _tell(result: Any, totals: Totals, database: str) -> None:
    from tests.simulator.report import told
    from tests.simulator.shrink import shrink
    from tests.simulator.simulate import replay

    law, seed = result.violation.law, result.story.seed
    small = shrink(result.story, law) if law != "L6" else result.story
    again = replay(small)
    path = STATE_DIR / f"found-{database}-{law.replace(' ', '')}-{seed}.json"
    path.write_text(small.to_json())
    totals.held["found"] = [*totals.held["found"], {"seed": seed, "law": law, "steps": len(small.steps)}][-100:]
    totals.save()
    shown = again if again.violation is not None else result
    print(
        "\n" + told(shown, command=f"python -m tests.simulator.run --db {database} --replay {path.relative_to(ROOT)}")
    )


def _report(totals: Totals, database: str) -> str:
    held = totals.held
    speed = held["steps"] / max(1.0, held["seconds"])
    return (
        f"\n{database}: {held['steps']:,} steps in {held['runs']:,} runs so far, {held['days']:,.0f} virtual days, "
        f"{speed:.0f} steps/s; {len(held['found'])} violations found"
    )


if __name__ == "__main__":
    raise SystemExit(main())
