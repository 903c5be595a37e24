"""Stripe's JSON in our shapes: above all, what counts as paid."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from quittance.core.money import Money
from quittance.payment_systems.port import EndState, PaymentState, Reference
from quittance.payment_systems.stripe.translate import (
    STATUS_TABLE,
    account_report_of,
    end_report_of,
    report_of,
    seen_dispute,
    seen_refund,
    state_of,
)
from quittance.payment_systems.stripe.words import last_refusal, method_detail, refusal

SESSIONS = ("open", "complete", "expired", "None", "something_new")
PAYMENTS = ("paid", "unpaid", "no_payment_required", "something_new")
INTENTS = (
    "-",
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "canceled",
    "succeeded",
    "something_new",
)


def session(status: str = "open", payment: str = "unpaid", intent: str = "-", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": "cs_1",
        "status": None if status == "None" else status,
        "payment_status": payment,
        "payment_intent": None
        if intent == "-"
        else {"id": "pi_1", "status": intent, "amount_received": 0, "currency": "eur", "latest_charge": None},
        "livemode": False,
        "expires_at": 1795705200,
        "amount_total": 6000,
        "currency": "eur",
        "url": None,
    }
    return found | more


@pytest.mark.parametrize(
    ("status", "payment", "intent", "state"),
    [
        ("complete", "paid", "succeeded", PaymentState.PAID),
        ("complete", "unpaid", "succeeded", PaymentState.PAID),
        ("expired", "unpaid", "succeeded", PaymentState.PAID),
        ("open", "unpaid", "succeeded", PaymentState.PAID),
        ("complete", "unpaid", "processing", PaymentState.PROCESSING),
        ("open", "unpaid", "processing", PaymentState.PROCESSING),
        ("complete", "unpaid", "requires_capture", PaymentState.PROCESSING),
        ("complete", "paid", "requires_capture", PaymentState.PROCESSING),
        ("complete", "unpaid", "requires_action", PaymentState.PROCESSING),
        ("complete", "unpaid", "requires_payment_method", PaymentState.FAILED),
        ("complete", "unpaid", "canceled", PaymentState.FAILED),
        ("complete", "unpaid", "-", PaymentState.UNKNOWN),
        ("complete", "paid", "-", PaymentState.PAID),
        ("complete", "no_payment_required", "-", PaymentState.PAID),
        ("open", "unpaid", "-", PaymentState.OPEN),
        ("open", "unpaid", "requires_payment_method", PaymentState.OPEN),
        ("open", "unpaid", "requires_action", PaymentState.OPEN),
        ("expired", "unpaid", "-", PaymentState.EXPIRED),
        ("expired", "unpaid", "canceled", PaymentState.EXPIRED),
        ("open", "paid", "-", PaymentState.UNKNOWN),
        ("None", "unpaid", "-", PaymentState.UNKNOWN),
        ("something_new", "something_new", "something_new", PaymentState.UNKNOWN),
        ("complete", "unpaid", "something_new", PaymentState.UNKNOWN),
    ],
)
def test_the_status_table(status, payment, intent, state):
    assert state_of(session(status, payment, intent)) is state


def test_over_all_combinations_nothing_is_paid_without_money_and_nothing_ends_that_may_still_be_paid():
    """Complete without payment_status is the mistake that gave services away."""
    for status, payment, intent in product(SESSIONS, PAYMENTS, INTENTS):
        state = state_of(session(status, payment, intent))
        if state is PaymentState.PAID:
            assert intent == "succeeded" or (status == "complete" and payment != "unpaid" and intent == "-")
        if state in {PaymentState.FAILED, PaymentState.EXPIRED}:
            assert intent in {"-", "requires_payment_method", "requires_confirmation", "requires_action", "canceled"}
            assert status in {"complete", "expired"}
        if "something_new" in {status, payment, intent} and intent not in {
            "succeeded",
            "requires_capture",
            "processing",
        }:
            assert state is PaymentState.UNKNOWN


def test_the_table_holds_no_row_that_cannot_be_reached():
    reached = set()
    for status, payment, intent in product(SESSIONS, PAYMENTS, INTENTS):
        for number, (*row, _) in enumerate(STATUS_TABLE):
            if all(want in {"*", have} for want, have in zip(row, (status, payment, intent), strict=True)):
                reached.add(number)
                break
    assert reached == set(range(len(STATUS_TABLE)))


def test_captured_is_what_the_charge_took_in_its_own_currency():
    """T29."""
    charge = {
        "id": "ch_1",
        "amount_captured": 5000,
        "currency": "usd",
        "balance_transaction": {"fee": 150, "net": 4510, "currency": "eur"},
    }
    intent = {"id": "pi_1", "status": "succeeded", "amount_received": 5000, "currency": "usd", "latest_charge": charge}
    report = report_of(session("complete", "paid", payment_intent=intent))
    assert (report.captured, report.fee, report.net) == (Money(5000, "USD"), Money(150, "EUR"), Money(4510, "EUR"))
    assert report.references == (
        Reference("checkout", "cs_1"),
        Reference("intent", "pi_1"),
        Reference("charge", "ch_1"),
    )


def test_a_fee_that_is_not_known_yet_is_none():
    intent = {
        "id": "pi_1",
        "status": "succeeded",
        "latest_charge": {"id": "ch_1", "amount_captured": 5000, "currency": "eur", "balance_transaction": "txn_1"},
    }
    report = report_of(session("complete", "paid", payment_intent=intent))
    assert (report.captured, report.fee, report.net, report.method_detail) == (Money(5000, "EUR"), None, None, "")


def test_without_a_charge_the_intent_and_without_an_intent_the_session_says_what_was_taken():
    intent = {"id": "pi_1", "status": "succeeded", "amount_received": 4000, "currency": "eur", "latest_charge": "ch_1"}
    report = report_of(session("complete", "paid", payment_intent=intent))
    assert report.captured == Money(4000, "EUR") and report.references[-1] == Reference("charge", "ch_1")
    assert report_of(session("complete", "paid")).captured == Money(6000, "EUR")
    assert report_of(session("complete", "no_payment_required", amount_total=None)).captured == Money(0, "EUR")


def test_money_that_was_approved_and_not_captured_is_not_reported_as_taken():
    intent = {
        "id": "pi_1",
        "status": "requires_capture",
        "amount_received": 0,
        "currency": "eur",
        "latest_charge": {"id": "ch_1", "amount_captured": 0, "currency": "eur"},
    }
    report = report_of(session("complete", "unpaid", payment_intent=intent))
    assert (report.state, report.captured) == (PaymentState.PROCESSING, None)


@pytest.mark.parametrize(
    ("found", "end"),
    [
        (session("complete", "paid", "succeeded"), EndState.COMPLETE),
        (session("complete", "unpaid", "processing"), EndState.PROCESSING),
        (session("complete", "unpaid", "requires_payment_method"), EndState.ENDED),
        (session("expired"), EndState.ENDED),
        (session("open"), EndState.STILL_PAYABLE),
        (session("something_new"), EndState.STILL_PAYABLE),
    ],
)
def test_what_an_end_that_was_refused_means(found, end):
    report = end_report_of(found)
    assert report.state is end
    assert report.payable_until == (
        datetime(2026, 11, 26, 15, 0, tzinfo=UTC) if end is EndState.STILL_PAYABLE else None
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pending", "pending"),
        ("requires_action", "pending"),
        ("succeeded", "succeeded"),
        ("failed", "failed"),
        ("canceled", "failed"),
        (None, "pending"),
        ("new", "pending"),
    ],
)
def test_states_of_refunds(theirs, ours):
    seen = seen_refund({"id": "re_1", "amount": 100, "currency": "eur", "status": theirs, "metadata": None})
    assert (seen.state, seen.our_key, seen.amount) == (ours, "", Money(100, "EUR"))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("needs_response", "open"), ("under_review", "open"), ("appeal_needs_response", "open"), ("won", "won"), ("lost", "lost"), ("new", "open"),
        ("warning_needs_response", None), ("warning_under_review", None), ("warning_closed", None), ("prevented", None),
    ],
)  # fmt: skip
def test_only_disputes_that_take_money_are_disputes(theirs, ours):
    seen = seen_dispute({"id": "dp_1", "amount": 100, "currency": "eur", "status": theirs})
    assert (seen and seen.state) == ours


def test_disputes_that_take_nothing_are_left_out_of_the_report():
    asked = [
        {"id": "dp_1", "amount": 100, "currency": "eur", "status": status} for status in ("warning_closed", "lost")
    ]
    assert [one.state for one in report_of(session("complete", "paid"), (), asked).disputes] == ["lost"]


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ({"business_profile": {"name": "Salon Ana"}}, "Salon Ana"),
        ({"business_profile": None, "settings": {"dashboard": {"display_name": "Ana"}}}, "Ana"),
        ({"email": "ana@example.com"}, "ana@example.com"),
        ({}, "acct_1"),
    ],
)
def test_an_account_is_named_by_the_best_name_it_has(account, name):
    report = account_report_of({"id": "acct_1"} | account, live=True)
    assert (report.name, report.live, report.country, report.default_currency) == (name, True, "", "")


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"type": "card", "card": {"brand": "visa", "last4": "4242"}}, "Visa ·4242"),
        ({"type": "card", "card": {"brand": "cartes_bancaires", "last4": "1001"}}, "Cartes bancaires ·1001"),
        ({"type": "card", "card": {"brand": None, "last4": None}}, "Card"),
        (
            {"type": "card", "card": {"brand": "visa", "last4": "4242", "wallet": {"type": "apple_pay"}}},
            "Apple Pay, Visa ·4242",
        ),
        ({"type": "sepa_debit", "sepa_debit": {"last4": "3000"}}, "SEPA direct debit ·3000"),
        ({"type": "ideal", "ideal": {"bank": "ing"}}, "iDEAL"),
        ({"type": "new_method", "new_method": None}, "New method"),
    ],
)
def test_methods_in_words(details, words):
    assert method_detail(details) == words


@pytest.mark.parametrize(
    ("error", "part"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "not enough money"),
        ({"code": "card_declined", "decline_code": "generic_decline"}, "The card was declined"),
        ({"code": "expired_card"}, "expired"),
        (
            {"code": "payment_method_provider_decline", "payment_method": {"type": "sepa_debit"}},
            "bank did not carry out",
        ),
        ({"code": "unheard_of", "payment_method": {"type": "sepa_debit"}}, "bank did not carry out"),
    ],
)
def test_refusals_in_words(error, part):
    assert part in last_refusal({"last_payment_error": error})


def test_a_card_reported_stolen_is_only_called_declined():
    assert (
        refusal("card_declined", "stolen_card")
        == refusal("card_declined", "lost_card")
        == refusal("card_declined", "generic_decline")
    )


def test_without_a_failed_try_there_is_no_reason():
    assert last_refusal({"last_payment_error": None}) == ""
