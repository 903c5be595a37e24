"""Trouble to order: what the panel or a test asks the imitated services to do wrong."""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "error_before",  # 500, nothing happened
    "error_after",  # 500, yet it happened
    "timeout_before",  # silence, nothing happened
    "timeout_after",  # silence, yet it happened
    "drop_before",  # the line breaks at once, nothing happened
    "drop_after",  # the line breaks at once, yet it happened
    "rate_limit",  # 429
    "down",  # 503 from a load balancer
    "slow",  # answers rightly, after some seconds
    "hold_before",  # waits for release(), then works
    "hold_after",  # works, then waits for release()
]
KINDS: tuple[str, ...] = (
    "error_before",
    "error_after",
    "timeout_before",
    "timeout_after",
    "drop_before",
    "drop_after",
    "rate_limit",
    "down",
    "slow",
    "hold_before",
    "hold_after",
)
FAULT_LIMIT = 100
LONGEST_SECONDS = 60.0
DEFAULT_SECONDS = 12.0  # longer than the 8 s that a careful caller waits


@dataclass
class Fault:
    """One order for trouble. ``match`` is the beginning of ``POST /v1/refunds``; empty means every call."""

    kind: Kind
    match: str = ""
    left: int | None = 1
    account: str = ""
    seconds: float = DEFAULT_SECONDS
    met: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)

    def wait_until_met(self, seconds: float = 5.0) -> bool:
        """For a test that holds a call: True once the call has arrived."""
        return self.met.wait(min(seconds, LONGEST_SECONDS))

    def release(self) -> None:
        self.gate.set()

    def pause(self) -> None:
        """Keep the caller waiting; ends early on ``release``."""
        self.gate.wait(min(self.seconds, LONGEST_SECONDS))

    @property
    def early(self) -> bool:
        return self.kind in {"error_before", "timeout_before", "drop_before", "rate_limit", "down"}

    @property
    def words(self) -> str:
        return self.kind.replace("_", " ")


class Trouble:
    """The orders of one imitated service."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._met: deque[Fault] = deque(maxlen=200)
        self._lock = threading.Lock()

    def add(
        self, kind: str, *, match: str = "", times: int | None = 1, account: str = "", seconds: float = DEFAULT_SECONDS
    ) -> Fault:
        if kind not in KINDS:
            message = f"Unknown trouble {kind!r}. Choose one of: {', '.join(KINDS)}."
            raise ValueError(message)
        fault = Fault(kind=kind, match=match, left=times, account=account, seconds=seconds)  # type: ignore[arg-type]
        with self._lock:
            if len(self._faults) >= FAULT_LIMIT:
                message = f"At most {FAULT_LIMIT} orders for trouble at once. Clear some first."
                raise ValueError(message)
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """End all trouble, also for callers who are kept waiting now."""
        with self._lock:
            faults = [*self._faults, *self._met]
            self._faults = []
            self._met.clear()
        for fault in faults:
            fault.release()

    def standing(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def take(self, call: str, account: str) -> Fault | None:
        """The first order that fits this call, used up by one."""
        with self._lock:
            for fault in self._faults:
                if call.startswith(fault.match) and fault.account in {"", account}:
                    if fault.left is not None:
                        fault.left -= 1
                        if fault.left <= 0:
                            self._faults.remove(fault)
                    self._met.append(fault)
                    fault.met.set()
                    return fault
        return None
