"""The suite's own pytest plugin, loaded by `addopts` before Django's settings are read."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.support.database import (
    allow_flush_of_append_only_tables,
    forget_permissions,
    prepare_environment,
    use_file_database,
)

prepare_environment()
# How long invented examples take says how busy the machine is, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

pytest_plugins = [
    "tests.support.canaries",
    "tests.support.network",
    "tests.support.row_marks",
    "tests.support.browser",
    "tests.support.house",
]


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
    """Limits on guessing are kept in memory too; one test's guesses must not slow down the next."""
    from quittance.pay.throttle import misses, questions
    from quittance.pay.value import codes

    misses.forget()
    codes.forget()
    questions.forget()


_DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """PostgreSQL runs what touches a database; the rest had its say on SQLite."""
    if config.getoption("db") != "postgres":
        return
    kept = [item for item in items if _uses_database(item)]
    left_out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("same_on_every_database") is not None:
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & _DATABASE_FIXTURES)
