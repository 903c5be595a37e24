"""Fixtures that every room may use."""

from tests.support.salon import bank as bank
from tests.support.salon import salon as salon
