"""The fake bank as a PaymentSystem: the port's calls, the trouble one can make, the webhooks it signs."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from quittance.core import http
from quittance.core.money import Money
from quittance.payment_systems.fake.books import DECIMALS, Books, Page, major, money
from quittance.payment_systems.port import (
    AccountReport,
    BadSignatureError,
    Checkout,
    DeclinedError,
    EndReport,
    EndState,
    Feature,
    InboundRequest,
    MisconfiguredError,
    MistakeError,
    NewPayment,
    PaymentReport,
    PaymentState,
    PaymentSystemError,
    Reference,
    References,
    RefundReport,
    SystemListing,
    UnavailableError,
    WebhookNotice,
)

FAKE_LISTING = SystemListing(
    slug="fake",
    name="Fake bank",
    fields=(),
    webhook_events=("checkout.completed",),
    fee_note="The fake bank takes 2 %.",
)
_TOLERANCE_SECONDS = 300
_OVERLAP = timedelta(minutes=10)
_END_ANSWERS = {
    PaymentState.PAID: EndState.COMPLETE,
    PaymentState.PROCESSING: EndState.PROCESSING,
}


class FakeBank(Books):
    """See the package's text. `now` is the bank's clock; by default the one the product reads."""

    slug: ClassVar[str] = "fake"
    name: ClassVar[str] = "Fake bank"
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.HOSTED_PAGE, Feature.DELAYED_METHODS, Feature.EVENT_LIST, Feature.TAX_LINES}
    )

    def __init__(
        self,
        *,
        account_id: str = "fake_account",
        secrets: Sequence[str] = ("fake_signing_secret",),
        now: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(now=now)
        self.account_id = account_id
        self.secrets = list(secrets)
        self.down = False
        self.requests: list[tuple[str, str]] = []
        self.on_call: Callable[[str], None] | None = None
        self.on_answer: Callable[[str], None] | None = None
        self._by_key: dict[str, Page] = {}
        self._refunds_by_key: dict[str, tuple[str, RefundReport]] = {}
        self._losses: list[str | None] = []
        self._refusals: list[tuple[str | None, PaymentSystemError]] = []

    def open(self, _credentials: Mapping[str, object], _base_url: str | None, _timeout_seconds: float) -> FakeBank:
        """The opener for `registry.register`: every account that is opened is this bank."""
        return self

    # ---- the port

    def check_credentials(self) -> AccountReport:
        self._begin("check_credentials", self.account_id)
        self._answer("check_credentials")
        return AccountReport(
            their_account_id=self.account_id,
            live=self.live,
            name="Salon Ana",
            country="DE",
            default_currency="EUR",
        )

    def minimum(self, currency: str) -> Money:
        return Money(500 if DECIMALS.get(currency) == 3 else 50, currency)

    def maximum(self, currency: str) -> Money:
        return Money(99_999_999, currency)

    def payable_amount(self, amount: Money) -> Money:
        odd = amount.minor % 10 if DECIMALS.get(amount.currency) == 3 else 0
        return Money(amount.minor - odd, amount.currency)

    def start_checkout(self, new: NewPayment) -> Checkout:
        self._begin("start_checkout", new.key)
        page = self._by_key.get(new.key) or self._open_page(new)
        if page.new != new:
            raise MistakeError("This key was used before with another request.")
        self._answer("start_checkout")
        return page.checkout

    def fetch_payment(self, references: References) -> PaymentReport:
        page = self._found("fetch_payment", references)
        report = self._report(page)
        self._answer("fetch_payment")
        return report

    def end_checkout(self, references: References) -> EndReport:
        page = self._found("end_checkout", references)
        if page.state is PaymentState.OPEN:
            page.state = PaymentState.EXPIRED
            self._note("checkout.expired", page)
        report = EndReport(_END_ANSWERS.get(page.state, EndState.ENDED))
        self._answer("end_checkout")
        return report

    def find_checkout(self, key: str, since: datetime) -> Checkout | None:
        self._begin("find_checkout", key)
        page = self._by_key.get(key)
        found = page.checkout if page is not None and page.opened_at >= since - _OVERLAP else None
        self._answer("find_checkout")
        return found

    def refund(self, references: References, amount: Money, *, key: str) -> RefundReport:
        page = self._found("refund", references, note=key)
        if self.payable_amount(amount) != amount:
            raise MistakeError(f"{amount} cannot be sent back exactly.")
        if key not in self._refunds_by_key:
            seen = self._refund(page, amount, our_key=key)
            self._refunds_by_key[key] = (page.id, RefundReport(seen.reference, seen.amount, seen.state))
        owner, report = self._refunds_by_key[key]
        if (owner, report.amount) != (page.id, amount):
            raise MistakeError("This key was used before with another request.")
        self._answer("refund")
        return report

    def events_since(self, cursor: str) -> tuple[Sequence[WebhookNotice], str]:
        self._begin("events_since", cursor)
        start = datetime.fromisoformat(cursor) - _OVERLAP if cursor else None
        found = [event for event in self.events if start is None or event.at >= start]
        newest = max([event.at.isoformat() for event in found] + [cursor])
        self._answer("events_since")
        return found, newest

    def cursor_at(self, moment: datetime) -> str:
        return moment.isoformat()

    def read_webhook(self, request: InboundRequest) -> Sequence[WebhookNotice]:
        header = dict(part.partition("=")[::2] for part in request.headers.get("fake-signature", "").split(","))
        stamp, signature = header.get("t", ""), header.get("v1", "")
        known = [_signature(secret, stamp, request.body) for secret in self.secrets if secret.strip()]
        if not any(hmac.compare_digest(one.encode(), signature.encode()) for one in known):
            raise BadSignatureError("The signature does not match any signing secret.")
        if abs(request.received_at.timestamp() - int(stamp)) > _TOLERANCE_SECONDS:
            raise BadSignatureError("The signature is too old or from the future.")
        try:
            return [_notice_of(json.loads(request.body))]
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignatureError("The body is not an event.") from error

    # ---- trouble, and webhooks to deliver

    def lose_next_answer(self, operation: str | None = None) -> None:
        self._losses.append(operation)

    def refuse_next(self, error: PaymentSystemError, operation: str | None = None) -> None:
        self._refusals.append((operation, error))

    def count(self, operation: str) -> int:
        return sum(1 for seen, _ in self.requests if seen == operation)

    def webhook(
        self,
        page: Checkout | str,
        kind: str = "",
        *,
        secret: str | None = None,
        signed_at: datetime | None = None,
    ) -> InboundRequest:
        """A signed delivery of the page's last event, or of its last of this kind."""
        own = self.book(page).id
        found = (event for event in reversed(self.events) if self._page_of_event[event.event_id] == own)
        event = next(event for event in found if kind in {"", event.kind})
        return self.sign(_body_of(event), secret=secret, signed_at=signed_at)

    def sign(self, body: bytes, *, secret: str | None = None, signed_at: datetime | None = None) -> InboundRequest:
        stamp = str(int((signed_at or self.now()).timestamp()))
        signature = _signature(self.secrets[0] if secret is None else secret, stamp, body)
        return InboundRequest({"fake-signature": f"t={stamp},v1={signature}"}, body, self.now())

    # ---- inside

    def _begin(self, operation: str, note: str) -> None:
        self.requests.append((operation, note))
        http.run_guards()
        if self.on_call is not None:
            self.on_call(operation)
        if self.down:
            raise UnavailableError("The fake bank is down.", sent=False)
        for index, (wanted, error) in enumerate(self._refusals):
            if wanted in {None, operation}:
                del self._refusals[index]
                raise error

    def _answer(self, operation: str) -> None:
        if self.on_answer is not None:
            self.on_answer(operation)
        for index, wanted in enumerate(self._losses):
            if wanted in {None, operation}:
                del self._losses[index]
                raise UnavailableError("The fake bank's answer was lost.", sent=True)

    def _found(self, operation: str, references: References, note: str = "") -> Page:
        own = references.first("checkout") or ""
        self._begin(operation, note or own)
        if own not in self.books:
            raise MisconfiguredError("The fake bank does not know this payment.")
        return self.book(own)

    def _open_page(self, new: NewPayment) -> Page:
        if sum(line.amount.minor for line in new.lines) != new.amount.minor:
            raise MistakeError("The lines do not add up to the amount.")
        if not self.minimum(new.amount.currency) <= new.amount <= self.maximum(new.amount.currency):
            raise DeclinedError("This amount cannot be paid online.")
        if self.payable_amount(new.amount) != new.amount:
            raise MistakeError("This amount has a digit that the fake bank does not charge.")
        page = Page(next(self._numbers), new, major(new.amount), new.amount.currency, opened_at=self.now())
        self.books[page.id] = self._by_key[new.key] = page
        return page

    def _report(self, page: Page) -> PaymentReport:
        paid = page.state is PaymentState.PAID
        captured = money(page.captured, page.currency) if paid else None
        fee = Money(captured.minor // 50, captured.currency) if captured else None
        return PaymentReport(
            state=page.state,
            captured=captured,
            method=page.method,
            method_detail=page.method_detail,
            fee=fee,
            net=captured - fee if captured and fee else None,
            decline_reason=page.decline_reason,
            refunds=tuple(page.refunds.values()),
            disputes=tuple(page.disputes.values()),
            references=page.references,
            live=self.live,
        )


def _signature(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _body_of(event: WebhookNotice) -> bytes:
    return json.dumps(
        {
            "id": event.event_id,
            "kind": event.kind,
            "at": event.at.isoformat(),
            "live": event.live,
            "references": [[reference.kind, reference.value] for reference in event.references],
            "metadata": dict(event.metadata),
        }
    ).encode()


def _notice_of(event: dict[str, object]) -> WebhookNotice:
    references, metadata = event["references"], event["metadata"]
    if not isinstance(references, list) or not isinstance(metadata, dict):
        raise TypeError("references or metadata have another shape")
    return WebhookNotice(
        event_id=str(event["id"]),
        kind=str(event["kind"]),
        at=datetime.fromisoformat(str(event["at"])),
        live=event["live"] is True,
        references=tuple(Reference(kind, value) for kind, value in references),
        metadata={str(name): str(value) for name, value in metadata.items()},
    )
