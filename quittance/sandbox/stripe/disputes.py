"""Disputes: a card holder's bank takes the money back until somebody wins."""

from quittance.sandbox.stripe.balance import book_balance
from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.events import emit
from quittance.sandbox.stripe.ledger import Books

FEE = 2000
DAYS_TO_ANSWER = 9
_EVIDENCE = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
]


def open_dispute(books: Books, charge_id: str, *, reason: str, amount: int | None) -> Json:
    charge = books.get("charges", charge_id)
    if charge["status"] != "succeeded" or charge["disputed"]:
        message = f"Charge {charge_id} cannot be disputed: it did not succeed, or it already is."
        raise RefusalError(message)
    card = charge["payment_method_details"].get("card", {"brand": "visa", "network": "visa"})
    taken = charge["amount"] - charge["amount_refunded"] if amount is None else amount
    dispute: Json = {
        "id": books.new_id("du"),
        "object": "dispute",
        "amount": taken,
        "balance_transactions": [],
        "charge": charge_id,
        "created": books.stamp(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": books.stamp() + DAYS_TO_ANSWER * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": books.live,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": card["brand"],
                "case_type": "chargeback",
                "network": card["brand"],
                "network_reason_code": "10.4",
            },
        },
        "reason": reason,
        "status": "needs_response",
    }
    books.put("disputes", dispute)
    charge["disputed"] = True
    dispute["balance_transactions"].append(book_balance(books, dispute, -taken, kind="adjustment", fee=FEE))
    emit(books, "charge.dispute.created", dispute)
    emit(books, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(books: Books, dispute_id: str, *, won: bool) -> Json:
    dispute = books.get("disputes", dispute_id)
    if dispute["status"] in {"won", "lost"}:
        message = "This dispute is already closed"
        raise RefusalError(message, param="dispute", saved=True)
    dispute["status"] = "won" if won else "lost"
    if won:
        back = book_balance(books, dispute, dispute["amount"], kind="adjustment", fee=0)
        dispute["balance_transactions"].append(back)
        emit(books, "charge.dispute.funds_reinstated", dispute)
    emit(books, "charge.dispute.closed", dispute)
    return dispute
