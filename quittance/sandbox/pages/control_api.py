"""``POST /control/<order>`` with form fields, for tests and the demo; ``GET /control/state`` to look."""

from typing import Any

from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.control import OrderError, obey
from quittance.sandbox.services import Services
from quittance.sandbox.stripe.events import recent
from quittance.sandbox.stripe.ledger import clean

SHOWN = 100


def answer(house: Services, call: Call) -> Answer:
    name = call.path.removeprefix("/control/")
    if call.method == "GET":
        return _look(house, name, dict(call.query))
    if call.method != "POST":
        return Answer.json({"error": "Use POST for orders and GET to look."}, status=405)
    try:
        done = obey(house, name, call.fields)
    except OrderError as wrong:
        return Answer.json({"error": str(wrong)}, status=400)
    return Answer.json({"ok": True, "result": done})


def _look(house: Services, name: str, asked: dict[str, str]) -> Answer:
    if name == "state":
        return Answer.json(state(house))
    if name == "letters":
        rows = house.inboxes.all(to=asked.get("to", ""))[-SHOWN:]
        return Answer.json([vars(one) for one in rows])
    if name == "requests":
        seen = house.requests(asked.get("service", ""))[-SHOWN:]
        return Answer.json(
            [{"service": one.service, "call": f"{one.method} {one.path}", "status": one.status} for one in seen]
        )
    return Answer.json({"error": "Look at state, letters or requests."}, status=404)


def state(house: Services) -> dict[str, Any]:
    with house.stripe.lock:
        accounts = [
            {
                "name": books.name,
                "account": books.account_id,
                "live": books.live,
                "habits": vars(books.habits),
                "sessions": [clean(one) for one in books.newest_first("sessions")[:SHOWN]],
                "charges": [clean(one) for one in books.newest_first("charges")[:SHOWN]],
                "refunds": [clean(one) for one in books.newest_first("refunds")[:SHOWN]],
                "disputes": [clean(one) for one in books.newest_first("disputes")[:SHOWN]],
                "events": [{"id": one["id"], "type": one["type"]} for one in recent(books)[:SHOWN]],
                "endpoints": [clean(one) | {"secret": one["_secret"]} for one in books.table("endpoints").values()],
                "deliveries": list(books.deliveries)[-SHOWN:],
            }
            for books in house.stripe.directory.all()
        ]
    return {"now": house.clock.now().isoformat(), "accounts": accounts, "texts": house.twilio.sent()[-SHOWN:]}
