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

# In the sequence in which chips and settings show them; the first that fits is the best.
CHANNELS: Final = ("email", "sms", "whatsapp")
CHANNEL_LABELS: Final = {"email": _("Email"), "sms": "SMS", "whatsapp": "WhatsApp"}
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
            _("Client notification with a payment link"),
            _("Sent when you press Send link. Copy link and QR work without it."),
        ),
        NotificationType(
            PAYMENT_RECEIVED,
            _("Payment received"),
            _("Sent with the receipt when an online payment has arrived."),
        ),
        NotificationType(
            PAYMENT_FAILED,
            _("Payment failed"),
            _("Sent when a bank payment that was under way did not arrive in the end."),
        ),
        NotificationType(
            REFUND,
            _("Refund"),
            _("Sent with the credit note when an online payment was refunded, not before."),
        ),
        NotificationType(
            GIFT_CARD,
            _("Gift card"),
            _("Sent with its code to the client when a gift card was paid, at the desk or online."),
        ),
    )
}
