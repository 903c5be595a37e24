"""A plugin for `make features` alone: prints each row with its tests while they are collected."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test = item.nodeid.split("[", maxsplit=1)[0]
        for row in str(dict(item.user_properties).get("rows", "")).split(","):
            if row:
                print(f"ROW {row} {test}")
