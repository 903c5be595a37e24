"""All pairs."""

from __future__ import annotations

from tests.simulator.interleaving import pairs

PAIRS = pairs.PAIRS
