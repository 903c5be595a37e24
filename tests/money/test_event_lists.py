"""Refunds and disputes made at the payment system come back by themselves: by webhook, and without any."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from quittance.bills.models import MoneyCase, Receipt
from quittance.bills.queries import facts
from quittance.calendar.models import Visit
from quittance.core import http
from quittance.flows import accept_webhook
from quittance.flows.accept_webhook import Answer
from quittance.inbox.models import InboundWebhook
from quittance.payments.models import Dispute, EventSweep, Payment, PaymentAccount, Refund
from quittance.payments.status import VisitStatus
from quittance.sandbox import MovableClock, Sandbox
from quittance.worker.rounds import run_once
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def work(salon: Salon) -> None:
    run_once(salon.now)


def paid_visit(salon: Salon) -> tuple[Visit, str]:
    """Paid and settled at once, as the return page does it; with the page's address."""
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.settle(visit)
    return visit, page


def deliver(salon: Salon, body: bytes, headers: Mapping[str, str]) -> int:
    token = salon.account.address_token
    system = PaymentAccount.objects.get(pk=salon.account.pk).system
    answer = accept_webhook.accept(
        system=system, address_token=token, headers=headers, body=body, path=f"/inbound/{system}/{token}", now=salon.now
    )
    return 200 if answer is Answer.ACCEPTED else 400


def switch_lists_off() -> None:
    """Only webhooks bring anything then."""
    EventSweep.objects.update(next_attempt_at=None)


def refunded_twice(salon: Salon, visit: Visit) -> None:
    """T35: 30.00 and 20.00 of 100.00 went back."""
    assert sorted(Refund.objects.values_list("amount_minor", "state", "origin")) == [
        (2_000, "succeeded", "outside"),
        (3_000, "succeeded", "outside"),
    ]
    bill = salon.bill(visit)
    assert bill.refunded_minor == 5_000
    assert (bill.settled_minor, facts(bill).due.minor) == (5_000, 0)
    assert salon.status(visit) is VisitStatus.PAID
    assert Receipt.objects.filter(refund_id__isnull=False).count() == 2
    assert not MoneyCase.objects.exists()


ORDERS = list(itertools.permutations(["checkout.completed", "first", "second"]))


@pytest.mark.row("H3")
@pytest.mark.parametrize("at_once", [True, False], ids=["looked at together", "one by one"])
@pytest.mark.parametrize("order", ORDERS, ids=["-".join(order) for order in ORDERS])
def test_t35_two_refunds_whose_events_come_three_times_in_any_sequence(
    salon: Salon, order: tuple[str, ...], at_once: bool
) -> None:
    switch_lists_off()
    visit, page = paid_visit(salon)
    requests = {"checkout.completed": salon.bank.webhook(page)}
    for name, minor in (("first", 3_000), ("second", 2_000)):
        salon.bank.dashboard_refund(page, salon.eur(minor))
        requests[name] = salon.bank.webhook(page, "refund.created")
        assert b"fake_checkout" not in requests[name].body, "it shall name the intent and the charge only"
    for name in [*order, *reversed(order), *order]:
        assert deliver(salon, requests[name].body, requests[name].headers) == 200
        if not at_once:
            work(salon)
    work(salon)
    refunded_twice(salon, visit)
    assert InboundWebhook.objects.count() == 3
    assert set(InboundWebhook.objects.values_list("state", flat=True)) == {"matched"}


@pytest.mark.row("H3")
def test_t35_each_refund_is_followed_while_the_next_has_not_been_made(salon: Salon) -> None:
    switch_lists_off()
    visit, page = paid_visit(salon)
    for minor in (3_000, 2_000):
        salon.bank.dashboard_refund(page, salon.eur(minor))
        for _ in range(3):
            request = salon.bank.webhook(page, "refund.created")
            deliver(salon, request.body, request.headers)
            work(salon)
    refunded_twice(salon, visit)


def until(salon: Salon, condition: Callable[[], bool], *, within: timedelta) -> timedelta:
    """Time passes, the worker works; how long it took."""
    begun_at = salon.now
    while not condition():
        salon.wait(seconds=30)
        work(salon)
        assert salon.now - begun_at <= within, "it takes too long"
    return salon.now - begun_at


@pytest.mark.row("H3", "A7")
def test_t35_without_any_webhook_refunds_are_found_within_ten_minutes(salon: Salon) -> None:
    visit, page = paid_visit(salon)
    work(salon)
    salon.wait(hours=1)
    work(salon)
    for number, minor in enumerate((3_000, 2_000), start=1):
        salon.bank.dashboard_refund(page, salon.eur(minor))
        found = lambda number=number: Refund.objects.filter(state="succeeded").count() == number  # noqa: E731
        until(salon, found, within=timedelta(minutes=10))
    refunded_twice(salon, visit)


