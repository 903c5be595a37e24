"""Is a port free, and what to do when it is not."""

from __future__ import annotations

import socket

from quittance.cli.sentences import SentenceError


def is_free(*, host: str, port: int) -> bool:
    with socket.socket() as probe:
        # As servers bind: a port in TIME_WAIT is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def refuse_taken_port(*, host: str, port: int, way_out: str) -> None:
    if not is_free(host=host, port=port):
        raise SentenceError(f"Port {port} is taken by another program. {way_out}")
