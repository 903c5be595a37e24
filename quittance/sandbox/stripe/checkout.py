"""Checkout Sessions: made, shown, ended, expired."""

from typing import Any

from quittance.sandbox import currencies
from quittance.sandbox.stripe.errors import Json, RefusalError, missing, no_such
from quittance.sandbox.stripe.events import emit
from quittance.sandbox.stripe.ledger import Books

DEBIT_OF_CURRENCY = {
    "eur": "sepa_debit",
    "gbp": "bacs_debit",
    "usd": "us_bank_account",
    "aud": "au_becs_debit",
    "cad": "acss_debit",
}
SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 3600


# What a real answer carries and the sandbox never fills, or fills later.
_EMPTY_IN_SESSION = dict.fromkeys(
    (
        "client_secret",
        "collected_information",
        "consent",
        "consent_collection",
        "currency_conversion",
        "customer",
        "invoice",
        "payment_intent",
        "payment_link",
        "permissions",
        "recovered_from",
        "saved_payment_method_options",
        "setup_intent",
        "shipping_address_collection",
        "shipping_cost",
        "subscription",
    )
)


def create(books: Books, given: Json) -> Json:
    _refuse_what_is_not_imitated(given)
    lines, currency, total = _lines(books, given)
    _check_total(books, total, currency)
    session = _blank(books, given)
    session |= {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency,
        "expires_at": _expiry(books, given),
        "payment_method_types": _methods(given, currency),
        "presentment_details": {"presentment_amount": total, "presentment_currency": currency},
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "_intent_settings": given.get("payment_intent_data", {}),
    }
    books.put("sessions", session)
    books.open_sessions.add(session["id"])
    books.table("lines")[session["id"]] = {"id": session["id"], "items": lines}
    return session


def _blank(books: Books, given: Json) -> Json:
    key = books.new_id("cs")
    answer: Json = {
        "id": key,
        "object": "checkout.session",
        **_EMPTY_IN_SESSION,
        "adaptive_pricing": given.get("adaptive_pricing", {"enabled": False}),
        "after_expiration": _after_expiration(given),
        "allow_promotion_codes": given.get("allow_promotion_codes"),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": books.stamp(),
        "custom_fields": [],
        "custom_text": _custom_text(given),
        "customer_creation": given.get("customer_creation", "if_required"),
        "customer_details": {"email": given["customer_email"], "tax_exempt": None}
        if "customer_email" in given
        else None,
        "customer_email": given.get("customer_email"),
        "discounts": [],
        "integration_identifier": given.get("integration_identifier"),
        "livemode": books.live,
        "locale": given.get("locale"),
        "metadata": given.get("metadata", {}),
        "mode": "payment",
        "origin_context": given.get("origin_context"),
        "payment_method_collection": "if_required",
        "payment_method_options": given.get("payment_method_options", {}),
        "payment_status": "unpaid",
        "phone_number_collection": given.get("phone_number_collection", {"enabled": False}),
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "success_url": given["success_url"],
        "ui_mode": "hosted_page",
        "url": f"{books.site.url}/c/pay/{key}",
        "wallet_options": given.get("wallet_options"),
        "_shop": given.get("branding_settings", {}).get("display_name", books.title),
    }
    return answer


def _after_expiration(given: Json) -> Json | None:
    recovery = given.get("after_expiration", {}).get("recovery")
    return (
        {"recovery": {"allow_promotion_codes": False, "expires_at": None, "url": None} | recovery} if recovery else None
    )


