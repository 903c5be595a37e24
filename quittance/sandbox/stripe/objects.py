"""The wire shapes of a payment intent, a payment method and a charge."""

from dataclasses import dataclass

from quittance.sandbox.stripe import cards
from quittance.sandbox.stripe.checkout import DEBIT_OF_CURRENCY
from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.events import emit
from quittance.sandbox.stripe.ledger import Books

# What a real answer carries and the sandbox never fills, or fills later.
_EMPTY_IN_INTENT = dict.fromkeys(
    (
        "application",
        "application_fee_amount",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "customer",
        "last_payment_error",
        "latest_charge",
        "next_action",
        "on_behalf_of",
        "payment_method",
        "processing",
        "review",
        "setup_future_usage",
        "shipping",
        "transfer_data",
        "transfer_group",
    )
)


# What a real answer carries and the sandbox never fills, or fills later.
_EMPTY_IN_CHARGE = dict.fromkeys(
    (
        "application",
        "application_fee",
        "application_fee_amount",
        "balance_transaction",
        "customer",
        "failure_balance_transaction",
        "failure_code",
        "failure_message",
        "on_behalf_of",
        "outcome",
        "receipt_number",
        "receipt_url",
        "review",
        "shipping",
        "source_transfer",
        "transfer_data",
        "transfer_group",
    )
)


@dataclass(frozen=True)
class Means:
    """A card, a wallet or a bank account; and, for trouble, an amount other than the one asked."""

    number: str = cards.GOOD_CARD
    wallet: str = ""
    iban: str = ""
    name: str = ""
    email: str = ""
    amount: int | None = None
    currency: str | None = None


def intent_of(books: Books, session: Json, means: Means) -> Json:
    known = books.table("intents").get(session["payment_intent"] or "")
    if known:
        return known
    settings = session["_intent_settings"]
    amount = session["amount_total"] if means.amount is None else means.amount
    key = books.new_id("pi")
    intent: Json = {
        "id": key,
        "object": "payment_intent",
        **_EMPTY_IN_INTENT,
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": settings.get("capture_method", "automatic_async"),
        "client_secret": books.new_id(f"{key}_secret"),
        "confirmation_method": "automatic",
        "created": books.stamp(),
        "currency": means.currency or session["currency"],
        "description": settings.get("description"),
        "livemode": books.live,
        "metadata": settings.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": list(session["payment_method_types"]),
        "receipt_email": settings.get("receipt_email"),
        "statement_descriptor": settings.get("statement_descriptor"),
        "statement_descriptor_suffix": settings.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }
    books.put("intents", intent)
    session["payment_intent"] = key
    intent["_session"] = session["id"]
    emit(books, "payment_intent.created", intent)
    return intent


def holder_of(session: Json, means: Means) -> Json:
    address = {"city": None, "country": "DE", "line1": None, "line2": None, "postal_code": None, "state": None}
    email = means.email or session["customer_email"]
    return {"address": address, "email": email, "name": means.name or None, "phone": None, "tax_id": None}


def method_kind(session: Json, means: Means) -> str:
    return DEBIT_OF_CURRENCY[session["currency"]] if means.iban else "card"


def method_of(books: Books, session: Json, means: Means) -> Json:
    kind = method_kind(session, means)
    method: Json = {
        "id": books.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": holder_of(session, means),
        "created": books.stamp(),
        "customer": None,
        "livemode": books.live,
        "metadata": {},
        "type": kind,
    }
    method[kind] = _card_of_method(means) if kind == "card" else {"last4": means.iban[-4:], "fingerprint": None}
    return books.put("methods", method)


def _card_of_method(means: Means) -> Json:
    card: Json = {
        "brand": cards.brand(means.number),
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "DE",
        "display_brand": cards.brand(means.number),
        "exp_month": 12,
        "exp_year": 2034,
        "funding": "credit",
        "last4": means.number[-4:],
        "wallet": None,
    }
    if means.wallet:
        card["wallet"] = {"type": means.wallet, "dynamic_last4": "4242", means.wallet: {}}
    return card


def charge_of(books: Books, session: Json, intent: Json, means: Means) -> Json:
    method = method_of(books, session, means)
    kind = method["type"]
    secure = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    challenged = not means.iban and cards.outcome(means.number).does == "challenge"
    detail: Json = dict(method[kind])
    detail.pop("display_brand", None)
    if kind == "card":
        detail |= {"network": detail["brand"], "three_d_secure": secure if challenged else None}
    key = books.new_id("ch" if kind == "card" else "py")
    charge: Json = {
        "id": key,
        "object": "charge",
        **_EMPTY_IN_CHARGE,
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": books.name.upper()[:22] or None,
        "captured": False,
        "created": books.stamp(),
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": books.live,
        "metadata": dict(intent["metadata"]),
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": kind, kind: detail},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
    }
    books.put("charges", charge)
    intent |= {"latest_charge": key, "payment_method": method["id"], "last_payment_error": None}
    return charge
