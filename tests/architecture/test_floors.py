"""What imports cannot show: models named in strings, who opens transactions, what is never deleted."""

from __future__ import annotations

import ast

from django.apps import apps

from tests.architecture.sources import PACKAGE, floors, name, python_files, room, tree

OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("quittance.")}


def test_a_foreign_key_points_downward_or_into_its_own_room():
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_label
        if here not in OURS:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or target is None or target._meta.app_label not in OURS:
                continue
            there = target._meta.app_label
            if here != there and floors()[there] >= floors()[here]:
                wrong.append(f"{model._meta.label}.{field.name} points to {target._meta.label}")
    assert wrong == []


def test_no_string_names_a_model_of_a_room_that_is_not_below():
    labels = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    wrong = []
    for path in python_files(with_tests=False):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Constant) and node.value in labels):
                continue
            here, there = room(path), str(node.value).split(".", maxsplit=1)[0]
            if here not in {"config", there} and floors()[there] >= floors()[here]:
                wrong.append(f"{name(path)}:{node.lineno} names {node.value}")
    assert wrong == []


def test_only_flows_open_durable_transactions():
    """Law 2; `rows.locking` holds the one block that they all run in."""
    wrong = []
    for path in python_files(with_tests=False):
        if room(path) == "flows" or path == PACKAGE / "rows" / "locking.py":
            continue
        wrong += [
            f"{name(path)}:{node.lineno}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and any(keyword.arg == "durable" for keyword in node.keywords)
        ]
    assert wrong == []


def test_only_flows_and_the_rows_below_them_run_money_work_in_one_transaction():
    wrong = []
    for path in python_files(with_tests=False):
        if room(path) in {"flows", "rows", "cli"}:
            continue
        wrong += [
            f"{name(path)}:{node.lineno}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ImportFrom) and any(alias.name == "in_one_transaction" for alias in node.names)
        ]
    assert wrong == []


def test_nothing_about_money_is_ever_deleted():
    """Law 7. Payments, bills, their lines and tenders, links and receipts are kept; so are visits, as tombstones."""
    settings_only = ("WorkingHours.", "OtherHours.")
    wrong = []
    for path in python_files(with_tests=False):
        if room(path) not in {"bills", "payments", "calendar", "flows", "desk", "pay", "worker", "inbound"}:
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr == "delete" and not ast.unparse(node.func).startswith(settings_only):
                wrong.append(f"{name(path)}:{node.lineno}")
    assert wrong == []


def test_every_relation_of_money_protects_what_it_points_to():
    wrong = []
    for label in ("bills", "payments", "calendar", "clients", "businesses", "catalog", "messages"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                rule = getattr(field.remote_field, "on_delete", None)
                if rule is not None and rule.__name__ not in {"PROTECT", "RESTRICT"}:
                    wrong.append(f"{model._meta.label}.{field.name}: {rule.__name__}")
    assert wrong == []


def test_time_is_passed_in():
    """Habit 9: flows, actions and queries are told `now`; only faces, the worker and the command ask for it."""
    wrong = []
    for path in python_files(with_tests=False):
        if room(path) not in {"flows", "bills", "payments", "messages", "calendar", "catalog", "clients", "businesses"}:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called in {"datetime.now", "datetime.utcnow", "timezone.now", "date.today", "clock.now"}:
                    wrong.append(f"{name(path)}:{node.lineno} calls {called}")
    assert wrong == []
