"""A stage for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.simulator.interleaving.stage import Theatre


@pytest.fixture
def theatre(transactional_db: None) -> Iterator[Theatre]:
    """On PostgreSQL the baton goes round between statements, on SQLite between transactions."""
    theatre = Theatre(level="statement" if connection.vendor == "postgresql" else "transaction")
    yield theatre
    theatre.close()
