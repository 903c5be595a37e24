"""Idempotency keys as Stripe keeps them, and answers that are lost on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import stripe

from quittance.sandbox.tests.support import Shop


def test_the_same_key_and_request_give_the_first_answer_again(shop: Shop) -> None:
    first = shop.open(key="k1")
    shop.sandbox.stripe.pay(first.id)
    again = shop.open(key="k1")
    assert (again.id, again.status) == (first.id, "open")
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(shop.sandbox.books.sessions()) == 1


def test_the_same_key_with_another_price_is_an_error(shop: Shop) -> None:
    shop.open(key="k1")
    with pytest.raises(stripe.IdempotencyError) as refused:
        shop.open(key="k1", amount=7000)
    assert refused.value.http_status == 400
    assert len(shop.sandbox.books.sessions()) == 1


def test_another_account_may_use_the_same_key(shop: Shop) -> None:
    mine = shop.open(key="k1")
    hers = shop.client("sk_test_dan").v1.checkout.sessions.create(shop.asked(), {"idempotency_key": "k1"})
    assert mine.id != hers.id


def test_a_key_is_forgotten_after_a_day(shop: Shop) -> None:
    asked = shop.asked(expires_at=None)
    create = shop.client().v1.checkout.sessions.create
    first = create(asked, {"idempotency_key": "k1"})
    shop.clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert create(asked, {"idempotency_key": "k1"}).id == first.id
    shop.clock.advance(timedelta(seconds=1))
    assert create(asked, {"idempotency_key": "k1"}).id != first.id


@pytest.mark.parametrize(("kind", "made"), [("error_before", 0), ("error_after", 1)])
def test_a_500_is_kept_under_its_key_whether_or_not_it_took_effect(shop: Shop, kind: str, made: int) -> None:
    shop.sandbox.stripe.trouble.add(kind)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as broken:
            shop.open(key="k1")
        assert broken.value.http_status == 500
    assert len(shop.sandbox.books.sessions()) == made


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_broken_line_is_mended_by_the_same_key(shop: Shop, kind: str, made: int) -> None:
    shop.sandbox.stripe.trouble.add(kind, match="POST /v1/checkout/sessions")
    with pytest.raises(stripe.APIConnectionError):
        shop.open(key="k1")
    assert len(shop.sandbox.books.sessions()) == made
    again = shop.open(key="k1")
    assert [one["id"] for one in shop.sandbox.books.sessions()] == [again.id]


@pytest.mark.parametrize(("kind", "made"), [("timeout_before", 0), ("timeout_after", 1)])
def test_silence_ends_in_no_answer(shop: Shop, kind: str, made: int) -> None:
    shop.sandbox.stripe.trouble.add(kind, seconds=0.1)
    with pytest.raises(stripe.APIConnectionError):
        shop.open(key="k1")
    assert len(shop.sandbox.books.sessions()) == made


def test_too_many_requests_change_nothing_and_keep_no_key(shop: Shop) -> None:
    shop.sandbox.stripe.trouble.add("rate_limit")
    with pytest.raises(stripe.RateLimitError) as refused:
        shop.open(key="k1")
    assert (refused.value.headers or {})["Retry-After"] == "2"
    assert shop.sandbox.books.sessions() == []
    assert shop.open(key="k1").status == "open"


def test_a_refused_request_keeps_no_key(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.open(key="k1", amount=1)
    assert shop.open(key="k1").status == "open"


def test_two_at_once_with_one_key_make_one_session(shop: Shop) -> None:
    held = shop.sandbox.stripe.trouble.add("hold_after", match="POST /v1/checkout/sessions")
    answers: list[str] = []
    first = threading.Thread(target=lambda: answers.append(shop.open(key="k1").id))
    first.start()
    assert held.wait_until_met()
    with pytest.raises(stripe.APIError) as refused:
        shop.open(key="k1")
    assert refused.value.http_status == 409
    assert "idempotency_key_in_use" in str(refused.value.http_body)
    held.release()
    first.join(10)
    assert answers == [one["id"] for one in shop.sandbox.books.sessions()]


def test_a_system_that_is_down_comes_back(shop: Shop) -> None:
    shop.sandbox.stripe.trouble.add("down", times=None, account="salon")
    with pytest.raises(stripe.APIError) as refused:
        shop.open()
    assert refused.value.http_status == 503
    assert shop.client("sk_test_dan").v1.accounts.retrieve_current().id
    shop.sandbox.stripe.trouble.clear()
    assert shop.open().status == "open"


def test_every_request_is_seen_and_the_hook_may_refuse() -> None:
    shop = Shop()
    seen: list[str] = []
    shop.sandbox.on_request = lambda one: seen.append(f"{one.method} {one.path}")
    with shop.sandbox:
        shop.open(key="k1")
        assert seen == ["POST /v1/checkout/sessions"]
        [request] = shop.sandbox.requests("stripe", method="POST")
        assert (request.status, request.headers["idempotency-key"], request.form["mode"]) == (200, "k1", "payment")
        assert shop.sandbox.requests("twilio") == []


def test_what_the_hook_complains_of_is_raised_at_the_end() -> None:
    shop = Shop()

    def complain(_seen: object) -> None:
        raise AssertionError("a transaction is open")

    def ask() -> None:
        with shop.sandbox:
            with pytest.raises(stripe.APIError):
                shop.open()
            assert shop.sandbox.books.sessions() == []

    shop.sandbox.on_request = complain
    with pytest.raises(AssertionError, match="a transaction is open"):
        ask()


def test_ten_at_once_on_one_page_are_charged_once(shop: Shop) -> None:
    opened = shop.open()
    with ThreadPoolExecutor(10) as people:
        paid = list(people.map(lambda _: shop.sandbox.stripe.pay(opened.id), range(10)))
    assert sum(one.charged for one in paid) == 1
    assert len(shop.sandbox.books.charges()) == 1


def test_ten_at_once_with_one_key_make_one_session(shop: Shop) -> None:
    asked = shop.asked()

    def ask(_number: int) -> int:
        try:
            shop.client().v1.checkout.sessions.create(asked, {"idempotency_key": "k1"})
        except stripe.APIError as refused:
            return refused.http_status or 0
        return 200

    with ThreadPoolExecutor(10) as people:
        statuses = set(people.map(ask, range(10)))
    assert 200 in statuses
    assert statuses <= {200, 409}
    assert len(shop.sandbox.books.sessions()) == 1
