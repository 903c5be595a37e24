"""What goes back over the wire, and how: plainly, late, or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Literal["plain", "drop"] = "plain"

    @classmethod
    def json(cls, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> "Answer":
        return cls(status, json.dumps(value, indent=2).encode(), "application/json", headers or {})

    @classmethod
    def html(cls, page: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> "Answer":
        return cls(status, page.encode(), "text/html; charset=utf-8", headers or {})

    @classmethod
    def go(cls, address: str) -> "Answer":
        return cls(303, b"", "text/plain", {"Location": address})


DROPPED = Answer(status=0, manner="drop")


@dataclass(frozen=True)
class Call:
    """A request as the imitated services see it."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    # What was posted and is no form.
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    @property
    def fields(self) -> dict[str, str]:
        return dict(self.form)
