"""What is written about a drawer. The caller is a flow in one transaction, which locks the drawer first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from quittance.businesses.models import Location
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.drawers.models import CashMove, ClosedEntry, Closing, ClosingPart, Drawer
from quittance.drawers.queries import OpenDay, first_floor, settled_floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a person found: counted, of it kept, and what each of the others handed in."""

    business_date: date
    opening: Money
    counted: Money
    kept: Money
    terminal: Money | None = None
    note: str = ""
    pieces: dict[int, int] = field(default_factory=dict)
    loose: Money
    by_person: dict[int, Money] = field(default_factory=dict)
    person_notes: dict[int, str] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)


def lock_drawer(*, location: Location, now: datetime) -> Drawer:
    """The drawer's row, made where there is none yet, locked until the transaction ends."""
    here = {"business_id": location.business_id, "location_id": location.pk}
    if not Drawer.objects.filter(**here).exists():
        floor = first_floor(location=location, now=now)
        made = {
            "currency": location.currency,
            "start_entry_id": floor.entry_id,
            "floor_entry_id": floor.entry_id,
            "floor_at": floor.at,
        }
        Drawer.objects.get_or_create(**here, defaults=made)
    return Drawer.objects.select_for_update(no_key=True, of=("self",)).get(**here)


def move_cash(
    *,
    drawer: Drawer,
    kind: str,
    change: Money,
    reason: str,
    actor: Actor,
    now: datetime,
    undoes: CashMove | None = None,
) -> CashMove:
    return CashMove.objects.create(
        business_id=drawer.business_id,
        location_id=drawer.location_id,
        serial=drawer.last_serial + 1,
        kind=kind,
        change_minor=change.minor,
        currency=change.currency,
        reason=reason,
        undoes=undoes,
        by_id=actor.user_id,
        at=now,
    )


def close(*, drawer: Drawer, day: OpenDay, result: Result, actor: Actor, now: datetime) -> Closing:
    """The closing, its people and the entries that it claims: all or none."""
    closing = Closing.objects.create(
        business_id=drawer.business_id,
        location_id=drawer.location_id,
        serial=day.serial,
        business_date=result.business_date,
        currency=day.currency,
        opening_minor=result.opening.minor,
        taken_minor=day.taken.minor,
        handed_back_minor=day.handed_back.minor,
        put_in_minor=day.put_in.minor,
        taken_out_minor=day.taken_out.minor,
        expected_minor=day.expected(result.opening).minor,
        counted_minor=result.counted.minor,
        kept_minor=result.kept.minor,
        terminal_expected_minor=day.terminal.minor,
        terminal_reported_minor=result.terminal.minor if result.terminal is not None else None,
        note=result.note,
        pieces={str(piece): number for piece, number in result.pieces.items() if number},
        loose_minor=result.loose.minor,
        beside=result.beside,
        closed_by_id=actor.user_id,
        closed_at=now,
    )
    _write_people(closing, day, result)
    _claim(closing, day)
    drawer.last_serial = day.serial
    floor = settled_floor(business_id=drawer.business_id, now=now)
    if floor.entry_id > drawer.floor_entry_id:
        drawer.floor_entry_id, drawer.floor_at = floor.entry_id, floor.at
    drawer.save(update_fields=["last_serial", "floor_entry_id", "floor_at"])
    return closing


def _write_people(closing: Closing, day: OpenDay, result: Result) -> None:
    for person in day.people():
        handed_in = result.by_person.get(person.person_id)
        ClosingPart.objects.create(
            business_id=closing.business_id,
            closing=closing,
            person_id=person.person_id,
            taken_minor=person.taken_minor,
            handed_back_minor=person.handed_back_minor,
            by_hand_minor=person.by_hand_minor,
            terminal_minor=person.terminal_minor,
            counted_minor=handed_in.minor if handed_in is not None else None,
            note=result.person_notes.get(person.person_id, ""),
        )


def _claim(closing: Closing, day: OpenDay) -> None:
    ClosedEntry.objects.bulk_create(
        [
            ClosedEntry(
                business_id=closing.business_id,
                closing=closing,
                entry_id=one.entry_id,
                account=one.account,
                person_id=one.person_id,
                change_minor=one.change_minor,
            )
            for one in day.entries
        ],
        batch_size=500,
    )
