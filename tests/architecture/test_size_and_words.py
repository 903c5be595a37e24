"""Rooms stay small, and one word has one meaning."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PACKAGE, ROOT, name, python_files, room, tree

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 70
BANNED = {"provider", "transaction", "order", "session", "manager", "utils", "helpers", "helper", "data", "info"}
# Words that a library or a payment system chose: its methods are called or overridden by these names.
THEIRS = {
    "get_context_data", "cleaned_data", "order_by", "idle_sessions", "pytest_sessionfinish", "pytest_sessionstart", "in_one_transaction",
    "CallInTransactionError", "refuse_call_in_transaction",
    "UserManager", "add_order_info", "sort_order", "build_data", "_get_session_auth_hash",
}  # fmt: skip
# Rooms that speak a payment system's or a phone network's language, where the word is theirs.
FOREIGN = ("sandbox/", "payment_systems/stripe/", "message_channels/", "core/http.py", "rows/", "config/settings.py")


def test_a_file_has_at_most_400_lines():
    long = {
        name(path): lines for path in python_files() if (lines := len(path.read_text().splitlines())) > MAX_FILE_LINES
    }
    assert long == {}


def test_a_function_has_at_most_70_lines():
    long = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long.append(f"{name(path)}:{node.lineno} {node.name} ({lines})")
    assert long == []


def test_an_adapter_file_has_at_most_300_lines():
    long = [
        name(path)
        for path in python_files(with_tests=False)
        if room(path) in {"payment_systems", "message_channels"} and len(path.read_text().splitlines()) > 300
    ]
    assert long == []


def test_no_name_of_ours_uses_a_word_with_many_meanings():
    wrong = []
    for path in python_files(with_tests=False):
        inside = str(path.relative_to(PACKAGE)) if path.is_relative_to(PACKAGE) else ""
        if not inside or inside.startswith(FOREIGN):
            continue
        wrong += [f"{name(path)}: {one}" for one in _defined(path) if one not in THEIRS and _words(one) & BANNED]
    assert wrong == []


def _defined(path: Path) -> Iterator[str]:
    yield path.stem
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name


def _words(one: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", one)}


def test_instants_end_in_at_and_dates_in_date():
    from django.apps import apps
    from django.db import models

    endings: list[tuple[type[models.Field], tuple[str, ...]]] = [  # type: ignore[type-arg]
        (models.DateTimeField, ("_at", "_until", "_since", "not_before", "last_login")),
        (models.DateField, ("_date",)),
    ]
    wrong = []
    for config in apps.get_app_configs():
        if not config.name.startswith("quittance."):
            continue
        for model in config.get_models():
            for field in model._meta.concrete_fields:
                kind = next((ends for kind, ends in endings if type(field) is kind), None)
                if kind and field.name != "at" and not field.name.endswith(kind):
                    wrong.append(f"{model._meta.label}.{field.name}")
    assert wrong == []


def test_every_row_of_the_list_has_a_title():
    import json

    rows = json.loads((ROOT / "docs" / "rows.json").read_text())
    assert all(re.fullmatch(r"[A-M]\d{1,2}", row) and title for row, title in rows.items())


def test_no_screen_shouts():
    """Text that a person reads has no exclamation marks."""
    loud = [
        name(path)
        for path in PACKAGE.rglob("*.html")
        if re.search(r"[a-z]!(?=[\s<\"])", re.sub(r"{%.*?%}|{{.*?}}|<!--.*?-->", "", path.read_text(), flags=re.DOTALL))
    ]
    assert loud == []
