"""Fixtures that every room may use."""

from tests.support.crashes import crashes
from tests.support.salon import bank, salon

__all__ = ["bank", "crashes", "salon"]
