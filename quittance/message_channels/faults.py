"""What goes wrong at a phone network, in our words. Each channel has its own table of codes and fills it with these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from quittance.core.words import gettext_noop as _
from quittance.message_channels.port import (
    ChannelError,
    DeliveryState,
    FailureClass,
    MisconfiguredError,
    PermanentError,
    StatusNotice,
    Suppress,
    TransientError,
)

NOT_DELIVERED: Final = _("The message was not delivered.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error code means for us. Their own sentence is not shown: it may repeat the client's number.

    `template`: nothing is wrong with the client, so the business is told.
    """

    kind: Literal["permanent", "transient", "misconfigured", "template"]
    reason: str
    suppress: Suppress | None = None

    @property
    def failure_class(self) -> FailureClass:
        return "transient" if self.kind == "transient" else "permanent"

    def as_error(self, code: int | None) -> ChannelError:
        """The same as the answer to a call."""
        if self.kind == "misconfigured":
            return MisconfiguredError(self.reason)
        if self.kind == "transient":
            return TransientError(str(code), self.reason)
        return PermanentError(str(code), self.reason, suppress=self.suppress, is_ours=self.kind == "template")


def with_code(sentence: str, code: str) -> str:
    """`Twilio refused the message (error 63).`: the desk says the sentence in its language and leaves the code."""
    return f"{sentence.removesuffix('.')} ({code})."


def status_notice(
    *, their_id: str, word: str, key: str, state: DeliveryState, code: int | None, fault: Fault
) -> StatusNotice:
    """What their word for a message's state tells; `fault` is said of a failed one only."""
    event_id = f"{their_id}:{word}"
    if state is not DeliveryState.FAILED:
        return StatusNotice(event_id, their_id, key, state)
    return StatusNotice(
        event_id=event_id,
        their_id=their_id,
        key=key,
        state=state,
        code=str(code or ""),
        reason=fault.reason,
        failure_class=fault.failure_class,
        suppress=fault.suppress,
    )
