"""Keeps the sandbox's books in one JSON file between runs, so that a demo started again finds its payments."""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from quittance.sandbox.services import Services
from quittance.sandbox.stripe.ledger import TABLES, Habits
from quittance.sandbox.twilio.network import Account

FORM = 1


class StateError(Exception):
    """The file cannot be used; the text says what to do."""


def dump(house: Services) -> dict[str, Any]:
    with house.stripe.lock, house.twilio.lock:
        return {
            "form": FORM,
            "offset_seconds": house.clock.offset().total_seconds(),
            "accounts": [
                {
                    "name": books.name,
                    "live": books.live,
                    "created": books.created,
                    "revoked_keys": sorted(books.revoked_keys),
                    "habits": asdict(books.habits),
                    "tables": books.tables,
                    "deliveries": list(books.deliveries),
                }
                for books in house.stripe.directory.all()
            ],
            "twilio_accounts": [
                asdict(one) | {"stopped": sorted(map(list, one.stopped))} for one in house.twilio.accounts.values()
            ],
            "texts": house.twilio.messages,
            "whatsapp": house.whatsapp.dump(),
            "mail_services": house.mail_services.dump(),
            "letters": house.inboxes.dump(),
        }


def text(house: Services) -> str:
    return json.dumps(dump(house))


def save(text: str, path: Path) -> None:
    """Write beside, then put in place: a kill in the middle leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text(text)
    beside.replace(path)


def load(house: Services, path: Path) -> None:
    if not path.exists():
        return
    try:
        _fill(house, json.loads(path.read_text()))
    except (ValueError, KeyError, TypeError, OSError) as wrong:
        raise StateError(f"{path} does not hold a sandbox's books ({wrong}). Move it away to begin anew.") from None


def _fill(house: Services, kept: dict[str, Any]) -> None:
    if kept["form"] != FORM:
        raise ValueError(f"form {kept['form']}")
    ahead = timedelta(seconds=kept["offset_seconds"])
    if ahead > timedelta(0):
        house.clock.advance(ahead)
    for row in kept["accounts"]:
        books = house.stripe.directory.open(row["name"], live=row["live"])
        books.created = row["created"]
        books.revoked_keys = set(row["revoked_keys"])
        books.habits = Habits(**row["habits"])
        books.tables = {name: row["tables"].get(name, {}) for name in TABLES}
        books.deliveries.extend(row["deliveries"])
        books.open_sessions = {key for key, one in books.table("sessions").items() if one["status"] == "open"}
        books.undecided = {key for key, one in books.table("charges").items() if "_decides_at" in one}
    for row in kept["twilio_accounts"]:
        row["stopped"] = {(sender, number) for sender, number in row["stopped"]}
        house.twilio.accounts[row["sid"]] = Account(**row)
    house.twilio.messages.update(kept["texts"])
    house.whatsapp.load(kept.get("whatsapp", {}))
    house.mail_services.load(kept.get("mail_services", {}))
    house.inboxes.load(kept["letters"])
