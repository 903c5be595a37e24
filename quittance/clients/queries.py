"""Client cards of one business: by id, by what was typed into a search, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from quittance.clients.contact import searchable
from quittance.clients.models import Client, Consent, ContactPoint

MAX_FOUND = 50
MAX_QUERY = 100
_MIN_DIGITS = 3


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A line of a list: the first phone and the first email address, empty where there is none."""

    id: int
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class ClientPage:
    """`after` leads to the next page: (search_name, id) of the last row; None at the end."""

    rows: list[FoundClient]
    after: tuple[str, int] | None


def client_by_id(*, business_id: int, client_id: int) -> Client:
    """Raises Client.DoesNotExist, also for a client of another business."""
    return Client.objects.get(business_id=business_id, pk=client_id)


def contact_points_of(*, business_id: int, client_id: int) -> list[ContactPoint]:
    """Phones first, then emails, each in the card's order."""
    points = ContactPoint.objects.filter(business_id=business_id, client_id=client_id)
    return list(points.order_by("-kind", "position", "id"))


def phones_of(*, business_id: int, client_id: int) -> list[str]:
    return _values(business_id, client_id, ContactPoint.PHONE)


def emails_of(*, business_id: int, client_id: int) -> list[str]:
    return _values(business_id, client_id, ContactPoint.EMAIL)


def search(*, business_id: int, text: str, limit: int = 20) -> list[FoundClient]:
    """Clients whose name, phone or email address holds what was typed, by name; at most 50, two queries.

    Every word must stand in the name; case, accents and the spacing of phone numbers do not matter.
    """
    typed = text[:MAX_QUERY].strip()
    if not typed:
        return []
    wanted = _name_holds(searchable(typed)) | Q(pk__in=_clients_with_contact(business_id, typed))
    rows = Client.objects.filter(wanted, business_id=business_id, archived_at__isnull=True)
    return _found(business_id, rows.order_by("search_name", "id")[: min(limit, MAX_FOUND)])


def page(*, business_id: int, after: tuple[str, int] | None = None, limit: int = MAX_FOUND) -> ClientPage:
    """All clients by name, `limit` at a time, however many there are."""
    size = min(limit, MAX_FOUND)
    rows = Client.objects.filter(business_id=business_id, archived_at__isnull=True)
    if after is not None:
        name, client_id = after
        rows = rows.filter(search_name__gte=name).filter(Q(search_name__gt=name) | Q(pk__gt=client_id))
    found = _found(business_id, rows.order_by("search_name", "id")[: size + 1])
    if len(found) <= size:
        return ClientPage(found, None)
    last = found[size - 1]
    return ClientPage(found[:size], (searchable(last.name)[:200], last.id))


@dataclass(frozen=True, slots=True)
class CardRow(FoundClient):
    """A line of the file that holds all clients."""

    language: str
    note: str


def all_cards(*, business_id: int) -> list[CardRow]:
    """Everybody who is not archived, by name, for a file; read in portions."""
    rows: list[CardRow] = []
    after: tuple[str, int] | None = None
    while True:
        part = page(business_id=business_id, after=after)
        more = {
            pk: (language, note)
            for pk, language, note in Client.objects.filter(
                business_id=business_id, pk__in=[one.id for one in part.rows]
            ).values_list("pk", "language", "note")
        }
        rows += [CardRow(one.id, one.name, one.phone, one.email, *more[one.id]) for one in part.rows if one.id in more]
        if part.after is None:
            return rows
        after = part.after


def consents_of(*, business_id: int, client_id: int) -> list[Consent]:
    """All that was said, the newest first."""
    return list(Consent.objects.filter(business_id=business_id, client_id=client_id).order_by("-id")[:MAX_FOUND])


@dataclass(frozen=True, slots=True)
class Double:
    """Another card with the same phone or email address."""

    client: FoundClient
    shared: tuple[str, ...]


def doubles_of(*, business_id: int, client_id: int) -> list[Double]:
    """Cards that may be the same person; at most 50."""
    mine = ContactPoint.objects.filter(business_id=business_id, client_id=client_id)
    same = Q()
    for kind, value in mine.values_list("kind", "value"):
        same |= Q(kind=kind, value=value)
    if not same:
        return []
    points = ContactPoint.objects.filter(same, business_id=business_id, client__archived_at__isnull=True)
    shared: dict[int, list[str]] = {}
    for other, value in (
        points.exclude(client_id=client_id).order_by("client_id", "-kind").values_list("client_id", "value")[:MAX_FOUND]
    ):
        shared.setdefault(other, []).append(value)
    rows = Client.objects.filter(business_id=business_id, pk__in=shared).order_by("search_name", "id")
    return [Double(found, tuple(shared[found.id])) for found in _found(business_id, rows)]


def _values(business_id: int, client_id: int, kind: str) -> list[str]:
    points = ContactPoint.objects.filter(business_id=business_id, client_id=client_id, kind=kind)
    return list(points.order_by("position", "id").values_list("value", flat=True))


def _name_holds(words: str) -> Q:
    condition = Q()
    for word in words.split():
        condition &= Q(search_name__contains=word)
    return condition if words else Q(pk__in=[])


def _clients_with_contact(business_id: int, typed: str) -> QuerySet[ContactPoint, Any]:
    points = ContactPoint.objects.filter(business_id=business_id)
    condition = Q(kind=ContactPoint.EMAIL, value__contains=typed.lower())
    digits = re.sub(r"[^0-9]", "", typed).lstrip("0")
    if len(digits) >= _MIN_DIGITS and re.fullmatch(r"[0-9+()/\s.-]+", typed):
        condition |= Q(kind=ContactPoint.PHONE, value__contains=digits)
    return points.filter(condition).values("client_id")


def _found(business_id: int, rows: Iterable[Client]) -> list[FoundClient]:
    clients = list(rows)
    first: dict[tuple[int, str], str] = {}
    points = ContactPoint.objects.filter(business_id=business_id, client_id__in=[client.pk for client in clients])
    for client_id, kind, value in points.order_by("position", "id").values_list("client_id", "kind", "value"):
        first.setdefault((client_id, kind), value)
    return [
        FoundClient(
            client.pk,
            client.name,
            first.get((client.pk, ContactPoint.PHONE), ""),
            first.get((client.pk, ContactPoint.EMAIL), ""),
        )
        for client in clients
    ]


def first_phones(*, business_id: int, client_ids: set[int]) -> dict[int, str]:
    """The first phone of each client who has one; one query."""
    rows = ContactPoint.objects.filter(business_id=business_id, client_id__in=client_ids, kind=ContactPoint.PHONE)
    # The later of two in a dictionary wins: the first comes last.
    return dict(rows.order_by("-position", "-id").values_list("client_id", "value"))
