"""Every form and every query with what no form would send: never a broken page, a sentence instead, nothing changed."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client as Browser

from quittance.core.actor import Right
from quittance.desk.tests.counter import words
from quittance.flows.audit_books import assert_books
from quittance.limits.models import SharedNote
from tests.attacks.asking import address, typed
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.watch import Watch
from tests.attacks.world import Place, all_rows, browser, tried

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}

BAD_NUMBERS: Final = (
    "-1", "-0.01", "1000000000000", "9" * 40, "9" * 5_000, "NaN", "Infinity", "-Infinity", "1e9", "1E400", "0x10", "½", "²",
    "12.345678", "1,2,3", "1.2.3", "--1", "+-1", "1 000 000 000 000 000 000", "null", "true", "[]", "{}", "1;2", "'; DROP TABLE bills_bill; --",
)  # fmt: skip
# Read as digits by Python, typed by people; where they are taken they must mean what they say.
OTHER_DIGITS: Final = ("١٢", "۱۲", "１２", "१२")
BAD_TEXTS: Final = (
    "", " ", "\x00", "a\x00b", "x" * 300, "x" * 100_000, "<script>alert(1)</script>", "\r\nBcc: all@evil.example", "\u202e", "😀" * 500,
    "../../etc/passwd", "%s%n", "{0.__class__}", "{{ 7*7 }}", "\\", "\ufffe", "\u2028",
)  # fmt: skip
BAD_TIMES: Final = (
    "0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "2026-13-01", "2026-11-26T25:61", "0001-01-01T00:00", "9999-12-31T23:59", "26.11.2026",
    "24:00", "25:61", "-1:00", "23:59:60", "١٢:٠٠", "2026-11-26", "2026-11-26T", "2026-W01-1", "20261126",
)  # fmt: skip
BAD: Final = (*BAD_NUMBERS, *OTHER_DIGITS, *BAD_TEXTS, *BAD_TIMES)
# What a database, not a form, may choke on: the others had their say on SQLite.
BAD_FOR_DATABASES: Final = (
    "9" * 40, "9999999999999999999", "NaN", "-1", "١٢", "\x00", "a\x00b", "x" * 100_000, "\ufffe", "😀" * 500, "'; DROP TABLE bills_bill; --",
    "0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59",
)  # fmt: skip

# The sharpest ones of each kind.
ALWAYS: Final = (
    "",
    "\x00",
    "-1",
    "9" * 5_000,
    "NaN",
    "x" * 100_000,
    "<script>alert(1)</script>",
    "9999-12-31",
    "{{ 7*7 }}",
)
_SHARES = 5

# Boxes whose value is a number or names a row: whatever is above must be refused there.
NUMBERS: Final = {
    "amount", "quantity", "price", "staff", "service", "appointment", "item", "account", "minutes", "location", "client",
    "version", "visit_version", "date", "time", "start", "end",
}  # fmt: skip
# A query can be longer than any form: everything that a page of ours puts into an address.
QUERIES: Final = (
    "date", "view", "location", "version", "v", "tab", "pay", "edit", "q", "only", "client_name", "start", "staff", "after", "before",
    "place", "messages", "no", "lang", "done", "next", "returning", "appointment", "end",
)  # fmt: skip
PRESSED: Final = [name for name in NAMES if ROUTES[name].writes and ROUTES[name].who is not Who.SIGNATURE]
READ: Final = [name for name in NAMES if ROUTES[name].reads]


def bad_ones(box: str = "") -> tuple[str, ...]:
    """On SQLite a share of all, another one each day and for each box, beside what is always tried.

    BAD_INPUT=all tries everything everywhere, which takes half an hour.
    """
    if os.environ.get("BAD_INPUT") == "all":
        return BAD
    if connection.vendor != "sqlite":
        return BAD_FOR_DATABASES
    turn = datetime.now(UTC).date().toordinal() + len(box)
    return tuple(dict.fromkeys([*ALWAYS, *BAD[turn % _SHARES :: _SHARES]]))


def owner(ana: Place) -> Browser:
    one = browser(ana.person(frozenset(Right), name="Owner"))
    one.raise_request_exception = False
    return one


def is_told(response: Any) -> bool:
    """There is a sentence to read: on the page, in the notice of a script, or as JSON."""
    if response.headers.get("HX-Trigger") or response.headers.get("Location"):
        return True
    return bool(re.search(r"\w+ \w+.*[.?]", words(response)))


@pytest.mark.parametrize("name", PRESSED)
def test_a_box_with_anything_in_it_never_breaks_a_page(ana: Place, name: str) -> None:
    one, path, good = owner(ana), address(name, ana), typed(name, ana)
    wrong: list[str] = []
    watch = Watch()
    for box in good:
        for bad in bad_ones(box):
            with tried():
                watch.begin()
                response = one.post(path, {**good, box: bad, "request_id": "attack-bad-input"}, headers=HTMX)
                wrong += _complaints(response, f"{box}={bad[:40]!r}", changed=watch.has_changed())
                if box in NUMBERS and bad not in OTHER_DIGITS and response.status_code < 400 and not _is_fine(box, bad):
                    wrong.append(f"{box}={bad[:40]!r} was taken")
    assert not wrong, "\n".join(wrong[:40])
    assert_books(now=ana.salon.now)


@pytest.mark.parametrize("name", PRESSED)
def test_missing_doubled_and_foreign_boxes_never_break_a_page(ana: Place, name: str) -> None:
    one, path, good = owner(ana), address(name, ana), typed(name, ana)
    bodies: list[dict[str, Any]] = [
        {},
        {box: [value, value] for box, value in good.items()},
        {box: ["", "x"] for box in good},
    ]
    bodies += [{other: value for other, value in good.items() if other != box} for box in good]
    bodies += [
        {**good, "decision": ["insist", "stop_payment", "take_anyway", "<b>"], "request_id": bad}
        for bad in ("x", "\x00" * 20, "a" * 65, "ab cd ef gh")
    ]
    bodies += [good | {f"extra[{number}]": "x" for number in range(50)}, dict.fromkeys(good, "[]")]
    wrong: list[str] = []
    watch = Watch()
    for number, body in enumerate(bodies):
        for headers in ({}, HTMX, {"Accept": "application/json"}):
            with tried():
                watch.begin()
                response = one.post(path, body, headers=headers)
                wrong += _complaints(response, f"body {number} {headers}", changed=watch.has_changed())
    for kind, raw in (
        ("application/json", b'{"amount": -1}'),
        ("text/plain", b"x"),
        ("application/octet-stream", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&a=%u1234"),
    ):
        with tried():
            watch.begin()
            response = one.generic("POST", path, raw, content_type=kind)
            wrong += _complaints(response, kind, changed=watch.has_changed())
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("name", READ)
def test_a_query_with_anything_in_it_never_breaks_a_page(ana: Place, name: str) -> None:
    one, path = owner(ana), address(name, ana)
    wrong: list[str] = []
    before = all_rows()
    for bad in bad_ones():
        if len(bad) > 5_000:
            continue
        asked = path.split("?")[0] + "?" + urlencode(dict.fromkeys(QUERIES, bad))
        for headers in ({}, HTMX):
            response = one.get(asked, headers=headers)
            if response.status_code >= 500:
                wrong.append(f"everything={bad[:40]!r} → {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert all_rows() == before


@pytest.mark.parametrize("name", [name for name in NAMES if any(part.endswith("_id") for part in ROUTES[name].args)])
@pytest.mark.parametrize(
    "number", ["0", "9" * 18, "9223372036854775807", "9223372036854775808", "9" * 40, "9" * 4_400, "1.5", "-1", "١"]
)
def test_an_address_with_an_absurd_number_is_not_found(ana: Place, name: str, number: str) -> None:
    route, good = ROUTES[name], address(name, ana)
    pieces = [ana.facts[value.strip("{}")] for part, value in route.args.items() if part.endswith("_id")]
    one = owner(ana)
    before = all_rows()
    for piece in pieces:
        path = re.sub(rf"/{piece}(?=[/?.]|$)", f"/{number}", good, count=1)
        for method in ("get", "post"):
            response = getattr(one, method)(path, typed(name, ana) if method == "post" else None)
            assert response.status_code in {404, 405, 422}, (method, response.status_code)
    assert all_rows() == before


def test_the_watch_sees_what_is_written_and_forgives_what_is_no_fact(ana: Place) -> None:
    watch = Watch()
    with tried():
        watch.begin()
        assert not watch.has_changed()
        SharedNote.objects.create(key_mac="a try", value="1", expires_at=ana.salon.now)
        assert not watch.has_changed()
        ana.salon.business.name = "Bea"
        ana.salon.business.save()
        assert watch.has_changed()
    with tried():
        watch.begin()
        assert not watch.has_changed()


def _is_fine(box: str, bad: str) -> bool:
    """What a person may well type there."""
    if box == "date":
        return bad == "2026-11-26"
    if box in {"start", "end"}:
        return bad.startswith("2026-11-26T2") or (box == "end" and bad in {"", " "})
    if box in {"price", "amount"}:
        return bad == "20261126"  # dear, but a price; much cash, but a number
    # A walk-in has no client; the whole visit is meant where no appointment is named; one person's row stays.
    return (box, bad) in {("client", ""), ("appointment", "")}


def _complaints(response: Any, what: str, *, changed: bool) -> list[str]:
    if response.status_code >= 500:
        return [f"{what} → {response.status_code}"]
    if response.status_code >= 400 and changed:
        return [f"{what} → {response.status_code}, and yet something changed"]
    if response.status_code >= 400 and not is_told(response):
        return [f"{what} → {response.status_code} without a sentence"]
    return []
