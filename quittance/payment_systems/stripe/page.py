"""Our wish for a hosted page, in Stripe's words."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from quittance.core.locale_format import format_money
from quittance.core.money import Money
from quittance.payment_systems.port import KEY_IN_METADATA, CheckoutLine, MistakeError, NewPayment
from quittance.payment_systems.stripe.currencies import payable_amount, to_stripe

# The languages of Stripe's page; where ours is none of them, the page follows the browser.
_LOCALES = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "en-GB",
        "es",
        "es-419",
        "et",
        "fi",
        "fil",
        "fr",
        "fr-CA",
        "hi-IN",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "mt",
        "nb",
        "nl",
        "pl",
        "pt",
        "pt-BR",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "th",
        "tr",
        "vi",
        "zh",
        "zh-HK",
        "zh-TW",
    ]
)
_LOCALE_ALIASES = {"no": "nb", "nn": "nb", "hi": "hi-IN", "zh-Hant": "zh-TW", "zh-Hans": "zh", "en-AU": "en-GB"}
# Methods that answer at once. A filter on what the account offers: Stripe's newer slow methods stay out by themselves.
_AT_ONCE = (
    "card",
    "link",
    "alipay",
    "amazon_pay",
    "bancontact",
    "blik",
    "cashapp",
    "eps",
    "grabpay",
    "ideal",
    "kakao_pay",
    "klarna",
    "mb_way",
    "mobilepay",
    "naver_pay",
    "paypal",
    "promptpay",
    "revolut_pay",
    "samsung_pay",
    "satispay",
    "swish",
    "twint",
    "wechat_pay",
)
MAX_LINES = 100
MAX_NAME = 250
MAX_METADATA_VALUE = 500
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,63}\Z")


def page_params(new: NewPayment) -> dict[str, Any]:
    """The parameters of a Checkout Session; the same payment always gives the same ones."""
    metadata = {name: value[:MAX_METADATA_VALUE] for name, value in new.metadata.items()}
    metadata[KEY_IN_METADATA] = new.key
    description = plain(new.description, MAX_NAME)
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "submit_type": "pay",
        "line_items": _line_items(new),
        "locale": stripe_locale(new.locale),
        "expires_at": int(new.expires_at.timestamp()),
        "success_url": new.return_url,
        "cancel_url": new.back_url,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata} | ({"description": description} if description else {}),
        # Whatever could change the amount or open a page that we do not know stays off, whatever the account's default.
        "adaptive_pricing": {"enabled": False},
        "after_expiration": {"recovery": {"enabled": False}},
        "allow_promotion_codes": False,
    }
    # An address that Stripe would refuse must not cost the payment: the page then asks for it.
    if len(new.client_email) <= MAX_NAME and _EMAIL.match(new.client_email):
        params["customer_email"] = new.client_email
    if not new.delayed_methods:
        params["allowed_payment_method_types"] = list(_AT_ONCE)
    return params


def stripe_locale(locale: str) -> str:
    """The nearest of their languages: `pt_PT` → `pt`, `uk` → `auto`."""
    code = locale.replace("_", "-")
    for candidate in (code, _LOCALE_ALIASES.get(code, ""), code.partition("-")[0]):
        if candidate in _LOCALES:
            return candidate
    return _LOCALE_ALIASES.get(code.partition("-")[0], "auto")


def plain(text: str, limit: int) -> str:
    """One line without control or direction-changing characters, cut to a length."""
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    kept = re.sub("[\u202a-\u202e\u2066-\u2069]", "", kept)
    return " ".join(kept.split())[:limit]


def _line_items(new: NewPayment) -> list[dict[str, Any]]:
    if sum(line.amount.minor for line in new.lines) != new.amount.minor:
        raise MistakeError("The lines of this payment do not add up to its amount.")
    if any(line.amount.currency != new.amount.currency for line in new.lines):
        raise MistakeError("A line of this payment is in another currency.")
    # Their page knows no negative lines, no more than a hundred, and no last digit that it cannot charge: then it
    # shows the sum alone.
    if 0 < len(new.lines) <= MAX_LINES and all(_can_stand(line.amount) for line in new.lines):
        return [_line_item(line, new) for line in new.lines]
    return [_line_item(CheckoutLine(new.description, 1, new.amount), new)]


def _can_stand(amount: Money) -> bool:
    return amount.minor >= 0 and payable_amount(amount) == amount


def _line_item(line: CheckoutLine, new: NewPayment) -> dict[str, Any]:
    name = plain(line.name, MAX_NAME) or plain(new.description, MAX_NAME) or new.amount.currency
    quantity = max(1, line.quantity)
    each = Money(line.amount.minor // quantity, line.amount.currency)
    if each * quantity != line.amount or not _can_stand(each):
        # A price per piece would not be exact: the piece count moves into the name.
        name, quantity, each = f"{quantity} × {name}"[:MAX_NAME], 1, line.amount
    product: dict[str, Any] = {"name": name}
    if line.tax_name:
        tax = Money(line.tax_minor, line.amount.currency)
        product["description"] = f"{plain(line.tax_name, MAX_NAME)}: {format_money(tax, new.locale)}"
    return {
        "quantity": quantity,
        "adjustable_quantity": {"enabled": False},
        "price_data": {
            "currency": line.amount.currency.lower(),
            "unit_amount": _in_stripe_units(each),
            "product_data": product,
        },
    }


def _in_stripe_units(amount: Money) -> int:
    try:
        return to_stripe(amount)
    except ValueError as error:
        raise MistakeError(str(error)) from error
