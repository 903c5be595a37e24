"""How books become JSON: expansion of references, lists with cursors."""

from collections.abc import Callable, Iterable, Sequence

from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.ledger import Books, clean

DEPTH = 4
PAGE = 10
# object -> field -> the table its reference lives in
REFERENCES = {
    "checkout.session": {"payment_intent": "intents"},
    "payment_intent": {"latest_charge": "charges", "payment_method": "methods"},
    "charge": {"balance_transaction": "balance", "failure_balance_transaction": "balance", "payment_intent": "intents"},
    "refund": {
        "balance_transaction": "balance",
        "charge": "charges",
        "failure_balance_transaction": "balance",
        "payment_intent": "intents",
    },
    "dispute": {"charge": "charges", "payment_intent": "intents"},
    "balance_transaction": {"source": ""},
}
# Real references that are always empty here: naming them is allowed, nothing comes of it.
EMPTY = {
    "checkout.session": {"customer", "invoice", "payment_link", "setup_intent", "subscription"},
    "payment_intent": {"application", "customer", "on_behalf_of", "review"},
    "charge": {"application", "application_fee", "customer", "on_behalf_of", "review", "source_transfer"},
    "refund": {"customer", "source_transfer_reversal", "transfer_reversal"},
}


class Renderer:
    """Renders one answer."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._included: dict[tuple[str, str], Callable[[Json], Json]] = {
            ("checkout.session", "line_items"): self._line_items,
            ("charge", "refunds"): self._refunds,
        }

    def one(self, thing: Json, expand: Sequence[str] = ()) -> Json:
        answer: Json = clean(thing)
        for path in expand:
            steps = path.split(".")
            if len(steps) > DEPTH:
                message = f"You cannot expand more than {DEPTH} levels of a property: {path}"
                raise RefusalError(message, code="property_expansion_max_depth", param="expand")
            self._expand(answer, steps, path)
        return answer

    def _expand(self, thing: Json, steps: list[str], path: str) -> None:
        name, rest = steps[0], steps[1:]
        kind = str(thing.get("object", ""))
        if kind == "list" and name == "data":
            for row in thing["data"]:
                if rest:
                    self._expand(row, rest, path)
            return
        include = self._included.get((kind, name))
        table = REFERENCES.get(kind, {}).get(name)
        if include:
            thing[name] = thing.get(name) or include(thing)
        elif table is None:
            if name in EMPTY.get(kind, ()):
                return
            message = f"This property cannot be expanded ({path})."
            raise RefusalError(message, param="expand")
        elif isinstance(thing.get(name), str):
            thing[name] = self._fetch(thing[name], table)
        if rest and isinstance(thing.get(name), dict):
            self._expand(thing[name], rest, path)

    def _fetch(self, key: str, table: str) -> Json | str:
        tables = (table,) if table else ("charges", "refunds", "disputes")
        found = next((self.books.table(one)[key] for one in tables if key in self.books.table(one)), None)
        return key if found is None else self.one(found)

    def _line_items(self, session: Json) -> Json:
        lines = self.books.table("lines")[session["id"]]["items"]
        return self.page(lines, f"/v1/checkout/sessions/{session['id']}/line_items", {"limit": 10})

    def _refunds(self, charge: Json) -> Json:
        rows = [one for one in self.books.newest_first("refunds") if one["charge"] == charge["id"]]
        return self.page(rows, f"/v1/charges/{charge['id']}/refunds", {"limit": 10})

    def page(self, rows: Iterable[Json], url: str, asked: Json) -> Json:
        """One page of ``rows`` (already newest first), after or before a cursor."""
        chosen = [row for row in rows if _in_range(row.get("created", 0), asked.get("created"))]
        limit = asked.get("limit", PAGE)
        if "starting_after" in asked:
            chosen = chosen[_place(chosen, asked["starting_after"], "starting_after") + 1 :]
            more = len(chosen) > limit
            chosen = chosen[:limit]
        elif "ending_before" in asked:
            chosen = chosen[: _place(chosen, asked["ending_before"], "ending_before")]
            more = len(chosen) > limit
            chosen = chosen[-limit:]
        else:
            more = len(chosen) > limit
            chosen = chosen[:limit]
        answer: Json = {"object": "list", "data": [self.one(row) for row in chosen], "has_more": more, "url": url}
        for path in asked.get("expand", ()):
            self._expand(answer, path.split("."), path)
        return answer


def _place(rows: Sequence[Json], key: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == key:
            return place
    message = f"No such object: '{key}'"
    raise RefusalError(message, code="resource_missing", param=param)


def _in_range(created: int, asked: int | Json | None) -> bool:
    if asked is None:
        return True
    if isinstance(asked, int):
        return created == asked
    return bool(
        created > asked.get("gt", created - 1)
        and created >= asked.get("gte", created)
        and created < asked.get("lt", created + 1)
        and created <= asked.get("lte", created)
    )
