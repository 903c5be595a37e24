"""The kinds of messages and the ways they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAYMENT_LINK: Final = "payment_link"
PAYMENT_RECEIVED: Final = "payment_received"
PAYMENT_FAILED: Final = "payment_failed"
REFUND: Final = "refund"
GIFT_CARD: Final = "gift_card"
PAYMENT_REMINDER: Final = "payment_reminder"
LINK_EXPIRING: Final = "link_expiring"
VISIT_REMINDER: Final = "visit_reminder"
REMINDERS: Final = (PAYMENT_REMINDER, LINK_EXPIRING, VISIT_REMINDER)

# In the sequence in which chips and settings show them; the first that fits is the best.
CHANNELS: Final = ("email", "sms", "whatsapp")
CHANNEL_LABELS: Final = {"email": "Email", "sms": "SMS", "whatsapp": "WhatsApp"}
# Which kind of contact point a channel writes to.
CONTACT_KINDS: Final = {"email": "email", "sms": "phone", "whatsapp": "phone"}


@dataclass(frozen=True, slots=True)
class NotificationType:
    """`channels` are those that it has a text for; `label` and `help` are shown in the settings."""

    slug: str
    label: str
    help: str
    channels: tuple[str, ...] = CHANNELS


TYPES: Final[dict[str, NotificationType]] = {
    one.slug: one
    for one in (
        NotificationType(
            PAYMENT_LINK,
            "Client notification with a payment link",
            "Sent when you press Send link. Copy link and QR work without it.",
        ),
        NotificationType(
            PAYMENT_RECEIVED,
            "Payment received",
            "Sent with the receipt when an online payment has arrived.",
        ),
        NotificationType(
            PAYMENT_FAILED,
            "Payment failed",
            "Sent when a bank payment that was under way did not arrive in the end.",
        ),
        NotificationType(
            REFUND,
            "Refund",
            "Sent with the credit note when an online payment was refunded, not before.",
        ),
        NotificationType(
            GIFT_CARD,
            "Gift card",
            "Sent with its code to the client when a gift card was paid, at the desk or online.",
        ),
        NotificationType(
            PAYMENT_REMINDER,
            "Payment reminder",
            "Sent when a link was sent and is not paid yet. You set when under Reminders.",
        ),
        NotificationType(
            LINK_EXPIRING,
            "Payment link about to expire",
            "Sent before an unpaid link ends. You set how long before under Reminders.",
        ),
        NotificationType(
            VISIT_REMINDER,
            "Visit reminder",
            "Sent before a visit. You set how long before under Reminders.",
        ),
    )
}
