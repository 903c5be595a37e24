"""Notices, the return page and the worker at once, on a real database."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from quittance.bills.models import Receipt, Tender
from quittance.core import clock
from quittance.due.actions import claim
from quittance.flows import confirm_return
from quittance.flows.audit_books import assert_books
from quittance.inbox.models import InboundWebhook
from quittance.messages.models import Message
from quittance.outbox.models import Event
from quittance.payment_systems.fake import FakeBank
from quittance.payment_systems.port import InboundRequest
from quittance.payments.models import EventSweep, Payment
from quittance.payments.status import VisitStatus
from quittance.worker.rounds import run_once
from tests.money.test_races import at_once
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_house(transactional_db: None, bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> Iterator[Salon]:
    """The salon with its rows committed, on a clock that the test moves."""
    salon = open_salon(bank)
    bank._now = lambda: salon.now
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    yield salon
    assert_books(now=salon.now)


def post(request: InboundRequest) -> int:
    headers: dict[str, Any] = dict(request.headers)
    answer = Client().post(f"/inbound/fake/{'a' * 32}", request.body, content_type="application/json", headers=headers)
    return answer.status_code


@pytest.mark.row("A7")
def test_t07_five_deliveries_and_the_return_page_at_once(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    token = salon.link(visit)
    page = salon.press_pay(token).address
    salon.bank.pay(page)
    request = salon.bank.webhook(page)
    deliveries = [partial(post, request) for _ in range(5)]
    workers = [partial(run_once, salon.now) for _ in range(2)]
    come_back = partial(confirm_return.confirm, token=token, now=salon.now)
    works: list[Callable[[], object]] = [*deliveries, *workers, come_back]
    answers = at_once(works)
    assert answers[:5] == [200] * 5
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    run_once(salon.now)
    assert salon.status(visit) is VisitStatus.PAID
    assert (Tender.objects.count(), Receipt.objects.count(), InboundWebhook.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(name="payment.paid").count() == 1
    purposes = list(Message.objects.values_list("purpose_key", flat=True))
    assert len(purposes) == len(set(purposes))


@pytest.mark.row("C3")
def test_t11_the_worker_alone_makes_the_visit_paid(open_house: Salon) -> None:
    """By asking about the payment; the event list is out of reach too."""
    salon = open_house
    EventSweep.objects.all().delete()
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.wait(minutes=4)
    salon.bank.pay(page)
    paid_at = salon.now
    while salon.status(visit) is not VisitStatus.PAID:
        salon.wait(seconds=30)
        run_once(salon.now)
        assert salon.now - paid_at <= timedelta(minutes=10)
    assert InboundWebhook.objects.count() == 0


@pytest.mark.parametrize("moment", ["call", "answer"])
def test_t14_a_worker_killed_while_it_looks_into_a_notice_leaves_it_to_the_next(open_house: Salon, moment: str) -> None:
    salon = open_house
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    assert post(salon.bank.webhook(page)) == 200

    def die(_operation: str) -> None:
        raise KeyboardInterrupt  # nothing of ours catches it

    before = salon.bank.on_call
    setattr(salon.bank, f"on_{moment}", die)
    with pytest.raises(KeyboardInterrupt):
        run_once(salon.now)
    salon.bank.on_call, salon.bank.on_answer = before, None
    assert salon.status(visit) is not VisitStatus.PAID
    # Its lease still runs: nobody touches the notice before it ends.
    assert claim(InboundWebhook, limit=9, lease_seconds=1, now=salon.now + timedelta(seconds=59)) == []
    salon.wait(seconds=61)
    run_once(salon.now)
    assert salon.status(visit) is VisitStatus.PAID
    assert Tender.objects.count() == 1


def test_t55_many_writers_and_the_worker_never_see_a_locked_database(open_house: Salon) -> None:
    """Half a minute's worth of a busy salon in a few seconds: notices, payments and cash at once."""
    salon = open_house
    visits = [salon.visit(minor=1_000) for _ in range(24)]
    pages = [salon.open_page(visit) for visit in visits[:12]]
    for page in pages:
        salon.bank.pay(page)
    requests = [salon.bank.webhook(page) for page in pages]
    noise = [
        salon.bank.sign(
            json.dumps(
                {
                    "id": f"noise_{number}", "kind": "customer.updated", "at": salon.now.isoformat(),
                    "live": False, "references": [], "metadata": {},
                }
            ).encode()
        )
        for number in range(60)
    ]  # fmt: skip
    stop = threading.Event()

    def deliver(mine: list[InboundRequest]) -> set[int]:
        return {post(request) for request in mine}

    def take_cash(mine: list[Any]) -> set[str]:
        for visit in mine:
            salon.cash(visit, 1_000)
        return {"taken"}

    def worker() -> str:
        while not stop.is_set():
            run_once(salon.now)
            time.sleep(0.01)
        return "stopped"

    busy = [partial(deliver, (requests + noise)[place::6]) for place in range(6)]
    desks = [partial(take_cash, visits[12:18]), partial(take_cash, visits[18:])]
    ended: list[str] = []
    background = threading.Thread(target=lambda: ended.append(_closing(worker)))
    background.start()
    works: list[Callable[[], object]] = [*busy, *desks]
    answers = at_once(works)
    stop.set()
    background.join(60)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert ended == ["stopped"]
    assert answers[:6] == [{200}] * 6
    run_once(salon.now)
    assert {salon.status(visit) for visit in visits} == {VisitStatus.PAID}
    assert InboundWebhook.objects.count() == 72
    assert not Payment.objects.filter(next_attempt_at__isnull=False).exists()


def _closing(work: Any) -> Any:
    try:
        return work()
    finally:
        connection.close()
