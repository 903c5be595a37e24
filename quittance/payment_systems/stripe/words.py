"""Their codes in plain words, for the desk and the client. Their own messages may hold personal details: not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quittance.core.words import gettext_noop as _

_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "Eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_METHODS = {
    "acss_debit": "Pre-authorised debit",
    "alipay": "Alipay",
    "amazon_pay": "Amazon Pay",
    "au_becs_debit": "BECS direct debit",
    "bacs_debit": "Bacs direct debit",
    "bancontact": "Bancontact",
    "blik": "BLIK",
    "cashapp": "Cash App Pay",
    "customer_balance": "Bank transfer",
    "eps": "EPS",
    "ideal": "iDEAL",
    "klarna": "Klarna",
    "link": "Link",
    "mb_way": "MB WAY",
    "mobilepay": "MobilePay",
    "p24": "Przelewy24",
    "paypal": "PayPal",
    "revolut_pay": "Revolut Pay",
    "sepa_debit": "SEPA direct debit",
    "swish": "Swish",
    "twint": "TWINT",
    "us_bank_account": "ACH direct debit",
    "wechat_pay": "WeChat Pay",
}
_WALLETS = {"apple_pay": "Apple Pay", "google_pay": "Google Pay", "link": "Link", "samsung_pay": "Samsung Pay"}

_REFUSALS = {
    "authentication_required": _("The bank wants to confirm this payment. Try again and follow the bank's steps."),
    "card_not_supported": _("This card cannot be used for this payment. Use another card."),
    "card_velocity_exceeded": _("The card has reached its limit. Use another card."),
    "currency_not_supported": _("This card does not work in this currency. Use another card."),
    "expired_card": _("The card has expired. Use another card."),
    "incorrect_cvc": _("The security code is not right. Check it and try again."),
    "incorrect_number": _("The card number is not right. Check it and try again."),
    "incorrect_zip": _("The postal code is not right. Check it and try again."),
    "insufficient_funds": _("There is not enough money on this card or account. Use another one."),
    "invalid_cvc": _("The security code is not right. Check it and try again."),
    "invalid_expiry_month": _("The expiry date is not right. Check it and try again."),
    "invalid_expiry_year": _("The expiry date is not right. Check it and try again."),
    "payment_intent_authentication_failure": _("The bank could not confirm it is you. Try again or use another card."),
    "payment_intent_payment_attempt_failed": _("The payment did not go through. Try again or use another method."),
    "payment_method_provider_decline": _("The bank did not carry out the payment. Use another method."),
    "processing_error": _("The payment could not be processed. Try again in a moment."),
    "try_again_later": _("The bank did not answer. Try again in a moment."),
    "withdrawal_count_limit_exceeded": _("The card has reached its limit. Use another card."),
}
_REFUSED = _("The card was declined. Use another card, or ask the bank that issued it.")
_DEBIT_FAILED = _("The bank did not carry out the debit. Use another method.")
_DEBITS = frozenset({"acss_debit", "au_becs_debit", "bacs_debit", "sepa_debit", "us_bank_account"})


def refusal(code: str | None, decline_code: str | None, method: str = "") -> str:
    """Why a try to pay failed, and what to do. Never that a card was reported stolen: that stays with the bank."""
    for known in (decline_code, code):
        if known in _REFUSALS:
            return _REFUSALS[known]
    return _DEBIT_FAILED if method in _DEBITS else _REFUSED


def last_refusal(intent: Mapping[str, Any]) -> str:
    """The reason of the last failed try, empty when there was none."""
    error = intent.get("last_payment_error")
    if not error:
        return ""
    method = (error.get("payment_method") or {}).get("type") or ""
    return refusal(error.get("code"), error.get("decline_code"), method)


def method_detail(details: Mapping[str, Any]) -> str:
    """`Visa ·4242`, `Apple Pay, Visa ·4242`, `SEPA direct debit ·3000`, `iDEAL`."""
    kind = str(details.get("type") or "")
    of_kind = details.get(kind) or {}
    if kind == "card":
        brand = str(of_kind.get("brand") or "")
        name = _BRANDS.get(brand, brand.replace("_", " ").capitalize() or "Card")
        wallet = _WALLETS.get(str((of_kind.get("wallet") or {}).get("type")), "")
        name = f"{wallet}, {name}" if wallet else name
    else:
        name = _METHODS.get(kind, kind.replace("_", " ").capitalize())
    last4 = of_kind.get("last4")
    return f"{name} ·{last4}" if last4 else name