def _custom_text(given: Json) -> Json:
    texts: Json = {"after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None}
    return {**texts, **given.get("custom_text", {})}


def _refuse_what_is_not_imitated(given: Json) -> None:
    if given.get("mode") is None:
        raise missing("mode")
    if given["mode"] != "payment" or given.get("ui_mode", "hosted_page") != "hosted_page":
        message = "The sandbox imitates payments on the hosted page only: mode=payment, ui_mode=hosted_page."
        raise RefusalError(message, param="mode")
    if "success_url" not in given:
        raise missing("success_url")
    if not given.get("line_items"):
        raise missing("line_items")
    if given.get("automatic_tax", {}).get("enabled") or given.get("invoice_creation", {}).get("enabled"):
        message = "The sandbox imitates neither automatic tax nor invoices."
        raise RefusalError(message, param="automatic_tax")


def _lines(books: Books, given: Json) -> tuple[list[Json], str, int]:
    lines: list[Json] = []
    for place, item in enumerate(given["line_items"]):
        lines.append(_line(books, item, f"line_items[{place}]"))
    codes = {line["currency"] for line in lines} | ({given["currency"].lower()} if "currency" in given else set())
    if len(codes) > 1:
        message = "All line items must have the same currency, and it must be the one of `currency` when that is given."
        raise RefusalError(message, param="line_items")
    return lines, codes.pop(), sum(line["amount_total"] for line in lines)


def _line(books: Books, item: Json, path: str) -> Json:
    if "price" in item:
        raise no_such("price", item["price"], f"{path}[price]")
    if item.get("tax_rates"):
        raise no_such("tax rate", item["tax_rates"][0], f"{path}[tax_rates][0]")
    if item.get("adjustable_quantity", {}).get("enabled"):
        message = "The sandbox does not imitate adjustable quantities."
        raise RefusalError(message, param=f"{path}[adjustable_quantity]")
    if "price_data" not in item:
        message = f"You must specify either `price` or `price_data` for {path}."
        raise RefusalError(message, code="parameter_missing", param=path)
    if "quantity" not in item:
        raise missing(f"{path}[quantity]")
    price = item["price_data"]
    for needed in ("unit_amount", "product_data"):
        if needed not in price:
            raise missing(f"{path}[price_data][{needed}]")
    currency = price["currency"].lower()
    if currency not in currencies.ALL:
        supported = ", ".join(sorted(currencies.ALL))
        message = f"Invalid currency: {currency}. Stripe currently supports these currencies: {supported}"
        raise RefusalError(message, param=f"{path}[price_data][currency]")
    amount = price["unit_amount"] * item["quantity"]
    product = price["product_data"]
    return {
        "id": books.new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "metadata": item.get("metadata", {}),
        "price": _price(books, price, currency),
        "quantity": item["quantity"],
        "_note": product.get("description", ""),
    }


def _price(books: Books, price: Json, currency: str) -> Json:
    return {
        "id": books.new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": books.stamp(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": books.live,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": books.new_id("prod"),
        "recurring": None,
        "tax_behavior": price.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": price["unit_amount"],
        "unit_amount_decimal": str(price["unit_amount"]),
    }


def _check_total(books: Books, total: int, currency: str) -> None:
    shape = currencies.wrong_shape(total, currency)
    if shape:
        raise RefusalError(shape, param="line_items")
    least = books.habits.minimums.get(currency, currencies.MINIMUM.get(currency, 1))
    if total < max(least, 1):
        smallest = currencies.shown(max(least, 1), currency)
        message = f"The Checkout Session's total amount due must add up to at least {smallest}"
        raise RefusalError(message, code="amount_too_small", param="line_items")
    if total > currencies.MAXIMUM:
        largest = currencies.shown(currencies.MAXIMUM, currency)
        message = f"The Checkout Session's total amount due must be no more than {largest}"
        raise RefusalError(message, code="amount_too_large", param="line_items")


def _expiry(books: Books, given: Json) -> int:
    now = books.stamp()
    expires_at: int = given.get("expires_at", now + LONGEST_SECONDS)
    if expires_at < now + SHORTEST_SECONDS:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise RefusalError(message, param="expires_at")
    if expires_at > now + LONGEST_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise RefusalError(message, param="expires_at")
    return expires_at


def _methods(given: Json, currency: str) -> list[str]:
    """Cards always, the bank debit of the currency where there is one, minus what the caller left out."""
    offered = ["card", *([DEBIT_OF_CURRENCY[currency]] if currency in DEBIT_OF_CURRENCY else [])]
    if "allowed_payment_method_types" in given:
        offered = [one for one in offered if one in given["allowed_payment_method_types"]]
    offered = [one for one in offered if one not in given.get("excluded_payment_method_types", [])]
    if not offered:
        message = f"No payment method types enabled for the payment mode Checkout that support {currency}."
        raise RefusalError(message, param="allowed_payment_method_types")
    return offered


def update(books: Books, key: str, given: Json) -> Json:
    session = books.get("sessions", key)
    if "metadata" in given:
        session["metadata"] = session["metadata"] | given["metadata"] if given["metadata"] else {}
    return session


def expire(books: Books, key: str) -> Json:
    session = books.get("sessions", key)
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session['status']}`."
        )
        raise RefusalError(message, param="session", saved=True)
    close(books, session)
    return session


def close(books: Books, session: Json) -> None:
    books.open_sessions.discard(session["id"])
    session["status"] = "expired"
    session["url"] = None
    session["_ended_at"] = books.clock.now().timestamp()
    emit(books, "checkout.session.expired", session)
    intent: dict[str, Any] | None = books.table("intents").get(session["payment_intent"] or "")
    if intent and intent["status"] in {"requires_payment_method", "requires_action", "requires_confirmation"}:
        intent |= {
            "status": "canceled",
            "cancellation_reason": "expired",
            "canceled_at": books.stamp(),
            "next_action": None,
        }
        emit(books, "payment_intent.canceled", intent)


def expire_due(books: Books) -> int:
    """End the sessions whose hour has come. Called before every answer, so that no clock thread is needed."""
    now = books.stamp()
    sessions = books.table("sessions")
    due = [sessions[key] for key in sorted(books.open_sessions) if sessions[key]["expires_at"] <= now]
    for session in due:
        close(books, session)
    return len(due)