@pytest.mark.row("H3")
def test_t35_a_refund_of_a_payment_that_nobody_knows_as_paid_yet(salon: Salon) -> None:
    """The list is out of step: the refund's notice comes first, and names ids that are not stored yet."""
    switch_lists_off()
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.bank.dashboard_refund(page, salon.eur(3_000))
    request = salon.bank.webhook(page, "refund.created")
    deliver(salon, request.body, request.headers)
    until(salon, Refund.objects.exists, within=timedelta(minutes=10))
    until(salon, lambda: InboundWebhook.objects.get().state == "matched", within=timedelta(minutes=30))
    assert (salon.bill(visit).settled_minor, salon.bill(visit).refunded_minor) == (7_000, 3_000)


@pytest.mark.row("H4")
def test_t37_a_dispute_and_its_end_are_found_without_any_webhook(salon: Salon) -> None:
    visit, page = paid_visit(salon)
    work(salon)
    reference = salon.bank.open_dispute(page)
    until(salon, lambda: Dispute.objects.filter(state="open").exists(), within=timedelta(minutes=10))
    assert salon.status(visit) is VisitStatus.DISPUTED
    salon.wait(days=60)
    work(salon)
    salon.bank.close_dispute(reference, won=True)
    until(salon, lambda: Dispute.objects.filter(state="won").exists(), within=timedelta(minutes=10))
    assert salon.status(visit) is VisitStatus.PAID
    assert salon.settled(visit) == 10_000


@pytest.mark.row("H3")
def test_a_refund_at_a_retired_account_is_found_for_180_days(salon: Salon) -> None:
    visit, page = paid_visit(salon)
    PaymentAccount.objects.update(retired_at=salon.now)
    salon.wait(days=170)
    work(salon)
    salon.bank.dashboard_refund(page, salon.eur(3_000))
    until(salon, Refund.objects.exists, within=timedelta(minutes=10))
    assert salon.bill(visit).refunded_minor == 3_000


def test_t11_after_29_days_without_a_worker_payments_refunds_and_disputes_are_all_found(salon: Salon) -> None:
    work(salon)
    refunded, refunded_page = paid_visit(salon)
    disputed, disputed_page = paid_visit(salon)
    late = salon.visit(minor=5_000)
    late_page = salon.open_page(late)
    salon.wait(minutes=30)
    salon.bank.pay(late_page)
    salon.wait(days=1)
    salon.bank.dashboard_refund(refunded_page, salon.eur(3_000))
    salon.bank.open_dispute(disputed_page)
    salon.wait(days=28)
    work(salon)
    until(salon, lambda: salon.status(late) is VisitStatus.PAID, within=timedelta(minutes=10))
    assert salon.bill(refunded).refunded_minor == 3_000
    assert salon.status(disputed) is VisitStatus.DISPUTED
    assert not EventSweep.objects.filter(next_attempt_at__gt=salon.now + timedelta(minutes=5)).exists()


# ---- the same against somebody else's books, by real HTTP


class Town:
    """The salon's account at the sandbox's Stripe; both on one clock."""

    def __init__(self, salon: Salon, sandbox: Sandbox, clock: MovableClock) -> None:
        self.salon, self.sandbox, self.clock = salon, sandbox, clock

    def wait(self, **amount: int) -> None:
        self.clock.move_to(self.salon.wait(**amount))

    def work(self) -> None:
        work(self.salon)

    def paid_visit(self) -> tuple[Visit, str]:
        """With the id of the intent."""
        visit = self.salon.visit()
        self.salon.open_page(visit)
        page = self.sandbox.stripe.sessions()[-1]["id"]
        self.sandbox.stripe.pay(page)
        self.salon.settle(visit)
        return visit, self.sandbox.stripe.session(page)["payment_intent"]


@pytest.fixture
def town(salon: Salon, settings: Any) -> Iterator[Town]:
    clock = MovableClock(salon.now)

    def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        lower = {name.lower(): value for name, value in headers.items()}
        return deliver(salon, body, lower)

    with Sandbox(clock=clock, deliver=post, seed=3) as sandbox:
        settings.QUITTANCE_STRIPE_API_URL = sandbox.stripe_url
        secret = sandbox.stripe.add_endpoint("https://salon.example/inbound", account="salon")
        keys = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": [secret]}
        PaymentAccount.objects.update(system="stripe", credentials=json.dumps(keys))
        yield Town(salon, sandbox, clock)
    http._network.close()


