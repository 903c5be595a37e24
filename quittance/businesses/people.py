"""Who may log in to a business and as what. Every change holds the business's row, so that two never cross.

Nobody gives or takes more than they have themselves, and an owner is always left.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quittance.businesses.actions import SettingError
from quittance.businesses.models import Business, Invitation, Location, Role, RoleAssignment, User
from quittance.businesses.roles import OWNER, known_rights
from quittance.core.actor import Actor, Right
from quittance.core.ids import new_token

INVITATION_LIFE: Final = timedelta(days=7)
_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{22}")


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody may do in a business: everywhere, and at single locations."""

    everywhere: frozenset[Right]
    at: dict[int, frozenset[Right]] = field(default_factory=dict)

    def covers(self, rights: Iterable[Right], location_id: int | None) -> bool:
        here = self.at.get(location_id, frozenset()) if location_id is not None else frozenset[Right]()
        return frozenset(rights) <= self.everywhere | here


def hold_business(*, business_id: int) -> Business:
    """Lock the row that every change of people takes first; raises Business.DoesNotExist."""
    return Business.objects.select_for_update(no_key=True).get(pk=business_id)


def held_by(*, actor: Actor) -> Held:
    """Read anew under the lock, not taken from the request."""
    if actor.kind == "system":
        return Held(frozenset(Right))
    everywhere = frozenset[Right]()
    at: dict[int, frozenset[Right]] = {}
    if actor.user_id is None:
        return Held(everywhere)
    for one in _active(actor.business_id).filter(user_id=actor.user_id, user__is_active=True).select_related("role"):
        rights = known_rights(one.role.rights)
        if one.location_id is None:
            everywhere |= rights
        else:
            at[one.location_id] = at.get(one.location_id, frozenset()) | rights
    return Held(everywhere, at)


def token_hash(token: str) -> str:
    """Empty for what cannot be a token: it matches no row."""
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else ""


def invite(*, actor: Actor, email: str, role: Role, location: Location | None, now: datetime) -> tuple[Invitation, str]:
    """The invitation and its token; an open one for the same address ends."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise SettingError("email", _("Type an email address, for example ben@salon.example.")) from error
    _check_gift(actor, role, location)
    theirs = RoleAssignment.objects.filter(business_id=actor.business_id, user__email=address, role=role)
    if theirs.filter(location=location, deactivated_at__isnull=True).exists():
        raise SettingError("email", _("This person is that already."))
    _open_invitations(actor.business_id).filter(email=address).update(revoked_at=now)
    token = new_token()
    made = Invitation.objects.create(
        business_id=actor.business_id,
        email=address,
        role=role,
        location=location,
        token_hash=token_hash(token),
        invited_by_id=actor.user_id,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    return made, token


def revoke(*, business_id: int, invitation_id: int, now: datetime) -> bool:
    return bool(_open_invitations(business_id).filter(pk=invitation_id).update(revoked_at=now))


def accept(*, invitation: Invitation, user: User, now: datetime) -> bool:
    """Single use: False when it was used or revoked meanwhile, or is too old."""
    rows = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    if not rows.filter(expires_at__gt=now).update(accepted_at=now, accepted_by=user):
        return False
    _assign(user=user, role=invitation.role, location=invitation.location)
    # Whoever was switched off here and is invited again is what they are invited as, and nothing of before.
    RoleAssignment.objects.filter(business_id=invitation.business_id, user=user, deactivated_at__isnull=False).delete()
    return True


def give_role(*, actor: Actor, user_id: int, role: Role, location: Location | None) -> RoleAssignment:
    """To somebody who is here already; raises SettingError for more than the giver has."""
    _check_gift(actor, role, location)
    if not _active(actor.business_id).filter(user_id=user_id).exists():
        raise User.DoesNotExist
    user = User.objects.get(pk=user_id)
    return _assign(user=user, role=role, location=location)


def take_role(*, actor: Actor, user_id: int, assignment_id: int) -> RoleAssignment | None:
    """The role that was taken away; None where there is none such."""
    one = _active(actor.business_id).filter(pk=assignment_id, user_id=user_id).select_related("role").first()
    if one is None:
        return None
    if not held_by(actor=actor).covers(known_rights(one.role.rights), one.location_id):
        raise SettingError("role", _("Only somebody who has all rights of this role can take it away."))
    if not _active(actor.business_id).filter(user_id=one.user_id).exclude(pk=one.pk).exists():
        raise SettingError("role", _("This is their only role. Switch their log-in off instead."))
    _keep_an_owner(actor.business_id, _active(actor.business_id).exclude(pk=one.pk))
    key = one.pk
    one.delete()
    one.pk = key
    return one


def deactivate(*, actor: Actor, user_id: int, now: datetime) -> int:
    """All that the person is in this business ends at once, with every sign-in; 0 where they were nothing."""
    theirs = list(_active(actor.business_id).filter(user_id=user_id).select_related("role"))
    if not theirs:
        return 0
    _check_above(actor, theirs)
    if actor.user_id == user_id:
        raise SettingError("person", _("You cannot switch off your own log-in. Ask another owner."))
    _keep_an_owner(actor.business_id, _active(actor.business_id).exclude(user_id=user_id))
    count = _active(actor.business_id).filter(user_id=user_id).update(deactivated_at=now)
    _end_sign_ins(user_id)
    return count


def reactivate(*, actor: Actor, user_id: int) -> int:
    """What they were before; only by somebody who could give all of it."""
    rows = RoleAssignment.objects.filter(
        business_id=actor.business_id, user_id=user_id, deactivated_at__isnull=False
    ).select_related("role")
    _check_above(actor, list(rows))
    return rows.update(deactivated_at=None)


def end_sign_ins(*, actor: Actor, user_id: int) -> bool:
    """One's own, or those of somebody who has no more rights; False for people of elsewhere."""
    theirs = list(RoleAssignment.objects.filter(business_id=actor.business_id, user_id=user_id).select_related("role"))
    if not theirs:
        return False
    if actor.user_id != user_id:
        _check_above(actor, theirs)
    _end_sign_ins(user_id)
    return True


