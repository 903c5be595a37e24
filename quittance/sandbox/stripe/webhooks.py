"""Webhook delivery: signed, retried, and spoiled on demand."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from quittance.sandbox.http_out import Post, post
from quittance.sandbox.stripe.accounts import Directory
from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.events import queue
from quittance.sandbox.stripe.ledger import Books, clean
from quittance.sandbox.stripe.signing import header

# Seconds to the next attempt after a failed one: about three days in all, as in live mode.
RETRY_AFTER = (10, 60, 300, 1800, 7200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200)
BATCH = 200
FORGERIES = (
    "unsigned", "wrong_secret", "blank_secret", "altered_body", "old", "future", "foreign", "other_mode", "garbage",
)  # fmt: skip


@dataclass
class Delivered:
    """One delivery as it went over the wire."""

    account: str
    event_id: str
    event_type: str
    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Webhooks:
    """The postman of all Stripe accounts. ``deliver`` may be replaced by a callable that never touches a socket."""

    def __init__(self, directory: Directory, lock: threading.RLock, deliver: Post = post) -> None:
        self.directory = directory
        self.lock = lock
        self.deliver = deliver
        self._round = threading.Lock()

    # What a test or the panel may ask.

    def deliver_due(self, *, limit: int = BATCH) -> list[Delivered]:
        """Deliver what is due now, oldest first (newest first where the account reorders). Never under the lock."""
        with self._round:
            with self.lock:
                due = self._due()[:limit]
            return [self._attempt(books, delivery) for books, delivery in due]

    def deliver_all(self, *, rounds: int = 20) -> list[Delivered]:
        """Rounds of ``deliver_due`` until nothing is due: answers to webhooks may cause new events."""
        out: list[Delivered] = []
        for _ in range(rounds):
            done = self.deliver_due()
            if not done:
                break
            out += done
        return out

    def pending(self) -> list[Json]:
        """Deliveries that still wait, each with event, type, endpoint, attempts, due_at."""
        with self.lock:
            return [dict(one) for books in self.directory.all() for one in books.deliveries if one["fate"] == "due"]

    def resend(self, event_id: str) -> int:
        """Lay out an event anew for every enabled endpoint of its account, as the dashboard's button does."""
        with self.lock:
            books = self.directory.holding("events", event_id)
            event = books.get("events", event_id)
            points = [one for one in books.table("endpoints").values() if one["status"] == "enabled"]
            for point in points:
                queue(books, event, point)
            return len(points)

    def set_on(self, *, on: bool, account: str = "") -> None:
        for books in self._chosen(account):
            books.habits.webhooks_on = on

    def lose_next(self, count: int = 1, *, account: str = "") -> None:
        for books in self._chosen(account):
            books.habits.lose_next = count

    def double_next(self, count: int = 1, *, account: str = "") -> None:
        for books in self._chosen(account):
            books.habits.double_next = count

    def delay(self, seconds: int, *, account: str = "") -> None:
        for books in self._chosen(account):
            books.habits.delay_seconds = seconds

    def reorder(self, *, on: bool = True, account: str = "") -> None:
        for books in self._chosen(account):
            books.habits.reorder = on

    def forge(self, event_id: str, how: str) -> list[Delivered]:
        """Post a spoiled copy of an event to every endpoint of its account, at once. ``how`` is one of FORGERIES."""
        if how not in FORGERIES:
            message = f"Unknown forgery {how!r}. Choose one of: {', '.join(FORGERIES)}."
            raise ValueError(message)
        with self.lock:
            books = self.directory.holding("events", event_id)
            event = clean(books.get("events", event_id))
            points = list(books.table("endpoints").values())
        return [self._send_forged(books, event, point, how) for point in points]

    # The work.

    def _chosen(self, account: str) -> list[Books]:
        found = [books for books in self.directory.all() if account in {"", books.name}]
        return found or [self.directory.open(account)] if account else found

    def _due(self) -> list[tuple[Books, Json]]:
        out: list[tuple[Books, Json]] = []
        for books in self.directory.all():
            now = books.clock.now().timestamp()
            mine = [(books, one) for one in books.deliveries if one["fate"] == "due" and one["due_at"] <= now]
            out += reversed(mine) if books.habits.reorder else mine
        return out

    def _attempt(self, books: Books, delivery: Json) -> Delivered:
        with self.lock:
            event = books.table("events").get(delivery["event"])
            point = books.table("endpoints").get(delivery["endpoint"])
            if event is None or point is None:
                delivery["fate"] = "lost"
                return Delivered(books.name, delivery["event"], delivery["type"], "", 0)
            body = json.dumps(clean(event), indent=2).encode()
            signature = header(point["_secret"], body, books.stamp())
        done = self._send(books, event, point, body, signature)
        with self.lock:
            self._note(books, delivery, event, done.status)
        return done

    def _note(self, books: Books, delivery: Json, event: Json, status: int) -> None:
        delivery["attempts"] += 1
        delivery["answers"] = [*delivery["answers"], status][-20:]
        if 200 <= status < 300:
            delivery["fate"] = "delivered"
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
        elif delivery["attempts"] > len(RETRY_AFTER):
            delivery["fate"] = "given up"
        else:
            delivery["due_at"] = books.clock.now().timestamp() + RETRY_AFTER[delivery["attempts"] - 1]

    def _send(self, books: Books, event: Json, point: Json, body: bytes, signature: str | None) -> Delivered:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        if signature is not None:
            headers["Stripe-Signature"] = signature
        status = self.deliver(point["url"], headers, body)
        return Delivered(books.name, event["id"], event["type"], point["url"], status, headers, body)

    def _send_forged(self, books: Books, event: Json, point: Json, how: str) -> Delivered:
        now, secret = books.stamp(), point["_secret"]
        if how == "foreign":
            event = _foreign(event, books)
        if how == "other_mode":
            event = event | {"livemode": not event["livemode"]}
        body = json.dumps(event, indent=2).encode()
        signed_at = {"old": now - 301, "future": now + 301}.get(how, now)
        used = {"wrong_secret": "whsec_wrong", "blank_secret": ""}.get(how, str(secret))
        signature: str | None = header(used, body, signed_at)
        if how == "altered_body":
            body = body.replace(b'"livemode"', b'"livemodE"', 1)
        if how == "unsigned":
            signature = None
        if how == "garbage":
            signature = "i'm not even a real signature header"
        return self._send(books, event, point, body, signature)


def _foreign(event: Json, books: Books) -> Json:
    """Authentic, but about a thing that the receiver never made: another shop on the same account."""
    thing = dict(event["data"]["object"])
    thing["id"] = books.new_id("cs" if thing["object"] == "checkout.session" else thing["id"].partition("_")[0])
    thing["metadata"] = {"shop": "another"}
    if thing.get("payment_intent"):
        thing["payment_intent"] = books.new_id("pi")
    return event | {"id": books.new_id("evt"), "data": {"object": thing}}
