"""Real threads on a real database: the races that cost money, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import pytest
from django.db import connection

from quittance.bills.models import Receipt, Tender
from quittance.flows import settle_payment, take_payment, take_tender
from quittance.flows.audit_books import assert_books
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError
from quittance.outbox.models import Event
from quittance.payment_systems.fake import FakeBank, PageClosedError
from quittance.payments.models import Payment, PaymentLink
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 5
Answer = TypeVar("Answer")


@pytest.fixture
def open_house(transactional_db: None, bank: FakeBank) -> Iterator[Salon]:
    """The salon with its rows committed, so that threads see them."""
    salon = open_salon(bank)
    bank._now = lambda: salon.now
    yield salon
    assert_books(now=salon.now)


def at_once(works: list[Callable[[], Answer]]) -> list[Answer | Exception]:
    """Run all at the same moment, each in its own thread with its own connection."""
    barrier = threading.Barrier(len(works))
    answers: list[Answer | Exception | None] = [None] * len(works)

    def run(place: int, work: Callable[[], Answer]) -> None:
        try:
            barrier.wait(10)
            answers[place] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at what came back
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [answer for answer in answers if answer is not None]


def test_t07_five_reports_of_one_success_book_it_once(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    payment_id = salon.payment(visit).pk
    answers = at_once([lambda: settle_payment.settle(payment_id=payment_id, now=salon.now)] * THREADS)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Tender.objects.count() == 1
    assert Receipt.objects.count() == 1
    assert Event.objects.filter(name="payment.paid").count() == 1


def test_t23_pay_pressed_on_five_devices_opens_one_page(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    token = salon.link(visit)
    answers = at_once([lambda: take_payment.start(token=token, now=salon.now)] * THREADS)
    assert {getattr(answer, "outcome", answer) for answer in answers} == {"redirect"}
    assert len({getattr(answer, "address", "") for answer in answers}) == 1
    assert Payment.objects.count() == 1
    assert len(salon.bank.books) == 1


def test_five_desks_taking_the_whole_in_cash_take_it_once(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    answers = at_once([lambda: salon.cash(visit, 10_000)] * THREADS)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert all(isinstance(answer, FlowError | dict) for answer in answers), answers
    assert salon.settled(visit) == 10_000


def test_one_pressing_that_arrives_five_times_takes_the_cash_once_and_answers_the_same(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    actor = replace(salon.actor, request_id="one pressing")
    press = partial(
        take_tender.take,
        actor=actor,
        visit_id=visit.pk,
        kind="cash",
        amount=salon.eur(4_000),
        expected_version=salon.bill(visit).version,
        now=salon.now,
    )
    answers = at_once([press] * THREADS)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert all(answer == answers[0] for answer in answers)
    assert salon.settled(visit) == 4_000


def test_links_made_at_once_are_one_link(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    answers = at_once([lambda: salon.link(visit)] * THREADS)
    assert len(set(map(str, answers))) == 1
    assert PaymentLink.objects.count() == 1


@pytest.mark.parametrize("repeat", range(6))
def test_cash_against_a_client_who_is_paying_never_loses_a_cent(open_house: Salon, repeat: int) -> None:
    salon = open_house
    visit = salon.visit()
    page = salon.open_page(visit)
    payment_id = salon.payment(visit).pk

    def pay() -> str:
        salon.bank.pay(page)
        settle_payment.settle(payment_id=payment_id, now=salon.now)
        return "paid"

    answers = at_once([pay, lambda: str(salon.cash(visit, 10_000, decision=Decision(stop_payment=True)))])
    settle_payment.settle(payment_id=payment_id, now=salon.now)
    assert all(isinstance(answer, str | FlowError | PageClosedError) for answer in answers), answers
    captured = salon.bank.captured_total("EUR") * 100
    online = sum(row.amount_minor for row in Tender.objects.filter(kind="online"))
    assert captured == online
    assert salon.settled(visit) >= 10_000 or captured == 0, repeat


def test_receipt_numbers_have_no_gaps_when_drawn_at_once(open_house: Salon) -> None:
    salon = open_house
    visits = [salon.visit(minor=1_000) for _ in range(THREADS)]
    answers = at_once([partial(salon.cash, visit, 1_000) for visit in visits])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_page_that_was_closed_takes_no_money(open_house: Salon) -> None:
    salon = open_house
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.cash(visit, 10_000, decision=Decision(stop_payment=True))
    with pytest.raises(PageClosedError):
        salon.bank.pay(page)
