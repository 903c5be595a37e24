"""What a drawer should hold now, and the closings of the past. Every query takes the business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quittance.bills.models import Bill, JournalEntry, Tender
from quittance.businesses.models import Location
from quittance.core.money import Money
from quittance.drawers.models import CashMove, ClosedEntry, Closing, ClosingPart, Drawer

CASH: Final = "cash"
TERMINAL: Final = "card_terminal"
NOBODY: Final = 0
PAGE_SIZE: Final = 50
# Before this hour a day that is being closed is most likely the day before.
NIGHT_ENDS_HOUR: Final = 5


@dataclass(frozen=True, slots=True)
class Floor:
    """Entries up to this number are not looked at; `at` is about when it was written, for the index by time."""

    entry_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """One entry of the journal as the drawer sees it: above zero it came in."""

    entry_id: int
    account: str
    person_id: int
    change_minor: int


@dataclass(slots=True)
class PersonSum:
    """Minor units. By the person who took it; what is voided goes back to whoever had taken it."""

    person_id: int
    taken_minor: int = 0
    handed_back_minor: int = 0
    by_hand_minor: int = 0
    terminal_minor: int = 0

    @property
    def expected_minor(self) -> int:
        return self.taken_minor - self.handed_back_minor + self.by_hand_minor


@dataclass(frozen=True, slots=True)
class OpenDay:
    """All that no closing has counted yet. `opening` is None where the drawer was never counted."""

    serial: int
    currency: str
    previous: Closing | None
    opening: Money | None
    entries: list[Counted] = field(default_factory=list)
    moves: list[CashMove] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What a form carries, so that nothing is counted that its person has not seen."""
        entry = max((one.entry_id for one in self.entries), default=0)
        move = max((one.pk for one in self.moves), default=0)
        return f"{len(self.entries)}-{entry}-{len(self.moves)}-{move}"

    @property
    def taken(self) -> Money:
        return self._sum(one.change_minor for one in self.entries if one.account == CASH and one.change_minor > 0)

    @property
    def handed_back(self) -> Money:
        return self._sum(-one.change_minor for one in self.entries if one.account == CASH and one.change_minor < 0)

    @property
    def put_in(self) -> Money:
        return self._sum(one.change_minor for one in self.moves if one.change_minor > 0)

    @property
    def taken_out(self) -> Money:
        return self._sum(-one.change_minor for one in self.moves if one.change_minor < 0)

    @property
    def terminal(self) -> Money:
        return self._sum(one.change_minor for one in self.entries if one.account == TERMINAL)

    def expected(self, opening: Money) -> Money:
        return opening + self.taken - self.handed_back + self.put_in - self.taken_out

    def people(self) -> list[PersonSum]:
        """Everybody who moved something, by id."""
        found: dict[int, PersonSum] = {}
        for one in self.entries:
            person = found.setdefault(one.person_id, PersonSum(one.person_id))
            if one.account == TERMINAL:
                person.terminal_minor += one.change_minor
            elif one.change_minor > 0:
                person.taken_minor += one.change_minor
            else:
                person.handed_back_minor -= one.change_minor
        for move in self.moves:
            found.setdefault(move.by_id or NOBODY, PersonSum(move.by_id or NOBODY)).by_hand_minor += move.change_minor
        return [found[key] for key in sorted(found)]

    def _sum(self, minors: Iterable[int]) -> Money:
        return Money(sum(minors), self.currency)


def open_day(*, location: Location, now: datetime) -> OpenDay:
    """Four queries, bounded by what was taken since the last closing."""
    drawer = Drawer.objects.filter(business_id=location.business_id, location_id=location.pk).first()
    previous = last_closing(business_id=location.business_id, location_id=location.pk) if drawer else None
    floor = Floor(drawer.floor_entry_id, drawer.floor_at) if drawer else first_floor(location=location, now=now)
    serial = drawer.last_serial + 1 if drawer else 1
    moves = CashMove.objects.filter(business_id=location.business_id, location_id=location.pk, serial=serial)
    return OpenDay(
        serial=serial,
        currency=location.currency,
        previous=previous,
        opening=Money(previous.kept_minor, previous.currency) if previous else None,
        entries=_unclaimed(location, floor),
        moves=list(moves.order_by("id")) if drawer else [],
    )


def first_floor(*, location: Location, now: datetime) -> Floor:
    """The newest entry from before the business day in which the drawer is kept for the first time."""
    day = business_day(location=location, now=now)
    starts_at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(location.time_zone))
    return Floor(_newest_before(location.business_id, starts_at), starts_at)


def settled_floor(*, business_id: int, now: datetime) -> Floor:
    """Everything up to here was written a day ago: nothing with a smaller number can still arrive."""
    day_ago = now - timedelta(days=1)
    return Floor(_newest_before(business_id, day_ago), day_ago)