@pytest.mark.row("H3")
def test_t35_in_the_dashboard_of_the_sandbox_every_event_three_times(town: Town) -> None:
    switch_lists_off()
    visit, intent = town.paid_visit()
    for minor in (3_000, 2_000):
        town.sandbox.stripe.refund_in_dashboard(intent, amount=minor)
    for event in reversed(town.sandbox.stripe.events()):
        for _ in range(2):
            town.sandbox.stripe.webhooks.resend(event["id"])
    delivered = town.sandbox.stripe.webhooks.deliver_all()
    assert {one.status for one in delivered} == {200}
    town.work()
    refunded_twice(town.salon, visit)
    kinds = set(InboundWebhook.objects.exclude(state="unmatched").values_list("kind", flat=True))
    assert {"refund.created", "charge.refunded", "checkout.session.completed"} <= kinds
    assert not InboundWebhook.objects.filter(kind__contains="refund").exclude(state="matched").exists()


@pytest.mark.row("H3", "A7")
def test_t35_in_the_dashboard_of_the_sandbox_without_webhooks(town: Town) -> None:
    town.sandbox.stripe.webhooks.set_on(on=False)
    visit, intent = town.paid_visit()
    town.work()
    for minor in (3_000, 2_000):
        town.sandbox.stripe.refund_in_dashboard(intent, amount=minor)
        town.wait(minutes=5)
        town.work()
    refunded_twice(town.salon, visit)
    assert PaymentAccount.objects.get().last_webhook_at is None


@pytest.mark.row("H4")
def test_t37_a_dispute_at_the_sandbox_without_webhooks(town: Town) -> None:
    town.sandbox.stripe.webhooks.set_on(on=False)
    visit, intent = town.paid_visit()
    dispute = town.sandbox.stripe.open_dispute(intent)["id"]
    town.wait(minutes=5)
    town.work()
    assert town.salon.status(visit) is VisitStatus.DISPUTED
    town.sandbox.stripe.close_dispute(dispute, won=False)
    town.wait(minutes=5)
    town.work()
    assert Dispute.objects.get().state == "lost"
    assert MoneyCase.objects.get(resolved_at__isnull=True).kind == "dispute_lost"


def test_t11_an_outage_of_29_days_at_the_sandbox_loses_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """More events than one run reads; the sandbox, like Stripe, lists 30 days."""
    monkeypatch.setattr("quittance.payment_systems.stripe.lists.PAGE_SIZE", 3)
    monkeypatch.setattr("quittance.payment_systems.stripe.adapter.MAX_EVENT_PAGES", 2)
    town.sandbox.stripe.webhooks.set_on(on=False)
    town.work()
    paid = [town.paid_visit() for _ in range(4)]
    for visit, intent in paid:
        town.wait(hours=1)
        town.sandbox.stripe.refund_in_dashboard(intent, amount=1_000 + visit.pk)
    town.wait(days=28, hours=20)
    town.work()
    assert {salon_bill.refunded_minor for salon_bill in map(town.salon.bill, [visit for visit, _ in paid])} == {
        1_000 + visit.pk for visit, _ in paid
    }
    named = {event["id"] for event in town.sandbox.stripe.events() if event["type"] == "refund.created"}
    assert named <= set(InboundWebhook.objects.values_list("event_id", flat=True))
    assert ":" not in EventSweep.objects.get().cursor


@pytest.mark.parametrize("minutes", [-10, 10])
def test_t52_with_a_clock_ten_minutes_off_webhooks_are_refused_and_payments_still_recorded(
    town: Town, minutes: int
) -> None:
    visit = town.salon.visit()
    town.salon.open_page(visit)
    town.clock.move_to(town.salon.now - timedelta(minutes=minutes))
    page = town.sandbox.stripe.sessions()[-1]["id"]
    town.sandbox.stripe.pay(page)
    delivered = town.sandbox.stripe.webhooks.deliver_all()
    assert {one.status for one in delivered} == {400}
    EventSweep.objects.update(next_attempt_at=None)
    paid_at = town.salon.now
    while town.salon.status(visit) is not VisitStatus.PAID:
        town.salon.wait(seconds=30)
        town.work()
        assert town.salon.now - paid_at <= timedelta(minutes=10)
    assert Payment.objects.get().state == "paid"


@pytest.mark.parametrize("minutes", [-10, 10])
def test_t52_with_a_clock_ten_minutes_off_the_event_list_is_read_all_the_same(town: Town, minutes: int) -> None:
    town.sandbox.stripe.webhooks.set_on(on=False)
    town.clock.move_to(town.salon.now - timedelta(minutes=minutes))
    visit, intent = town.paid_visit()
    town.work()
    town.sandbox.stripe.refund_in_dashboard(intent, amount=3_000)
    town.salon.wait(minutes=5)
    town.work()
    assert town.salon.bill(visit).refunded_minor == 3_000
