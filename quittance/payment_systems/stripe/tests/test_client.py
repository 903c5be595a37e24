"""The SDK behind our door, and its errors in our words."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from quittance.core import http
from quittance.core.http import Deadline, OutsideClient, OutsideError, OutsideRequest, OutsideResponse
from quittance.core.money import Money
from quittance.payment_systems.port import (
    CheckoutLine,
    DeclinedError,
    EndState,
    MisconfiguredError,
    MistakeError,
    NewPayment,
    PaymentState,
    RateLimitedError,
    Reference,
    References,
    UnavailableError,
)
from quittance.payment_systems.stripe.adapter import StripeAccount, open_stripe
from quittance.payment_systems.stripe.credentials import read_credentials

KEYS: dict[str, str | list[str]] = {
    "publishable_key": "pk_test_salon",
    "secret_key": "sk_test_salon",
    "signing_secrets": "whsec_salon",
}
NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
PAGE = References((Reference("checkout", "cs_1"),))
NEW = NewPayment(
    key="k" * 32,
    amount=Money(6000, "EUR"),
    lines=(CheckoutLine("Haircut", 1, Money(6000, "EUR")),),
    description="Visit",
    locale="de",
    client_email="chloe@example.com",
    expires_at=NOW + timedelta(hours=1),
    return_url="https://pay.example.com/r",
    back_url="https://pay.example.com/b",
    metadata={},
)

Answers = Callable[[OutsideRequest], OutsideResponse]


def account(answers: Answers, seen: list[OutsideRequest] | None = None) -> StripeAccount:
    def wire(request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        if seen is not None:
            seen.append(request)
        return answers(request)

    return StripeAccount(read_credentials(KEYS), outside=OutsideClient(wire=wire))


def saying(body: Any, status: int = 200, **headers: str) -> Answers:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda request: OutsideResponse(status, headers, raw)


def refusing(status: int, **error: Any) -> Answers:
    return saying({"error": {"message": "No such thing: chloe@example.com"} | error}, status)


def test_only_the_door_is_used_and_the_request_says_little_about_this_machine():
    seen: list[OutsideRequest] = []
    page = {
        "object": "checkout.session",
        "id": "cs_1",
        "url": "https://checkout.stripe.com/c/1",
        "expires_at": 1795705200,
    }
    checkout = account(saying(page), seen).start_checkout(NEW)
    assert checkout.address == "https://checkout.stripe.com/c/1"
    (request,) = seen
    assert (request.method, request.url) == ("POST", "https://api.stripe.com/v1/checkout/sessions")
    assert request.headers["Authorization"] == "Bearer sk_test_salon"
    assert request.headers["Idempotency-Key"] == "k" * 32
    assert request.headers["Stripe-Version"] == "2026-10-28.endive"
    assert request.headers["User-Agent"] == f"Quittance Stripe/v1 PythonBindings/{stripe.VERSION}"
    assert not [name for name in request.headers if name.lower().startswith("x-stripe-client")]
    assert stripe.api_key is None and stripe.enable_telemetry is False


def test_the_base_address_can_be_another_one():
    seen: list[str] = []

    def wire(request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        seen.append(request.url)
        return OutsideResponse(200, {}, b'{"id": "acct_1", "object": "account"}')

    with http.mounted("http://stripe.test", wire):
        report = open_stripe(KEYS, "http://stripe.test/", 8.0).check_credentials()
    assert seen == ["http://stripe.test/v1/account"]
    assert report.their_account_id == "acct_1"


def test_nothing_is_retried():
    seen: list[OutsideRequest] = []
    with pytest.raises(UnavailableError):
        account(refusing(500, type="api_error"), seen).fetch_payment(PAGE)
    assert len(seen) == 1


def test_the_sdk_is_not_loaded_before_it_is_needed():
    code = "import sys; import quittance.payment_systems.registry; sys.exit('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_at_debug_the_sdk_writes_nothing_about_the_client(caplog):
    """S17."""
    page = {
        "object": "checkout.session",
        "id": "cs_1",
        "url": None,
        "expires_at": 1795705200,
        "customer_email": "chloe@example.com",
    }
    with caplog.at_level(logging.DEBUG):
        account(saying(page)).start_checkout(NEW)
    assert "chloe" not in caplog.text and "sk_test" not in caplog.text


@pytest.mark.parametrize(
    ("answers", "expected", "part"),
    [
        (refusing(401), MisconfiguredError, "secret key"),
        (refusing(403), MisconfiguredError, "permission"),
        (refusing(400, type="idempotency_error"), MistakeError, "two different requests"),
        (
            refusing(402, type="card_error", code="card_declined", decline_code="insufficient_funds"),
            DeclinedError,
            "not enough money",
        ),
        (refusing(402, type="card_error", code="card_declined", decline_code=7), DeclinedError, "declined"),
        (refusing(400, code="amount_too_small", param="line_items"), DeclinedError, "too small"),
        (refusing(400, code="charge_already_refunded"), DeclinedError, "refunded in full"),
        (refusing(400, param="expires_at"), DeclinedError, "has passed"),
        (refusing(404, code="resource_missing", param="session"), MisconfiguredError, "another account"),
        (refusing(400, code="parameter_unknown", param="tip"), MisconfiguredError, "parameter_unknown, tip"),
        (refusing(400), MisconfiguredError, "invalid, no parameter"),
    ],
)
def test_refusals_become_ours_and_never_repeat_what_a_client_typed(answers, expected, part):
    with pytest.raises(expected, match=part) as caught:
        account(answers).start_checkout(NEW)
    assert type(caught.value) is expected
    assert "chloe" not in str(caught.value)


@pytest.mark.parametrize(
    "answers",
    [
        refusing(409, type="idempotency_error", code="idempotency_key_in_use"),
        refusing(500, type="api_error"),
        refusing(503, type="api_error"),
        saying(b"<html>upstream connect error</html>", 503),
        saying(b"<html>Log in to the guest network</html>", 200),
        saying(b"\xff\xfe", 200),
        saying({"object": "checkout.session"}, 200),
        saying({"object": "checkout.session", "id": "cs_1", "url": None, "expires_at": "later"}, 200),
        saying({}, 302),
    ],
)
def test_whatever_may_have_had_its_effect_is_unknown(answers):
    with pytest.raises(UnavailableError) as caught:
        account(answers).start_checkout(NEW)
    assert caught.value.sent is True


@pytest.mark.parametrize("sent", [True, False])
def test_the_door_knows_whether_anything_was_sent(sent):
    def broken(request: OutsideRequest) -> OutsideResponse:
        raise OutsideError("api.stripe.com did not answer in time.", sent=sent)

    with pytest.raises(UnavailableError, match="in time") as caught:
        account(broken).start_checkout(NEW)
    assert caught.value.sent is sent


@pytest.mark.parametrize(("told", "seconds"), [("7", 7), ("600", 60), ("0", 5), ("soon", 5), ("", 5)])
def test_too_many_requests_say_how_long_to_wait(told, seconds):
    answers = saying({"error": {"message": "slow down"}}, 429, **{"retry-after": told})
    with pytest.raises(RateLimitedError) as caught:
        account(answers).fetch_payment(PAGE)
    assert caught.value.retry_after_seconds == seconds


def session(**more: Any) -> dict[str, Any]:
    return {
        "object": "checkout.session",
        "id": "cs_1",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "livemode": False,
        "url": "https://checkout.stripe.com/c/1",
        "expires_at": 1795705200,
    } | more


def by_path(**answers: Answers) -> Answers:
    return lambda request: next(answer for part, answer in answers.items() if part in request.url)(request)


def test_an_end_that_is_refused_while_the_page_is_open_means_still_payable():
    report = account(by_path(expire=refusing(400, param="session"), sessions=saying(session()))).end_checkout(PAGE)
    assert (report.state, report.payable_until) == (EndState.STILL_PAYABLE, datetime(2026, 11, 26, 15, 0, tzinfo=UTC))


def test_an_end_that_is_refused_for_another_reason_is_not_answered_with_a_guess():
    with pytest.raises(MisconfiguredError, match="secret key"):
        account(refusing(401)).end_checkout(PAGE)


def test_a_payment_without_a_page_cannot_be_asked_about():
    with pytest.raises(MistakeError, match="look for it by its key"):
        account(saying({})).fetch_payment(References((Reference("intent", "pi_1"),)))


def test_a_refund_needs_a_payment_and_an_amount_that_stripe_can_write():
    with pytest.raises(MisconfiguredError, match="Nothing was paid"):
        account(saying(session())).refund(PAGE, Money(100, "EUR"), key="r")
    with pytest.raises(MistakeError, match="payable_amount"):
        account(saying(session())).refund(PAGE, Money(101, "KWD"), key="r")


def test_refunds_that_do_not_fit_into_the_first_answer_are_listed():
    def refund(number: int) -> dict[str, Any]:
        return {
            "object": "refund",
            "id": f"re_{number}",
            "amount": 100,
            "currency": "eur",
            "status": "succeeded",
            "metadata": {},
        }

    charge = {
        "object": "charge",
        "id": "ch_1",
        "status": "succeeded",
        "disputed": False,
        "amount_captured": 6000,
        "currency": "eur",
        "refunds": {"object": "list", "data": [refund(0)], "has_more": True, "url": "/"},
    }
    intent = {"object": "payment_intent", "id": "pi_1", "status": "succeeded", "latest_charge": charge}

    def refunds(request: OutsideRequest) -> OutsideResponse:
        first = "starting_after" not in request.url
        found = [refund(number) for number in (range(100) if first else range(100, 120))]
        return saying({"object": "list", "data": found, "has_more": first, "url": "/"})(request)

    paid = session(status="complete", payment_status="paid", payment_intent=intent)

    def answers(request: OutsideRequest) -> OutsideResponse:
        return refunds(request) if "/v1/refunds" in request.url else saying(paid)(request)

    report = account(answers).fetch_payment(PAGE)
    assert report.state is PaymentState.PAID
    assert [one.reference for one in report.refunds] == [f"re_{number}" for number in range(120)]


def test_a_search_that_could_not_see_everything_does_not_say_absent(monkeypatch):
    monkeypatch.setattr("quittance.payment_systems.stripe.adapter.MAX_SESSION_PAGES", 3)
    seen: list[OutsideRequest] = []
    answers = saying({"object": "list", "data": [session(metadata=None)], "has_more": True, "url": "/"})
    with pytest.raises(UnavailableError, match="more pages"):
        account(answers, seen).find_checkout("k" * 32, NOW)
    assert len(seen) == 3
    assert f"created[gte]={int(NOW.timestamp()) - 600}" in seen[0].url and "limit=100" in seen[0].url


def test_one_call_of_ours_costs_no_more_than_its_seconds_in_all():
    left: list[float] = []

    def wire(request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        left.append(deadline.seconds_left)
        return OutsideResponse(
            200, {}, json.dumps({"object": "list", "data": [session()], "has_more": len(left) < 3, "url": "/"}).encode()
        )

    system = StripeAccount(
        read_credentials(KEYS), timeout_seconds=2.0, outside=OutsideClient(timeout_seconds=60, wire=wire)
    )
    assert system.find_checkout("k" * 32, NOW) is None
    assert len(left) == 3 and left[0] <= 2.0 and left == sorted(left, reverse=True)
