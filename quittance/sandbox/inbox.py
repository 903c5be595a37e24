"""What lies in the phones and mailboxes: every text and mail that arrived, newest last."""

import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

LETTER_LIMIT = 5000


@dataclass(frozen=True)
class Letter:
    """One text or mail as it reached a person."""

    kind: str  # sms | whatsapp | mail
    to: str
    sender: str
    text: str
    at: float
    mark: str
    subject: str = ""
    html: str = ""
    outgoing: bool = False  # written by the person, not received
    headers: dict[str, str] = field(default_factory=dict)


class Inboxes:
    def __init__(self) -> None:
        self._letters: deque[Letter] = deque(maxlen=LETTER_LIMIT)
        self._lock = threading.Lock()
        self.version = 0

    def put(self, letter: Letter) -> None:
        with self._lock:
            self._letters.append(letter)
            self.version += 1

    def all(self, *, to: str = "", kind: str = "") -> list[Letter]:
        """Oldest first; of one address (case does not matter) or kind if given."""
        with self._lock:
            rows = list(self._letters)
        return [one for one in rows if to.lower() in {"", one.to.lower()} and kind in {"", one.kind}]

    def find(self, mark: str) -> Letter | None:
        return next((one for one in self.all() if one.mark == mark), None)

    def addresses(self) -> list[tuple[str, Letter, int]]:
        """Each phone and mailbox with its newest letter and their number, the newest first."""
        newest: dict[str, Letter] = {}
        counts: dict[str, int] = {}
        for letter in self.all():
            newest[letter.to.lower()] = letter
            counts[letter.to.lower()] = counts.get(letter.to.lower(), 0) + 1
        ordered = sorted(newest.values(), key=lambda one: one.at, reverse=True)
        return [(one.to, one, counts[one.to.lower()]) for one in ordered]

    def empty(self) -> None:
        with self._lock:
            self._letters.clear()
            self.version += 1

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in self.all()]

    def load(self, rows: list[dict[str, Any]]) -> None:
        for row in rows[-LETTER_LIMIT:]:
            self.put(Letter(**row))
