"""Clients from a file of another program, or of ours: said row by row first, then in one go, without doubles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.clients import actions as clients
from quittance.clients.actions import MAX_NAME, MAX_NOTE, ClientCard
from quittance.clients.contact import ContactError, email_address, phone_number, searchable
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Actor, Right, require
from quittance.documents.csv_table import Row
from quittance.flows._importing import BAD, KNOWN, MORE, NEW, ImportPlan, PlannedRow, table_rows
from quittance.flows._once import once
from quittance.flows.save_service import location_here

HEADINGS: Final = ("Name", "Phone", "Email", "Language", "Note")
_NAME: Final = ("name", "client name", "full name", "client", "nickname")
_FIRST: Final = ("first name", "firstname", "forename", "given name")
_LAST: Final = ("last name", "lastname", "surname", "family name")
_PHONES: Final = ("phone", "phone number", "mobile", "mobile phone", "mobile number", "telephone", "cell phone")
_EMAILS: Final = ("email", "email address", "client email")
_NOTE: Final = ("note", "notes", "comment", "comments", "memo")
_CHUNK: Final = 500


@dataclass(slots=True)
class _Wanted:
    """One row read; `known` is the card that it belongs to, `points` what is new to that card."""

    row: Row
    card: ClientCard
    points: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    known: int | None = None
    twin_of: int | None = None


def plan(*, actor: Actor, location_id: int, text: str) -> ImportPlan:
    """What would happen; nothing is written. Raises FieldError when the file cannot be read."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    country = location_here(actor=actor, location_id=location_id).country
    return ImportPlan([_planned(one) for one in _read(actor.business_id, country, text)])


