"""Stripe's API door: keys, versions, idempotency, trouble, and the table of calls."""

import base64
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from quittance.sandbox.answers import DROPPED, Answer, Call
from quittance.sandbox.stripe import accounts, checkout, disputes, endpoints, events, intents, params, paying, refunds
from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.ledger import API_VERSION, Books
from quittance.sandbox.stripe.shapes import Fields, tree
from quittance.sandbox.stripe.wire import Renderer
from quittance.sandbox.trouble import Fault, Trouble

KEY_LIFE_SECONDS = 24 * 3600
KEY_LIMIT = 50_000


@dataclass(frozen=True)
class Work:
    """One call at work: its account, its parameters, its path's parts."""

    books: Books
    given: Json
    parts: tuple[str, ...]
    render: Renderer

    def one(self, thing: Json) -> Json:
        return self.render.one(thing, self.given.get("expand", ()))


Handler = Callable[[Work], Json]


def _list(table: str, *filters: str) -> Handler:
    def run(work: Work) -> Json:
        rows = work.books.newest_first(table) if table != "events" else events.recent(work.books)
        for name in filters:
            if name in work.given:
                rows = [row for row in rows if row.get(name) == work.given[name]]
        return work.render.page(rows, _URLS[table], work.given)

    return run


def _get(table: str) -> Handler:
    return lambda work: work.one(work.books.get(table, work.parts[0]))


_URLS = {
    "sessions": "/v1/checkout/sessions",
    "intents": "/v1/payment_intents",
    "charges": "/v1/charges",
    "refunds": "/v1/refunds",
    "disputes": "/v1/disputes",
    "balance": "/v1/balance_transactions",
    "events": "/v1/events",
    "endpoints": "/v1/webhook_endpoints",
}


def _list_sessions(work: Work) -> Json:
    email = work.given.get("customer_details", {}).get("email")
    rows = work.books.newest_first("sessions")
    for name in ("payment_intent", "customer", "status"):
        if name in work.given:
            rows = [row for row in rows if row[name] == work.given[name]]
    if email is not None:
        rows = [row for row in rows if (row["customer_details"] or {}).get("email") == email]
    return work.render.page(rows, _URLS["sessions"], work.given)


def _list_lines(work: Work) -> Json:
    session = work.books.get("sessions", work.parts[0])
    lines = work.books.table("lines")[session["id"]]["items"]
    return work.render.page(lines, f"{_URLS['sessions']}/{session['id']}/line_items", work.given)


def _list_events(work: Work) -> Json:
    names = {work.given["type"]} if "type" in work.given else set(work.given.get("types", ()))
    rows = [row for row in events.recent(work.books) if not names or row["type"] in names]
    return work.render.page(rows, _URLS["events"], work.given)


def _get_event(work: Work) -> Json:
    event = work.books.get("events", work.parts[0])
    if event not in events.recent(work.books):
        message = f"No such event: '{event['id']}'; events are kept for 30 days."
        raise RefusalError(message, status=404, code="resource_missing", param="id")
    return work.one(event)


