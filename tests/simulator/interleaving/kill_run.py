"""Random kills of web and worker under load: `python -m tests.simulator.interleaving.kill_run --minutes 60 --db sqlite`.

Real processes on ports of this machine, on a database of their own; prints what happened and what is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.simulator.interleaving import ground


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.interleaving.kill_run", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--people", type=int, default=3)
    asked = parser.parse_args()
    sys.argv = [sys.argv[0], f"--db={asked.db}"]
    ground.prepare()
    from tests.simulator.interleaving.killing import run

    with tempfile.TemporaryDirectory(prefix="quittance-kill-") as home:
        result = run(
            seconds=asked.minutes * 60,
            seed=asked.seed,
            home=Path(home),
            database_url=os.environ["QUITTANCE_DATABASE_URL"],
            people=asked.people,
        )
    print(f"{asked.minutes:g} minutes on {asked.db}, seed {asked.seed}")
    for name, number in sorted(result.counts.items()):
        print(f"  {number:7}  {name}")
    print(f"  {len(result.wrong):7}  wrong")
    for text in result.wrong:
        print(f"WRONG {text}")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
