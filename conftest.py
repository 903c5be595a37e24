"""Fixtures that every room may use."""

from tests.support.salon import bank, salon

__all__ = ["bank", "salon"]
