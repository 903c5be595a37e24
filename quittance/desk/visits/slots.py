"""The services of a new visit as they are typed: one row each, placed one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from quittance.catalog.models import Service, ServiceStaff
from quittance.desk.fields import row_id
from quittance.flows.book_visit import MAX_APPOINTMENTS, Slot

_LONGEST_MINUTES = 24 * 60


@dataclass(slots=True)
class SlotRow:
    """What was typed, and what is wrong with it; `starts_at` where the rows before it say so."""

    number: int
    service: str = ""
    staff: str = ""
    minutes: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    is_new: bool = False

    @property
    def suffix(self) -> str:
        """Ids of its boxes; the first row bears the plain ones."""
        return f"-{self.number}" if self.number else ""


def typed_rows(typed: QueryDict) -> list[SlotRow]:
    """As many rows as the longest list of boxes, at least one."""
    services, staff, minutes = (typed.getlist(name) for name in ("service", "staff", "minutes"))
    count = min(max(len(services), len(staff), 1), MAX_APPOINTMENTS)
    return [SlotRow(n, _at(services, n), _at(staff, n), _at(minutes, n)) for n in range(count)]


def with_another(rows: list[SlotRow]) -> list[SlotRow]:
    """One more, with the same person."""
    if len(rows) >= MAX_APPOINTMENTS:
        return rows
    return [*rows, SlotRow(len(rows), staff=rows[-1].staff, is_new=True)]


def without(rows: list[SlotRow], dropped: str) -> list[SlotRow]:
    kept = [row for row in rows if str(row.number) != dropped] or rows[:1]
    return [SlotRow(n, row.service, row.staff, row.minutes) for n, row in enumerate(kept)]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long a service takes: with the person who does it, else by itself."""

    services: Mapping[int, Service]
    performers: Mapping[int, Mapping[int, ServiceStaff]]

    def of(self, service_id: int, staff_id: int) -> int | None:
        service = self.services.get(service_id)
        own = self.performers.get(service_id, {}).get(staff_id)
        if own is not None and own.duration_minutes is not None:
            return own.duration_minutes
        return service.duration_minutes if service else None


def place(rows: list[SlotRow], *, lengths: Lengths, first_at: datetime | None) -> None:
    """When each row begins, as far as the rows before it are filled in."""
    at = first_at
    for row in rows:
        row.starts_at = at
        length = row_id(row.minutes) or lengths.of(row_id(row.service) or 0, row_id(row.staff) or 0)
        at = None if at is None or length is None else at + timedelta(minutes=length)


def slots_of(rows: list[SlotRow], *, lengths: Lengths, first_at: datetime) -> list[Slot] | None:
    """What to book, one after another; None where a row has problems, which then stand beside its boxes."""
    for row in rows:
        row.problems = _problems(row)
    if any(row.problems for row in rows):
        return None
    place(rows, lengths=lengths, first_at=first_at)
    return [
        Slot(
            staff_id=row_id(row.staff) or 0,
            service_id=row_id(row.service) or 0,
            # After a service that is offered no more nothing can be placed; booking says so.
            starts_at=row.starts_at or first_at,
            duration_minutes=row_id(row.minutes),
        )
        for row in rows
    ]


def _problems(row: SlotRow) -> dict[str, str]:
    problems = {}
    if not row_id(row.service):
        problems["service"] = _("Choose a service.")
    if not row_id(row.staff):
        problems["staff"] = _("Choose who does it.")
    minutes = row_id(row.minutes)
    if row.minutes and (minutes is None or not 5 <= minutes <= _LONGEST_MINUTES):
        problems["minutes"] = _("Type 5 to 1440 minutes, or leave it empty.")
    return problems


def _at(values: list[str], number: int) -> str:
    return values[number].strip()[:20] if number < len(values) else ""
