"""Every schedule of each pair: `python -m tests.simulator.interleaving.run --db=postgres`.

--pair TEXT        only pairs whose name has it (may be given several times)
--preemptions N    at most so many (2)
--schedule TEXT    play this one schedule and tell its story
--seconds N        at most so long for each pair; what is left is counted as not played
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tests.simulator.interleaving import ground

if TYPE_CHECKING:
    from tests.simulator.interleaving.scene import Pair

_STORIES_TOLD = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.interleaving.run", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--pair", action="append", default=[])
    parser.add_argument("--preemptions", type=int, default=2)
    parser.add_argument("--level", choices=["statement", "transaction"], default="")
    parser.add_argument("--schedule", default="")
    parser.add_argument("--seconds", type=float, default=0)
    asked = parser.parse_args()
    sys.argv = [sys.argv[0], f"--db={asked.db}"]
    ground.prepare()
    from tests.simulator.interleaving.cast import PAIRS
    from tests.simulator.interleaving.stage import Theatre

    level = asked.level or ("statement" if asked.db == "postgres" else "transaction")
    pairs = [pair for pair in PAIRS if not asked.pair or any(part in pair.name for part in asked.pair)]
    theatre = Theatre(level=level)
    print(f"{'pair':32} {'schedules':>9} {'ends':>6} {'waits':>7} {'circles':>7} {'wrong':>6} {'seconds':>8}")
    try:
        wrong = sum(_play(theatre, pair, asked) for pair in pairs)
    finally:
        theatre.close()
    return 1 if wrong else 0


def _play(theatre: object, pair: Pair, asked: argparse.Namespace) -> int:
    from tests.simulator.interleaving.play import Explorer
    from tests.simulator.interleaving.schedules import every
    from tests.simulator.interleaving.stage import Schedule, Theatre
    from tests.simulator.interleaving.story import tell

    assert isinstance(theatre, Theatre)
    began = time.monotonic()
    explorer = Explorer(theatre, pair)
    explorer.learn()
    if asked.schedule:
        played = explorer.play(Schedule.read(asked.schedule))
        print(explorer.stories[-1] if explorer.stories else tell(pair.name, played, []))
        return len(explorer.stories)
    left = ""
    for _ in every(explorer.play, preemptions=asked.preemptions):
        if asked.seconds and time.monotonic() - began > asked.seconds:
            left = "  (not all: the time was up)"
            break
    seconds = time.monotonic() - began
    print(
        f"{pair.name:32} {explorer.played:9} {explorer.outcomes:6} {explorer.waits:7} {explorer.circles:7}"
        f" {len(explorer.stories):6} {seconds:8.1f}{left}",
        flush=True,
    )
    for story in explorer.stories[:_STORIES_TOLD]:
        print(story, flush=True)
    return len(explorer.stories)


if __name__ == "__main__":
    sys.exit(main())
