"""Who can log in, by role, for the demo's log-in page; nothing else may list people across businesses."""

from __future__ import annotations

from dataclasses import dataclass

from quittance.businesses.models import RoleAssignment, User

_MOST = 20


@dataclass(frozen=True, slots=True)
class LogIn:
    user: User
    role: str
    business: str


def log_ins() -> list[LogIn]:
    """One entry a person, the first role they were given; in the sequence in which they were made."""
    rows = RoleAssignment.objects.filter(user__is_active=True, deactivated_at__isnull=True).select_related(
        "user", "role", "business"
    )
    found: dict[int, LogIn] = {}
    for row in rows.order_by("user_id", "id")[: _MOST * 4]:
        found.setdefault(row.user_id, LogIn(row.user, row.role.name, row.business.name))
    return list(found.values())[:_MOST]
