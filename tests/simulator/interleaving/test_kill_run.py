"""Web and worker killed at random under load, a short while; `kill_run` does it for as long as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.money.test_killed_worker import database_url
from tests.simulator.interleaving.killing import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.timeout(400)
def test_t14_web_and_worker_killed_at_random_lose_nothing(transactional_db: None, tmp_path: Path) -> None:
    result = run(seconds=12, seed=14, home=tmp_path, database_url=database_url(), people=2)
    assert result.wrong == [], "\n".join(result.wrong)
    assert sum(number for name, number in result.counts.items() if name.startswith("kills")) >= 2
    assert result.counts["payments landed"] >= 1, result.counts
