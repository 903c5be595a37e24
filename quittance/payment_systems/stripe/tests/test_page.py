"""What the client sees on Stripe's page, and what must be switched off there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from quittance.core.money import Money
from quittance.payment_systems.port import CheckoutLine, MistakeError, NewPayment
from quittance.payment_systems.stripe.page import page_params, plain, stripe_locale


def params(*lines: CheckoutLine, **changes: Any) -> dict[str, Any]:
    total = Money(sum(line.amount.minor for line in lines), lines[0].amount.currency)
    values: dict[str, Any] = {
        "key": "k" * 32,
        "amount": total,
        "lines": lines,
        "description": "Visit at Ana's salon",
        "locale": "de",
        "client_email": "chloe@example.com",
        "expires_at": datetime(2026, 11, 26, 15, 0, tzinfo=UTC),
        "return_url": "https://pay.example.com/r",
        "back_url": "https://pay.example.com/b",
        "metadata": {"quittance_account": "a" * 32},
    }
    return page_params(NewPayment(**(values | changes)))


def cut(minor: int = 6000, quantity: int = 1, **more: Any) -> CheckoutLine:
    return CheckoutLine(more.pop("name", "Haircut"), quantity, Money(minor, more.pop("currency", "EUR")), **more)


def shown(given: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [
        (item["price_data"]["product_data"]["name"], item["quantity"], item["price_data"]["unit_amount"])
        for item in given["line_items"]
    ]


def test_a_page_is_asked_for_with_everything_that_could_change_its_amount_switched_off():
    assert params(cut(tax_name="MwSt. 19 %", tax_minor=958)) == {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "submit_type": "pay",
        "line_items": [
            {
                "quantity": 1,
                "adjustable_quantity": {"enabled": False},
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 6000,
                    "product_data": {"name": "Haircut", "description": "MwSt. 19 %: 9,58\xa0€"},
                },
            }
        ],
        "locale": "de",
        "expires_at": 1795705200,
        "success_url": "https://pay.example.com/r",
        "cancel_url": "https://pay.example.com/b",
        "metadata": {"quittance_account": "a" * 32, "quittance_key": "k" * 32},
        "payment_intent_data": {
            "metadata": {"quittance_account": "a" * 32, "quittance_key": "k" * 32},
            "description": "Visit at Ana's salon",
        },
        "adaptive_pricing": {"enabled": False},
        "after_expiration": {"recovery": {"enabled": False}},
        "allow_promotion_codes": False,
        "customer_email": "chloe@example.com",
    }


def test_pieces_are_counted_where_the_price_of_one_is_exact_and_named_where_it_is_not():
    assert shown(params(cut(6000, 3))) == [("Haircut", 3, 2000)]
    assert shown(params(cut(1000, 3))) == [("3 × Haircut", 1, 1000)]
    assert shown(params(cut(1000, 0))) == [("Haircut", 1, 1000)]
    assert shown(params(cut(20_010, 2, currency="KWD"))) == [("2 × Haircut", 1, 20_010)]


def test_a_discount_line_or_an_odd_digit_shows_the_sum_alone():
    assert shown(params(cut(6000), cut(-1000, name="Discount"))) == [("Visit at Ana's salon", 1, 5000)]
    assert shown(params(cut(1234, currency="KWD"), cut(4326, currency="KWD"))) == [("Visit at Ana's salon", 1, 5560)]
    assert shown(params(*[cut(10) for _ in range(101)])) == [("Visit at Ana's salon", 1, 1010)]
    assert len(params(*[cut(10) for _ in range(100)])["line_items"]) == 100


def test_a_page_without_lines_or_names_still_says_what_is_paid():
    assert shown(params(cut(), lines=(), amount=Money(0, "EUR"))) == [("Visit at Ana's salon", 1, 0)]
    assert shown(params(cut(name=" \n"))) == [("Visit at Ana's salon", 1, 6000)]
    bare = params(cut(name=""), description="")
    assert shown(bare) == [("EUR", 1, 6000)]
    assert "description" not in bare["payment_intent_data"]


def test_lines_that_do_not_fit_the_amount_are_our_mistake():
    with pytest.raises(MistakeError, match="add up"):
        params(cut(), amount=Money(5999, "EUR"))
    with pytest.raises(MistakeError, match="currency"):
        params(cut(), amount=Money(6000, "USD"))
    with pytest.raises(MistakeError, match="payable_amount"):
        params(cut(5124, currency="KWD"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("de", "de"), ("de-AT", "de"), ("pt-BR", "pt-BR"), ("pt_PT", "pt"), ("en-GB", "en-GB"), ("en", "en"), ("no", "nb"), ("nn-NO", "nb"),
        ("hi", "hi-IN"), ("zh-Hant", "zh-TW"), ("fr", "fr"), ("es", "es"), ("it", "it"), ("pt", "pt"), ("nl", "nl"), ("pl", "pl"), ("ru", "ru"), ("tr", "tr"),
        ("uk", "auto"), ("ar", "auto"), ("", "auto"), ("xx-YY", "auto"),
    ],
)  # fmt: skip
def test_the_page_speaks_the_nearest_language(ours, theirs):
    assert stripe_locale(ours) == theirs


@pytest.mark.parametrize(
    "email",
    [
        "",
        "chloe",
        "chloe@",
        "@example.com",
        "chloe@example",
        "chloe@exa mple.com",
        "chloé@example.com",
        "a@b.com\nBcc: x@y.z",
        "c" * 300 + "@example.com",
    ],
)
def test_an_address_that_stripe_would_refuse_does_not_cost_the_payment(email):
    assert "customer_email" not in params(cut(), client_email=email)


def test_where_slow_methods_are_off_only_those_that_answer_at_once_are_allowed():
    allowed = params(cut(), delayed_methods=False)["allowed_payment_method_types"]
    assert "card" in allowed and "ideal" in allowed
    assert not {
        "sepa_debit",
        "bacs_debit",
        "us_bank_account",
        "customer_balance",
        "boleto",
        "oxxo",
        "konbini",
        "multibanco",
    } & set(allowed)
    assert "allowed_payment_method_types" not in params(cut())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Cut\nBcc: x@y.z", "Cut Bcc: x@y.z"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\x00b\x7fc", "a b c"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("💇" * 500, "💇" * 250),
    ],
)
def test_hostile_names_are_one_harmless_line(typed, kept):
    """T50."""
    assert plain(typed, 250) == kept


def test_long_metadata_is_cut_to_what_stripe_takes():
    assert len(params(cut(), metadata={"note": "x" * 900})["metadata"]["note"]) == 500
