"""The gift cards that a bill sold, as paper, and its memberships."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from quittance.bills.credits import document_language
from quittance.bills.models import Bill, BillLine
from quittance.businesses.models import Location
from quittance.core.money import Money
from quittance.documents.gift_card_pdf import GiftCardDocument
from quittance.wallets.models import GIFT_CARD, MEMBERSHIP, Wallet
from quittance.wallets.queries import issued_on, shown_code


def cards_sold(*, bill: Bill, lines: Iterable[BillLine]) -> list[Wallet]:
    """Those that stand: paid for and not taken back. No query where no card was sold."""
    return [one for one in value_sold(bill=bill, lines=lines) if one.kind == GIFT_CARD]


def value_sold(*, bill: Bill, lines: Iterable[BillLine]) -> list[Wallet]:
    """Gift cards and memberships that stand. One query for both, none where neither was sold."""
    line_ids = [line.pk for line in lines if line.kind in (GIFT_CARD, MEMBERSHIP)]
    if not line_ids:
        return []
    issued = issued_on(business_id=bill.business_id, line_ids=line_ids)
    return [one for one in issued if one.kind in (GIFT_CARD, MEMBERSHIP) and one.standing_units > 0]


def last_date_of(card: Wallet, location: Location) -> date | None:
    """It ends when a day is over at the location: that day is the last."""
    if card.expires_at is None:
        return None
    return (card.expires_at.astimezone(ZoneInfo(location.time_zone)) - timedelta(microseconds=1)).date()


def card_document(*, bill: Bill, card: Wallet) -> GiftCardDocument:
    location = bill.location
    return GiftCardDocument(
        business_name=bill.business.name,
        nominal=Money(card.issued_units, card.currency),
        code=shown_code(card),
        last_date=last_date_of(card, location),
        language=document_language(bill),
        location_name=location.name,
        location_address=location.address,
        location_phone=location.phone,
    )
