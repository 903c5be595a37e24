"""The fake bank keeps the contract, so that tests of flows on it mean something."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from quittance.core import http
from quittance.core.money import Money
from quittance.payment_systems import registry
from quittance.payment_systems.contract import PaymentSystemContract, refs, wish
from quittance.payment_systems.fake import FAKE_LISTING, FakeBank, PageClosedError
from quittance.payment_systems.port import (
    BadSignatureError,
    Checkout,
    EndState,
    InboundRequest,
    MisconfiguredError,
    PaymentState,
    PaymentSystem,
    RateLimitedError,
    UnavailableError,
)


class FakeBench:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
        self.system: FakeBank = FakeBank(now=self.now)
        self.bank = self.system

    def now(self) -> datetime:
        return self.moment

    def advance(self, step: timedelta) -> None:
        self.moment += step

    def pay(self, page: Checkout, *, amount: Money | None = None) -> bool:
        try:
            self.bank.pay(page, amount=amount)
        except PageClosedError:
            return False
        return True

    def decline(self, page: Checkout) -> None:
        self.bank.decline(page)

    def delay(self, page: Checkout) -> bool:
        try:
            self.bank.delay(page)
        except PageClosedError:
            return False
        return True

    def finish_delayed(self, page: Checkout, *, succeeded: bool) -> None:
        self.bank.finish_delayed(page, succeeded=succeeded)

    def dashboard_refund(self, page: Checkout, amount: Money) -> None:
        self.bank.dashboard_refund(page, amount)

    def keep_refunds_pending(self) -> None:
        self.bank.refunds_stay_pending = True

    def finish_refund(self, reference: str, *, succeeded: bool) -> None:
        self.bank.finish_refund(reference, succeeded=succeeded)

    def open_dispute(self, page: Checkout) -> str:
        return self.bank.open_dispute(page)

    def close_dispute(self, reference: str, *, won: bool) -> None:
        self.bank.close_dispute(reference, won=won)

    def pages(self) -> int:
        return len(self.bank.books)

    def captured(self, page: Checkout) -> Decimal:
        return self.bank.book(page).captured

    def refunded(self, page: Checkout) -> Decimal:
        return self.bank.refunded_total("EUR")

    def lose_next_answer(self) -> None:
        self.bank.lose_next_answer()

    def go_down(self) -> None:
        self.bank.down = True

    def come_back(self) -> None:
        self.bank.down = False

    def signed(self, *, secret: str, signed_at: datetime) -> InboundRequest:
        return self.bank.webhook(list(self.bank.books)[-1], secret=secret, signed_at=signed_at)

    def signed_rubbish(self, body: bytes, *, secret: str) -> InboundRequest:
        return self.bank.sign(body, secret=secret)

    def opened_with(self, secrets: Sequence[str]) -> PaymentSystem:
        return FakeBank(secrets=secrets, now=self.now)


@pytest.fixture
def bench() -> FakeBench:
    return FakeBench()


class TestFakeBankKeepsTheContract(PaymentSystemContract):
    pass


def test_it_is_reached_by_the_registry_only_where_a_test_put_it():
    bank = FakeBank()
    registry.register(FAKE_LISTING, bank.open)
    try:
        assert registry.open_account("fake", {}) is bank
    finally:
        registry.unregister("fake")
    with pytest.raises(MisconfiguredError, match="not known"):
        registry.open_account("fake", {})


def test_a_test_can_break_into_every_call_before_and_after_its_effect(bench):
    seen = []
    bench.bank.on_call = lambda operation: seen.append(("before", operation, bench.pages()))
    bench.bank.on_answer = lambda operation: seen.append(("after", operation, bench.pages()))
    bench.bank.start_checkout(wish(bench, Money(100, "EUR")))
    assert seen == [("before", "start_checkout", 0), ("after", "start_checkout", 1)]
    assert bench.bank.count("start_checkout") == 1


def test_what_forbids_real_calls_forbids_calls_to_the_fake_bank(bench):
    def object_() -> None:
        raise RuntimeError("a transaction is open")

    unregister = http.register_guard(object_)
    try:
        with pytest.raises(RuntimeError):
            bench.bank.start_checkout(wish(bench, Money(100, "EUR")))
    finally:
        unregister()
    assert bench.pages() == 0


def test_trouble_waits_for_the_call_that_it_was_ordered_for(bench):
    bench.bank.lose_next_answer("end_checkout")
    bench.bank.refuse_next(RateLimitedError(7), "fetch_payment")
    page = bench.bank.start_checkout(wish(bench, Money(100, "EUR")))
    with pytest.raises(RateLimitedError):
        bench.bank.fetch_payment(refs(page))
    assert bench.bank.fetch_payment(refs(page)).state is PaymentState.OPEN
    with pytest.raises(UnavailableError):
        bench.bank.end_checkout(refs(page))
    assert bench.bank.end_checkout(refs(page)).state is EndState.ENDED


def test_approved_money_that_was_not_captured_is_not_paid(bench):
    page = bench.bank.start_checkout(wish(bench, Money(100, "EUR")))
    bench.bank.authorise(page)
    report = bench.bank.fetch_payment(refs(page))
    assert (report.state, report.captured) == (PaymentState.PROCESSING, None)
    bench.bank.finish_delayed(page, amount=Money(70, "EUR"))
    assert bench.bank.fetch_payment(refs(page)).captured == Money(70, "EUR")
    with pytest.raises(PageClosedError):
        bench.bank.finish_delayed(page)


def test_the_books_can_be_asked_by_id_address_or_checkout_and_summed(bench):
    page = bench.bank.start_checkout(wish(bench, Money(1234, "EUR")))
    bench.bank.pay(page.references[0].value, currency="CHF")
    assert bench.bank.book(page.address) is bench.bank.book(page)
    assert bench.bank.captured_total("CHF") == Decimal("12.34")
    assert bench.bank.captured_total("EUR") == 0


def test_a_webhook_can_be_asked_for_by_its_kind(bench):
    page = bench.bank.start_checkout(wish(bench, Money(1234, "EUR")))
    bench.bank.decline(page)
    bench.bank.pay(page)
    assert json.loads(bench.bank.webhook(page, "payment.failed").body)["kind"] == "payment.failed"


def test_a_signed_event_of_another_shape_is_refused(bench):
    body = json.dumps({"references": {}, "metadata": []}).encode()
    with pytest.raises(BadSignatureError):
        bench.bank.read_webhook(bench.bank.sign(body))
