"""Whether clients who book online can or must pay at once: said of each service and of each person who works."""

from __future__ import annotations

from enum import StrEnum


class OnlinePayment(StrEnum):
    REQUIRED = "required"
    AVAILABLE = "available"
    NOT_AVAILABLE = "not_available"


class OnlinePaymentRule(StrEnum):
    """Which of the two wins where a service and a person say different things; chosen by location."""

    # Not available wins, then Required, then Available.
    NOT_AVAILABLE_FIRST = "not_available_first"
    # Required wins, then Available: one that is not switched on does not stop the other.
    STRICTEST = "strictest"


STATUS_CHOICES = [(one.value, one.value) for one in OnlinePayment]
RULE_CHOICES = [(one.value, one.value) for one in OnlinePaymentRule]