# (method, path, shape of the parameters, what it does). The worst-case match is linear over some thirty rows.
ROUTES: tuple[tuple[str, str, Fields, Handler], ...] = (
    ("GET", r"/v1/account", params.RETRIEVE, lambda work: accounts.account_object(work.books)),
    (
        "POST",
        r"/v1/checkout/sessions",
        params.CHECKOUT_CREATE,
        lambda work: work.one(checkout.create(work.books, work.given)),
    ),
    ("GET", r"/v1/checkout/sessions", params.CHECKOUT_LIST, _list_sessions),
    ("GET", r"/v1/checkout/sessions/([^/]+)", params.RETRIEVE, _get("sessions")),
    (
        "POST",
        r"/v1/checkout/sessions/([^/]+)",
        params.CHECKOUT_UPDATE,
        lambda work: work.one(checkout.update(work.books, work.parts[0], work.given)),
    ),
    (
        "POST",
        r"/v1/checkout/sessions/([^/]+)/expire",
        params.EXPAND_ONLY,
        lambda work: work.one(checkout.expire(work.books, work.parts[0])),
    ),
    ("GET", r"/v1/checkout/sessions/([^/]+)/line_items", params.LINE_ITEM_LIST, _list_lines),
    ("GET", r"/v1/payment_intents", params.INTENT_LIST, _list("intents", "customer")),
    ("GET", r"/v1/payment_intents/([^/]+)", params.RETRIEVE, _get("intents")),
    (
        "POST",
        r"/v1/payment_intents/([^/]+)/cancel",
        params.INTENT_CANCEL,
        lambda work: work.one(intents.cancel(work.books, work.parts[0], work.given)),
    ),
    ("GET", r"/v1/charges", params.CHARGE_LIST, _list("charges", "payment_intent", "customer")),
    ("GET", r"/v1/charges/([^/]+)", params.RETRIEVE, _get("charges")),
    ("GET", r"/v1/balance_transactions", params.BALANCE_LIST, _list("balance", "source", "currency", "type")),
    ("GET", r"/v1/balance_transactions/([^/]+)", params.RETRIEVE, _get("balance")),
    ("POST", r"/v1/refunds", params.REFUND_CREATE, lambda work: work.one(refunds.create(work.books, work.given))),
    ("GET", r"/v1/refunds", params.REFUND_LIST, _list("refunds", "payment_intent", "charge")),
    ("GET", r"/v1/refunds/([^/]+)", params.RETRIEVE, _get("refunds")),
    ("POST", r"/v1/refunds/([^/]+)/cancel", params.EXPAND_ONLY, lambda work: refunds.cancel(work.books, work.parts[0])),
    ("GET", r"/v1/disputes", params.DISPUTE_LIST, _list("disputes", "payment_intent", "charge")),
    ("GET", r"/v1/disputes/([^/]+)", params.RETRIEVE, _get("disputes")),
    (
        "POST",
        r"/v1/disputes/([^/]+)/close",
        params.EXPAND_ONLY,
        lambda work: work.one(disputes.close(work.books, work.parts[0], won=False)),
    ),
    ("GET", r"/v1/events", params.EVENT_LIST, _list_events),
    ("GET", r"/v1/events/([^/]+)", params.RETRIEVE, _get_event),
    (
        "POST",
        r"/v1/webhook_endpoints",
        params.ENDPOINT_CREATE,
        lambda work: work.one(endpoints.with_secret(endpoints.create(work.books, work.given))),
    ),
    ("GET", r"/v1/webhook_endpoints", params.ENDPOINT_LIST, _list("endpoints")),
    ("GET", r"/v1/webhook_endpoints/([^/]+)", params.RETRIEVE, _get("endpoints")),
    (
        "POST",
        r"/v1/webhook_endpoints/([^/]+)",
        params.ENDPOINT_UPDATE,
        lambda work: work.one(endpoints.update(work.books, work.parts[0], work.given)),
    ),
    (
        "DELETE",
        r"/v1/webhook_endpoints/([^/]+)",
        params.NOTHING,
        lambda work: work.one(endpoints.delete(work.books, work.parts[0])),
    ),
)
_ROUTES = tuple((method, re.compile(path), shape, run) for method, path, shape, run in ROUTES)


