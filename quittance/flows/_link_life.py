"""When a payment link ends: by the location's policy, or as somebody chose for this one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from quittance.bills import actions as bills
from quittance.bills.models import Bill
from quittance.businesses.models import Location
from quittance.calendar import bill_key
from quittance.flows.errors import GoneError
from quittance.payments import queries
from quittance.payments.models import PaymentLink

# Chosen, and so another thing than nothing chosen: the link lives until it is paid.
UNTIL_PAID: Final = datetime.max.replace(tzinfo=UTC)


def end_by_policy(*, location: Location, now: datetime) -> datetime | None:
    minutes = location.link_life_minutes
    return None if minutes is None else now + timedelta(minutes=minutes)


def as_stored(expires_at: datetime) -> datetime | None:
    return None if expires_at == UNTIL_PAID else expires_at


def end_word(expires_at: datetime | None) -> str:
    """What a form carries to say which end it was drawn with."""
    return "-" if expires_at is None else expires_at.astimezone(UTC).isoformat()


def link_of_business(*, business_id: int, link_id: int) -> PaymentLink:
    """GoneError for an unknown link and for one of another business alike."""
    try:
        return queries.link_by_id(business_id=business_id, link_id=link_id)
    except PaymentLink.DoesNotExist:
        raise GoneError(_("This link does not exist.")) from None


def lock_link(link: PaymentLink) -> Bill:
    """Its visit, then its bill, inside the caller's transaction; `link` is read again under the lock."""
    bill_key.lock_visit_of_bill(business_id=link.business_id, bill_id=link.bill_id)
    bill = bills.lock_bill(business_id=link.business_id, bill_id=link.bill_id)
    link.refresh_from_db()
    return bill
