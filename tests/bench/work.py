"""What the worker does with a load: notices that become paid visits, links that are sent."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quittance.calendar.models import Visit
    from quittance.core.actor import Actor

ALONE, AT_ONCE = 15, 40


def measure_work(*, actor: Actor, visits: Sequence[Visit]) -> dict[str, dict[str, float]]:
    """Each first one after the other, for the waits, then many at once, for the rate. Uses up the visits."""
    paid, sent = visits[: ALONE + AT_ONCE], visits[ALONE + AT_ONCE : 2 * (ALONE + AT_ONCE)]
    return {
        "webhook to paid": _webhook_to_paid(actor, paid),
        "send": _send(actor, sent),
    }


def _webhook_to_paid(actor: Actor, visits: Sequence[Visit]) -> dict[str, float]:
    """From the moment that a notice was taken in to the moment at which the visit is paid.

    The rate is that of clients who pay at once, sandbox and its notices included.
    """
    from quittance.cli.demo_seed_sandbox import pay_by_card
    from quittance.core.clock import now
    from quittance.flows import make_link, take_payment
    from quittance.inbox.models import InboundWebhook
    from quittance.payments.models import Payment

    pages = []
    for visit in visits:
        link = make_link.make(actor=actor, visit_id=visit.pk, now=now())
        pages.append(take_payment.start(token=link.token, now=now()).address)
    ours = Payment.objects.filter(bill_id__in=[visit.bill_id for visit in visits])
    waits = []
    for number, page in enumerate(pages[:ALONE]):
        newest = InboundWebhook.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        pay_by_card(page)
        _until(lambda paid=number: ours.filter(state="paid").count() > paid)  # type: ignore[misc]
        paid_at = now()
        notice = InboundWebhook.objects.filter(pk__gt=newest).order_by("pk").first()
        if notice is not None:
            waits.append((paid_at - notice.received_at).total_seconds())
    started = time.perf_counter()
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(_closing(pay_by_card), pages[ALONE:]))
    _until(lambda: ours.filter(state="paid").count() == len(pages))
    return _summary(waits, rate=AT_ONCE / (time.perf_counter() - started))


def _send(actor: Actor, visits: Sequence[Visit]) -> dict[str, float]:
    """Links by email, from the moment at which each is due to the moment at which the mail server has it."""
    from quittance.core.clock import now
    from quittance.flows import send_link
    from quittance.messages.models import Message

    ours = Message.objects.filter(visit_id__in=[visit.pk for visit in visits], state="queued")
    for visit in visits:
        send_link.send(actor=actor, visit_id=visit.pk, channels=["email"], now=now())
        # Not when `Undo` runs out, but when it is measured.
        ours.update(next_attempt_at=now() + timedelta(hours=1))
    queued = list(ours.values_list("pk", flat=True))
    waits = []
    for key in queued[:ALONE]:
        started = time.perf_counter()
        Message.objects.filter(pk=key).update(next_attempt_at=now())
        _until(Message.objects.filter(pk=key, state="sent").exists)
        waits.append(time.perf_counter() - started)
    rest = Message.objects.filter(pk__in=queued[ALONE:])
    started = time.perf_counter()
    rest.update(next_attempt_at=now())
    _until(lambda: not rest.exclude(state="sent").exists())
    return _summary(waits, rate=len(queued[ALONE:]) / (time.perf_counter() - started))


def _summary(waits: list[float], *, rate: float) -> dict[str, float]:
    waits.sort()
    return {
        "per_second": round(rate, 1),
        "p50_ms": round(statistics.median(waits) * 1000, 1),
        "p95_ms": round(waits[int(len(waits) * 0.95)] * 1000, 1),
    }


def _closing(work: Callable[[str], None]) -> Callable[[str], None]:
    """Threads of a pool have connections of their own, which nobody else would close."""
    from django.db import connection

    def closing(page: str) -> None:
        try:
            work(page)
        finally:
            connection.close()

    return closing


def _until(is_done: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            raise SystemExit("the worker did not come to an end")
        time.sleep(0.005)
