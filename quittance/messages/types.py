"""The kinds of messages and the ways they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

PAYMENT_LINK: Final = "payment_link"
PAYMENT_RECEIVED: Final = "payment_received"
PAYMENT_FAILED: Final = "payment_failed"
REFUND: Final = "refund"
GIFT_CARD: Final = "gift_card"
MEMBERSHIP: Final = "membership"
VISIT_BOOKED: Final = "visit_booked"
VISIT_MOVED: Final = "visit_moved"
VISIT_CANCELLED: Final = "visit_cancelled"

# The settings show the types in these groups.
PAYMENTS, VISITS, VALUE = "payments", "visits", "value"
PAYMENT_REMINDER: Final = "payment_reminder"
LINK_EXPIRING: Final = "link_expiring"
VISIT_REMINDER: Final = "visit_reminder"
REMINDERS: Final = (PAYMENT_REMINDER, LINK_EXPIRING, VISIT_REMINDER)
DESK_CODE: Final = "desk_code"

# In the sequence in which chips and settings show them; the first that fits is the best.
CHANNELS: Final = ("email", "sms", "whatsapp")
CHANNEL_LABELS: Final = {"email": _("Email"), "sms": "SMS", "whatsapp": "WhatsApp"}
# Which kind of contact point a channel writes to.
CONTACT_KINDS: Final = {"email": "email", "sms": "phone", "whatsapp": "phone"}


@dataclass(frozen=True, slots=True)
class NotificationType:
    """`channels` are those that it has a text for; `label` and `help` are shown in the settings.

    `is_on`: without a setting of the business. `is_owed`: told even to somebody who complained about our mail.
    `may_unsubscribe`: a client may refuse this kind and still get the rest; never so for what was paid and comes back.
    """

    slug: str
    label: str
    help: str
    channels: tuple[str, ...] = CHANNELS
    group: str = PAYMENTS
    is_on: bool = True
    is_owed: bool = False
    may_unsubscribe: bool = False


TYPES: Final[dict[str, NotificationType]] = {
    one.slug: one
    for one in (
        NotificationType(
            PAYMENT_LINK,
            _("Client notification with a payment link"),
            _("Sent when you press Send link. Copy link and QR work without it."),
        ),
        NotificationType(
            PAYMENT_RECEIVED,
            _("Payment received"),
            _("Sent with the receipt when an online payment has arrived."),
            is_owed=True,
        ),
        NotificationType(
            PAYMENT_FAILED,
            _("Payment failed"),
            _("Sent when a bank payment that was under way did not arrive in the end."),
            is_owed=True,
        ),
        NotificationType(
            REFUND,
            _("Refund"),
            _("Sent with the credit note when an online payment was refunded, not before."),
            is_owed=True,
        ),
        NotificationType(
            VISIT_BOOKED,
            _("Booking confirmed"),
            _("Sent half a minute after a visit was booked at the desk."),
            group=VISITS,
            is_on=False,
        ),
        NotificationType(
            VISIT_MOVED,
            _("Visit moved"),
            _("Sent with the new time half a minute after a visit was moved. Moved back meanwhile: nothing is sent."),
            group=VISITS,
            is_on=False,
        ),
        NotificationType(
            VISIT_CANCELLED,
            _("Visit cancelled"),
            _("Sent half a minute after a visit that is still to come was cancelled."),
            group=VISITS,
            is_on=False,
        ),
        NotificationType(
            GIFT_CARD,
            _("Gift card"),
            _("Sent with its code to the client when a gift card was paid, at the desk or online."),
            group=VALUE,
            is_owed=True,
        ),
        NotificationType(
            MEMBERSHIP,
            _("Membership"),
            _("Sent to the client when a membership was paid, at the desk or online."),
            group=VALUE,
            is_owed=True,
        ),
        NotificationType(
            PAYMENT_REMINDER,
            _("Payment reminder"),
            _("Sent when a link was sent and is not paid yet. You set when under Reminders."),
            may_unsubscribe=True,
        ),
        NotificationType(
            LINK_EXPIRING,
            _("Payment link about to expire"),
            _("Sent before an unpaid link ends. You set how long before under Reminders."),
            may_unsubscribe=True,
        ),
        NotificationType(
            VISIT_REMINDER,
            _("Visit reminder"),
            _("Sent before a visit. You set how long before under Reminders."),
            group=VISITS,
            may_unsubscribe=True,
        ),
        NotificationType(
            DESK_CODE,
            _("Code for the QR at the desk"),
            _("Sent when a client types their phone at the printed QR code. Show at the desk QR works without it."),
            channels=("sms",),
        ),
    )
}


def stopping_reasons(type_: str) -> tuple[str, ...]:
    """Which reasons of a suppression stop this type."""
    known = TYPES[type_]
    return (
        "opted_out",
        "refused",
        *(() if known.is_owed else ("complained",)),
        *(("unsubscribed",) if known.may_unsubscribe else ()),
    )