def run(*, actor: Actor, location_id: int, text: str, now: datetime) -> dict[str, Any]:
    """Import all rows that are not bad: {"new": n, "more": n}. The same file once more changes nothing."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = location_here(actor=actor, location_id=location_id)

    def work() -> dict[str, Any]:
        done = {NEW: 0, MORE: 0}
        made: dict[int, Client] = {}
        for one in _read(actor.business_id, location.country, text):
            outcome = _planned(one).outcome
            if outcome == NEW:
                made[one.row.line] = clients.create_client(
                    business_id=actor.business_id, card=one.card, country=location.country, now=now
                )
            elif outcome == MORE:
                known = made.get(one.twin_of or 0) or _card(actor.business_id, one.known or 0)
                for _kind, value in one.points:
                    clients.add_point(client=known, typed=value, country=location.country)
            if outcome in done:
                done[outcome] += 1
        audit.record(
            actor=actor,
            location_id=location_id,
            action="clients.imported",
            subject=("location", location_id),
            now=now,
            detail=done,
        )
        return done

    return once(actor=actor, action="clients.imported", now=now, work=work)


def _card(business_id: int, client_id: int) -> Client:
    return Client.objects.get(business_id=business_id, pk=client_id)


def _planned(one: _Wanted) -> PlannedRow:
    name = one.card.name or _("row %(line)s") % {"line": one.row.line}
    if one.problem:
        return PlannedRow(one.row.line, name, BAD, one.problem)
    if one.known is None and one.twin_of is None:
        return PlannedRow(one.row.line, name, NEW)
    if one.points:
        return PlannedRow(
            one.row.line, name, MORE, _("Adds %(what)s") % {"what": ", ".join(value for _kind, value in one.points)}
        )
    return PlannedRow(one.row.line, name, KNOWN, _("A card with this phone, email or name is there already."))


def _read(business_id: int, country: str, text: str) -> list[_Wanted]:
    rows = table_rows(text, needed=(*_NAME, *_FIRST, *_LAST), example="Name, Phone, Email")
    wanted = [_wanted(row, country) for row in rows]
    points = {point for one in wanted for point in one.points}
    owners = _owners(business_id, points)
    names = _nameless(business_id, {searchable(one.card.name)[:MAX_NAME] for one in wanted if not one.points})
    full = _sizes(business_id, set(owners.values()))
    here: dict[tuple[str, str], int] = {}
    named_here: dict[str, int] = {}
    for one in wanted:
        if one.problem:
            continue
        word = searchable(one.card.name)[:MAX_NAME]
        one.known = next((owners[point] for point in one.points if point in owners), None)
        if one.known is None and not one.points:
            one.known = names.get(word)
        if one.known is None:
            one.twin_of = next((here[point] for point in one.points if point in here), None)
            if one.twin_of is None and not one.points:
                one.twin_of = named_here.get(word)
        if one.known is None and one.twin_of is None:
            named_here[word] = one.row.line
        fresh = tuple(point for point in one.points if point not in owners and point not in here)
        here.update(dict.fromkeys(fresh, one.twin_of or one.row.line))
        if one.known is not None or one.twin_of is not None:
            one.points = fresh
            if one.known is not None and full.get(one.known, 0) + len(fresh) > clients.MAX_POINTS:
                one.problem = _("A card holds at most %(max_points)s phones and email addresses.") % {
                    "max_points": clients.MAX_POINTS
                }
    return wanted


def _wanted(row: Row, country: str) -> _Wanted:
    whole = " ".join(part for part in (row.first(*_FIRST), row.first(*_LAST)) if part)
    name = " ".join((row.first("name", "client name", "full name", "client") or whole or row.first(*_NAME)).split())
    if row.cells.get("surname") and row.cells.get("name") and not row.first(*_FIRST):
        name = f"{row.cells['name']} {row.cells['surname']}".strip()
    phones = tuple(dict.fromkeys(row.cells[one] for one in _PHONES if row.cells.get(one)))
    emails = tuple(dict.fromkeys(row.cells[one] for one in _EMAILS if row.cells.get(one)))
    card = ClientCard(
        name=name,
        phones=phones,
        emails=emails,
        language=row.first("language")[:12].lower(),
        note=row.first(*_NOTE)[:MAX_NOTE],
    )
    if not name:
        return _Wanted(row, card, problem=_("The name is missing."))
    if len(name) > MAX_NAME:
        return _Wanted(
            row,
            card,
            problem=_("This name is longer than %(max_name)s characters. Shorten it.") % {"max_name": MAX_NAME},
        )
    try:
        points = [(ContactPoint.PHONE, phone_number(one, country=country)) for one in phones]
        points += [(ContactPoint.EMAIL, email_address(one)) for one in emails]
    except ContactError as error:
        return _Wanted(row, card, problem=str(error))
    unique = tuple(dict.fromkeys(points))
    if len(unique) > clients.MAX_POINTS:
        return _Wanted(
            row,
            card,
            problem=_("A card holds at most %(max_points)s phones and email addresses.")
            % {"max_points": clients.MAX_POINTS},
        )
    return _Wanted(row, card, unique)


def _owners(business_id: int, points: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Whose they are by now, asked in portions."""
    found: dict[tuple[str, str], int] = {}
    values = sorted({value for _kind, value in points})
    for start in range(0, len(values), _CHUNK):
        rows = ContactPoint.objects.filter(
            business_id=business_id, value__in=values[start : start + _CHUNK], client__archived_at__isnull=True
        )
        for kind, value, client_id in rows.order_by("-client_id").values_list("kind", "value", "client_id"):
            found[kind, value] = client_id
    return found


def _nameless(business_id: int, names: set[str]) -> dict[str, int]:
    """Cards of these names; only what has no phone and no email is told apart by its name."""
    found: dict[str, int] = {}
    listed = sorted(names)
    for start in range(0, len(listed), _CHUNK):
        rows = Client.objects.filter(
            business_id=business_id, search_name__in=listed[start : start + _CHUNK], archived_at__isnull=True
        )
        found.update(rows.order_by("-id").values_list("search_name", "id"))
    return found


def _sizes(business_id: int, client_ids: set[int]) -> dict[int, int]:
    """How many contact points each card has."""
    sizes: dict[int, int] = {}
    ids = sorted(client_ids)
    for start in range(0, len(ids), _CHUNK):
        rows = ContactPoint.objects.filter(business_id=business_id, client_id__in=ids[start : start + _CHUNK])
        for client_id in rows.values_list("client_id", flat=True):
            sizes[client_id] = sizes.get(client_id, 0) + 1
    return sizes