def _newest_before(business_id: int, at: datetime) -> int:
    before = JournalEntry.objects.filter(business_id=business_id, at__lt=at).order_by("-at", "-id")
    return before.values_list("pk", flat=True).first() or 0


def business_day(*, location: Location, now: datetime, previous: Closing | None = None) -> date:
    """The day that a closing made now most likely means; never one before the last closing's."""
    local = now.astimezone(ZoneInfo(location.time_zone))
    day = local.date() - timedelta(days=1) if local.hour < NIGHT_ENDS_HOUR else local.date()
    return max(day, previous.business_date) if previous else day


def counted_entries(*, business_id: int, location_id: int, currency: str) -> QuerySet[JournalEntry]:
    """Every movement of cash, or of the card terminal, at a place."""
    here = Bill.objects.filter(business_id=business_id, location_id=location_id, pk=OuterRef("bill_id"))
    accounts = Q(from_account__in=(CASH, TERMINAL)) | Q(to_account__in=(CASH, TERMINAL))
    return JournalEntry.objects.filter(accounts, Exists(here), business_id=business_id, currency=currency)


def _unclaimed(location: Location, floor: Floor) -> list[Counted]:
    here = counted_entries(business_id=location.business_id, location_id=location.pk, currency=location.currency)
    # Numbers and times disagree by as long as one piece of work takes, which is never a day.
    late = here.filter(pk__gt=floor.entry_id, at__gt=floor.at - timedelta(days=1))
    rows = list(late.filter(closed__isnull=True).order_by("pk"))
    voided = {row.tender_id for row in rows if row.kind.startswith("void") and row.tender_id is not None}
    takers = dict(
        Tender.objects.filter(business_id=location.business_id, pk__in=voided).values_list("pk", "taken_by_id")
    )
    return [_counted(row, takers) for row in rows]


def _counted(row: JournalEntry, takers: dict[int, int | None]) -> Counted:
    comes_in = row.from_account in (CASH, TERMINAL)
    person = takers.get(row.tender_id or 0) if row.kind.startswith("void") else row.actor_id
    return Counted(
        entry_id=row.pk,
        account=row.from_account if comes_in else row.to_account,
        person_id=person or NOBODY,
        change_minor=row.amount_minor if comes_in else -row.amount_minor,
    )


def beside(*, location: Location, since_at: datetime, now: datetime) -> dict[str, int]:
    """What else came in less what went back, in minor units: `bank_transfer`, `online`, `value`."""
    here = Bill.objects.filter(business_id=location.business_id, location_id=location.pk, pk=OuterRef("bill_id"))
    rows = JournalEntry.objects.filter(
        Exists(here), business_id=location.business_id, at__gt=since_at, at__lte=now, currency=location.currency
    )
    found = {"bank_transfer": 0, "online": 0, "value": 0}
    for account, other, minor in rows.values_list("from_account", "to_account", "amount_minor"):
        for name, sign in ((account, 1), (other, -1)):
            kind = {"online": "online", "wallet": "value"}.get(name.split(":")[0], name)
            if kind in found:
                found[kind] += sign * minor
    return found


def last_closing(*, business_id: int, location_id: int) -> Closing | None:
    return Closing.objects.filter(business_id=business_id, location_id=location_id).order_by("-serial").first()


def closing_by_id(*, business_id: int, closing_id: int) -> Closing | None:
    rows = Closing.objects.filter(business_id=business_id, pk=closing_id)
    return rows.select_related("location", "business").first()


def parts_of(closing: Closing) -> list[ClosingPart]:
    rows = ClosingPart.objects.filter(business_id=closing.business_id, closing_id=closing.pk)
    return list(rows.order_by("person_id"))


def moves_of(closing: Closing) -> list[CashMove]:
    rows = CashMove.objects.filter(
        business_id=closing.business_id, location_id=closing.location_id, serial=closing.serial
    )
    return list(rows.order_by("id"))


def closings_page(
    *,
    business_id: int,
    location_id: int,
    only_differing: bool = False,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[Closing]:
    """The newest first; `before` is the smallest number that was shown. Indexed either way."""
    rows = Closing.objects.filter(business_id=business_id, location_id=location_id)
    if only_differing:
        rows = rows.filter(
            ~Q(counted_minor=F("expected_minor"))
            | Q(terminal_reported_minor__isnull=False) & ~Q(terminal_reported_minor=F("terminal_expected_minor"))
        )
    if before is not None:
        rows = rows.filter(serial__lt=before)
    return list(rows.order_by("-serial")[:limit])


def claimed_sums(closing: Closing) -> dict[str, int]:
    """By account, what the claimed entries add up to."""
    found = {CASH: 0, TERMINAL: 0}
    for account, minor in ClosedEntry.objects.filter(closing_id=closing.pk).values_list("account", "change_minor"):
        found[account] += minor
    return found
