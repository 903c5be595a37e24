"""After the killing: let everything become quiet, then compare our books with the sandbox's and with the diary."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
from django.db import connection
from django.db.models import Sum

from quittance.bills.models import Tender
from quittance.core import clock
from quittance.flows.audit_books import audit_books
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.payments.models import Dispute, Payment, PaymentReference, Refund
from tests.simulator.interleaving.kill_house import KillHouse
from tests.simulator.interleaving.kill_people import Diary

KEY = "sk_test_salon"
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
        _end_open_pages(house)
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


def _end_open_pages(house: KillHouse) -> None:
    """Their hour is over; a debit is decided."""
    for session in _all(house, "checkout/sessions"):
        if session["status"] == "open":
            _call(house, "POST", f"checkout/sessions/{session['id']}/expire")
        elif session["payment_status"] == "unpaid" and session["status"] == "complete":
            httpx2.post(f"{house.sandbox_url}/control/delayed", data={"session": session["id"], "ok": "1"}, timeout=10)


def what_is_wrong(house: KillHouse, diary: Diary) -> list[str]:
    """Every finding: our books by themselves, against the sandbox's, and against what people were told."""
    wrong = [str(finding) for finding in audit_books(now=clock.now())]
    wrong += _payments_unlike(house)
    wrong += _unlike("refund", _sums(_all(house, "refunds")), _ours(Refund))
    wrong += _unlike("dispute", _sums(_all(house, "disputes")), _ours(Dispute))
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


def _payments_unlike(house: KillHouse) -> list[str]:
    """L1: each paid session is one paid payment of the same amount, and no payment is paid without one."""
    theirs = {
        session["id"]: session["amount_total"]
        for session in _all(house, "checkout/sessions")
        if session["payment_status"] == "paid"
    }
    references = PaymentReference.objects.filter(kind="checkout", payment__state="paid").select_related("payment")
    ours = {row.value: row.payment.captured_minor or 0 for row in references}
    return _unlike("payment", theirs, ours)


def _sums(found: Iterator[dict[str, Any]]) -> dict[str, int]:
    return {one["id"]: one["amount"] for one in found}


def _ours(model: type[Refund | Dispute]) -> dict[str, int]:
    return {row.reference: row.amount_minor for row in model._default_manager.all() if row.reference}


def _unlike(what: str, theirs: dict[str, int], ours: dict[str, int]) -> list[str]:
    names = sorted(set(theirs) | set(ours))
    return [
        f"{what} {name}: {theirs.get(name, 'nothing')} at the bank, {ours.get(name, 'nothing')} in our books"
        for name in names
        if theirs.get(name) != ours.get(name)
    ]


def _all(house: KillHouse, what: str) -> Iterator[dict[str, Any]]:
    """Every object of the kind, page by page."""
    after: dict[str, str] = {}
    while True:
        page = _call(house, "GET", what, params={"limit": "100", **after})
        yield from page["data"]
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


def _call(house: KillHouse, method: str, path: str, **more: Any) -> dict[str, Any]:
    answer = httpx2.request(
        method, f"{house.sandbox_url}/v1/{path}", headers={"Authorization": f"Bearer {KEY}"}, timeout=10, **more
    )
    found: dict[str, Any] = answer.json()
    return found
