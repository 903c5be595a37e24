"""What the sandbox was asked: every request, in the order it came, and a hook that is called before each one is
answered.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

SEEN_LIMIT = 10_000


@dataclass
class Seen:
    """One request, or one mail handed over. ``status`` is 0 until (or unless) it was answered."""

    service: str  # stripe | twilio | whatsapp | mail_services | smtp
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    status: int = 0


Hook = Callable[[Seen], None]


class Watch:
    """Keeps the requests. What a hook raises is kept too, and raised again when the sandbox ends."""

    def __init__(self) -> None:
        self.on_request: Hook | None = None
        self.complaints: list[BaseException] = []
        self._seen: deque[Seen] = deque(maxlen=SEEN_LIMIT)
        self._lock = threading.Lock()

    def note(self, seen: Seen) -> None:
        with self._lock:
            self._seen.append(seen)
        if self.on_request is not None:
            try:
                self.on_request(seen)
            except Exception as complaint:
                if len(self.complaints) < 100:
                    self.complaints.append(complaint)
                raise

    def requests(self, service: str = "", *, method: str = "", path: str = "") -> list[Seen]:
        """Those of one service, method and beginning of the path; all of them without arguments."""
        with self._lock:
            rows = list(self._seen)
        return [
            one
            for one in rows
            if service in {"", one.service} and method in {"", one.method} and one.path.startswith(path)
        ]

    def forget(self) -> None:
        with self._lock:
            self._seen.clear()
