"""WhatsApp's numbers: which phone numbers do what, and the words of its errors.

A phone number whose last six digits are a known error code brings that error.
"""

import re

# Refused when the message is handed over.
REFUSED = {
    130429: (429, "Rate limit hit"),
    131016: (503, "Service unavailable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    132015: (400, "Template is Paused"),
    132016: (400, "Template is Disabled"),
}
# Accepted, then told by the status notice.
LATER = {
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "Unable to deliver the message. The recipient has chosen to stop receiving marketing messages.",
}
NUMBER = re.compile(r"\+?[1-9][0-9]{6,14}")
GAP = re.compile(r"\{\{(\d{1,2})\}\}")


def fate(number: str) -> int:
    """The error code that this number brings; 0 when it simply works."""
    ending = int(number[-6:]) if number[-6:].isdigit() else 0
    return ending if ending in REFUSED or ending in LATER else 0


def gaps(text: str) -> int:
    """How many values a template wants."""
    return max((int(one) for one in GAP.findall(text)), default=0)


def filled(text: str, values: list[str]) -> str:
    """One pass, as WhatsApp does it."""
    return GAP.sub(lambda found: values[int(found[1]) - 1] if 0 < int(found[1]) <= len(values) else "", text)
