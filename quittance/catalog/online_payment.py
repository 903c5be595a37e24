"""What holds when a service and the person who performs it have different online payment statuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from quittance.businesses.models import Location, StaffMember
from quittance.businesses.online_payment import OnlinePayment, OnlinePaymentRule
from quittance.businesses.queries import staff_of
from quittance.catalog.models import Service
from quittance.catalog.queries import performers_of, services_of

# The first of the two that stands in the list wins.
_PRECEDENCE: Final = {
    OnlinePaymentRule.NOT_AVAILABLE_FIRST: (
        OnlinePayment.NOT_AVAILABLE,
        OnlinePayment.REQUIRED,
        OnlinePayment.AVAILABLE,
    ),
    OnlinePaymentRule.STRICTEST: (OnlinePayment.REQUIRED, OnlinePayment.AVAILABLE, OnlinePayment.NOT_AVAILABLE),
}


def effective_status(*, service: OnlinePayment, staff: OnlinePayment, rule: OnlinePaymentRule) -> OnlinePayment:
    return next(status for status in _PRECEDENCE[rule] if status in (service, staff))


@dataclass(frozen=True, slots=True)
class Pair:
    """One service performed by one person, and what holds for clients who book the two online."""

    service: Service
    staff: StaffMember
    status: OnlinePayment


def pairs_of(*, location: Location) -> list[Pair]:
    """Every service with everybody who performs it, in the catalog's order. Three queries."""
    services = services_of(business_id=location.business_id, location_id=location.pk)
    return _pairs(location, services)


def pairs_of_service(*, location: Location, service: Service) -> list[Pair]:
    return _pairs(location, [service])


def pairs_of_staff(*, location: Location, staff: StaffMember) -> list[Pair]:
    return [pair for pair in pairs_of(location=location) if pair.staff.pk == staff.pk]


def _pairs(location: Location, services: Iterable[Service]) -> list[Pair]:
    rows = list(services)
    members = staff_of(business_id=location.business_id, location_id=location.pk)
    performers = performers_of(business_id=location.business_id, service_ids=[row.pk for row in rows])
    rule = OnlinePaymentRule(location.online_payment_rule)
    return [
        Pair(
            row,
            member,
            effective_status(
                service=OnlinePayment(row.online_payment), staff=OnlinePayment(member.online_payment), rule=rule
            ),
        )
        for row in rows
        for member in members
        if row.pk not in performers or member.pk in performers[row.pk]
    ]
