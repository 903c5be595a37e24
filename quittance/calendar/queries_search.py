"""One search for the desk: visits by who comes, by their number, by the number of a receipt; and client cards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from quittance.bills.models import Receipt
from quittance.bills.receipts import number_text
from quittance.businesses.models import Location
from quittance.calendar.models import Appointment, Visit
from quittance.clients.contact import searchable
from quittance.clients.queries import FoundClient, search
from quittance.payments import queries as payment_queries
from quittance.payments.status import PaymentState

MIN_LETTERS = 2
MAX_QUERY = 100
_CLIENTS = 6
_LOOKED_AT = 30
# Of one client: what is closest to now, on both sides.
_VISITS_OF_ONE = 3
_VISITS = 10
_WINDOW = timedelta(days=120)
_LARGEST_ID = 10**15
_NUMBER = re.compile(r"(?:#|(?P<series>[a-z]{1,4})-)?0*(?P<number>\d{1,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundVisit:
    """A visit with what tells it apart; `receipt` is the number that was searched, where it was one."""

    visit: Visit
    location: Location
    client_name: str
    services: str
    money: PaymentState
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    visits: list[FoundVisit]
    clients: list[FoundClient]

    @property
    def is_empty(self) -> bool:
        return not self.visits and not self.clients


def find(*, business_id: int, location_ids: Collection[int], text: str, now: datetime) -> Found:
    """At most ten visits of these locations, of each client those closest to now, and six cards; ten queries."""
    typed = text[:MAX_QUERY].strip()
    if len(typed) < MIN_LETTERS and not typed.isdigit():
        return Found([], [])
    here = Visit.objects.filter(business_id=business_id, location_id__in=location_ids)
    receipts = _receipts(business_id, location_ids, typed)
    clients = _clients(business_id, typed) if len(typed) >= MIN_LETTERS else []
    numbered = [*receipts, *_by_number(here, typed)]
    close = _close_to(here, [client.id for client in clients], now)
    ids = list(dict.fromkeys([*numbered, *close]))[:_VISITS]
    return Found(_shown(business_id, ids, receipts, now), clients)


def _clients(business_id: int, typed: str) -> list[FoundClient]:
    """Anna before Hanna: who is called so from the beginning of a name stands before who merely has it inside."""
    words = searchable(typed)
    found = search(business_id=business_id, text=typed, limit=_LOOKED_AT)
    return sorted(found, key=lambda client: f" {words}" not in f" {searchable(client.name)}")[:_CLIENTS]


def _receipts(business_id: int, location_ids: Collection[int], typed: str) -> dict[int, str]:
    """Visits by the number of a paper: `000123`, `123`, or with its series, `CN-000004`."""
    match = _NUMBER.fullmatch(typed)
    if match is None or typed.startswith("#"):
        return {}
    rows = Receipt.objects.filter(
        business_id=business_id, location_id__in=location_ids, number=int(match["number"])
    ).select_related("bill__visit")
    if match["series"]:
        rows = rows.filter(series=match["series"].upper())
    return {row.bill.visit.pk: number_text(row) for row in rows.order_by("-id")[:_VISITS_OF_ONE]}


def _by_number(here: QuerySet[Visit], typed: str) -> list[int]:
    match = _NUMBER.fullmatch(typed)
    if match is None or match["series"] or int(match["number"]) > _LARGEST_ID:
        return []
    return list(here.filter(pk=int(match["number"])).values_list("pk", flat=True))


def _close_to(here: QuerySet[Visit], client_ids: list[int], now: datetime) -> list[int]:
    """Of each client, in their sequence, what is closest to now: what comes next, what was last."""
    if not client_ids:
        return []
    rows = here.filter(
        Q(starts_at__gt=now - _WINDOW, starts_at__lt=now + _WINDOW), client_id__in=client_ids, cancelled_at__isnull=True
    ).order_by("-starts_at", "-id")
    by_client: dict[int, list[tuple[timedelta, int]]] = {}
    for pk, client_id, starts_at in rows.values_list("pk", "client_id", "starts_at")[:200]:
        if starts_at is not None and client_id is not None:
            by_client.setdefault(client_id, []).append((abs(starts_at - now), pk))
    return [pk for one in client_ids for _distance, pk in sorted(by_client.get(one, []))[:_VISITS_OF_ONE]]


def _shown(business_id: int, ids: list[int], receipts: dict[int, str], now: datetime) -> list[FoundVisit]:
    if not ids:
        return []
    rows = Visit.objects.filter(business_id=business_id, pk__in=ids).select_related("bill", "client", "location")
    visits = {visit.pk: visit for visit in rows}
    states = payment_queries.states_of(
        business_id=business_id, bills=[visit.bill for visit in visits.values()], now=now
    )
    services = _services(business_id, ids)
    return [
        FoundVisit(
            visit=visits[pk],
            location=visits[pk].location,
            client_name=client.name if (client := visits[pk].client) else "",
            services=services.get(pk, ""),
            money=states[visits[pk].bill_id],
            receipt=receipts.get(pk, ""),
        )
        for pk in ids
        if pk in visits
    ]


def _services(business_id: int, ids: Iterable[int]) -> dict[int, str]:
    rows = Appointment.objects.filter(business_id=business_id, visit_id__in=ids).order_by("starts_at", "id")
    found: dict[int, list[str]] = {}
    for visit_id, service, staff in rows.values_list("visit_id", "service_name", "staff__name"):
        found.setdefault(visit_id, []).append(f"{service} ({staff})")
    return {visit_id: ", ".join(parts) for visit_id, parts in found.items()}
