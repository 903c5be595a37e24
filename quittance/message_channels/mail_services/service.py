"""What each mail service has to say of itself; one module per service fills it in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final

from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.message_channels.mail_services.library import Answer, Event, basic
from quittance.message_channels.port import (
    ChannelError,
    ChannelListing,
    CredentialField,
    MisconfiguredError,
    PermanentError,
    Suppress,
)

# Whom a service that knows only basic authentication names when it reports to us.
REPORTS_USER: Final = "quittance"
SHORTEST_SECRET: Final = 16
REFUSED_KEY: Final = _("The mail service refused the key.")
REFUSED_SENDER: Final = _("The mail service does not know the sender address. Confirm it there, then try again.")
NOT_ACTIVE: Final = _("The account at the mail service may not send now. Look there what it asks for.")
BAD_ADDRESS: Final = _("There is no such address.")
# Beginnings of a status (RFC 3463) that say nothing about the address: a full mailbox, a policy against our text.
NOT_THE_ADDRESS: Final = ("4.", "5.2.", "5.3.", "5.6.", "5.7.")

SENDER: Final = CredentialField(
    "sender",
    _("Sender address"),
    _("Clients see it and answer to it. The mail service asks you to confirm it first."),
    "hello@your-salon.example",
)
REPORTS_PASSWORD: Final = CredentialField(
    "report_secret",
    _("Password for delivery reports"),
    _("Make one up, at least 16 signs; you enter the same at the service. Without it, bounces do not reach you."),
    secret=True,
    required=False,
)


class Bounce(StrEnum):
    """Why a mail did not arrive, as far as the service tells."""

    BAD_ADDRESS = "bad_address"
    SOFT = "soft"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Question:
    """A request that shows whether the keys work, and sends nothing."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    # The answers that mean yes.
    good: tuple[int, ...] = (200,)


class Service(ABC):
    """One mail service. `slug` is also the name of its module in the library."""

    slug: ClassVar[str]
    listing: ClassVar[ChannelListing]
    view: ClassVar[str]
    # Where it is called: its own host, and what stands before the name of every call there.
    host: ClassVar[str]
    path: ClassVar[str] = "/v3/"
    can_switch_tracking: ClassVar[bool] = True
    keeps_message_id: ClassVar[bool] = False
    # Each event has a number of its own.
    numbers_events: ClassVar[bool] = False

    @abstractmethod
    def options(self, fields: Mapping[str, str]) -> dict[str, object]:
        """What the library's backend is opened with."""

    @abstractmethod
    def question(self, fields: Mapping[str, str]) -> Question: ...

    @abstractmethod
    def refusal(self, answer: Answer) -> ChannelError | None:
        """What this service alone says in its own words; None where the status says enough."""

    @abstractmethod
    def bounce(self, event: Event) -> Bounce: ...

    def api_url(self, fields: Mapping[str, str], base_url: str | None) -> str:
        """Where it is called, with a slash at the end; `base_url` stands in for its own host (sandbox only)."""
        return (base_url or self.host_for(fields)).rstrip("/") + self.path

    def host_for(self, fields: Mapping[str, str]) -> str:  # noqa: ARG002 - most have one for everybody
        return self.host

    def check_fields(self, fields: Mapping[str, str]) -> None:
        """MisconfiguredError says what to correct in the form."""
        secret = fields.get("report_secret", "")
        if secret and len(secret) < SHORTEST_SECRET:
            raise MisconfiguredError(_("The secret for delivery reports is too short. Use at least 16 signs."))

    def headers(self, message_id: str) -> dict[str, str]:
        """Further headers of every mail."""
        return {"Message-ID": message_id} if self.keeps_message_id else {}

    def reader(self, secret: Secret) -> dict[str, object]:
        """What the library's view is opened with to check who reports."""
        return {"webhook_secret": f"{REPORTS_USER}:{secret.reveal()}"}

    def status_of(self, event: Event) -> str:
        """The status of RFC 3463, where the service tells it."""
        return str(event.details.get("status") or "")


def held(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of an answer; empty where it is none."""
    found = answer.read()
    return found if isinstance(found, dict) else {}


def bad_address() -> PermanentError:
    return PermanentError("invalid", BAD_ADDRESS, suppress=Suppress.REFUSED)


def basic_header(name: str, password: str) -> dict[str, str]:
    return {"Authorization": basic(name, password)}
