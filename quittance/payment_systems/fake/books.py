"""The fake bank's own books: pages, what people did on them, and what the bank's dashboard did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import count

from quittance.core import clock
from quittance.core.money import Money
from quittance.payment_systems.port import (
    KEY_IN_METADATA,
    Checkout,
    DeclinedError,
    NewPayment,
    PaymentState,
    Reference,
    RefundState,
    SeenDispute,
    SeenRefund,
    WebhookNotice,
)

# The bank's own opinion on decimals: written apart from core.money, so that it can judge it.
DECIMALS = {"JPY": 0, "KRW": 0, "ISK": 0, "UGX": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}


class PageClosedError(Exception):
    """The hosted page cannot be paid: it was ended, ran out, or is complete."""


@dataclass(slots=True)
class Page:
    """One hosted page; amounts in major units, as the bank counts them."""

    number: int
    new: NewPayment
    asked: Decimal
    currency: str
    opened_at: datetime
    state: PaymentState = PaymentState.OPEN
    captured: Decimal = Decimal(0)
    method: str = ""
    method_detail: str = ""
    decline_reason: str = ""
    tried: bool = False
    refunds: dict[str, SeenRefund] = field(default_factory=dict)
    disputes: dict[str, SeenDispute] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"fake_checkout_{self.number}"

    @property
    def address(self) -> str:
        return f"https://pay.fake.example/{self.id}"

    @property
    def checkout(self) -> Checkout:
        return Checkout((Reference("checkout", self.id),), self.address, self.new.expires_at)

    @property
    def references(self) -> tuple[Reference, ...]:
        """An intent exists from the first try on, a charge from the first money on."""
        found = [Reference("checkout", self.id)]
        if self.tried:
            found.append(Reference("intent", f"fake_intent_{self.number}"))
        if self.state in {PaymentState.PAID, PaymentState.PROCESSING}:
            found.append(Reference("charge", f"fake_charge_{self.number}"))
        return tuple(found)


class Books:
    """What the bank holds, changed by the people at the page and at the bank's dashboard."""

    def __init__(self, *, now: Callable[[], datetime] | None = None) -> None:
        self.live = False
        self.refunds_stay_pending = False
        self.books: dict[str, Page] = {}
        self.events: list[WebhookNotice] = []
        self._page_of_event: dict[str, str] = {}
        self._now = now
        self._numbers = count(1)

    def now(self) -> datetime:
        return (self._now or clock.now)()

    def book(self, page: Checkout | str) -> Page:
        """The bank's record of a page, given the Checkout, its address or its id."""
        wanted = page if isinstance(page, str) else page.address
        found = self.books[wanted.rpartition("/")[2]]
        if found.state is PaymentState.OPEN and self.now() >= found.new.expires_at:
            found.state = PaymentState.EXPIRED
            self._note("checkout.expired", found)
        return found

    def captured_total(self, currency: str) -> Decimal:
        return sum((book.captured for book in self.books.values() if book.currency == currency), Decimal(0))

    def refunded_total(self, currency: str) -> Decimal:
        """Refunds of every page that did not fail."""
        pages = [book for book in self.books.values() if book.currency == currency]
        return sum((refunded(book) for book in pages), Decimal(0))

    # ---- the people at the page

    def pay(
        self,
        page: Checkout | str,
        *,
        amount: Money | None = None,
        currency: str | None = None,
        method: str = "card",
        detail: str = "Visa ·4242",
    ) -> None:
        book = self._open_book(page)
        self._capture(book, amount, currency)
        book.method, book.method_detail, book.state = method, detail, PaymentState.PAID
        self._note("checkout.completed", book)

    def decline(self, page: Checkout | str, reason: str = "The card was declined.") -> None:
        book = self._open_book(page)
        book.tried, book.decline_reason = True, reason
        self._note("payment.failed", book)

    def delay(
        self, page: Checkout | str, *, method: str = "sepa_debit", detail: str = "SEPA direct debit ·3000"
    ) -> None:
        book = self._open_book(page)
        if not book.new.delayed_methods:
            raise PageClosedError("this page offers only methods that answer at once")
        self._process(book, method, detail)

    def authorise(self, page: Checkout | str) -> None:
        """Approved, not captured: the money is not ours yet."""
        self._process(self._open_book(page), "card", "Visa ·4242")

    def finish_delayed(self, page: Checkout | str, *, succeeded: bool = True, amount: Money | None = None) -> None:
        book = self.book(page)
        if book.state is not PaymentState.PROCESSING:
            raise PageClosedError("nothing is processing on this page")
        if succeeded:
            self._capture(book, amount, None)
        else:
            book.decline_reason = "The bank did not carry out the debit."
        book.state = PaymentState.PAID if succeeded else PaymentState.FAILED
        self._note("checkout.async_succeeded" if succeeded else "checkout.async_failed", book)

    # ---- the bank's dashboard

    def dashboard_refund(self, page: Checkout | str, amount: Money) -> str:
        return self._refund(self.book(page), amount, our_key="").reference

    def finish_refund(self, reference: str, *, succeeded: bool = True) -> None:
        book = next(book for book in self.books.values() if reference in book.refunds)
        state: RefundState = "succeeded" if succeeded else "failed"
        book.refunds[reference] = replace(book.refunds[reference], state=state)
        self._note("refund.updated", book, Reference("refund", reference))

    def open_dispute(self, page: Checkout | str, amount: Money | None = None) -> str:
        book = self.book(page)
        reference = f"fake_dispute_{next(self._numbers)}"
        taken = amount or money(book.captured, book.currency)
        book.disputes[reference] = SeenDispute(reference, taken, "open")
        self._note("dispute.opened", book, Reference("dispute", reference))
        return reference

    def close_dispute(self, reference: str, *, won: bool) -> None:
        book = next(book for book in self.books.values() if reference in book.disputes)
        book.disputes[reference] = replace(book.disputes[reference], state="won" if won else "lost")
        self._note("dispute.closed", book, Reference("dispute", reference))

    # ---- inside

    def _open_book(self, page: Checkout | str) -> Page:
        found = self.book(page)
        if found.state is not PaymentState.OPEN:
            raise PageClosedError(f"the page is {found.state}")
        return found

    def _process(self, book: Page, method: str, detail: str) -> None:
        book.tried, book.state = True, PaymentState.PROCESSING
        book.method, book.method_detail = method, detail
        self._note("checkout.completed", book)

    def _capture(self, book: Page, amount: Money | None, currency: str | None) -> None:
        book.tried, book.decline_reason = True, ""
        book.captured = book.asked if amount is None else major(amount)
        book.currency = currency or (book.currency if amount is None else amount.currency)

    def _refund(self, book: Page, amount: Money, *, our_key: str) -> SeenRefund:
        if amount.currency != book.currency or refunded(book) + major(amount) > book.captured:
            raise DeclinedError("The refund is greater than what is left of the payment.")
        reference = f"fake_refund_{next(self._numbers)}"
        state: RefundState = "pending" if self.refunds_stay_pending else "succeeded"
        book.refunds[reference] = SeenRefund(reference, amount, state, our_key)
        self._note("refund.created", book, Reference("refund", reference))
        return book.refunds[reference]

    def _note(self, kind: str, book: Page, own: Reference | None = None) -> None:
        """A refund or a dispute (`own`) names the intent and the charge, never the page, and nothing of ours."""
        event = WebhookNotice(
            event_id=f"fake_event_{next(self._numbers)}",
            kind=kind,
            at=self.now().replace(microsecond=0),
            live=self.live,
            references=book.references if own is None else (own, *book.references[1:]),
            metadata={} if own else {**book.new.metadata, KEY_IN_METADATA: book.new.key},
        )
        self.events.append(event)
        self._page_of_event[event.event_id] = book.id


def refunded(book: Page) -> Decimal:
    return sum((major(one.amount) for one in book.refunds.values() if one.state != "failed"), Decimal(0))


def major(amount: Money) -> Decimal:
    return Decimal(amount.minor).scaleb(-DECIMALS.get(amount.currency, 2))


def money(amount: Decimal, currency: str) -> Money:
    return Money(int(amount.scaleb(DECIMALS.get(currency, 2))), currency)
