"""What the sandbox's own tests share: a shop that asks, and a browser without scripts."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import stripe

from quittance.sandbox import MovableClock, Sandbox
from quittance.sandbox.tests.contract import CheckedClient, Contract, spec_path

START = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


@dataclass
class Postbox:
    """Takes the sandbox's webhooks and answers with the status it is told."""

    status: int = 200
    got: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.got.append((url, headers, body))
        return self.status


class Shop:
    """Ana's salon: a sandbox, a clock, and the official SDK with every call checked where the description is
    present."""

    def __init__(self) -> None:
        self.clock = MovableClock(START)
        self.postbox = Postbox()
        self.sandbox = Sandbox(clock=self.clock, deliver=self.postbox, seed=7)

    def client(self, key: str = "sk_test_salon") -> Any:  # the SDK types parameters as literal dicts
        inner = stripe.RequestsClient()
        checked = (
            CheckedClient(Contract.load_or_skip(), inner) if spec_path("stripe-subset-sdk16.oas31.json") else inner
        )
        return stripe.StripeClient(
            key, base_addresses={"api": self.sandbox.stripe_url}, http_client=checked, max_network_retries=0
        )

    def asked(self, **changes: Any) -> Any:
        """The parameters of a usual session: 60.00 EUR for a cut, one hour."""
        amount, currency = changes.pop("amount", 6000), changes.pop("currency", "eur")
        product = {"name": "Cut", "description": "Thu 26 Nov, 14:00, with Ben"}
        price = {"currency": currency, "unit_amount": amount, "product_data": product}
        usual = {
            "mode": "payment",
            "success_url": "https://salon.example/back?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://salon.example/p/abc",
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": {"payment": "k1"},
            "payment_intent_data": {"metadata": {"payment": "k1"}},
            "expires_at": int(self.clock.now().timestamp()) + 3600,
            "customer_email": "chloe@example.com",
            "locale": "de",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def open(self, *, key: str | None = None, **changes: Any) -> Any:
        options: Any = {"idempotency_key": key} if key else {}
        return self.client().v1.checkout.sessions.create(self.asked(**changes), options)


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    headers: Mapping[str, str]


def browse(url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Page:
    """One request, no redirects followed."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = dict(headers or {})
        if form is None:
            line.request("GET", target, headers=sent)
        else:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            line.request("POST", target, body=urlencode(form), headers=sent)
        answer = line.getresponse()
        return Page(answer.status, answer.read().decode(), dict(answer.getheaders()))
    finally:
        line.close()
