"""Which page a client sees, and the words and amounts on it, from one read of the link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from babel.lists import format_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.bills.models import Receipt
from quittance.bills.receipts import number_text
from quittance.calendar.queries_pay import PayPage
from quittance.core.locale_format import known_locale
from quittance.core.money import Money

Screen = Literal[
    "visit",  # what is to be paid, with the button
    "changing",  # the desk is changing the visit at this moment
    "waiting",  # back from the payment page, the truth is not known yet
    "processing",  # the client agreed, the money takes its time
    "not_charged",  # back from a page that had been ended
    "paid",
    "settled",
    "expired",
    "cancelled",
    "replaced",
]


@dataclass(frozen=True, slots=True)
class ShownLine:
    name: str
    quantity: int
    amount: Money
    price_open: bool


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    number: str
    amount: Money
    how: str
    issued_at: datetime


def screen_of(page: PayPage, *, returning: bool) -> Screen:
    """`returning`: the client comes from the payment page, so the newest attempt is what they ask about."""
    if page.state in ("paid", "settled"):
        return "paid" if page.state == "paid" else "settled"
    last = page.last_payment
    if returning and last is not None:
        if last.state in ("creating", "open"):
            return "waiting"
        if last.state == "processing":
            return "processing"
        if page.was_not_charged:
            return "not_charged"
    if page.state == "confirming":
        return "processing"
    return "visit" if page.state == "payable" else page.state


def system_name(page: PayPage) -> str:
    """The payment system as clients know it; a neutral word before the first attempt."""
    return page.last_payment.account.system.capitalize() if page.last_payment else _("the payment service")


def shown_lines(page: PayPage) -> list[ShownLine]:
    return [
        ShownLine(line.name, line.quantity, Money(line.gross_minor, page.bill.currency), line.price_open)
        for line in page.lines
    ]


def shown_receipts(page: PayPage) -> list[ShownReceipt]:
    return [
        ShownReceipt(
            number=number_text(receipt),
            amount=Money(receipt.tender.amount_minor, receipt.tender.currency),
            how=_how(receipt),
            issued_at=receipt.issued_at,
        )
        for receipt in page.receipts
    ]


def paid_by_link(page: PayPage) -> Money | None:
    """What the newest payment through this link brought."""
    last = page.last_payment
    if last is None or last.state != "paid" or last.captured_minor is None:
        return None
    return Money(last.captured_minor, last.captured_currency)


def staff_names(page: PayPage) -> str:
    """`Ben`, `Ben and Eva`: as the language joins names."""
    names = list(dict.fromkeys(appointment.staff.name for appointment in page.appointments))
    return format_list(names, locale=known_locale(get_language() or "en")) if names else ""


def place_words(page: PayPage) -> str:
    """The location under the business's name, without saying a name twice."""
    parts = [page.location.name, page.location.address]
    return ", ".join(part for part in parts if part and part != page.business.name)


def zone_city(page: PayPage) -> str:
    return page.location.time_zone.rsplit("/", 1)[-1].replace("_", " ")


def _how(receipt: Receipt) -> str:
    tender = receipt.tender
    words = {"cash": _("Cash"), "card_terminal": _("Card terminal")}
    return words.get(tender.kind) or tender.method_label or _("Online")
