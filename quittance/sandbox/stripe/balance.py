"""Entries in the account's balance: what a charge, a refund or a dispute leaves of the money."""

from decimal import ROUND_HALF_UP, Decimal

from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.ledger import Books

FEE_PERCENT = Decimal("1.5")
FEE_FIXED = 25  # minor units


def book_balance(books: Books, source: Json, amount: int, *, kind: str, fee: int | None = None) -> Json:
    """An entry in the account's balance, in the currency the account is paid out in."""
    habits = books.habits
    settles_in = habits.settles_in or source["currency"]
    foreign = settles_in != source["currency"]
    rate = Decimal(habits.exchange_rate) if foreign else Decimal(1)
    settled = int((amount * rate).quantize(Decimal(1), ROUND_HALF_UP))
    if fee is None:
        fee = int((settled * FEE_PERCENT / 100).quantize(Decimal(1), ROUND_HALF_UP)) + FEE_FIXED if amount > 0 else 0
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": settles_in,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    entry: Json = {
        "id": books.new_id("txn"),
        "object": "balance_transaction",
        "amount": settled,
        "available_on": books.stamp() + 7 * 86400,
        "balance_type": "payments",
        "created": books.stamp(),
        "currency": settles_in,
        "description": None,
        "exchange_rate": float(rate) if foreign else None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": settled - fee,
        "reporting_category": "dispute"
        if kind == "adjustment"
        else kind.replace("payment_refund", "refund").replace("payment", "charge"),
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
    return books.put("balance", entry)
