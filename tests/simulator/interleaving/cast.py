"""All pairs."""

from __future__ import annotations

from tests.simulator.interleaving import pairs, pairs_refunds

PAIRS = pairs.PAIRS + pairs_refunds.PAIRS
