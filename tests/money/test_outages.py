"""T63: the payment system is down for hours, or says that it is asked too often. Afterwards nothing is stuck or doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from quittance.bills.models import MoneyCase, Receipt, Tender
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.flows import refund
from quittance.inbox.models import InboundWebhook
from quittance.payment_systems.port import RateLimitedError
from quittance.payments.models import EventSweep, Payment, PaymentAccount, Refund
from quittance.payments.status import VisitStatus
from quittance.worker.rounds import run_once
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db

UNDER_WAY = ("creating", "open", "processing")


def live_through(salon: Salon, *, step: timedelta, each: Callable[[], None] = lambda: None, **amount: int) -> None:
    end = salon.now + timedelta(**amount)
    while salon.now < end:
        salon.now += step
        each()
        run_once(salon.now)


def paid_visit(salon: Salon, minor: int = 10_000) -> Visit:
    visit = salon.visit(minor=minor)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit


def give_back(salon: Salon, visit: Visit, minor: int) -> str:
    return refund.refund(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=Tender.objects.filter(bill_id=visit.bill_id).latest("pk").pk,
        amount=salon.eur(minor),
        reason="",
        expected_version=salon.bill(visit).version,
        now=salon.now,
    ).state


def nothing_is_stuck(salon: Salon) -> None:
    assert PaymentAccount.objects.get().not_before is None
    for payment in Payment.objects.filter(state__in=UNDER_WAY):
        assert payment.expires_at > salon.now, f"payment {payment.pk} is stuck in {payment.state}"
    assert not Payment.objects.filter(unknown_since__isnull=False).exists()
    assert not Refund.objects.filter(state__in=("requested", "pending")).exists()
    assert not InboundWebhook.objects.filter(next_attempt_at__isnull=False).exists()
    sweep = EventSweep.objects.get()
    assert sweep.next_attempt_at is not None
    assert sweep.next_attempt_at - salon.now <= timedelta(minutes=5)
    assert not MoneyCase.objects.exists()


def test_t63a_after_two_hours_of_silence_nothing_is_stuck_and_nothing_is_doubled(salon: Salon) -> None:
    before = paid_visit(salon)
    returning = paid_visit(salon)
    elsewhere = paid_visit(salon)
    elsewhere_page = salon.payment(elsewhere).references.get(kind="checkout").value
    paid_meanwhile = [salon.visit(minor=1_000 * number) for number in (1, 2, 3)]
    pages = [salon.open_page(visit) for visit in paid_meanwhile]
    never_paid = salon.visit()
    salon.open_page(never_paid)
    lost = salon.visit()
    token = salon.link(lost)
    salon.bank.lose_next_answer("start_checkout")
    salon.press_pay(token)

    salon.bank.down = True
    for page in pages:
        salon.bank.pay(page)
    salon.bank.dashboard_refund(elsewhere_page, salon.eur(3_000))
    assert give_back(salon, returning, 2_500) == "requested"
    waiting = salon.visit(minor=4_000)
    assert salon.press_pay(salon.link(waiting)).outcome == "unavailable"
    # The desk works on.
    salon.cash(salon.visit(minor=500), 500)
    live_through(salon, hours=2, step=timedelta(minutes=1))
    assert salon.bank.count("events_since") <= 30, "an outage is not hammered"

    salon.bank.down = False
    live_through(salon, minutes=20, step=timedelta(seconds=30))
    nothing_is_stuck(salon)
    assert [salon.status(visit) for visit in paid_meanwhile] == [VisitStatus.PAID] * 3
    assert (salon.status(before), salon.payment(never_paid).state) == (VisitStatus.PAID, "expired")
    assert sorted(Refund.objects.values_list("amount_minor", "state", "origin")) == [
        (2_500, "succeeded", "desk"),
        (3_000, "succeeded", "outside"),
    ]
    assert str(salon.bank.refunded_total("EUR")) == "55.00"
    assert str(salon.bank.captured_total("EUR")) == "360.00"
    assert Tender.objects.filter(kind="online").count() == 6
    assert Receipt.objects.filter(refund_id__isnull=False).count() == 2
    # The link that could not be opened works now.
    assert salon.press_pay(salon.link(waiting)).outcome == "redirect"
    assert facts(salon.bill(waiting)).due.minor == 4_000
    assert len([page for page in salon.bank.books.values() if page.new.key == salon.payment(lost).key]) <= 1


def test_t63d_asked_too_often_it_waits_as_long_as_it_is_told_and_doubles_nothing(salon: Salon) -> None:
    visits = [salon.visit(minor=1_000 * number) for number in (1, 2, 3, 4)]
    pages = [salon.open_page(visit) for visit in visits]
    returning = paid_visit(salon)
    for page in pages:
        salon.bank.pay(page)
    calls: list[datetime] = []

    def count(_operation: str) -> None:
        calls.append(salon.now)

    before = salon.bank.on_call
    salon.bank.on_call = count
    for _ in range(30):
        salon.bank.refuse_next(RateLimitedError(20))
    assert give_back(salon, returning, 2_500) == "requested"
    live_through(salon, minutes=30, step=timedelta(seconds=5))
    salon.bank.on_call = before
    # One question goes ahead after each pause, the others wait for it.
    refused = calls[1:30]
    assert all(later - earlier >= timedelta(seconds=20) for earlier, later in pairwise(refused))
    nothing_is_stuck(salon)
    assert [salon.status(visit) for visit in visits] == [VisitStatus.PAID] * 4
    assert str(salon.bank.refunded_total("EUR")) == "25.00"
    assert str(salon.bank.captured_total("EUR")) == "200.00"
    assert (Tender.objects.count(), Refund.objects.get().state) == (5, "succeeded")


@pytest.mark.parametrize("operation", ["start_checkout", "fetch_payment", "refund", "events_since"])
def test_t63_an_answer_that_is_lost_after_its_effect_doubles_nothing(salon: Salon, operation: str) -> None:
    visit = salon.visit()
    salon.bank.lose_next_answer(operation)
    token = salon.link(visit)
    result = salon.press_pay(token)
    if result.outcome != "redirect":
        salon.wait(seconds=5)
        result = salon.press_pay(token)
    salon.bank.pay(result.address)
    live_through(salon, minutes=10, step=timedelta(seconds=15))
    give_back(salon, visit, 1_000)
    live_through(salon, minutes=30, step=timedelta(seconds=15))
    nothing_is_stuck(salon)
    assert str(salon.bank.captured_total("EUR")) == "100.00"
    assert str(salon.bank.refunded_total("EUR")) == "10.00"
    assert (Tender.objects.count(), Refund.objects.get().state, len(salon.bank.books)) == (1, "succeeded", 1)
