"""What the composition root wires into the house when it starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connections

from quittance.core import http


class CallInTransactionError(RuntimeError):
    """A call outside was about to be made while a database transaction is open."""


class HouseConfig(AppConfig):
    name = "quittance.config"
    label = "house"

    def ready(self) -> None:
        http.register_guard(refuse_call_in_transaction)


def refuse_call_in_transaction() -> None:
    """Law 2: the call may last 8 seconds, and its effect cannot be rolled back (S15).

    The blocks that Django's test cases open around a test do not count: they stand for no block of ours.
    """
    for connection in connections.all(initialized_only=True):
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise CallInTransactionError("a call outside was about to be made inside a database transaction")
