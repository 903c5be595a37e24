"""Random marks in the style of the real systems; a seed makes a whole run repeatable."""

import random
import secrets
import string
from typing import Protocol

_LETTERS = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"


class _Chooser(Protocol):
    def choice(self, seq: str, /) -> str: ...


class Marks:
    def __init__(self, seed: int | None = None) -> None:
        # Not for security: the sandbox guards nothing. A seed is wanted by the simulator.
        self._chooser: _Chooser = secrets.SystemRandom() if seed is None else random.Random(seed)

    def new(self, prefix: str, length: int = 24) -> str:
        return prefix + "".join(self._chooser.choice(_LETTERS) for _ in range(length))

    def hexadecimal(self, prefix: str, length: int = 32) -> str:
        return prefix + "".join(self._chooser.choice(_HEX) for _ in range(length))
