"""What Stripe would refuse, the sandbox refuses; and the hosted page lies as Stripe's does."""

from datetime import timedelta
from typing import Any

import pytest
import stripe

from quittance.sandbox.tests.support import START, Shop

NOW = int(START.timestamp())


def raw(shop: Shop, key: str = "sk_test_salon") -> Any:
    """The SDK without the check of the request: these calls are wrong on purpose."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": shop.sandbox.stripe_url},
        http_client=stripe.RequestsClient(),
        max_network_retries=0,
    ).v1


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"mode": "setup"}, None, "mode"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"success_url": "salon.example/back"}, "url_invalid", "success_url"),
        ({"line_items": None}, "parameter_missing", "line_items"),
        ({"expires_at": NOW + 29 * 60}, None, "expires_at"),
        ({"expires_at": NOW + 24 * 3600 + 1}, None, "expires_at"),
        ({"locale": "ar"}, None, "locale"),
        ({"customer_email": "chloe"}, "email_invalid", "customer_email"),
        ({"amount": 49}, "amount_too_small", "line_items"),
        ({"amount": 100_000_000}, "amount_too_large", "line_items"),
        ({"amount": -100}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"currency": "xxx"}, None, "line_items[0][price_data][currency]"),
        ({"currency": "kwd", "amount": 5124}, None, "line_items"),
        ({"currency": "isk", "amount": 50050}, None, "line_items"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata"),
        ({"automatic_tax": {"enabled": True}}, None, "automatic_tax"),
        ({"allowed_payment_method_types": ["paypal"]}, None, "allowed_payment_method_types"),
    ],
)
def test_a_wrong_request_is_refused_with_stripes_words(
    shop: Shop, changes: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        raw(shop).checkout.sessions.create(shop.asked(**changes))
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)
    assert shop.sandbox.books.sessions() == []


def test_a_tax_rate_that_was_never_made_does_not_exist(shop: Shop) -> None:
    asked = shop.asked()
    asked["line_items"][0]["tax_rates"] = ["txr_1"]
    with pytest.raises(stripe.InvalidRequestError, match="No such tax rate"):
        raw(shop).checkout.sessions.create(asked)


@pytest.mark.parametrize(("seconds", "works"), [(1799, False), (1800, True), (86_400, True), (86_401, False)])
def test_a_session_lives_from_half_an_hour_to_a_day(shop: Shop, seconds: int, works: bool) -> None:
    if works:
        assert shop.open(expires_at=NOW + seconds).status == "open"
    else:
        with pytest.raises(stripe.InvalidRequestError):
            shop.open(expires_at=NOW + seconds)


@pytest.mark.parametrize(
    ("key", "error", "status"),
    [
        ("sk_test_wrong1", stripe.AuthenticationError, 401),
        ("pk_test_salon", stripe.PermissionError, 403),
        ("nonsense", stripe.AuthenticationError, 401),
    ],
)
def test_a_wrong_key_opens_nothing(shop: Shop, key: str, error: type[stripe.StripeError], status: int) -> None:
    with pytest.raises(error) as refused:
        raw(shop, key).accounts.retrieve_current()
    assert refused.value.http_status == status


def test_a_rolled_key_names_the_same_account_and_the_old_one_can_be_revoked(shop: Shop) -> None:
    first = raw(shop, "sk_test_salon").accounts.retrieve_current().id
    assert raw(shop, "sk_test_salon_2").accounts.retrieve_current().id == first
    assert raw(shop, "sk_live_salon").accounts.retrieve_current().id == first
    assert raw(shop, "sk_test_dan").accounts.retrieve_current().id != first
    shop.sandbox.stripe.revoke_key("sk_test_salon")
    with pytest.raises(stripe.AuthenticationError, match="Expired API Key"):
        raw(shop, "sk_test_salon").accounts.retrieve_current()


def test_dan_cannot_see_anas_session(shop: Shop) -> None:
    mine = shop.open()
    for key in ("sk_test_dan", "sk_live_salon"):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            shop.client(key).v1.checkout.sessions.retrieve(mine.id)
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_another_api_version_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        raw(shop).accounts.retrieve_current(None, {"stripe_version": "2024-06-20"})


def test_a_call_that_is_not_imitated_says_so(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        raw(shop).customers.create({"email": "chloe@example.com"})


def test_the_card_is_charged_once_and_the_session_says_so(shop: Shop) -> None:
    opened = shop.open()
    paid = shop.sandbox.stripe.pay(opened.id)
    again = shop.sandbox.stripe.pay(opened.id)
    assert (paid.outcome, paid.charged, again.outcome, again.charged) == ("paid", True, "already_paid", False)
    assert paid.redirect_url == f"https://salon.example/back?s={opened.id}"
    seen = shop.client().v1.checkout.sessions.retrieve(opened.id)
    assert (seen.status, seen.payment_status, seen.url) == ("complete", "paid", None)
    [record] = shop.sandbox.books.charges()
    assert (str(record.major), record.currency, dict(record.metadata)) == ("60.00", "eur", {"payment": "k1"})


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", None),
        ("4242424242424241", "incorrect_number", None),
        ("4111111111111111", "card_declined", "test_mode_live_card"),
    ],
)
def test_a_declined_card_leaves_the_page_open(shop: Shop, card: str, code: str, decline_code: str | None) -> None:
    opened = shop.open()
    assert shop.sandbox.stripe.pay(opened.id, card=card).outcome == "declined"
    seen = shop.client().v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent.latest_charge"]})
    error = seen.payment_intent.last_payment_error
    assert (seen.status, seen.payment_intent.status) == ("open", "requires_payment_method")
    assert (error.code, getattr(error, "decline_code", None)) == (code, decline_code)
    assert seen.payment_intent.latest_charge.status == "failed"
    assert shop.sandbox.stripe.pay(opened.id).charged
    assert len(shop.sandbox.books.charges()) == 1


def test_a_session_ends_by_the_clock_to_the_second(shop: Shop) -> None:
    opened = shop.open(expires_at=NOW + 3600)
    shop.clock.advance(timedelta(seconds=3599, milliseconds=999))
    assert shop.client().v1.checkout.sessions.retrieve(opened.id).status == "open"
    shop.clock.advance(timedelta(milliseconds=1))
    assert shop.client().v1.checkout.sessions.retrieve(opened.id).status == "expired"
    assert [one["type"] for one in shop.sandbox.stripe.events()] == ["checkout.session.expired"]


def test_an_ended_page_says_you_did_it_and_charges_nothing(shop: Shop) -> None:
    opened = shop.open()
    shop.client().v1.checkout.sessions.expire(opened.id)
    left = shop.sandbox.stripe.pay(opened.id)
    assert (left.outcome, left.charged) == ("looks_paid", False)
    assert left.redirect_url == f"https://salon.example/back?s={opened.id}"
    assert shop.sandbox.books.charges() == []


def test_a_challenge_that_was_begun_before_the_end_charges_nothing(shop: Shop) -> None:
    opened = shop.open()
    assert shop.sandbox.stripe.pay(opened.id, card="4000000000003220").outcome == "challenge"
    shop.client().v1.checkout.sessions.expire(opened.id)
    assert shop.sandbox.stripe.pass_challenge(opened.id).charged is False
    assert shop.sandbox.books.charges() == []


@pytest.mark.parametrize("state", ["complete", "expired"])
def test_only_an_open_session_can_be_ended(shop: Shop, state: str) -> None:
    opened = shop.open()
    if state == "complete":
        shop.sandbox.stripe.pay(opened.id)
    else:
        shop.sandbox.stripe.expire(opened.id)
    with pytest.raises(stripe.InvalidRequestError, match=f"has a status of `{state}`"):
        shop.client().v1.checkout.sessions.expire(opened.id)


def test_a_bank_debit_is_complete_and_unpaid_then_lands(shop: Shop) -> None:
    opened = shop.open()
    assert shop.sandbox.stripe.start_delayed(opened.id).outcome == "processing"
    seen = shop.client().v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]})
    assert (seen.status, seen.payment_status, seen.payment_intent.status) == ("complete", "unpaid", "processing")
    assert shop.sandbox.books.charges() == []
    assert shop.sandbox.stripe.finish_delayed(opened.id)
    assert shop.sandbox.stripe.finish_delayed(opened.id) is False
    assert shop.client().v1.checkout.sessions.retrieve(opened.id).payment_status == "paid"
    assert [str(one.major) for one in shop.sandbox.books.charges()] == ["60.00"]


def test_a_bank_debit_can_bounce_by_the_clock(shop: Shop) -> None:
    shop.sandbox.stripe.delayed_takes(3 * 86_400, account="salon")
    good, bad = shop.open(expires_at=None), shop.open(expires_at=None)
    shop.sandbox.stripe.start_delayed(good.id)
    shop.sandbox.stripe.start_delayed(bad.id, iban="DE62370400440532013001")
    shop.clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert shop.sandbox.stripe.expire_at_clock() == 0
    shop.clock.advance(timedelta(seconds=1))
    assert shop.sandbox.stripe.expire_at_clock() == 2
    statuses = [shop.client().v1.checkout.sessions.retrieve(one.id).payment_status for one in (good, bad)]
    assert statuses == ["paid", "unpaid"]


def test_a_session_for_cards_only_offers_no_bank_debit(shop: Shop) -> None:
    wishes: list[dict[str, Any]] = [
        {"allowed_payment_method_types": ["card"]},
        {"excluded_payment_method_types": ["sepa_debit"]},
    ]
    for changes in wishes:
        opened = shop.open(**changes)
        assert shop.sandbox.stripe.start_delayed(opened.id).outcome == "declined"
        assert shop.client().v1.checkout.sessions.retrieve(opened.id).payment_method_types == ["card"]


def test_lost_sessions_are_found_by_time_and_by_intent(shop: Shop) -> None:
    first = shop.open()
    shop.clock.advance(timedelta(minutes=5))
    second = shop.open()
    shop.sandbox.stripe.pay(second.id)
    sessions = shop.client().v1.checkout.sessions
    assert [one.id for one in sessions.list({"created": {"gte": NOW + 300}}).data] == [second.id]
    assert [one.id for one in sessions.list({"created": {"lt": NOW + 300}}).data] == [first.id]
    intent = shop.sandbox.stripe.session(second.id)["payment_intent"]
    assert [one.id for one in sessions.list({"payment_intent": intent}).data] == [second.id]
    page = sessions.list({"limit": 1})
    assert (page.has_more, [one.id for one in page.auto_paging_iter()]) == (True, [second.id, first.id])


def test_an_expansion_that_does_not_exist_is_refused(shop: Shop) -> None:
    opened = shop.open()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.client().v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment"]})
