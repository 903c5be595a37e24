"""`/healthz`: this process answers. `/readyz`: the installation does its work, for monitoring.

A load balancer asks `/healthz`: a dead worker must not take the pay pages away. Both answer before any check of the
Host header, because probes come by IP address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from quittance.core.clock import now
from quittance.due.models import WorkerHeartbeat

HEARTBEAT_LIMIT_SECONDS: Final = 60
SKEW_LIMIT_SECONDS: Final = 5
# A Date header is in whole seconds, and its answer may have been seconds on the way.
THEIR_SKEW_LIMIT_SECONDS: Final = 60
_GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `text` says what is wrong and how to mend it, or that all is well."""

    name: str
    ok: bool
    text: str


def health_endpoints(get_response: _GetResponse) -> _GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return _answer([], status=HTTPStatus.OK)
        if request.path_info == "/readyz":
            findings = readiness(now=now())
            ready = all(finding.ok for finding in findings)
            return _answer(findings, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)
        return get_response(request)

    return middleware


def readiness(*, now: datetime) -> list[Finding]:
    """Database, migrations, worker, clock: in this order, and nothing after the first that makes the next senseless."""
    database = check_database()
    if not database.ok:
        return [database]
    migrations = check_migrations()
    if not migrations.ok:
        return [database, migrations]
    return [database, migrations, check_worker(now=now), check_clock()]


def check_database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Finding(
            "database", ok=False, text="The database is silent. Check QUITTANCE_DATABASE_URL and the server."
        )
    return Finding("database", ok=True, text="The database answers.")


_applied_at_start: list[bool] = []


def check_migrations() -> Finding:
    """Read from disk once they are all applied: nobody un-applies them under a running process."""
    if not _applied_at_start:
        pending = pending_migrations()
        if pending:
            text = f"{len(pending)} migrations are pending, the first is {pending[0]}. Run `quittance migrate`."
            return Finding("migrations", ok=False, text=text)
        _applied_at_start.append(True)
    return Finding("migrations", ok=True, text="All migrations are applied.")


def pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    return [f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def check_worker(*, now: datetime) -> Finding:
    latest = WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", "skew_seconds").first()
    if latest is None:
        return Finding("worker", ok=False, text="No worker has ever run here. Start one with `quittance worker`.")
    seen_at, skew_seconds = latest
    silent_seconds = int((now - seen_at).total_seconds())
    if silent_seconds > HEARTBEAT_LIMIT_SECONDS:
        text = f"The worker has been silent for {silent_seconds} s. Start it with `quittance worker`."
        return Finding("worker", ok=False, text=text)
    if abs(skew_seconds) > SKEW_LIMIT_SECONDS:
        text = f"The worker's clock and the database's differ by {skew_seconds:.0f} s. Synchronise them (NTP)."
        return Finding("worker", ok=False, text=text)
    return Finding("worker", ok=True, text="The worker is at work.")


def check_clock() -> Finding:
    """Ours against those of the machines that the worker asks; a signed webhook may be five minutes off at most."""
    latest = WorkerHeartbeat.objects.order_by("-seen_at").values_list("their_skew_seconds", "their_host").first()
    ahead, host = latest or (0.0, "")
    if abs(ahead) > THEIR_SKEW_LIMIT_SECONDS:
        word = "behind" if ahead > 0 else "ahead of"
        text = (
            f"This server's clock is {abs(ahead):.0f} s {word} the one of {host}. Synchronise it (NTP). "
            "From five minutes on webhooks are refused, and payments are found by asking only."
        )
        return Finding("clock", ok=False, text=text)
    return Finding("clock", ok=True, text="The clock agrees with the machines that are asked.")


def _answer(findings: list[Finding], *, status: HTTPStatus) -> HttpResponse:
    body = {
        "status": "ok" if status is HTTPStatus.OK else "red",
        "checks": {finding.name: {"ok": finding.ok, "text": finding.text} for finding in findings},
    }
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
