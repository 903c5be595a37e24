"""Events: each change makes one, with a snapshot of the thing as it then was."""

from itertools import takewhile

from quittance.sandbox.stripe.errors import Json
from quittance.sandbox.stripe.ledger import API_VERSION, Books, clean

KEPT_SECONDS = 30 * 86400  # Stripe lists events of the last 30 days only
EVENT_LIMIT = 20_000


def emit(books: Books, name: str, thing: Json, *, previous: Json | None = None) -> Json:
    """Record an event and lay out one delivery for each endpoint that wants it."""
    wanted = [point for point in books.table("endpoints").values() if wants(point, name)]
    body: Json = {"object": clean(thing)}
    if previous is not None:
        body["previous_attributes"] = clean(previous)
    event: Json = {
        "id": books.new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": books.stamp(),
        "data": body,
        "livemode": books.live,
        "pending_webhooks": len(wanted) if books.habits.webhooks_on else 0,
        "request": {"id": books.request_id, "idempotency_key": books.request_key},
        "type": name,
    }
    events = books.table("events")
    if len(events) >= EVENT_LIMIT:
        del events[next(iter(events))]
    events[event["id"]] = event
    for point in wanted:
        _lay_out(books, event, point)
    return event


def wants(point: Json, name: str) -> bool:
    return point["status"] == "enabled" and ("*" in point["enabled_events"] or name in point["enabled_events"])


def _lay_out(books: Books, event: Json, point: Json) -> None:
    habits = books.habits
    copies = 1
    fate = "due"
    if not habits.webhooks_on:
        fate = "switched off"
    elif habits.lose_next > 0:
        habits.lose_next -= 1
        fate = "lost"
    elif habits.double_next > 0:
        habits.double_next -= 1
        copies = 2
    for _ in range(copies):
        queue(books, event, point, fate=fate, wait_seconds=habits.delay_seconds)


def queue(books: Books, event: Json, point: Json, *, fate: str = "due", wait_seconds: int = 0) -> Json:
    delivery: Json = {
        "id": books.marks.new("dlv_", 12),
        "event": event["id"],
        "type": event["type"],
        "endpoint": point["id"],
        "fate": fate,
        "attempts": 0,
        "due_at": books.clock.now().timestamp() + wait_seconds,
        "answers": [],
    }
    books.deliveries.append(delivery)
    return delivery


def recent(books: Books) -> list[Json]:
    oldest = books.stamp() - KEPT_SECONDS
    newest_first = reversed(books.table("events").values())
    return list(takewhile(lambda event: event["created"] > oldest, newest_first))
