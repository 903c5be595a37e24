"""Every call that the sandbox imitates, checked against Stripe's description: requests, answers, events."""

import json
from typing import Any

import pytest

from quittance.sandbox.stripe import params
from quittance.sandbox.stripe.api import ROUTES
from quittance.sandbox.stripe.shapes import Either, Fields, Many, Metadata, OneOf, Shape
from quittance.sandbox.tests.contract import Contract
from quittance.sandbox.tests.support import Shop

DEEP = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.refunds",
    "payment_intent.payment_method",
    "line_items",
]


def test_a_whole_life_of_payments_fits_the_description(shop: Shop) -> None:
    Contract.load_or_skip()
    client, judge = shop.client(), shop.sandbox.stripe
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]})
    assert client.v1.accounts.retrieve_current().id.startswith("acct_1")

    paid = shop.open(key="k1")
    judge.decline(paid.id)
    assert judge.pay(paid.id, card="4000002500003155").outcome == "challenge"
    client.v1.payment_intents.retrieve(judge.session(paid.id)["payment_intent"])
    judge.pass_challenge(paid.id, passed=False)
    judge.pay(paid.id, card="4000002500003155")
    judge.pass_challenge(paid.id)
    seen = client.v1.checkout.sessions.retrieve(paid.id, {"expand": DEEP})
    intent = seen.payment_intent
    assert intent.latest_charge.balance_transaction.net == 6000 - 115

    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1000, "metadata": {"refund": "r1"}})
    judge.refunds_behave("pending", account="salon")
    pending = client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    judge.finish_refund(pending.id, ok=False)
    client.v1.refunds.retrieve(pending.id, {"expand": ["charge.balance_transaction", "failure_balance_transaction"]})
    dispute = judge.open_dispute(intent.id)
    client.v1.disputes.retrieve(dispute["id"], {"expand": ["charge", "payment_intent"]})
    judge.close_dispute(dispute["id"], won=True)

    delayed = shop.open(key="k2")
    judge.start_delayed(delayed.id)
    client.v1.checkout.sessions.retrieve(delayed.id, {"expand": DEEP})
    judge.finish_delayed(delayed.id, ok=False)
    wallet = shop.open(key="k3")
    judge.pay(wallet.id, wallet="apple_pay")
    ended = shop.open(key="k4")
    client.v1.checkout.sessions.expire(ended.id)
    client.v1.checkout.sessions.line_items.list(ended.id)
    client.v1.checkout.sessions.update(wallet.id, {"metadata": {"more": "yes"}})

    for listing in (
        client.v1.checkout.sessions, client.v1.payment_intents, client.v1.charges, client.v1.refunds, client.v1.disputes,
        client.v1.events, client.v1.balance_transactions, client.v1.webhook_endpoints,
    ):  # fmt: skip
        assert listing.list({"limit": 100}).data


def test_every_event_fits_the_description(shop: Shop) -> None:
    contract = Contract.load_or_skip()
    judge = shop.sandbox.stripe
    judge.add_endpoint("http://127.0.0.1:9/hook", account="salon", secret="whsec_salon")
    for way in ("ok", "fail"):
        delayed = shop.open()
        judge.decline(delayed.id)
        judge.start_delayed(delayed.id)
        judge.finish_delayed(delayed.id, ok=way == "ok")
    paid = shop.open()
    judge.pay(paid.id, card="4000002500003155")
    judge.pass_challenge(paid.id)
    intent = judge.session(paid.id)["payment_intent"]
    refund = judge.refund_in_dashboard(intent, amount=100)
    judge.finish_refund(refund["id"], ok=False)
    judge.close_dispute(judge.open_dispute(intent)["id"], won=True)
    expiring = shop.open()
    judge.decline(expiring.id)
    judge.expire(expiring.id)
    assert judge.webhooks.deliver_due()

    names = {event["type"] for event in judge.events("salon")}
    for event in judge.events("salon"):
        contract.check_event(event)
    assert {json.loads(body)["id"] for _, _, body in shop.postbox.got} == {one["id"] for one in judge.events("salon")}
    assert names >= {
        "checkout.session.completed", "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired", "payment_intent.created", "payment_intent.requires_action",
        "payment_intent.processing",
        "payment_intent.payment_failed", "payment_intent.succeeded", "payment_intent.canceled", "charge.pending",
        "charge.failed",
        "charge.succeeded", "charge.refunded", "charge.refund.updated", "refund.created", "refund.updated",
        "refund.failed",
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    }  # fmt: skip


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row[0]} {row[1]}")
def test_what_the_sandbox_takes_stripe_knows(row: tuple[str, str, Fields, object]) -> None:
    """No parameter, and no word of an enumeration, that Stripe's description lacks."""
    contract = Contract.load_or_skip()
    operation = contract.find(row[0], row[1].replace("([^/]+)", "x_1"))
    if row[0] == "GET":
        known = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
        schema: dict[str, Any] = {"properties": known}
    else:
        schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert list(_strange(contract, row[2], schema, "")) == []


def _strange(contract: Contract, shape: Shape, schema: dict[str, Any], path: str) -> list[str]:
    out: list[str] = []
    choices = contract._choices(schema)
    if isinstance(shape, Either):
        return _strange(contract, shape.branch, schema, path)
    if isinstance(shape, Metadata):
        return []
    for name, inner in shape.allowed.items() if isinstance(shape, Fields) else ():
        homes = [one["properties"][name] for one in choices if name in one.get("properties", {})]
        out += [f"{path}.{name}"] if not homes else _strange(contract, inner, homes[0], f"{path}.{name}")
    if isinstance(shape, Many):
        items = [one["items"] for one in choices if "items" in one]
        out += [f"{path}[]"] if not items else _strange(contract, shape.of, items[0], f"{path}[]")
    if isinstance(shape, OneOf):
        words = {word for one in choices for word in (*one.get("x-known-values", ()), *one.get("enum", ()))}
        out += [f"{path}={word}" for word in shape.choices if words and word not in words]
    return out


def test_stripe_requires_nothing_that_the_sandbox_forgets() -> None:
    contract = Contract.load_or_skip()
    schema = contract.find("POST", "/v1/webhook_endpoints")["requestBody"]["content"][
        "application/x-www-form-urlencoded"
    ]["schema"]
    assert set(schema["required"]) <= params.ENDPOINT_CREATE.required
