"""After the killing: let everything become quiet, then compare our books with the sandbox's and with the diary."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection
from django.db.models import Sum

from quittance.bills.models import Tender
from quittance.core import clock
from quittance.flows.audit_books import audit_books
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.payments.models import Payment, Refund
from tests.simulator.interleaving.kill_house import KillHouse
from tests.simulator.interleaving.kill_people import Diary
from tests.simulator.interleaving.their_books import TheirBooks

_QUIET_SECONDS = 120.0


def become_quiet(house: KillHouse) -> None:
    """Time passes: dead leases run out, pages that nobody pays end, and what is not final is asked about again."""
    house.stop_worker()
    past = clock.now() - timedelta(seconds=1)
    for model in (Payment, Refund, Event, Message, InboundWebhook):
        model.objects.filter(lease_until__isnull=False).update(lease_until=past, next_attempt_at=past)
    house.start_worker()
    deadline = time.monotonic() + _QUIET_SECONDS
    while left := _unfinished():
        assert time.monotonic() < deadline, f"not quiet: {left}\n{house.said()}"
        TheirBooks(house.sandbox_url).end_open_pages()
        now = clock.now()
        Payment.objects.exclude(state__in=Payment.FINAL).filter(lease_until__isnull=True).update(next_attempt_at=now)
        InboundWebhook.objects.filter(next_attempt_at__gt=now, lease_until__isnull=True, state="received").update(
            next_attempt_at=now
        )
        time.sleep(1)
    house.stop_worker()


def _unfinished() -> dict[str, int]:
    counted = {
        "payments": Payment.objects.exclude(state__in=Payment.FINAL).exclude(state="processing").count(),
        "processing": Payment.objects.filter(state="processing").count(),
        "refunds": Refund.objects.filter(state="requested").count(),
        "notices": InboundWebhook.objects.filter(attempts=0, next_attempt_at__isnull=False).count(),
    }
    return {name: number for name, number in counted.items() if number}


def what_is_wrong(house: KillHouse, diary: Diary) -> list[str]:
    """Every finding: our books by themselves, against the sandbox's, and against what people were told."""
    wrong = [str(finding) for finding in audit_books(now=clock.now())]
    wrong += TheirBooks(house.sandbox_url).unlike_ours()
    cash = dict(
        Tender.objects.filter(kind="cash", voided_at__isnull=True)
        .values_list("bill__visit")
        .annotate(Sum("amount_minor"))
    )
    for visit_id in sorted(set(cash) | set(diary.cash)):
        if cash.get(visit_id, 0) != diary.cash[visit_id]:
            wrong.append(
                f"visit {visit_id}: {diary.cash[visit_id]} in cash was acknowledged, {cash.get(visit_id, 0)} booked"
            )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            told = [row[0] for row in cursor.fetchall()]
        wrong += [] if told == ["ok"] else told
    return wrong + diary.odd
