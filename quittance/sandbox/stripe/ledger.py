"""The books of one Stripe account in one mode (live or test): wire-shaped objects, newest last."""

import copy
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from quittance.sandbox.clock import Clock, stamp
from quittance.sandbox.marks import Marks
from quittance.sandbox.stripe.errors import Json, RefusalError, no_such

API_VERSION = "2026-10-28.endive"
OBJECT_LIMIT = 200_000
TABLES = (
    "sessions", "intents", "charges", "refunds", "disputes", "balance", "methods", "events", "endpoints", "lines",
    "saved",
)  # fmt: skip
# What Stripe calls a thing, and the parameter that names it, when it is not there.
WORDS = {
    "sessions": ("checkout.session", "session"),
    "intents": ("payment_intent", "intent"),
    "charges": ("charge", "id"),
    "refunds": ("refund", "id"),
    "disputes": ("dispute", "id"),
    "balance": ("balance transaction", "id"),
    "methods": ("PaymentMethod", "id"),
    "events": ("event", "id"),
    "endpoints": ("webhook endpoint", "id"),
}


@dataclass
class Habits:
    """How an account behaves: what the panel or a test can change."""

    refunds: str = "succeed"  # succeed | pending | fail_later
    delayed_seconds: int | None = None  # None: a person decides each delayed debit
    settles_in: str = ""  # a currency code, or "" for the charge's own
    exchange_rate: str = "1"
    minimums: dict[str, int] = field(default_factory=dict)
    webhooks_on: bool = True
    lose_next: int = 0
    double_next: int = 0
    delay_seconds: int = 0
    reorder: bool = False


@dataclass
class Site:
    """The public address of the sandbox, known once its server listens."""

    url: str = ""


@dataclass
class Books:
    name: str
    account_id: str
    live: bool
    clock: Clock
    marks: Marks
    site: Site
    default_currency: str = "eur"
    country: str = "DE"
    created: int = 0
    revoked_keys: set[str] = field(default_factory=set)
    keys_seen: set[str] = field(default_factory=set)
    habits: Habits = field(default_factory=Habits)
    tables: dict[str, dict[str, Json]] = field(default_factory=lambda: {name: {} for name in TABLES})
    deliveries: deque[Json] = field(default_factory=lambda: deque(maxlen=5000))
    open_sessions: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    # Who caused the change under way: an API request, or nobody (the card holder, the dashboard, the clock).
    request_id: str | None = None
    request_key: str | None = None

    @property
    def title(self) -> str:
        return " ".join(word.capitalize() for word in self.name.replace("-", " ").split())

    @property
    def mode(self) -> str:
        return "live" if self.live else "test"

    def stamp(self) -> int:
        return stamp(self.clock)

    def new_id(self, prefix: str) -> str:
        lengths = {"cs": 58, "whsec": 32}
        stem = f"{prefix}_{self.mode}_" if prefix == "cs" else f"{prefix}_"
        return self.marks.new(stem, lengths.get(prefix, 24))

    def table(self, name: str) -> dict[str, Json]:
        return self.tables[name]

    def put(self, table: str, thing: Json) -> Json:
        rows = self.tables[table]
        if len(rows) >= OBJECT_LIMIT:
            message = f"The sandbox holds at most {OBJECT_LIMIT} {table}. Start it with an empty state."
            raise RefusalError(message, status=429, kind="api_error", code="rate_limit")
        rows[thing["id"]] = thing
        return thing

    def get(self, table: str, key: str, param: str | None = None) -> Json:
        found = self.tables[table].get(key)
        if found is None:
            what, own = WORDS[table]
            raise no_such(what, key, param or own)
        return found

    def newest_first(self, table: str) -> list[Json]:
        return list(reversed(self.tables[table].values()))


def clean(value: Any) -> Any:
    """A copy fit for the wire: keys that begin with ``_`` are the sandbox's own notes."""
    if isinstance(value, dict):
        return {key: clean(one) for key, one in value.items() if not key.startswith("_")}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return copy.copy(value)
