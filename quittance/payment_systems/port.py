"""What every payment system can be asked, and the only shapes its answers come in.

Adapters are stateless translators: no Django, no models, no clock. A webhook only says where to look;
`fetch_payment` says what is true. Reports hold totals, never deltas, so that reading one twice is harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, Protocol

from quittance.core.money import Money

ReferenceKind = Literal["checkout", "intent", "charge", "refund", "dispute"]
RefundState = Literal["pending", "succeeded", "failed"]
DisputeState = Literal["open", "won", "lost"]

# Where an adapter writes our key at their side (checkout, intent, refund), so that a lost answer can be found.
KEY_IN_METADATA = "quittance_key"


class Feature(StrEnum):
    """What a payment system can do beyond the port's required calls."""

    HOSTED_PAGE = "hosted_page"
    DELAYED_METHODS = "delayed_methods"
    EVENT_LIST = "event_list"
    PAYOUTS = "payouts"
    TAX_LINES = "tax_lines"
    NOTICE_IS_TRUTH = "notice_is_truth"


class PaymentState(StrEnum):
    """What the payment system says of one payment. UNKNOWN is pending: only explicit answers end things."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    ENDED = "ended"
    UNKNOWN = "unknown"


class EndState(StrEnum):
    """The answer to `end_checkout`."""

    ENDED = "ended"
    COMPLETE = "complete"
    PROCESSING = "processing"
    STILL_PAYABLE = "still_payable"


@dataclass(frozen=True, slots=True)
class Reference:
    """Their id of a thing; UNIQUE per account with its kind."""

    kind: ReferenceKind
    value: str


@dataclass(frozen=True, slots=True)
class References:
    """All references that we stored for one payment."""

    items: tuple[Reference, ...] = ()

    def first(self, kind: ReferenceKind) -> str | None:
        return next((item.value for item in self.items if item.kind == kind), None)


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """One thing that the hosted page shows; `amount` is the line's share of what is asked now."""

    name: str
    quantity: int
    amount: Money
    tax_name: str = ""
    tax_minor: int = 0


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Everything needed to open a hosted page; stored before the call and repeated to the letter.

    `key` is the idempotency key. `metadata` is set on the checkout and on its intent. `amount` is what is
    asked and equals the sum of the lines.
    """

    key: str
    amount: Money
    lines: tuple[CheckoutLine, ...]
    description: str
    locale: str
    client_email: str
    expires_at: datetime
    return_url: str
    back_url: str
    metadata: Mapping[str, str]
    delayed_methods: bool = True


@dataclass(frozen=True, slots=True)
class Checkout:
    """A hosted page that was opened."""

    references: tuple[Reference, ...]
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SeenRefund:
    reference: str
    amount: Money
    state: RefundState
    our_key: str = ""


@dataclass(frozen=True, slots=True)
class SeenDispute:
    reference: str
    amount: Money
    state: DisputeState


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """The whole truth about one payment now. `captured` is what they hold for us, in their currency."""

    state: PaymentState
    captured: Money | None = None
    method: str = ""
    method_detail: str = ""
    fee: Money | None = None
    net: Money | None = None
    decline_reason: str = ""
    refunds: tuple[SeenRefund, ...] = ()
    disputes: tuple[SeenDispute, ...] = ()
    references: tuple[Reference, ...] = ()
    live: bool | None = None


@dataclass(frozen=True, slots=True)
class EndReport:
    state: EndState
    payable_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundReport:
    reference: str
    amount: Money
    state: RefundState


@dataclass(frozen=True, slots=True)
class AccountReport:
    """Who the keys belong to."""

    their_account_id: str
    live: bool
    name: str
    country: str
    default_currency: str


@dataclass(frozen=True, slots=True)
class WebhookNotice:
    """A verified notice: which event, and where to look. `at` is in their time."""

    event_id: str
    kind: str
    at: datetime
    live: bool
    references: tuple[Reference, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InboundRequest:
    """An HTTP request as it came, with the moment it came; header names in lower case."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class PayoutReport:
    reference: str
    amount: Money
    arrives_at: datetime
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One box of the form in which a business connects its account. `several`: one value per line."""

    name: str
    label: str
    help: str = ""
    placeholder: str = ""
    secret: bool = True
    several: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class SystemListing:
    """What the settings page shows of a payment system before any account is connected."""

    slug: str
    name: str
    fields: tuple[CredentialField, ...]
    webhook_events: tuple[str, ...]
    fee_note: str


class PaymentSystemError(Exception):
    """Base of what an adapter may raise; the text is safe to log."""


class DeclinedError(PaymentSystemError):
    """The request itself was refused; show the text to the client."""


class MisconfiguredError(PaymentSystemError):
    """Keys or settings are wrong; tell the business."""


class MistakeError(MisconfiguredError):
    """Our own request was wrong (a key used for two requests, lines that do not add up): a bug, to be seen."""


class RateLimitedError(PaymentSystemError):
    def __init__(self, retry_after_seconds: int = 5) -> None:
        super().__init__("asked too often")
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(PaymentSystemError):
    """No usable answer. `sent` True: the request may have had its effect, so ask before repeating anew."""

    def __init__(self, text: str, *, sent: bool) -> None:
        super().__init__(text)
        self.sent = sent


class BadSignatureError(PaymentSystemError):
    """The webhook is not from them: answer 400 and store nothing."""


class PaymentSystem(Protocol):
    """One payment account at one payment system, opened with its credentials."""

    slug: ClassVar[str]
    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]

    def check_credentials(self) -> AccountReport: ...
    def minimum(self, currency: str) -> Money: ...
    def maximum(self, currency: str) -> Money: ...
    def payable_amount(self, amount: Money) -> Money:
        """What they can charge for this amount: equal to it, save for currencies with their own rule."""
        ...

    def start_checkout(self, new: NewPayment) -> Checkout:
        """Open a hosted page; the same request with the same key answers with the same page."""
        ...

    def fetch_payment(self, references: References) -> PaymentReport: ...
    def end_checkout(self, references: References) -> EndReport: ...
    def find_checkout(self, key: str, since: datetime) -> Checkout | None: ...
    def refund(self, references: References, amount: Money, *, key: str) -> RefundReport: ...
    def events_since(self, cursor: str) -> tuple[Sequence[WebhookNotice], str]:
        """Events after a cursor, some of them again (10 minutes overlap), and the next cursor.

        "" begins with the newest they have; `cursor_at` begins at a moment (after a restore).
        """
        ...

    def cursor_at(self, moment: datetime) -> str: ...
    def read_webhook(self, request: InboundRequest) -> Sequence[WebhookNotice]: ...
