"""The suite's own pytest plugin, loaded by `addopts` before Django's settings are read."""

from __future__ import annotations

import pytest

from tests.support.database import (
    allow_flush_of_append_only_tables,
    forget_permissions,
    prepare_environment,
    use_file_database,
)

prepare_environment()

pytest_plugins = ["tests.support.network", "tests.support.row_marks", "tests.support.browser", "tests.support.house"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("quittance")
    group.addoption("--db", choices=["sqlite", "postgres"], default=None, help="the database that the suite runs on")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    use_file_database()
    allow_flush_of_append_only_tables()
    forget_permissions()


@pytest.fixture(autouse=True)
def forget_counted_tries() -> None:
    """Limits on guessing are counted in the cache; one test's guesses must not slow down the next."""
    from django.core.cache import cache

    cache.clear()
