"""Who logs in here, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quittance.businesses.models import User
from quittance.businesses.queries import people_of, roles_of
from quittance.businesses.roles import RIGHT_LABELS, known_rights
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.settings.front import settings_context


@dataclass(frozen=True, slots=True)
class PersonRow:
    user: User
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right, and for each role whether it holds it."""

    label: str
    held: tuple[bool, ...]


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    roles = roles_of(business_id=desk.business.pk)
    held = [known_rights(role.rights) for role in roles]
    context = {
        **settings_context(request, desk),
        "people": _people(desk),
        "roles": [role.name for role in roles],
        "rights": [RightRow(label, tuple(right in one for one in held)) for right, label in RIGHT_LABELS.items()],
    }
    return render(request, "desk/settings/people.html", context)


def _people(desk: Desk) -> list[PersonRow]:
    """One row a person, with what they are at each location."""
    roles: dict[int, list[str]] = {}
    users: dict[int, User] = {}
    for one in people_of(business_id=desk.business.pk):
        where = one.location.name if one.location else _("all locations")
        users[one.user_id] = one.user
        roles.setdefault(one.user_id, []).append(f"{one.role.name} · {where}")
    return [PersonRow(user, tuple(roles[user_id])) for user_id, user in users.items()]
