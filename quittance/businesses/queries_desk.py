"""Where a person works, read once for each request of the desk: two queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quittance.businesses.models import Business, Location, RoleAssignment, User
from quittance.businesses.roles import known_rights
from quittance.core.actor import Actor, Right


@dataclass(frozen=True, slots=True)
class Workplace:
    """One location where the person has a role; `role` is what they are called there."""

    business: Business
    location: Location
    rights: frozenset[Right]
    role: str
    needs_second_factor: bool = False


def workplaces_of(*, user: User) -> list[Workplace]:
    """Every place that is not archived, by business and in the business's order; empty without any role."""
    assignments = list(
        RoleAssignment.objects.filter(user_id=user.pk, user__is_active=True, deactivated_at__isnull=True)
        .select_related("business", "role")
        .order_by("business__name", "business_id", "id")
    )
    if not assignments:
        return []
    businesses = {one.business_id: one.business for one in assignments}
    places = Location.objects.filter(business_id__in=businesses, archived_at__isnull=True).order_by("position", "id")
    found = [_workplace(businesses[place.business_id], place, assignments) for place in places]
    sequence = list(businesses)
    return sorted((place for place in found if place.rights), key=lambda place: sequence.index(place.business.pk))


def actor_at(*, user: User, business_id: int, workplaces: Iterable[Workplace], ip: str, request_id: str) -> Actor:
    """The person as an actor of one business, from workplaces in memory."""
    return Actor(
        kind="staff",
        business_id=business_id,
        user_id=user.pk,
        rights={place.location.pk: place.rights for place in workplaces if place.business.pk == business_id},
        ip=ip,
        request_id=request_id,
    )


def _workplace(business: Business, location: Location, assignments: list[RoleAssignment]) -> Workplace:
    here = [one for one in assignments if one.business_id == business.pk and one.location_id in (None, location.pk)]
    rights = frozenset[Right]().union(*(known_rights(one.role.rights) for one in here))
    words = ", ".join(dict.fromkeys(one.role.name for one in here))
    return Workplace(business, location, rights, words, any(one.role.requires_second_factor for one in here))
