"""What every message channel can be asked, and the only shapes its answers come in.

Adapters are stateless translators: no Django, no models, no clock. A call that was made but not answered is
*unknown*: the caller asks with `find` and never sends again blindly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, Protocol

FailureClass = Literal["permanent", "transient", "unknown"]


class Feature(StrEnum):
    """What a channel can do beyond sending."""

    FIND = "find"
    STATUS_NOTICES = "status_notices"
    INBOUND = "inbound"
    # Sends only texts that were approved there before.
    TEMPLATES = "templates"


class DeliveryState(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Suppress(StrEnum):
    """Why an address must not be written to again; stored, so the words stay."""

    OPTED_OUT = "opted_out"
    REFUSED = "refused"
    # Reported as unwanted mail.
    COMPLAINED = "complained"
    # Wants no more than what it is owed; told by a mail service.
    UNSUBSCRIBED = "unsubscribed"


class Wish(StrEnum):
    """What an inbound text asks for."""

    STOP = "stop"
    START = "start"
    OTHER = "other"


class FindAnswer(StrEnum):
    ACCEPTED = "accepted"
    ABSENT = "absent"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class ApprovedTemplate:
    """A text that the channel has approved: `parameters` go into its gaps in their sequence, each one line.

    `button` ends the address of its first button; empty where it has none.
    """

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    button: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One text to one address. `key` is our name for it: 32 hex, the Message-ID of a mail.

    `status_url` is where the channel may report its fate ("" where no report could reach us); `at` is the
    moment of the call, for the date that a mail bears.
    """

    key: str
    sender: str
    address: str
    subject: str
    text: str
    html: str
    status_url: str
    at: datetime
    sender_name: str = ""
    reply_to: str = ""
    # Where the mail's reader takes back that such mails come (RFC 8058); empty where that cannot be.
    unsubscribe_url: str = ""
    template: ApprovedTemplate | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """The channel has the message. `their_id` is what they call it."""

    their_id: str
    state: DeliveryState = DeliveryState.SENT


@dataclass(frozen=True, slots=True)
class FindReport:
    """Whether a message whose answer was lost had been accepted; `report` stands with ACCEPTED only."""

    answer: FindAnswer
    report: DeliveryReport | None = None


@dataclass(frozen=True, slots=True)
class StatusNotice:
    """A verified notice about one message. `key` is ours, where the channel handed it back."""

    event_id: str
    their_id: str
    key: str
    state: DeliveryState
    code: str = ""
    reason: str = ""
    failure_class: FailureClass | Literal[""] = ""
    suppress: Suppress | None = None


@dataclass(frozen=True, slots=True)
class InboundText:
    """A verified text from a client."""

    event_id: str
    their_id: str
    address: str
    wish: Wish


Notice = StatusNotice | InboundText


@dataclass(frozen=True, slots=True)
class InboundRequest:
    """An HTTP request as it came; header names in lower case.

    `url` is built from our own base address with path and query as they came, since the signature covers it
    and the Host header is anybody's.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One box of the form in which a business connects a channel."""

    name: str
    label: str
    help: str = ""
    placeholder: str = ""
    secret: bool = False
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class ChannelListing:
    """What the settings page shows of a way to send before it is connected.

    The field named `sender` is the address that messages come from. `identity` names the fields that, with
    the sender, say which account it is: new keys for the same account keep its webhook address.
    """

    slug: str
    name: str
    channel: str
    fields: tuple[CredentialField, ...]
    identity: tuple[str, ...]
    note: str = ""
    # Where a channel has several: what this one is called among them, and what it takes.
    choice: str = ""
    summary: str = ""
    # Where its reports are switched on, beside the webhook address; empty where the settings say it themselves.
    webhook_help: str = ""


class ChannelError(Exception):
    """Base of what an adapter may raise; the text is plain, names no client and is safe to log."""


class PermanentError(ChannelError):
    """Refused for a reason that a second try does not change. Nothing was sent."""

    def __init__(self, code: str, reason: str, *, suppress: Suppress | None = None, is_ours: bool = False) -> None:
        """`is_ours`: what the business set up is at fault, not the client's address."""
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.suppress = suppress
        self.is_ours = is_ours


class TransientError(ChannelError):
    """Not accepted now; the same message may be sent again later. Nothing was sent."""

    def __init__(self, code: str, reason: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class MisconfiguredError(ChannelError):
    """Keys or settings of the channel are wrong: tell the business. Nothing was sent."""


class UnknownOutcomeError(ChannelError):
    """The message may or may not have been accepted."""


class BadSignatureError(ChannelError):
    """The webhook is not from them: answer 400 and store nothing."""


class MessageChannel(Protocol):
    """One account at one channel, opened with its credentials."""

    slug: ClassVar[str]
    channel: ClassVar[str]
    features: ClassVar[frozenset[Feature]]

    def check(self) -> None:
        """Return if the settings work; else MisconfiguredError or TransientError says why. Sends nothing."""
        ...

    def send(self, message: OutgoingMessage) -> DeliveryReport:
        """Hand over one message; raises PermanentError, TransientError, MisconfiguredError, UnknownOutcomeError."""
        ...

    def find(self, message: OutgoingMessage, *, taken: Collection[str] = ()) -> FindReport:
        """Ask about a message whose answer was lost; `message` is what was sent, to the letter.

        `taken`: their ids that belong to other messages of ours. ABSENT is only as good as their list is
        fresh, so ask again after a while before believing it. Raises TransientError or MisconfiguredError.
        """
        ...

    def read_webhook(self, request: InboundRequest) -> Sequence[Notice]:
        """Verify and translate; BadSignatureError when it is not from them."""
        ...
