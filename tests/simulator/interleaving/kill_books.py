"""After the killing: let everything become quiet, then compare our books with the sandbox's and with the diary."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from quittance.bills.models import MoneyCase, Tender
from quittance.core import clock
from quittance.flows.audit_books import audit_books
from quittance.inbox.actions import RECEIVED
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.payments.models import EventSweep, Payment, PaymentAccount, Refund
from tests.simulator.interleaving.kill_house import KillHouse
from tests.simulator.interleaving.kill_people import Diary
from tests.simulator.interleaving.their_books import TheirBooks

_QUIET_SECONDS = 120.0


def become_quiet(house: KillHouse) -> list[str]:
    """Time passes: dead leases run out, pages that nobody pays end, and what is not final is asked about again.

    Returns what is not quiet when the patience ends; it begins anew as long as there is less and less.
    """
    house.stop_worker()
    past = clock.now() - timedelta(seconds=1)
    for model in (Payment, Refund, MoneyCase, EventSweep, Event, Message, InboundWebhook):
        model.objects.filter(lease_until__isnull=False).update(lease_until=past, next_attempt_at=past)
    house.start_worker()
    theirs = TheirBooks(house.sandbox_url)
    deadline, least = time.monotonic() + _QUIET_SECONDS, None
    while True:
        counted, unlike = _unfinished(), theirs.unlike_ours()
        left = [f"{number} {name} unfinished{_told(name)}" for name, number in counted.items() if number] + unlike
        rest = sum(counted.values()) + len(unlike)
        if least is None or rest < least:
            deadline, least = time.monotonic() + _QUIET_SECONDS, rest
        if not rest or time.monotonic() > deadline:
            break
        theirs.end_open_pages()
        _make_due()
        time.sleep(1)
    house.stop_worker()
    return left


def _make_due() -> None:
    """What would be looked at in some minutes is looked at now."""
    now = clock.now()
    rows = (
        Payment.objects.exclude(state__in=Payment.FINAL),
        Refund.objects.filter(state__in=("requested", "pending")),
        EventSweep.objects.all(),
        InboundWebhook.objects.filter(state=RECEIVED),
    )
    for found in rows:
        # What a worker has in hand is left alone, and what is never due stays so.
        found.filter(lease_until__isnull=True, next_attempt_at__gt=now).update(next_attempt_at=now)
    # An account that was overrun is left alone for minutes, and all that belongs to it waits for that.
    PaymentAccount.objects.filter(not_before__gt=now).update(not_before=now)


def _rows() -> dict[str, QuerySet[Any]]:
    return {
        "payments": Payment.objects.exclude(state__in=Payment.FINAL),
        "refunds": Refund.objects.filter(state="requested"),
        "notices": InboundWebhook.objects.filter(attempts=0, next_attempt_at__isnull=False),
    }


def _unfinished() -> dict[str, int]:
    return {name: rows.count() for name, rows in _rows().items()}


def _told(name: str) -> str:
    """Some of them as they stand, and the accounts that are left alone."""
    few = list(_rows()[name].values("id", "state", "attempts", "next_attempt_at", "lease_until")[:3])
    paused = list(PaymentAccount.objects.filter(not_before__isnull=False).values_list("id", "not_before", "trouble"))
    return f" at {clock.now()}: {few}, accounts left alone: {paused}"


def what_is_wrong(house: KillHouse, diary: Diary) -> list[str]:
    """Every finding: our books by themselves, against the sandbox's, and against what people were told."""
    wrong = [str(finding) for finding in audit_books(now=clock.now())]
    wrong += TheirBooks(house.sandbox_url).unlike_ours()
    landed = Payment.objects.filter(state="paid").count()
    if landed != diary.counts["paid"]:
        wrong.append(f"clients paid {diary.counts['paid']} times, {landed} payments landed")
    cash = dict(
        Tender.objects.filter(kind="cash", voided_at__isnull=True)
        .values_list("bill__visit")
        .annotate(Sum("amount_minor"))
    )
    for visit_id in sorted({*cash, *diary.cash}):
        least, booked = diary.cash[visit_id], cash.get(visit_id, 0)
        if not least <= booked <= least + diary.unsure[visit_id]:
            wrong.append(f"visit {visit_id}: {least} in cash was acknowledged, {booked} booked")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            told = [row[0] for row in cursor.fetchall()]
        wrong += [] if told == ["ok"] else told
    return wrong + diary.odd
