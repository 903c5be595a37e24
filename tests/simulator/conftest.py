"""Tables that a run may fill, and silence while it does: a simulated town breaks down thousands of times."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.simulator.fresh import fresh_run, keep_empty_tables


@pytest.fixture
def empty_tables(transactional_db: None) -> Iterator[None]:
    with _without_logs():
        keep_empty_tables()
        yield
        fresh_run()


@contextmanager
def _without_logs() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
