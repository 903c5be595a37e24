from __future__ import annotations

from quittance.desk.tests.conftest import at_noon, counter, office

__all__ = ["at_noon", "counter", "office"]
