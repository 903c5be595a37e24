"""The web processes: granian with the WSGI interface."""

from __future__ import annotations

from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from quittance.cli.ports import refuse_taken_port


def serve(*, host: str, port: int, processes: int | None, threads: int) -> int:
    """Serve until told to stop. SQLite has one writer, so one process with threads serves it best."""
    refuse_taken_port(host=host, port=port, way_out="Choose another one with --port.")
    on_sqlite = connection.vendor == "sqlite"
    server = Server(
        "quittance.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes or (1 if on_sqlite else 2),
        blocking_threads=threads,
        websockets=False,
        # It warns of more threads than cores; they wait for calls outside, so they are meant.
        log_level=LogLevels.error,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
    )
    server.serve()
    return 0
