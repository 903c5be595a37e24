"""Count a cash drawer against what should be in it, and close its day. What comes afterwards belongs to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.calendar.times import day_period, local_date
from quittance.core.actor import Actor, Right, require
from quittance.core.denominations import pieces_of
from quittance.core.money import MAX_MINOR, Money
from quittance.drawers import actions as drawers
from quittance.drawers import queries
from quittance.drawers.models import Closing
from quittance.drawers.queries import OpenDay
from quittance.flows._once import once
from quittance.flows.errors import FieldError, FlowError, GoneError
from quittance.rows.amounts import amount_words

MOST_PIECES = 100_000


class ClosedMeanwhileError(FlowError):
    """Somebody closed this day first; theirs stands."""

    def __init__(self, closing: Closing) -> None:
        super().__init__(_("Somebody closed this day meanwhile. That closing stands, and yours was not written."))
        self.closing = closing


class MovedMeanwhileError(FlowError):
    """Cash was taken, given back or moved while it was counted."""

    def __init__(self) -> None:
        super().__init__(_("Money moved while you counted. Look at what is expected now, then close once more."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a person counted. `serial` and `seen` are those of the open day that they looked at.

    `opening` is asked for only where the drawer was never counted before. `pieces` maps a coin's or note's minor units
    to how many there are; `loose` is what is there beside them.
    """

    serial: int
    seen: str
    business_date: date
    opening: Money | None = None
    pieces: Mapping[int, int] = field(default_factory=dict)
    loose: Money
    kept: Money
    terminal: Money | None = None
    note: str = ""
    by_person: Mapping[int, Money] = field(default_factory=dict)
    person_notes: Mapping[int, str] = field(default_factory=dict)

    @property
    def counted(self) -> Money:
        minor = sum(piece * number for piece, number in self.pieces.items())
        return Money(minor, self.loose.currency) + self.loose


def close_day(*, actor: Actor, location_id: int, count: Count, now: datetime) -> int:
    """The closing's id. A repeat of the request id shows the first. Raises FlowError; FieldError names the box."""
    require(actor, Right.CLOSE_DAY, location_id)
    location = _location(actor, location_id)

    def work() -> dict[str, Any]:
        drawer = drawers.lock_drawer(location=location, now=now)
        day = queries.open_day(location=location, now=now)
        if day.serial != count.serial and day.previous is not None:
            raise ClosedMeanwhileError(day.previous)
        if day.seen != count.seen or day.serial != count.serial:
            raise MovedMeanwhileError
        result = _result(location, day, count, now)
        closing = drawers.close(drawer=drawer, day=day, result=result, actor=actor, now=now)
        difference = closing.counted_minor - closing.expected_minor
        audit.record(
            actor=actor, location_id=location.pk, action="day.closed", subject=("closing", closing.pk), now=now,
            detail={"serial": closing.serial, "amount_minor": closing.counted_minor, "difference_minor": difference,
                    "currency": closing.currency},
        )  # fmt: skip
        return {"closing": closing.pk}

    return int(once(actor=actor, action="day.close", now=now, work=work)["closing"])


def _location(actor: Actor, location_id: int) -> Location:
    found = Location.objects.filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True).first()
    if found is None:
        raise GoneError(_("This location does not exist."))
    return found


def _result(location: Location, day: OpenDay, count: Count, now: datetime) -> drawers.Result:
    _check_day(location, day, count.business_date, now)
    opening = day.opening if day.opening is not None else count.opening
    if opening is None:
        raise FieldError("opening", _("Type what was in the drawer when the day began. Type 0 if it was empty."))
    _check_pieces(day, count)
    if count.kept > count.counted:
        raise FieldError(
            "kept",
            _("No more than the %(counted)s that were counted can stay in the drawer.")
            % {"counted": amount_words(count.counted)},
        )
    note = _clean(count.note, 500)
    differs = count.counted != day.expected(opening)
    terminal_differs = count.terminal is not None and count.terminal != day.terminal
    if (differs or terminal_differs) and not note:
        what = _("The drawer") if differs else _("The card terminal")
        raise FieldError(
            "note",
            _("%(what)s differs from what is expected. Write down why, or that you do not know.") % {"what": what},
        )
    by_person, person_notes = _people(day, count)
    since = day.previous.closed_at if day.previous else _morning(location, count.business_date)
    return drawers.Result(
        business_date=count.business_date,
        opening=opening,
        counted=count.counted,
        kept=count.kept,
        terminal=count.terminal,
        note=note,
        pieces=dict(count.pieces),
        loose=count.loose,
        by_person=by_person,
        person_notes=person_notes,
        beside=queries.beside(location=location, since_at=since, now=now),
    )


def _check_day(location: Location, day: OpenDay, chosen: date, now: datetime) -> None:
    today = local_date(now, time_zone=location.time_zone)
    if chosen > today:
        raise FieldError("business_date", _("This day has not come yet."))
    if day.previous is not None and chosen < day.previous.business_date:
        raise FieldError("business_date", _("A later day was closed already. Choose that day or one after it."))
    if day.previous is None and chosen < today - timedelta(days=1):
        raise FieldError("business_date", _("Choose today or yesterday."))


def _check_pieces(day: OpenDay, count: Count) -> None:
    known = pieces_of(day.currency)
    for piece, number in count.pieces.items():
        if piece not in known or not 0 <= number <= MOST_PIECES:
            raise FieldError(
                f"piece_{piece}", _("Type a number between 0 and %(most_pieces)s.") % {"most_pieces": MOST_PIECES}
            )
    amounts = (count.loose, count.kept, count.opening, count.terminal, *count.by_person.values())
    if any(one is not None and one.currency != day.currency for one in amounts):
        raise FieldError("loose", _("This drawer is counted in %(currency)s.") % {"currency": day.currency})
    if count.loose.minor < 0 or count.kept.minor < 0 or (count.opening is not None and count.opening.minor < 0):
        raise FieldError("loose", _("Type an amount of zero or more."))
    if count.counted.minor > MAX_MINOR:
        raise FieldError("loose", _("This is more than a drawer holds. Check the numbers."))


def _people(day: OpenDay, count: Count) -> tuple[dict[int, Money], dict[int, str]]:
    """What each handed in, where it was counted; a difference needs a note of its own."""
    expected = {one.person_id: one.expected_minor for one in day.people()}
    handed_in = {key: amount for key, amount in count.by_person.items() if key in expected}
    notes = {key: text for key in handed_in if (text := _clean(count.person_notes.get(key, ""), 200))}
    for key, amount in handed_in.items():
        if amount.minor != expected[key] and key not in notes:
            raise FieldError(f"why_{key}", _("This differs from what is expected. Write down why."))
    return handed_in, notes


def _morning(location: Location, day: date) -> datetime:
    return day_period(day=day, time_zone=location.time_zone).starts_at


def _clean(text: str, most: int) -> str:
    return " ".join(text.split())[:most]
