"""`make simulate-planted`: for each planted bug a run that an invariant breaks, shown as a small story.

python -m tests.simulator.planted.run
python -m tests.simulator.planted.run --only "float sum" --anew
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from tests.support.database import prepare_environment


def main() -> int:
    given = _arguments()
    prepare_environment()
    from tests.simulator.run import _start_django

    _start_django()
    from tests.simulator.planted.caught import remembered
    from tests.simulator.planted.table import BUGS, LATER

    number, parts = map(int, given.part.split("/"))
    chosen = [bug for name, bug in BUGS.items() if given.only in name][number - 1 :: parts]
    caught = 0
    told = 0
    for bug in chosen:
        began = time.monotonic()
        print(f"\n== {bug.name}\n   {bug.sentence}", flush=True)
        found = _catch(bug, given)
        caught += found
        told += found and remembered()[bug.name]["profile"] == "told"
        print(f"   {'caught' if found else 'NOT CAUGHT'} after {time.monotonic() - began:.0f} s", flush=True)
    print("\nThese come with their features: " + ", ".join(f"{name} ({what})" for name, what in LATER.items()) + ".")
    print(f"{caught - told} by the dice, {told} by a story that a person told.")
    print(f"{caught} of {len(chosen)} caught")
    return 0 if caught == len(chosen) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate-planted", description=__doc__)
    parser.add_argument("--only", default="", help="bugs with this in their name")
    parser.add_argument("--part", default="1/1", help="2/3: every third bug, from the second on")
    parser.add_argument("--anew", action="store_true", help="leave aside what caught them last time")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--steps", type=int, default=400, help="of one run")
    parser.add_argument("--seconds", type=float, default=240, help="for one bug")
    parser.add_argument("--shrink-seconds", type=float, default=40)
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    parser.add_argument("--profile", default="", help="one kind of trouble only")
    return parser.parse_args()


def _catch(bug: Any, given: argparse.Namespace) -> bool:
    from tests.simulator.planted import caught
    from tests.simulator.planted.catch import Bounds, is_to_blame, search

    held = caught.remembered().get(bug.name)
    if held is not None and not given.anew:
        result = is_to_blame(bug, caught.story_of(held), held["law"])
        if result is not None:
            _show(bug, held["seed"], held["broken_in_step"], result)
            return True
        print("   its last story does not show it any more, looking for another one", flush=True)
    bounds = Bounds(given.runs, given.steps, given.seconds, given.shrink_seconds)
    first = held["seed"] if held is not None and not given.anew else given.seed
    found = search(bug, bounds, first_seed=first, profile=given.profile)
    for line in found.unsure:
        print(f"   broken without the bug too: {line}")
    if found.caught is None:
        print(f"   {found.runs} runs of up to {given.steps} steps broke nothing; is there a story told by hand?")
        return _by_told_story(bug)
    caught.remember(bug.name, found.caught)
    _show(bug, found.caught.seed, found.caught.steps, found.caught.result)
    return True


def _by_told_story(bug: Any) -> bool:
    from tests.simulator.planted import caught
    from tests.simulator.planted.catch import Catch, is_to_blame
    from tests.simulator.planted.told import TOLD

    result = is_to_blame(bug, TOLD[bug.name], "")
    if result is None or result.violation is None:
        return False
    story = result.story
    caught.remember(bug.name, Catch(story.seed, result.steps, result.violation.law, story, result))
    _show(bug, story.seed, result.steps, result)
    return True


def _show(bug: Any, seed: int, steps: int, result: Any) -> None:
    violation = result.violation
    print(f"   seed {seed}, {result.story.profile}: {violation.law} was broken in step {steps}")
    if violation.law not in bug.caught_by:
        print(f"   expected was {' or '.join(bug.caught_by)}")
    print(f"   the {len(result.story.steps)} steps that it takes:")
    for line in result.lines:
        print(f"     {line}")
    print(f"     {violation}")


if __name__ == "__main__":
    raise SystemExit(main())
