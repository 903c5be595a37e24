"""A payment system, phone network and mailbox of our own, speaking the wire protocols of the real things.

It stands apart: it imports nothing else of Quittance, keeps its own books with its own currency table, and can
therefore
judge the product. Start it alone with ``python -m quittance.sandbox`` or in-process with ``Sandbox``.
"""

from quittance.sandbox.clock import MovableClock, RealClock
from quittance.sandbox.house import Sandbox

__all__ = ["MovableClock", "RealClock", "Sandbox"]
