"""What a test of the contract needs of one payment system, and what Chloe is asked to pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.payment_systems.port import (
    Checkout,
    CheckoutLine,
    InboundRequest,
    NewPayment,
    PaymentSystem,
    References,
)


class Bench(Protocol):
    """What a test needs of one payment system; amounts as `Money`, the judge's answers in major units."""

    system: PaymentSystem

    def now(self) -> datetime: ...
    def advance(self, step: timedelta) -> None: ...

    # The people at the page. False: nothing could be paid there.
    def pay(self, page: Checkout, *, amount: Money | None = None) -> bool: ...
    def decline(self, page: Checkout) -> None: ...
    def delay(self, page: Checkout) -> bool: ...
    def finish_delayed(self, page: Checkout, *, succeeded: bool) -> None: ...

    # The dashboard.
    def dashboard_refund(self, page: Checkout, amount: Money) -> None: ...
    def keep_refunds_pending(self) -> None: ...
    def finish_refund(self, reference: str, *, succeeded: bool) -> None: ...
    def open_dispute(self, page: Checkout) -> str: ...
    def close_dispute(self, reference: str, *, won: bool) -> None: ...

    # The judge.
    def pages(self) -> int: ...
    def captured(self, page: Checkout) -> Decimal: ...
    def refunded(self, page: Checkout) -> Decimal: ...

    # Trouble.
    def lose_next_answer(self) -> None: ...
    def go_down(self) -> None: ...
    def come_back(self) -> None: ...

    # Webhooks: the newest event, signed; and the same account opened with other signing secrets.
    def signed(self, *, secret: str, signed_at: datetime) -> InboundRequest: ...
    def signed_rubbish(self, body: bytes, *, secret: str) -> InboundRequest: ...
    def opened_with(self, secrets: Sequence[str]) -> PaymentSystem: ...


OLD, CURRENT, WRONG = "whsec_old_and_known", "whsec_current_one", "whsec_somebody_elses"


def wish(bench: Bench, amount: Money, **changes: object) -> NewPayment:
    """What Chloe is asked to pay at Ana's salon."""
    values: dict[str, object] = {
        "key": new_key(),
        "amount": amount,
        "lines": (CheckoutLine("Haircut", 1, amount, tax_name="VAT 19 %", tax_minor=amount.minor * 19 // 119),),
        "description": "Visit at Ana's salon",
        "locale": "de",
        "client_email": "chloe@example.com",
        "expires_at": (bench.now() + timedelta(hours=1)).replace(microsecond=0),
        "return_url": "https://pay.example.com/p/token/return",
        "back_url": "https://pay.example.com/p/token",
        "metadata": {"quittance_account": "a" * 32},
    }
    return NewPayment(**(values | changes))  # type: ignore[arg-type]


def refs(page: Checkout) -> References:
    return References(page.references)


def paid_page(bench: Bench) -> Checkout:
    """Chloe paid 60 euros."""
    page = bench.system.start_checkout(wish(bench, Money(6000, "EUR")))
    assert bench.pay(page)  # noqa: S101 - the bench must be able to pay
    return page
