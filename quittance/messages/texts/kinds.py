"""The texts that a business may write in its own words, and what each of them may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from quittance.messages.types import (
    DESK_CODE,
    GIFT_CARD,
    LINK_EXPIRING,
    MEMBERSHIP,
    PAYMENT_FAILED,
    PAYMENT_LINK,
    PAYMENT_RECEIVED,
    PAYMENT_REMINDER,
    REFUND,
    TYPES,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_MOVED,
    VISIT_REMINDER,
)

# Always known, or harmless when they are not: a gap where a name would stand.
_ALWAYS: Final = ("business", "client", "phone", "staff", "place")
_VISIT: Final = (*_ALWAYS, "when", "day")
_PAID: Final = (*_VISIT, "amount", "link")
# A text whose placeholder has no value now gives way to ours, except for these.
OPTIONAL: Final = frozenset({"client", "phone", "staff", "place", "visits"})


@dataclass(frozen=True, slots=True)
class TextKind:
    """One text: a type, or a variant of it that is said when `when` holds.

    `needed` must stand in the text of an SMS; mails have the link in their button, so only `needed_in_mail`.
    """

    key: str
    type: str
    when: str
    placeholders: tuple[str, ...]
    needed: tuple[str, ...] = ("link",)
    needed_in_mail: tuple[str, ...] = ()
    has_button: bool = True


KINDS: Final[dict[str, TextKind]] = {
    one.key: one
    for one in (
        TextKind("payment_link", PAYMENT_LINK, "", _PAID),
        TextKind("payment_link_again", PAYMENT_LINK, "When online payment works again after an outage", _PAID),
        TextKind("payment_received", PAYMENT_RECEIVED, "", (*_PAID, "method")),
        TextKind(
            "payment_received_late",
            PAYMENT_RECEIVED,
            _("When it arrived after the visit was cancelled"),
            (*_PAID, "method"),
        ),
        TextKind(
            "payment_received_returns",
            PAYMENT_RECEIVED,
            _("When it arrived after the visit was cancelled and goes back"),
            (*_PAID, "method"),
        ),
        TextKind("payment_failed", PAYMENT_FAILED, "", _PAID),
        TextKind("refund", REFUND, "", (*_PAID, "method")),
        TextKind("refund_plain", REFUND, _("When there is no credit note"), (*_PAID, "method")),
        TextKind(
            "gift_card",
            GIFT_CARD,
            "",
            ("business", "client", "phone", "amount", "code", "until"),
            needed=("code",),
            needed_in_mail=("code",),
            has_button=False,
        ),
        TextKind(
            "gift_card_endless",
            GIFT_CARD,
            _("When it does not end"),
            ("business", "client", "phone", "amount", "code"),
            needed=("code",),
            needed_in_mail=("code",),
            has_button=False,
        ),
        TextKind(
            "membership",
            MEMBERSHIP,
            "",
            ("business", "client", "phone", "membership", "visits", "until"),
            needed=("membership",),
            has_button=False,
        ),
        TextKind(
            "membership_endless",
            MEMBERSHIP,
            "When it does not end",
            ("business", "client", "phone", "membership", "visits"),
            needed=("membership",),
            has_button=False,
        ),
        TextKind("visit_booked", VISIT_BOOKED, "", _VISIT, needed=("when",), has_button=False),
        TextKind("visit_moved", VISIT_MOVED, "", _VISIT, needed=("when",), has_button=False),
        TextKind("visit_cancelled", VISIT_CANCELLED, "", _VISIT, needed=("when",), has_button=False),
        TextKind("payment_reminder", PAYMENT_REMINDER, "", _PAID),
        TextKind("link_expiring", LINK_EXPIRING, "", (*_PAID, "deadline")),
        TextKind("visit_reminder", VISIT_REMINDER, "", _VISIT, needed=("when",), has_button=False),
        TextKind("desk_code", DESK_CODE, "", ("business", "code"), needed=("code",), has_button=False),
    )
}


def kinds_of(type_: str) -> list[TextKind]:
    return [kind for kind in KINDS.values() if kind.type == type_]


def title_of(kind: TextKind) -> str:
    return TYPES[kind.type].label
