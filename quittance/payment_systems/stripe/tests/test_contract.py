"""The Stripe adapter keeps the contract against the sandbox: real SDK, real HTTP, somebody else's books."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import stripe

from quittance.core import http
from quittance.core.http import OutsideClient
from quittance.core.money import Money
from quittance.payment_systems.contract import PaymentSystemContract
from quittance.payment_systems.port import Checkout, InboundRequest, PaymentSystem
from quittance.payment_systems.stripe.adapter import StripeAccount
from quittance.payment_systems.stripe.credentials import read_credentials
from quittance.payment_systems.stripe.currencies import to_stripe
from quittance.payment_systems.stripe.tests.spec_check import NAME, Checked, spec_path
from quittance.sandbox import MovableClock, Sandbox

KEYS = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": "whsec_salon"}


class StripeBench:
    def __init__(self, sandbox: Sandbox, clock: MovableClock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.wire = Checked(http._network)
        self.system: PaymentSystem = self.opened_with(["whsec_salon"])

    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, step: timedelta) -> None:
        self.clock.advance(step)

    def pay(self, page: Checkout, *, amount: Money | None = None) -> bool:
        changes = {} if amount is None else {"amount": to_stripe(amount), "currency": amount.currency.lower()}
        return self.sandbox.stripe.pay(_id(page), **changes).charged  # type: ignore[arg-type]

    def decline(self, page: Checkout) -> None:
        self.sandbox.stripe.decline(_id(page))

    def delay(self, page: Checkout) -> bool:
        return self.sandbox.stripe.start_delayed(_id(page)).outcome == "processing"

    def finish_delayed(self, page: Checkout, *, succeeded: bool) -> None:
        assert self.sandbox.stripe.finish_delayed(_id(page), ok=succeeded)

    def dashboard_refund(self, page: Checkout, amount: Money) -> None:
        intent = self.sandbox.stripe.session(_id(page))["payment_intent"]
        self.sandbox.stripe.refund_in_dashboard(intent, amount=to_stripe(amount))

    def keep_refunds_pending(self) -> None:
        self.sandbox.stripe.refunds_behave("pending", account="salon")

    def finish_refund(self, reference: str, *, succeeded: bool) -> None:
        self.sandbox.stripe.finish_refund(reference, ok=succeeded)

    def open_dispute(self, page: Checkout) -> str:
        intent = self.sandbox.stripe.session(_id(page))["payment_intent"]
        return str(self.sandbox.stripe.open_dispute(intent)["id"])

    def close_dispute(self, reference: str, *, won: bool) -> None:
        self.sandbox.stripe.close_dispute(reference, won=won)

    def pages(self) -> int:
        return len(self.sandbox.stripe.sessions("salon"))

    def captured(self, page: Checkout) -> Decimal:
        return sum((one.major for one in self._charges(page)), Decimal(0))

    def refunded(self, page: Checkout) -> Decimal:
        return sum((one.major * one.refunded / one.amount for one in self._charges(page)), Decimal(0))

    def lose_next_answer(self) -> None:
        self.sandbox.stripe.trouble.add("drop_after")

    def go_down(self) -> None:
        self.sandbox.stripe.trouble.add("down", times=None)

    def come_back(self) -> None:
        self.sandbox.stripe.trouble.clear()

    def signed(self, *, secret: str, signed_at: datetime) -> InboundRequest:
        last = self.sandbox.stripe.events("salon", "checkout.session.completed")[-1]
        return self._sign(json.dumps(last).encode(), secret, signed_at)

    def signed_rubbish(self, body: bytes, *, secret: str) -> InboundRequest:
        return self._sign(body, secret, self.now())

    def opened_with(self, secrets: Sequence[str]) -> PaymentSystem:
        credentials = read_credentials(KEYS | {"signing_secrets": list(secrets)})
        outside = OutsideClient(wire=self.wire)
        return StripeAccount(credentials, base_url=self.sandbox.stripe_url, outside=outside)

    def _sign(self, body: bytes, secret: str, signed_at: datetime) -> InboundRequest:
        """With the SDK's own generator, which refuses what it cannot sign; then with its algorithm."""
        stamp = int(signed_at.timestamp())
        try:
            value = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=stamp)
        except ValueError:
            import hashlib
            import hmac

            digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            value = f"t={stamp},v1={digest}"
        return InboundRequest({"stripe-signature": value}, body, self.now())

    def _charges(self, page: Checkout):
        return [one for one in self.sandbox.stripe.charges("salon") if one.session_id == _id(page)]


def _id(page: Checkout) -> str:
    return page.references[0].value


@pytest.fixture
def bench() -> Iterator[StripeBench]:
    clock = MovableClock(datetime(2026, 11, 26, 14, 0, tzinfo=UTC))
    with Sandbox(clock=clock, seed=1) as sandbox:
        yield StripeBench(sandbox, clock)
    http._network.close()


class TestStripeKeepsTheContract(PaymentSystemContract):
    pass


def test_requests_and_answers_are_checked_against_the_description_of_stripe():
    if spec_path() is None:
        pytest.skip(f"{NAME} is not here: set QUITTANCE_SPECS to its folder")