class Api:
    """Answers one call. The lock is held while the books change, never while trouble keeps a caller waiting."""

    def __init__(self, directory: accounts.Directory, trouble: Trouble, lock: threading.RLock) -> None:
        self.directory = directory
        self.trouble = trouble
        self.lock = lock
        self._under_way: set[tuple[str, str]] = set()

    def answer(self, call: Call) -> Answer:
        request_id = self.directory.marks.new("req_", 14)
        try:
            books = self.directory.by_key(_secret_key(call))
            answer = self._with_trouble(call, books, request_id)
        except RefusalError as refusal:
            answer = Answer.json(refusal.body(), status=refusal.status)
        if answer.manner == "drop":
            return answer
        own = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        return replace(answer, headers=own | dict(answer.headers))

    def _with_trouble(self, call: Call, books: Books, request_id: str) -> Answer:
        fault = self.trouble.take(f"{call.method} {call.path}", books.name)
        early = _early_answer(fault)
        if early:
            return early
        key = call.header("idempotency-key") if call.method == "POST" else ""
        if len(key) > 255:
            message = "Idempotency key is longer than 255 characters."
            raise RefusalError(message, kind="idempotency_error")
        place = (f"{books.account_id}:{books.mode}", key)
        with self.lock:
            if key and place in self._under_way:
                message = (
                    "There is currently another in-progress request using this Idempotency Key "
                    "(that probably means you submitted twice, "
                    f"and the other request is still going through): {key}. Please try again later."
                )
                raise RefusalError(message, status=409, kind="idempotency_error", code="idempotency_key_in_use")
            if key:
                self._under_way.add(place)
        try:
            if fault and fault.kind == "hold_before":
                fault.pause()
            answer = self._once(call, books, key, request_id, fault)
            if fault and fault.kind in {"hold_after", "slow", "timeout_after"}:
                fault.pause()
        finally:
            with self.lock:
                self._under_way.discard(place)
        return DROPPED if fault and fault.kind in {"timeout_after", "drop_after"} else answer

    def _once(self, call: Call, books: Books, key: str, request_id: str, fault: Fault | None) -> Answer:
        with self.lock:
            checkout.expire_due(books)
            paying.decide_due(books)
            saved = _saved(books, key, call) if key else None
            if saved:
                headers = {
                    "Idempotent-Replayed": "true",
                    "Original-Request": saved["request_id"],
                    "Idempotency-Key": key,
                }
                return Answer(saved["status"], saved["body"].encode(), headers=headers)
            books.request_id, books.request_key = request_id, key or None
            try:
                answer, keep = self._work(call, books, fault)
            finally:
                books.request_id = books.request_key = None
            if key and keep:
                _save(books, key, call, answer, request_id)
            return replace(answer, headers={"Idempotency-Key": key}) if key else answer

    def _work(self, call: Call, books: Books, fault: Fault | None) -> tuple[Answer, bool]:
        """The answer, and whether it is kept under the key: a call that never began its work is not."""
        kind = fault.kind if fault else ""
        try:
            run, given, parts = _route(call)
            if kind == "error_before":
                return _broken(), True
            done = run(Work(books, given, parts, Renderer(books)))
        except RefusalError as refusal:
            return Answer.json(refusal.body(), status=refusal.status), refusal.saved
        return (_broken() if kind == "error_after" else Answer.json(done)), True


def _early_answer(fault: Fault | None) -> Answer | None:
    """Trouble that strikes before the call is even read."""
    if fault is None:
        return None
    if fault.kind == "down":
        return Answer(503, b"upstream connect error or disconnect/reset before headers", "text/plain")
    if fault.kind == "rate_limit":
        refusal = RefusalError(
            "Request rate limit exceeded. Wait a little and try again.", kind="invalid_request_error", code="rate_limit"
        )
        return Answer.json(
            refusal.body(), status=429, headers={"Retry-After": "2", "Stripe-Rate-Limited-Reason": "global-rate"}
        )
    if fault.kind == "timeout_before":
        fault.pause()
        return DROPPED
    return DROPPED if fault.kind == "drop_before" else None


def _broken() -> Answer:
    message = "An unknown error occurred. The sandbox was asked to make this trouble."
    return Answer.json({"error": {"message": message, "type": "api_error"}}, status=500)


def _secret_key(call: Call) -> str:
    scheme, _, rest = call.header("authorization").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[0]
        except ValueError:
            return ""
    return ""


def _route(call: Call) -> tuple[Handler, Json, tuple[str, ...]]:
    version = call.header("stripe-version")
    if version and version != API_VERSION:
        message = f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION}."
        raise RefusalError(message)
    for method, pattern, shape, run in _ROUTES:
        found = pattern.fullmatch(call.path)
        if found and method == call.method:
            pairs = call.query if method in {"GET", "DELETE"} else call.form
            given: Any = shape.read(tree(pairs), "")
            return run, given, found.groups()
    message = (
        f"Unrecognized request URL ({call.method}: {call.path}). The sandbox imitates only a part of Stripe's API."
    )
    raise RefusalError(message, status=404)


def _fingerprint(call: Call) -> str:
    return json.dumps([call.method, call.path, sorted(call.form)])


def _saved(books: Books, key: str, call: Call) -> Json | None:
    table = books.table("saved")
    saved = table.get(key)
    if saved is None:
        return None
    if saved["at"] + KEY_LIFE_SECONDS <= books.stamp():
        del table[key]
        return None
    if saved["fingerprint"] != _fingerprint(call):
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise RefusalError(message, kind="idempotency_error")
    return saved


def _save(books: Books, key: str, call: Call, answer: Answer, request_id: str) -> None:
    table = books.table("saved")
    if len(table) >= KEY_LIMIT:
        del table[next(iter(table))]
    table[key] = {
        "id": key,
        "at": books.stamp(),
        "fingerprint": _fingerprint(call),
        "status": answer.status,
        "body": answer.body.decode(),
        "request_id": request_id,
    }
