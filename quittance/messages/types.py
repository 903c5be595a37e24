"""The kinds of messages and the ways they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAYMENT_LINK: Final = "payment_link"
PAYMENT_RECEIVED: Final = "payment_received"
PAYMENT_FAILED: Final = "payment_failed"
REFUND: Final = "refund"
GIFT_CARD: Final = "gift_card"
DESK_CODE: Final = "desk_code"

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
            DESK_CODE,
            "Code for the QR at the desk",
            "Sent when a client types their phone number at the printed QR code. Show at the desk QR works without it.",
            channels=("sms",),
        ),
    )
}
