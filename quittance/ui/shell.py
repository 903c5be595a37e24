"""What the frame of the desk needs to know; the desk fills it and the template `ui/desk_base.html` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from quittance.ui.statuses import Tone


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One entry of the left rail; `count` above zero asks for attention."""

    label: str
    icon: str
    url: str
    current: bool = False
    count: int = 0
    # Names the place of the count, so that a poll can change it.
    key: str = ""


@dataclass(frozen=True, slots=True)
class LocationChoice:
    id: int
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """The context variable `shell` of every desk page.

    `switch_url` takes POST location=<id> and next=<path>; empty when there is one location only.
    """

    business: str
    location: str
    entries: Sequence[RailEntry]
    locations: Sequence[LocationChoice] = ()
    switch_url: str = ""
    user_name: str = ""
    role: str = ""
    log_out_url: str = ""
    sign_in_url: str = ""
    switch_user_url: str = ""

    @property
    def initials(self) -> str:
        words = self.user_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True, slots=True)
class Tab:
    """`key` opens it by keyboard."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, for `ui/components/timeline.html`; `at` is aware."""

    at: datetime
    title: str
    icon: str
    tone: Tone = "neutral"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChannelChip:
    """One way to reach a client, for `ui/components/chip.html`.

    Where `why_not` stands, the channel cannot be used: the reason is shown with the way to mend it.
    """

    channel: Literal["email", "sms", "whatsapp"]
    label: str
    address: str = ""
    checked: bool = False
    why_not: str = ""
    mend_url: str = ""
    mend_label: str = ""

    @property
    def icon(self) -> str:
        return {"email": "mail", "sms": "message-square-text", "whatsapp": "message-circle"}[self.channel]
