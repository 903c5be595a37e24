"""Roles and the rights they are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quittance.businesses import people
from quittance.businesses.roles import known_rights
from quittance.core.actor import Actor, Right, require
from quittance.flows._people import changing_people, note, role_of
from quittance.flows._seen import Seen


def save_role(
    *,
    actor: Actor,
    role_id: int | None,
    name: str,
    rights: frozenset[Right],
    requires_second_factor: bool = False,
    expected_version: int | None = None,
    now: datetime,
) -> int:
    """Make a role (`role_id` None) or change one; it holds from the next press of everybody who has it."""
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> dict[str, Any]:
        role = role_of(actor=actor, role_id=role_id) if role_id is not None else None
        before = known_rights(role.rights) if role else frozenset[Right]()
        saved = people.save_role(
            actor=actor, role=role, name=name, rights=rights, requires_second_factor=requires_second_factor
        )
        note(
            actor=actor, action="role.changed" if role else "role.made", subject=("role", saved.pk),
            location_id=None, now=now,
            added=sorted(right.value for right in rights - before),
            requires_second_factor=requires_second_factor,
            removed=sorted(right.value for right in before - rights),
        )  # fmt: skip
        return {"role": saved.pk}

    seen = Seen(f"role {role_id}", expected_version) if role_id is not None else None
    return int(changing_people(actor=actor, action="role.save", now=now, work=work, seen=seen)["role"])
