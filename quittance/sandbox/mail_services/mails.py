"""What the imitated mail services share: accounts, mails, and what an address does of itself."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
# The beginning of an address says what becomes of mail to it: the events that follow, in their order.
FATES: dict[str, tuple[str, ...]] = {
    "bounce@": ("hard",),
    "nobody@": ("hard",),
    "full@": ("soft",),
    "complain@": ("delivered", "complained"),
    "unsubscribe@": ("delivered", "unsubscribed"),
    "inactive@": ("inactive",),
}
EVENTS = ("delivered", "hard", "soft", "complained", "unsubscribed", "inactive", "opened")
# An address that no service takes, and a sender that none knows.
REFUSED_DOMAIN = "@refused.example"
UNKNOWN_SENDER = "@unknown.example"


@dataclass
class Account:
    """One business's account; `secret` is what its reports are signed with."""

    service: str
    key: str
    secret: str = ""
    webhook_url: str = ""
    reports_on: bool = True
    reorder: bool = False
    lose_next: int = 0
    double_next: int = 0


@dataclass
class Mail:
    """One mail that was taken. `named` is what came along with it and comes back in each report."""

    id: str
    account: str
    sender: str
    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    named: Json = field(default_factory=dict)
    at: float = 0.0


class MailRefusalError(Exception):
    """What the service says instead of taking the mail."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def fate(address: str) -> tuple[str, ...]:
    start = address.lower()
    return next((events for begins, events in FATES.items() if start.startswith(begins)), ("delivered",))


def bare(written: str) -> str:
    """The address in `Name <address>`."""
    return written.rpartition("<")[2].rstrip(">").strip()
