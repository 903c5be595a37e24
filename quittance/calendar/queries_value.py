"""What the client of a visit can pay with besides money, and what the visit handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from quittance.bills.models import BillLine
from quittance.businesses.models import Location
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.money import Money
from quittance.wallets import queries
from quittance.wallets.models import Wallet
from quittance.wallets.worth import point_value_minor

SOLD_AS_VALUE = ("membership", "gift_card")


@dataclass(frozen=True, slots=True)
class Holding:
    """A wallet that can pay now; `worth` is what it can pay in money, None for visits."""

    wallet: Wallet
    units: int
    worth: Money | None
    last_date: date
    # None: every service.
    services: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What a line gave the client, as it stands now; `code` is what a gift card is paid with."""

    wallet: Wallet
    code: str
    left: Money | None
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class VisitValue:
    holdings: Sequence[Holding]
    open_services: Sequence[BillLine]
    handed_out: Mapping[int, HandedOut]

    def of_kind(self, kind: str) -> list[Holding]:
        return [one for one in self.holdings if one.wallet.kind == kind]

    def lines_for(self, one: Holding) -> list[BillLine]:
        """The services of the visit that this membership could pay for."""
        return [line for line in self.open_services if one.services is None or line.service_id in one.services]


def visit_value(window: VisitWindow, *, now: datetime, with_codes: bool) -> VisitValue:
    """One query where the client holds nothing, and none where nothing is due; codes for whoever may hand them out."""
    bill = window.bill
    wallets = (
        queries.usable_of_client(
            business_id=bill.business_id, client_id=bill.client_id, currency=bill.currency, now=now
        )
        if bill.client_id is not None and window.state.facts.due.is_positive
        else []
    )
    point_minor = (
        point_value_minor(business_id=bill.business_id, location_id=bill.location_id)
        if any(one.unit == "points" for one in wallets)
        else 0
    )
    zone = window.visit.location.time_zone
    holdings = [_holding(one, bill.currency, point_minor, zone) for one in wallets]
    sold = [line.pk for line in window.lines if line.kind in SOLD_AS_VALUE]
    issued = queries.issued_on(business_id=bill.business_id, line_ids=sold) if sold else []
    return VisitValue(
        holdings=[one for one in holdings if one.worth is None or one.worth.is_positive],
        open_services=_open_services(window),
        handed_out={one.issued_line_id or 0: _handed_out(one, with_code=with_codes) for one in issued},
    )


def holdings_of_client(*, business_id: int, client_id: int, location: Location, now: datetime) -> list[Holding]:
    """What a client can pay with at this place, for the card."""
    found = queries.usable_of_client(business_id=business_id, client_id=client_id, currency=location.currency, now=now)
    point_minor = (
        point_value_minor(business_id=business_id, location_id=location.pk)
        if any(one.unit == "points" for one in found)
        else 0
    )
    return [_holding(one, location.currency, point_minor, location.time_zone) for one in found]


def _point_minor(wallets: Sequence[Wallet], *, location: Location) -> int:
    if not any(one.unit == "points" for one in wallets):
        return 0
    return point_value_minor(business_id=location.business_id, location_id=location.pk)


def _holding(wallet: Wallet, currency: str, point_minor: int, time_zone: str) -> Holding:
    units = queries.free_units(wallet)
    worth = None
    if wallet.unit == "money":
        worth = Money(units, wallet.currency)
    elif wallet.unit == "points":
        worth = Money(units * point_minor, currency)
    ends = wallet.expires_at or wallet.starts_at
    # It ends when a day is over: that day is the last.
    last_date = (ends.astimezone(ZoneInfo(time_zone)) - timedelta(microseconds=1)).date()
    services = queries.covered_services(wallet) if wallet.kind == "membership" else None
    return Holding(wallet, units, worth, last_date, services)


def _handed_out(wallet: Wallet, *, with_code: bool) -> HandedOut:
    stands = wallet.standing_units > 0
    return HandedOut(
        wallet=wallet,
        code=queries.shown_code(wallet) if with_code and stands and wallet.last4 else "",
        left=queries.free_money(wallet) if wallet.unit == "money" else None,
        is_taken_back=not stands,
    )


def _open_services(window: VisitWindow) -> list[BillLine]:
    paid = {one.covers_line_id for one in window.tenders if one.voided_at is None and not one.returned_minor}
    return [
        line
        for line in window.lines
        if line.kind == "service" and not line.price_open and line.gross_minor and line.pk not in paid
    ]
