"""Who does something: every flow takes an actor, and the audit trail keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

ActorKind = Literal["staff", "client", "system", "payment_system", "message_channel"]


class Right(StrEnum):
    """Named access rights; a role is a set of them. The value is stored, the label is shown."""

    SEE_CALENDAR = "see_calendar"
    EDIT_VISITS = "edit_visits"
    BOOK_ANYWAY = "book_anyway"
    CASHLESS_PAYMENT = "cashless_payment"
    TAKE_TENDERS = "take_tenders"
    VOID_TENDERS = "void_tenders"
    CLOSE_DAY = "close_day"
    REFUND = "refund"
    EDIT_PRICES = "edit_prices"
    SEE_FINANCE = "see_finance"
    EDIT_CLIENTS = "edit_clients"
    EDIT_PAYMENT_SETTINGS = "edit_payment_settings"
    EDIT_SETTINGS = "edit_settings"
    EDIT_PEOPLE = "edit_people"
    SEE_AUDIT_TRAIL = "see_audit_trail"


class NotAllowedError(Exception):
    """The actor lacks a right; faces answer 403 and name the right."""

    def __init__(self, right: Right) -> None:
        super().__init__(f"the access right {right.value} is missing")
        self.right = right


@dataclass(frozen=True, slots=True)
class Actor:
    """`rights` maps a location's id to what the actor may do there; the system may do everything."""

    kind: ActorKind
    business_id: int
    user_id: int | None = None
    rights: dict[int, frozenset[Right]] = field(default_factory=dict)
    ip: str = ""
    request_id: str = ""

    @classmethod
    def system(cls, business_id: int, kind: ActorKind = "system") -> Actor:
        return cls(kind=kind, business_id=business_id)

    @classmethod
    def client(cls, business_id: int, *, ip: str = "") -> Actor:
        return cls(kind="client", business_id=business_id, ip=ip)

    def may(self, right: Right, location_id: int | None) -> bool:
        """Whether the right holds at the location, or at any location when none is named."""
        if self.kind == "system":
            return True
        if location_id is None:
            return any(right in held for held in self.rights.values())
        return right in self.rights.get(location_id, frozenset())


def require(actor: Actor, right: Right, location_id: int | None) -> None:
    """Raise NotAllowedError unless the actor holds the right at the location."""
    if not actor.may(right, location_id):
        raise NotAllowedError(right)
