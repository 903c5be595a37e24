"""What was found when the reason for a message was read anew."""

from __future__ import annotations

from dataclasses import dataclass

from quittance.messages.texts import MessageFacts


@dataclass(frozen=True, slots=True)
class Reason:
    """`facts`: say this. `drop`: the reason is gone, in words. `wait_seconds`: not to be told at this moment.

    `waits_long`: the waiting counts as no attempt.
    """

    facts: MessageFacts | None = None
    drop: str = ""
    wait_seconds: int = 0
    waits_long: bool = False
