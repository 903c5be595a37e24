"""Refunds, asked for by the API or made in the dashboard."""

from quittance.sandbox import currencies
from quittance.sandbox.stripe.balance import book_balance
from quittance.sandbox.stripe.errors import Json, RefusalError, missing
from quittance.sandbox.stripe.events import emit
from quittance.sandbox.stripe.ledger import Books


def create(books: Books, given: Json) -> Json:
    charge = _charge(books, given)
    amount = given.get("amount", charge["amount"] - charge["amount_refunded"])
    _check(books, charge, amount)
    plan = charge.get("_refunds") or books.habits.refunds
    refund: Json = {
        "id": books.new_id("re" if charge["id"].startswith("ch_") else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": books.stamp(),
        "currency": charge["currency"],
        "customer": None,
        "metadata": given.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if plan == "pending" else "succeeded",
        "transfer_reversal": None,
    }
    kind = charge["payment_method_details"]["type"]
    refund["destination_details"] = {"type": kind}
    if kind == "card":
        refund["destination_details"]["card"] = {
            "type": "refund",
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
        }
    if plan == "pending":
        refund["pending_reason"] = "processing"
    books.put("refunds", refund)
    _count(charge, amount)
    entry = book_balance(books, refund, -amount, kind="refund" if kind == "card" else "payment_refund")
    refund["balance_transaction"] = entry["id"]
    emit(books, "refund.created", refund)
    emit(books, "charge.refunded", charge)
    return refund


def _charge(books: Books, given: Json) -> Json:
    if "charge" in given:
        return books.get("charges", given["charge"], "charge")
    if "payment_intent" not in given:
        missing_one = missing("payment_intent")
        missing_one.message = (
            "One of the following params should be provided for this request: payment_intent or charge."
        )
        raise missing_one
    intent = books.get("intents", given["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise RefusalError(message, code="payment_intent_unexpected_state", param="payment_intent", saved=True)
    return books.get("charges", intent["latest_charge"])


def _check(books: Books, charge: Json, amount: int) -> None:
    left = charge["amount"] - charge["amount_refunded"]
    currency = charge["currency"]
    if not charge["captured"]:
        message = f"Charge {charge['id']} has not been captured; nothing can be refunded."
        raise RefusalError(message, code="charge_not_refundable", param="charge", saved=True)
    if any(
        one["charge"] == charge["id"] and one["status"] in {"needs_response", "lost"}
        for one in books.table("disputes").values()
    ):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise RefusalError(message, code="charge_disputed", saved=True)
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise RefusalError(message, code="charge_already_refunded", saved=True)
    if amount > left:
        message = (
            f"Refund amount ({currencies.shown(amount, currency)}) is greater than unrefunded amount on charge "
            f"({currencies.shown(left, currency)})"
        )
        raise RefusalError(message, param="amount", saved=True)
    shape = currencies.wrong_shape(amount, currency)
    if shape:
        raise RefusalError(shape, param="amount", saved=True)


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def finish(books: Books, refund_id: str, *, succeeds: bool) -> Json:
    """A pending refund lands, or a refund fails (also one that had succeeded: the bank may send it back)."""
    refund = books.get("refunds", refund_id)
    if refund["status"] in {"failed", "canceled"} or (succeeds and refund["status"] == "succeeded"):
        return refund
    refund.pop("pending_reason", None)
    if succeeds:
        refund["status"] = "succeeded"
        emit(books, "refund.updated", refund)
        emit(books, "charge.refund.updated", refund)
        return refund
    charge = books.get("charges", refund["charge"])
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    entry = book_balance(books, refund, refund["amount"], kind="refund_failure", fee=0)
    refund["failure_balance_transaction"] = entry["id"]
    _count(charge, -refund["amount"])
    emit(books, "refund.updated", refund)
    emit(books, "charge.refund.updated", refund)
    emit(books, "refund.failed", refund)
    return refund


def cancel(books: Books, refund_id: str) -> Json:
    refund = books.get("refunds", refund_id)
    message = f"This refund has a status of {refund['status']} and cannot be canceled."
    raise RefusalError(message, param="refund", saved=True)
