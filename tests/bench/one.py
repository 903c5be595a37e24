"""One database: prepare, start the processes, measure, print one JSON object. Run by `python -m tests.bench`."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from quittance.cli.demo import Ports, demo_environment
from quittance.cli.processes import ProcessGroup
from tests.bench.load import Result, Spec
from tests.support.database import free_ports

PAID, SENT = 25, 100


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    ports = Ports(web=free_ports(3)[0])
    environment = demo_environment(ports=ports, home=options.home)
    environment |= {"QUITTANCE_DATABASE_URL": options.database, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.update(environment)
    group = ProcessGroup(environment=os.environ)
    try:
        print(json.dumps(_measure_all(group, ports=ports, home=options.home, seconds=options.seconds)))
    finally:
        group.stop()


def _measure_all(group: ProcessGroup, *, ports: Ports, home: Path, seconds: float) -> dict[str, object]:
    python = [sys.executable, "-m"]
    sandbox = ["--port", str(ports.sandbox), "--smtp-port", str(ports.mail)]
    group.start("sandbox", [*python, "quittance.sandbox", *sandbox], quiet=True)
    import django

    django.setup()
    from django.core.management import call_command

    from quittance.core.clock import now
    from tests.bench.seed import event, seed

    call_command("migrate", interactive=False, verbosity=0)
    _wait(ports.sandbox, "/health")
    seeded = seed(now=now())
    command = [*python, "quittance.cli.main"]
    group.start("web", [*command, "serve", "--port", str(ports.web)])
    group.environment = os.environ | {"QUITTANCE_BENCH_BARE": "1"}
    group.start("bare", [*command, "serve", "--port", str(ports.web + 2)])
    group.environment = os.environ
    group.start("worker", [*command, "worker"])
    _wait(ports.web, "/healthz")
    _wait(ports.web + 2, f"/anchor/row/{seeded.client_ids[0]}")

    work = {"webhook to paid": _webhook_to_paid(seeded), "send": _send(seeded)}
    # The worker would look at the events of the next measures meanwhile; they measure the web.
    group.end("worker")
    desk = {"Cookie": seeded.cookie}
    bare, web = ports.web + 2, ports.web
    rows = [f"/anchor/row/{key}" for key in seeded.client_ids]
    writes = [f"/anchor/write/{key}" for key in range(64)]
    hook = {"Content-Type": "application/json"}
    specs = {
        "anchor: one row, bare": Spec(bare, seconds, rows),
        "anchor: one row, full middleware": Spec(web, seconds, rows),
        "anchor: 50 rows in a template": Spec(web, seconds, ["/anchor/rows"]),
        "anchor: 4-statement write": Spec(web, seconds, writes, method="POST"),
        "pay page": Spec(web, seconds, [f"/p/{seeded.token}"]),
        "webhook accepted": Spec(
            web, seconds, [seeded.webhook_path], method="POST", headers=hook, body=event("{number}"),
            signing_secret=seeded.signing_secret,
        ),
        "day calendar": Spec(web, seconds, [f"/calendar?date={seeded.day}"], headers=desk),
        "day calendar's appointments": Spec(web, seconds, [f"/calendar/feed?date={seeded.day}"], headers=desk),
        "links list": Spec(web, seconds, ["/finance/links"], headers=desk),
    }  # fmt: skip
    return {"web": {name: asdict(_load(spec)) for name, spec in specs.items()}, "work": work}


def _load(spec: Spec) -> Result:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(asdict(spec)), capture_output=True, text=True, check=True, timeout=spec.seconds + 60,
    )  # fmt: skip
    return Result(**json.loads(done.stdout))


def _wait(port: int, path: str) -> None:
    from quittance.core import http

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if http.call("GET", f"http://127.0.0.1:{port}{path}").status == 200:
                return
        except http.OutsideError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"nothing answers at port {port}")


def _until(is_done: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            raise SystemExit("the worker did not come to an end")
        time.sleep(0.005)


def _webhook_to_paid(seeded: object) -> dict[str, float]:
    """From the moment a payment system's notice was taken in to the moment the visit is paid, one after the other."""
    from quittance.cli.demo_seed_sandbox import pay_by_card
    from quittance.core.clock import now
    from quittance.flows import make_link, take_payment
    from quittance.inbox.models import InboundWebhook
    from quittance.payments.models import Payment

    times = []
    for visit in seeded.visits[:PAID]:  # type: ignore[attr-defined]
        link = make_link.make(actor=seeded.actor, visit_id=visit.pk, now=now())  # type: ignore[attr-defined]
        page = take_payment.start(token=link.token, now=now())
        payment = Payment.objects.filter(bill_id=visit.bill_id).latest("pk")
        first = InboundWebhook.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        pay_by_card(page.address)
        _until(lambda key=payment.pk: Payment.objects.filter(pk=key, state="paid").exists(), seconds=30)  # type: ignore[misc]
        paid_at = now()
        taken_in = InboundWebhook.objects.filter(pk__gt=first).order_by("pk").first()
        if taken_in is not None:
            times.append((paid_at - taken_in.received_at).total_seconds() * 1000)
    times.sort()
    return {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(times[int(len(times) * 0.95)], 1)}


def _send(seeded: object) -> dict[str, float]:
    """Links by email: what one request queues, and how fast the worker sends what is due."""
    from quittance.core.clock import now
    from quittance.flows import send_link
    from quittance.messages.models import Message

    started = time.perf_counter()
    for visit in seeded.visits[PAID : PAID + SENT]:  # type: ignore[attr-defined]
        send_link.send(actor=seeded.actor, visit_id=visit.pk, channels=["email"], now=now())  # type: ignore[attr-defined]
    queued = time.perf_counter() - started
    ours = Message.objects.filter(visit_id__in=[visit.pk for visit in seeded.visits[PAID : PAID + SENT]])  # type: ignore[attr-defined]
    started = time.perf_counter()
    ours.filter(state="queued").update(next_attempt_at=now())
    _until(lambda: not ours.filter(state__in=("queued", "calling")).exists(), seconds=60)
    spent = time.perf_counter() - started
    return {"queue_ms": round(queued / SENT * 1000, 1), "per_second": round(SENT / spent, 1)}


if __name__ == "__main__":
    main()
