"""The settings as mypy's Django plugin reads them: in test mode, so that it needs no keys."""

from __future__ import annotations

import os

os.environ.setdefault("QUITTANCE_MODE", "test")

from quittance.config.settings import *  # noqa: F403
