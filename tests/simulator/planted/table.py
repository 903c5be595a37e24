"""All planted bugs, in the words of docs/reliability.md, and those whose feature does not exist yet."""

from __future__ import annotations

from tests.simulator.planted import amounts, drawers, giving_back, notices, paying, reminding, value, working  # noqa: F401 - they fill the table
from tests.simulator.planted.bug import BUGS

# Named in the list of 25; each comes with its feature.
LATER = {
    "release at 15 min without asking": "bookings",
    "hard-delete booking": "bookings",
}
# From the list of 25; all others in the table are our own.
LISTED = (
    "drop event dedupe",
    "dedupe by event id only",
    "drop tender UNIQUE",
    "settle outside transaction",
    "side effect before commit",
    "trust webhook amount",
    "match by client reference",
    "ignore currency",
    "x100 both ways",
    "float sum",
    "completed is paid",
    "ignore async failed",
    "no late-payment refund",
    "new page without ending the old",
    "same key after price change",
    "new key on retry",
    "refund without cap",
    "refund notice unpays the visit",
    "lease shorter than send",
    "guard checked only at enqueue",
    "poller stops at expiry",
    "balance check-then-write",
    "hold released twice",
)
__all__ = ["BUGS", "LATER", "LISTED"]