def _end_sign_ins(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(sign_ins_ended=F("sign_ins_ended") + 1)


def save_role(
    *, actor: Actor, role: Role | None, name: str, rights: frozenset[Right], requires_second_factor: bool
) -> Role:
    """Change a role or make one; what changes must be among the changer's own rights everywhere."""
    clean = " ".join(name.split())
    if not 0 < len(clean) <= 60:
        raise SettingError("name", _("Type a name of at most 60 letters."))
    others = Role.objects.filter(business_id=actor.business_id, name__iexact=clean)
    if (others.exclude(pk=role.pk) if role else others).exists():
        raise SettingError("name", _("There is a role of this name already."))
    before = known_rights(role.rights) if role else frozenset[Right]()
    if role is not None and role.slug == OWNER and (rights != before or clean != role.name):
        raise SettingError("rights", _("An owner may do everything. This cannot be changed."))
    if not held_by(actor=actor).covers((before ^ rights) | {Right.EDIT_PEOPLE}, None):
        raise SettingError("rights", _("You can only change rights that you have yourself at all locations."))
    stored = sorted(right.value for right in rights)
    if role is None:
        slug = _free_slug(actor.business_id, clean)
        return Role.objects.create(
            business_id=actor.business_id,
            slug=slug,
            name=clean,
            rights=stored,
            requires_second_factor=requires_second_factor,
        )
    # A newer version's rights, which this one does not know, are left as they are.
    known = {right.value for right in Right}
    role.name, role.rights = clean, stored + [value for value in role.rights if value not in known]
    role.requires_second_factor = requires_second_factor
    role.save(update_fields=["name", "rights", "requires_second_factor"])
    return role


def _assign(*, user: User, role: Role, location: Location | None) -> RoleAssignment:
    one, created = RoleAssignment.objects.get_or_create(
        business_id=role.business_id, user=user, role=role, location=location
    )
    if not created and one.deactivated_at is not None:
        one.deactivated_at = None
        one.save(update_fields=["deactivated_at"])
    return one


def _check_gift(actor: Actor, role: Role, location: Location | None) -> None:
    if role.business_id != actor.business_id:
        raise SettingError("role", _("This role belongs to another business."))
    if location is not None and location.business_id != actor.business_id:
        raise SettingError("location", _("This location belongs to another business."))
    if not held_by(actor=actor).covers(
        known_rights(role.rights) | {Right.EDIT_PEOPLE}, location.pk if location else None
    ):
        raise SettingError("role", _("You can only give rights that you have yourself there."))


def _check_above(actor: Actor, theirs: list[RoleAssignment]) -> None:
    mine = held_by(actor=actor)
    if not all(mine.covers({Right.EDIT_PEOPLE}, one.location_id) for one in theirs):
        raise SettingError("person", _("This person works where you do not decide about people. Ask an owner."))
    if not all(mine.covers(known_rights(one.role.rights), one.location_id) for one in theirs):
        raise SettingError("person", _("This person has rights that you do not have. Ask an owner."))


def _keep_an_owner(business_id: int, left: QuerySet[RoleAssignment]) -> None:
    had = _owners(_active(business_id))
    if had.exists() and not _owners(left).exists():
        raise SettingError("person", _("A business needs an owner. Make somebody else an owner first."))


def _owners(rows: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    return rows.filter(role__slug=OWNER, location__isnull=True, user__is_active=True)


def _active(business_id: int) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(business_id=business_id, deactivated_at__isnull=True)


def _open_invitations(business_id: int) -> QuerySet[Invitation]:
    return Invitation.objects.filter(business_id=business_id, accepted_at__isnull=True, revoked_at__isnull=True)


def _free_slug(business_id: int, name: str) -> str:
    base = slugify(name)[:30] or "role"
    taken = set(Role.objects.filter(business_id=business_id).values_list("slug", flat=True))
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
