"""The roles that every business starts with, as sets of access rights. One table; docs and screens read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from quittance.core.actor import Right

# What a right is called where a person reads it (settings, a refusal).
RIGHT_LABELS: Final[dict[Right, str]] = {
    Right.SEE_CALENDAR: _("See the calendar and visits"),
    Right.EDIT_VISITS: _("Book, move and cancel visits"),
    Right.BOOK_ANYWAY: _("Book somebody twice at the same time"),
    Right.CASHLESS_PAYMENT: _("Cashless payment: send, copy and show payment links"),
    Right.TAKE_TENDERS: _("Take cash and card terminal payments"),
    Right.VOID_TENDERS: _("Void payments that were entered wrongly"),
    Right.CLOSE_DAY: _("Count the cash drawer and close the day"),
    Right.REFUND: _("Refund payments and decide money cases"),
    Right.EDIT_PRICES: _("Change prices and discounts in a visit"),
    Right.SEE_FINANCE: _("See finance: links, payments and reports"),
    Right.EDIT_CLIENTS: _("Create and change client cards"),
    Right.EDIT_PAYMENT_SETTINGS: _("Set up online payments and their keys"),
    Right.EDIT_SETTINGS: _("Change settings of the business"),
    Right.EDIT_PEOPLE: _("Invite people and change what they may do"),
    Right.SEE_AUDIT_TRAIL: _("See the audit trail"),
}


@dataclass(frozen=True, slots=True)
class DefaultRole:
    slug: str
    name: str
    rights: frozenset[Right]


OWNER: Final = "owner"
_EVERYTHING = frozenset(Right)
_DESK = frozenset(
    {
        Right.SEE_CALENDAR,
        Right.EDIT_VISITS,
        Right.BOOK_ANYWAY,
        Right.CASHLESS_PAYMENT,
        Right.TAKE_TENDERS,
        Right.VOID_TENDERS,
        Right.CLOSE_DAY,
        Right.EDIT_PRICES,
        Right.EDIT_CLIENTS,
    }
)

DEFAULT_ROLES: Final = (
    DefaultRole(OWNER, _("Owner"), _EVERYTHING),
    # Whoever holds the payment system's keys can redirect the money: the owner alone.
    DefaultRole("manager", _("Manager"), _EVERYTHING - {Right.EDIT_PAYMENT_SETTINGS}),
    DefaultRole("receptionist", _("Receptionist"), _DESK),
    DefaultRole(
        "specialist",
        _("Specialist"),
        frozenset({Right.SEE_CALENDAR, Right.EDIT_VISITS, Right.CASHLESS_PAYMENT, Right.TAKE_TENDERS}),
    ),
    DefaultRole("bookkeeper", _("Bookkeeper"), frozenset({Right.SEE_CALENDAR, Right.SEE_FINANCE})),
)


def known_rights(values: object) -> frozenset[Right]:
    """The rights stored with a role; names that this version does not know grant nothing."""
    if not isinstance(values, list):
        return frozenset()
    by_value = {right.value: right for right in Right}
    return frozenset(by_value[value] for value in values if isinstance(value, str) and value in by_value)
