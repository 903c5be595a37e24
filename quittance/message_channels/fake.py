"""A message channel in memory, for fast tests of flows; it keeps its own list of what it accepted.

    post = FakeChannel("sms")                            # is itself a MessageChannel; slug "fake_sms"
    with fake_channels() as fakes: ...                   # registers one for "email" and one for "sms"

Trouble:   post.refuse_next(error)      the next call raises this and nothing is accepted
           post.lose_next_answer()      the next send is accepted, then UnknownOutcomeError
           post.kill_next_answer()      the next send is accepted, then the process "dies" (KilledError)
           post.can_find = False        find answers CANNOT_TELL, as a mail server would
           post.blind_finds = 2         the next two finds do not see what was accepted yet
           post.on_call(operation) runs before, post.on_answer(operation) after the effect of every call
To look at: post.accepted (OutgoingMessage, in the order they came), post.sent_to(address), post.calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from quittance.core import http
from quittance.message_channels import registry
from quittance.message_channels.port import (
    BadSignatureError,
    ChannelError,
    ChannelListing,
    CredentialField,
    DeliveryReport,
    DeliveryState,
    Feature,
    FindAnswer,
    FindReport,
    InboundRequest,
    InboundText,
    Notice,
    OutgoingMessage,
    StatusNotice,
    UnknownOutcomeError,
    Wish,
)

SIGNATURE = "fake-signature"


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


def fake_listing(channel: str) -> ChannelListing:
    return ChannelListing(
        slug=f"fake_{channel}",
        name=f"Fake {channel}",
        channel=channel,
        fields=(CredentialField("sender", "Sender"), CredentialField("password", "Password", secret=True)),
        identity=(),
    )


class FakeChannel:
    """See the module's text."""

    slug: ClassVar[str] = "fake"
    channel: ClassVar[str] = "any"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature)

    def __init__(self, name: str = "sms") -> None:
        self.name = name
        self.accepted: list[OutgoingMessage] = []
        self.calls: list[str] = []
        self.can_find = True
        self.blind_finds = 0
        # What the last one who opened it wished for.
        self.limit_seconds: float | None = None
        self.on_call: Callable[[str], None] | None = None
        self.on_answer: Callable[[str], None] | None = None
        self._refusals: list[ChannelError] = []
        self._losses: list[BaseException] = []

    def open(
        self, _credentials: Mapping[str, str], _base_url: str | None, /, *, limit_seconds: float | None = None
    ) -> FakeChannel:
        """The opener for `registry.register`: every account that is opened is this channel."""
        self.limit_seconds = limit_seconds
        return self

    def refuse_next(self, error: ChannelError) -> None:
        self._refusals.append(error)

    def lose_next_answer(self) -> None:
        self._losses.append(UnknownOutcomeError("The answer was lost."))

    def kill_next_answer(self) -> None:
        self._losses.append(KilledError())

    def sent_to(self, address: str) -> list[OutgoingMessage]:
        return [message for message in self.accepted if message.address == address]

    def their_id(self, message: OutgoingMessage) -> str:
        return f"fake-{self.accepted.index(message)}"

    # ---- the port

    def check(self) -> None:
        self._begin("check")

    def send(self, message: OutgoingMessage) -> DeliveryReport:
        self._begin("send")
        self.accepted.append(message)
        report = DeliveryReport(self.their_id(message))
        if self._losses:
            raise self._losses.pop(0)
        self._end("send")
        return report

    def find(self, message: OutgoingMessage, *, taken: Collection[str] = ()) -> FindReport:
        self._begin("find")
        report = self._found(message, taken)
        self._end("find")
        return report

    def _found(self, message: OutgoingMessage, taken: Collection[str]) -> FindReport:
        if not self.can_find:
            return FindReport(FindAnswer.CANNOT_TELL)
        if self.blind_finds:
            self.blind_finds -= 1
            return FindReport(FindAnswer.ABSENT)
        for number, accepted in enumerate(self.accepted):
            if accepted.key == message.key and f"fake-{number}" not in taken:
                return FindReport(FindAnswer.ACCEPTED, DeliveryReport(f"fake-{number}"))
        return FindReport(FindAnswer.ABSENT)

    def read_webhook(self, request: InboundRequest) -> Sequence[Notice]:
        """The body is a query string: `id`, `state` and `key`, or `from` and `wish`."""
        if request.headers.get(SIGNATURE) != "good":
            raise BadSignatureError("The signature does not fit.")
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        key = parse_qs(urlsplit(request.url).query).get("m", [""])[0]
        if "from" in fields:
            return (InboundText(f"in:{fields['id']}", fields["id"], fields["from"], Wish(fields["wish"])),)
        state = DeliveryState(fields["state"])
        return (StatusNotice(f"{fields['id']}:{state}", fields["id"], key, state),)

    def _end(self, operation: str) -> None:
        if self.on_answer is not None:
            self.on_answer(operation)

    def _begin(self, operation: str) -> None:
        http.run_guards()
        self.calls.append(operation)
        if self.on_call is not None:
            self.on_call(operation)
        if self._refusals:
            raise self._refusals.pop(0)


@dataclass(frozen=True, slots=True)
class FakeChannels:
    email: FakeChannel
    sms: FakeChannel


@contextmanager
def fake_channels() -> Iterator[FakeChannels]:
    """Both channels, known to the registry under `fake_email` and `fake_sms` while the block runs."""
    fakes = FakeChannels(FakeChannel("email"), FakeChannel("sms"))
    registry.register(fake_listing("email"), fakes.email.open)
    registry.register(fake_listing("sms"), fakes.sms.open)
    try:
        yield fakes
    finally:
        registry.unregister("fake_email")
        registry.unregister("fake_sms")
