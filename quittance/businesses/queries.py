"""Who may do what where, and what a business consists of."""

from __future__ import annotations

from typing import Final

from quittance.businesses.models import Business, Location, Role, RoleAssignment, StaffMember, User
from quittance.businesses.roles import known_rights
from quittance.core.actor import Actor, Right

# Law in most countries: who takes money in advance says who they are, and where it goes.
COMPANY_FIELDS: Final = ("legal_name", "legal_address", "tax_number", "bank_holder", "iban")


def actor_for(*, user: User, business_id: int, ip: str = "", request_id: str = "") -> Actor | None:
    """The user as an actor of one business, rights spelled out by location; None without any role there.

    Two queries, one where the user has no role.
    """
    assignments = list(
        RoleAssignment.objects.filter(
            business_id=business_id, user_id=user.pk, user__is_active=True, deactivated_at__isnull=True
        ).values_list("location_id", "role__rights")
    )
    if not assignments:
        return None
    by_location: dict[int | None, frozenset[Right]] = {}
    for location_id, stored in assignments:
        by_location[location_id] = by_location.get(location_id, frozenset()) | known_rights(stored)
    everywhere = by_location.get(None, frozenset())
    held = {
        location_id: everywhere | by_location.get(location_id, frozenset())
        for location_id in Location.objects.filter(business_id=business_id).values_list("id", flat=True)
    }
    return Actor(
        kind="staff",
        business_id=business_id,
        user_id=user.pk,
        rights={location_id: rights for location_id, rights in held.items() if rights},
        ip=ip,
        request_id=request_id,
    )


def businesses_of(*, user: User) -> list[Business]:
    """Where the user has a role, by name."""
    ids = RoleAssignment.objects.filter(user_id=user.pk, user__is_active=True, deactivated_at__isnull=True).values(
        "business_id"
    )
    return list(Business.objects.filter(pk__in=ids).order_by("name", "id"))


def locations_for(*, actor: Actor) -> list[Location]:
    """The places that the actor may work at, in their order; archived ones are left out."""
    places = locations_of(business_id=actor.business_id)
    return places if actor.kind == "system" else [place for place in places if actor.rights.get(place.pk)]


def locations_of(*, business_id: int) -> list[Location]:
    return list(Location.objects.filter(business_id=business_id, archived_at__isnull=True).order_by("position", "id"))


def all_locations_of(*, business_id: int) -> list[Location]:
    """Those in use first, then the archived ones."""
    rows = Location.objects.filter(business_id=business_id).order_by("position", "id")
    return sorted(rows, key=lambda place: place.archived_at is not None)


def location_by_id(*, business_id: int, location_id: int) -> Location:
    """Raises Location.DoesNotExist, also for a location of another business."""
    return Location.objects.get(business_id=business_id, pk=location_id)


def business_by_id(business_id: int) -> Business:
    """Raises Business.DoesNotExist."""
    return Business.objects.get(pk=business_id)


def staff_of(*, business_id: int, location_id: int) -> list[StaffMember]:
    """Who works at the location now, in the order of the calendar's columns."""
    return list(
        StaffMember.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True).order_by(
            "position", "id"
        )
    )


def staff_by_id(*, business_id: int, staff_id: int) -> StaffMember:
    """Raises StaffMember.DoesNotExist, also for staff of another business."""
    return StaffMember.objects.get(business_id=business_id, pk=staff_id)


def roles_of(*, business_id: int) -> list[Role]:
    return list(Role.objects.filter(business_id=business_id).order_by("id"))


def people_of(*, business_id: int) -> list[RoleAssignment]:
    """Who logs in and as what, for the page of roles."""
    return list(
        RoleAssignment.objects.filter(business_id=business_id)
        .select_related("user", "role", "location")
        .order_by("user__name", "user_id", "id")
    )


def names_of_users(*, business_id: int, user_ids: set[int]) -> dict[int, str]:
    """Names for trails and timelines; only people who have a role in the business."""
    return dict(
        User.objects.filter(pk__in=user_ids, assignments__business_id=business_id).values_list("id", "name").distinct()
    )


def missing_company_details(business: Business) -> list[str]:
    """The fields that receipts and client pages need and that are still empty."""
    return [field for field in COMPANY_FIELDS if not getattr(business, field)]
