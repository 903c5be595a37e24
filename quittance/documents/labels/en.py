"""The printed words of receipts, credit notes and gift cards in English."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Receipt",
    "cancellation": "Cancellation of receipt",
    "cancels": "This cancels receipt",
    "number": "No.",
    "date": "Date",
    "client": "Client",
    "patient": "Patient",
    "visit": "Visit",
    "item": "Item",
    "quantity": "Qty",
    "tax": "Tax",
    "amount": "Amount",
    "total": "Total",
    "tax_included": "Prices include tax.",
    "net": "Net",
    "gross": "Gross",
    "rate": "Rate",
    "paid": "Paid",
    "cancelled": "Cancelled",
    "given": "Cash given",
    "change": "Change",
    "remaining": "Still due",
    "tax_number": "Tax number",
    "credit_note": "Credit note",
    "credit_note_cancellation": "Cancellation of credit note",
    "refers": "Refers to receipt",
    "cancels_credit_note": "This cancels credit note",
    "not_refunded": "The refund did not go through.",
    "refunded": "Refunded",
    "excess": "Refund of an overpayment",
    "unused": "Refund of a payment that was for nothing",
    "overpaid": "Paid too much",
    "came_late": "This payment arrived after the visit was cancelled.",
    "same_price": "Returning what was paid too much changes neither the price nor its taxes.",
}
GIFT_CARD: Final = {
    "title": "Gift card",
    "code": "Code",
    "until": "Good until",
    "hint": (
        "Give the code at the desk, or type it where you pay online. "
        "Whoever has the code can use the card: keep it safe."
    ),
}

QR_POSTER: Final = {
    "title": "Pay with your phone",
    "scan": "Scan the code with your camera",
    "check": "Check that it is your visit",
    "pay": "Pay and keep the receipt",
    "foot": "No app and no account needed",
    "qr": "QR code of the page where visits are paid",
}
