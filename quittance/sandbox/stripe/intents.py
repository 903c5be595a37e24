"""What the API may do to a payment intent that a Checkout Session made."""

from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.ledger import Books


def cancel(books: Books, key: str, given: Json) -> Json:
    del given
    intent = books.get("intents", key)
    if intent["status"] in {"succeeded", "canceled", "processing"}:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise RefusalError(message, code="payment_intent_unexpected_state", param="intent", saved=True)
    message = (
        "You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the session instead."
    )
    raise RefusalError(message, code="payment_intent_unexpected_state", param="intent", saved=True)
