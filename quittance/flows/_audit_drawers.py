"""The part of the audit about cash drawers: what was closed is what the journal says, once, without a gap."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet, Sum

from quittance.businesses.models import Location
from quittance.drawers.models import CashMove, ClosedEntry, Closing, ClosingPart, Drawer
from quittance.drawers.queries import CASH, TERMINAL, counted_entries
from quittance.flows._audit_returns import Finding

_PAGE = 500


def drawer_findings(scope: Q) -> Iterator[Finding]:
    for drawer in Drawer.objects.filter(scope).select_related("location").iterator(chunk_size=_PAGE):
        yield from _chain(drawer)
        yield from _unclaimed(drawer, drawer.location)
    yield from _entries(scope)
    yield from _tenants(scope)


def _chain(drawer: Drawer) -> Iterator[Finding]:
    """Each closing opens with what the one before kept, is numbered without a gap, and is the sum of its parts."""
    before: Closing | None = None
    closings = Closing.objects.filter(business_id=drawer.business_id, location_id=drawer.location_id)
    by_account = _sums(closings)
    by_people = {
        row["closing_id"]: row
        for row in ClosingPart.objects.filter(closing__in=closings)
        .values("closing_id")
        .annotate(
            cash=Sum(F("taken_minor") - F("handed_back_minor") + F("by_hand_minor")), terminal=Sum("terminal_minor")
        )
    }
    by_hand = dict(
        CashMove.objects.filter(business_id=drawer.business_id, location_id=drawer.location_id)
        .values_list("serial")
        .annotate(sum=Sum("change_minor"))
    )
    for closing in closings.order_by("serial").iterator(chunk_size=_PAGE):
        row = f"closing {closing.pk}"
        if closing.serial != (before.serial + 1 if before else 1):
            yield Finding("D1", row, f"number {closing.serial} after {before.serial if before else 0}")
        if before is not None and closing.opening_minor != before.kept_minor:
            yield Finding("D1", row, f"opens with {closing.opening_minor}, {before.kept_minor} were kept")
        moved = closing.put_in_minor - closing.taken_out_minor
        if moved != by_hand.get(closing.serial, 0):
            yield Finding("D1", row, f"{moved} by hand, the entries by hand say {by_hand.get(closing.serial, 0)}")
        cash, terminal = (by_account.get((closing.pk, account), 0) for account in (CASH, TERMINAL))
        if (closing.taken_minor - closing.handed_back_minor, closing.terminal_expected_minor) != (cash, terminal):
            yield Finding("D1", row, f"the journal has cash {cash}, terminal {terminal}")
        people = by_people.get(closing.pk, {"cash": 0, "terminal": 0})
        if (people["cash"], people["terminal"]) != (cash + moved, terminal):
            yield Finding("D1", row, f"its people have cash {people['cash']}, terminal {people['terminal']}")
        before = closing
    if drawer.last_serial != (before.serial if before else 0):
        yield Finding("D1", f"drawer {drawer.pk}", f"last number {drawer.last_serial}")


def _sums(closings: QuerySet[Closing]) -> dict[tuple[int, str], int]:
    rows = ClosedEntry.objects.filter(closing__in=closings).values_list("closing_id", "account")
    return {(closing_id, account): total for closing_id, account, total in rows.annotate(sum=Sum("change_minor"))}


def _unclaimed(drawer: Drawer, location: Location) -> Iterator[Finding]:
    """Nothing lies below the floor that no closing has counted."""
    here = counted_entries(business_id=drawer.business_id, location_id=location.pk, currency=drawer.currency)
    lost = here.filter(pk__gt=drawer.start_entry_id, pk__lte=drawer.floor_entry_id, closed__isnull=True)
    for entry in lost[:_PAGE]:
        yield Finding("D1", f"journal {entry.pk}", "was counted by no closing, and none will")


def _entries(scope: Q) -> Iterator[Finding]:
    """A claimed entry says what the journal says."""
    inward = Q(account=F("entry__from_account"), change_minor=F("entry__amount_minor"))
    outward = Q(account=F("entry__to_account"), change_minor=-F("entry__amount_minor"))
    for one in ClosedEntry.objects.filter(scope).exclude(inward | outward)[:_PAGE]:
        yield Finding("D1", f"journal {one.entry_id}", f"closed as {one.change_minor} of {one.account}")


def _tenants(scope: Q) -> Iterator[Finding]:
    pairs = (
        ("closing", Closing.objects.exclude(business_id=F("location__business_id"))),
        ("closed entry", ClosedEntry.objects.exclude(business_id=F("entry__business_id"))),
        ("cash move", CashMove.objects.exclude(business_id=F("location__business_id"))),
    )
    for name, rows in pairs:
        for row in rows.filter(scope)[:_PAGE]:
            yield Finding("S12", f"{name} {row.pk}", "points into another business")
