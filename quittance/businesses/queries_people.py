"""Who logs in to a business, as what, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.businesses.models import Invitation, RoleAssignment, User
from quittance.businesses.people import token_hash


@dataclass(frozen=True, slots=True)
class Person:
    """`assignments` are what they are, or were before their log-in was switched off."""

    user: User
    assignments: tuple[RoleAssignment, ...]

    @property
    def is_switched_off(self) -> bool:
        return not self.user.is_active or all(one.deactivated_at is not None for one in self.assignments)


def persons_of(*, business_id: int) -> list[Person]:
    """Everybody who has or had a role here, those who may log in first."""
    found: dict[int, list[RoleAssignment]] = {}
    rows = RoleAssignment.objects.filter(business_id=business_id).select_related("user", "role", "location")
    for one in rows.order_by("user__name", "user_id", "id"):
        found.setdefault(one.user_id, []).append(one)
    people = [Person(theirs[0].user, tuple(theirs)) for theirs in found.values()]
    return sorted(people, key=lambda person: person.is_switched_off)


def person_by_id(*, business_id: int, user_id: int) -> Person | None:
    # A number that no row can have breaks a look-up by a foreign key.
    if not 0 < user_id < 2**63:
        return None
    rows = RoleAssignment.objects.filter(business_id=business_id, user_id=user_id)
    theirs = tuple(rows.select_related("user", "role", "location").order_by("id"))
    return Person(theirs[0].user, theirs) if theirs else None


def open_invitations(*, business_id: int) -> list[Invitation]:
    """Neither used nor revoked; those that are too old stand here until somebody sends them again."""
    rows = Invitation.objects.filter(business_id=business_id, accepted_at__isnull=True, revoked_at__isnull=True)
    return list(rows.select_related("role", "location").order_by("-created_at", "-id")[:200])


def invitation_by_token(*, token: str, now: datetime) -> Invitation | None:
    """Only one that can still be accepted."""
    hashed = token_hash(token)
    if not hashed:
        return None
    rows = Invitation.objects.select_related("business", "role", "location", "invited_by")
    return rows.filter(token_hash=hashed, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now).first()


def knows_address(*, email: str) -> bool:
    """Whether somebody logs in with it; asked only for whoever holds an invitation to that address."""
    return User.objects.filter(email=email.lower()).exists()
