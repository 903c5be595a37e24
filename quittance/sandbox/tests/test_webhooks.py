"""Webhooks: signed as Stripe signs, retried as Stripe retries, spoiled as told."""

import json
from datetime import timedelta
from typing import Any

import pytest
import stripe

from quittance.sandbox.stripe.signing import header, mac
from quittance.sandbox.stripe.webhooks import FORGERIES, RETRY_AFTER
from quittance.sandbox.tests.contract import load_spec
from quittance.sandbox.tests.support import START, Shop

SECRET = "whsec_salon"
URL = "http://salon.example/hooks/1"
COMPLETED = "checkout.session.completed"


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A shop with one webhook address that wants to hear of completed sessions."""
    shop.sandbox.stripe.add_endpoint(URL, account="salon", secret=SECRET, events=(COMPLETED,))
    return shop


def pay(shop: Shop) -> str:
    opened = shop.open()
    shop.sandbox.stripe.pay(opened.id)
    return str(opened.id)


def test_the_signature_is_the_one_of_the_published_vectors() -> None:
    vectors = load_spec("signature-vectors.json")["stripe"]
    [vector] = vectors["vectors"]
    mine = header(vector["secret"], vector["payload"].encode(), vector["timestamp"])
    assert vector["header_value"].startswith(mine + ",")
    for bare in vectors["bare_hmac_vectors"]:
        payload = bare["payload"].encode("utf-16", "surrogatepass").decode("utf-16")
        assert mac(bare["secret"], payload.encode()) == bare["hex"]


def test_the_official_library_verifies_what_the_sandbox_sends(told: Shop) -> None:
    session = pay(told)
    [sent] = told.sandbox.stripe.webhooks.deliver_due()
    assert (sent.status, sent.url, sent.event_type) == (200, URL, COMPLETED)
    header_sent = sent.headers["Stripe-Signature"]
    assert stripe.WebhookSignature.verify_header(sent.body.decode(), header_sent, SECRET, tolerance=None)
    event = json.loads(sent.body)
    assert (event["data"]["object"]["id"], event["created"]) == (session, int(START.timestamp()))


def test_nothing_leaves_until_the_test_says_so(told: Shop) -> None:
    pay(told)
    assert told.postbox.got == []
    assert len(told.sandbox.stripe.webhooks.pending()) == 1
    told.sandbox.tick()
    assert len(told.postbox.got) == 1
    assert told.sandbox.stripe.webhooks.pending() == []


def test_a_failed_delivery_is_tried_again_for_three_days_and_then_given_up(told: Shop) -> None:
    told.postbox.status = 500
    pay(told)
    hooks = told.sandbox.stripe.webhooks
    hooks.deliver_due()
    for wait in RETRY_AFTER:
        told.clock.advance(timedelta(seconds=wait - 1))
        assert hooks.deliver_due() == []
        told.clock.advance(timedelta(seconds=1))
        assert len(hooks.deliver_due()) == 1
    assert hooks.pending() == []
    assert len(told.postbox.got) == 1 + len(RETRY_AFTER)
    assert 2.5 * 86_400 < sum(RETRY_AFTER) < 3.5 * 86_400
    assert len({json.loads(body)["id"] for _, _, body in told.postbox.got}) == 1


def test_webhooks_can_be_switched_off_and_a_missed_event_sent_later(told: Shop) -> None:
    hooks = told.sandbox.stripe.webhooks
    hooks.set_on(on=False, account="salon")
    pay(told)
    assert hooks.deliver_all() == []
    hooks.set_on(on=True)
    assert hooks.deliver_all() == []
    [event] = told.sandbox.stripe.events(name=COMPLETED)
    assert hooks.resend(event["id"]) == 1
    assert [one.event_id for one in hooks.deliver_all()] == [event["id"]]


def test_lose_double_delay_and_reorder(told: Shop) -> None:
    hooks = told.sandbox.stripe.webhooks
    hooks.lose_next(1)
    pay(told)
    assert hooks.deliver_all() == []
    hooks.double_next(1)
    pay(told)
    first, second = hooks.deliver_all()
    assert first.event_id == second.event_id
    hooks.delay(60)
    pay(told)
    assert hooks.deliver_due() == []
    told.clock.advance(timedelta(seconds=60))
    assert len(hooks.deliver_due()) == 1
    hooks.delay(0)
    hooks.reorder()
    sessions = [pay(told), pay(told)]
    assert [json.loads(one.body)["data"]["object"]["id"] for one in hooks.deliver_due()] == sessions[::-1]


def verified(body: bytes, signature: Any) -> bool:
    """What a careful receiver with the right secret says (now = the sandbox's clock)."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, SECRET, tolerance=None)
    except stripe.SignatureVerificationError:
        return False
    return True


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forgery_is_what_its_name_says(told: Shop, how: str) -> None:
    session = pay(told)
    [event] = told.sandbox.stripe.events(name=COMPLETED)
    [sent] = told.sandbox.stripe.webhooks.forge(event["id"], how)
    signature = sent.headers.get("Stripe-Signature")
    genuine = how in {"old", "future", "foreign", "other_mode"}
    assert verified(sent.body, signature) is genuine
    thing = json.loads(sent.body)
    assert (thing["data"]["object"]["id"] == session) is (how != "foreign")
    if how in {"old", "future"}:
        signed_at = int(str(signature).split(",")[0][2:])
        assert signed_at - int(START.timestamp()) == {"old": -301, "future": 301}[how]
    if how == "other_mode":
        assert thing["livemode"] is True


def test_only_wanted_events_are_sent_and_a_disabled_address_hears_nothing(shop: Shop) -> None:
    made = shop.client().v1.webhook_endpoints.create({"url": URL, "enabled_events": ["charge.succeeded"]})
    assert made.secret.startswith("whsec_")
    pay(shop)
    assert [one.event_type for one in shop.sandbox.stripe.webhooks.deliver_all()] == ["charge.succeeded"]
    shop.client().v1.webhook_endpoints.update(made.id, {"disabled": True})
    pay(shop)
    assert shop.sandbox.stripe.webhooks.deliver_all() == []
    shop.client().v1.webhook_endpoints.delete(made.id)
    assert shop.client().v1.webhook_endpoints.list().data == []


def test_events_are_listed_for_thirty_days(shop: Shop) -> None:
    pay(shop)
    events = shop.client().v1.events
    found = events.list({"types": [COMPLETED, "charge.succeeded"]}).data
    assert [one.type for one in found] == [COMPLETED, "charge.succeeded"]
    shop.clock.advance(timedelta(days=29))
    assert events.retrieve(found[0].id).type == COMPLETED
    shop.clock.advance(timedelta(days=1))
    assert events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        events.retrieve(found[0].id)
