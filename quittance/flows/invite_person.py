"""Somebody is asked by email to log in here: invite, invite again, revoke, accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from quittance.businesses import people
from quittance.businesses.actions import SettingError, create_user
from quittance.businesses.models import Invitation, User
from quittance.businesses.queries_people import invitation_by_token, knows_address
from quittance.core.actor import Actor, Right, require
from quittance.flows._people import changing_people, location_of, note, role_of
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.rows.locking import in_one_transaction

_log = structlog.get_logger("quittance.flows")


@dataclass(frozen=True, slots=True)
class Invited:
    """`address` holds the token and is known only now; empty where the same pressing came twice."""

    email: str
    address: str
    is_mailed: bool


def invite(*, actor: Actor, email: str, role_id: int, location_id: int | None, now: datetime) -> Invited:
    """Make the invitation, then mail it. A mail that cannot leave is told, so that the address is handed over."""
    require(actor, Right.EDIT_PEOPLE, location_id)
    made: list[tuple[Invitation, str]] = []

    def work() -> dict[str, Any]:
        made.clear()
        role, location = role_of(actor=actor, role_id=role_id), location_of(actor=actor, location_id=location_id)
        invitation, token = people.invite(actor=actor, email=email, role=role, location=location, now=now)
        note(
            actor=actor, action="person.invited", subject=("invitation", invitation.pk), location_id=location_id,
            now=now, role=role.pk,
        )  # fmt: skip
        made.append((invitation, token))
        return {"invitation": invitation.pk}

    answer = changing_people(actor=actor, action="person.invite", now=now, work=work)
    if not made or made[0][0].pk != answer["invitation"]:
        return Invited(email.strip().lower(), "", is_mailed=True)
    invitation, token = made[0]
    address = f"{settings.QUITTANCE_BASE_URL}/accounts/invitation/{token}"
    return Invited(invitation.email, address, _mail(invitation, address))


def invite_again(*, actor: Actor, invitation_id: int, now: datetime) -> Invited:
    """A new address by a new mail; the one before stops working."""
    require(actor, Right.EDIT_PEOPLE, None)
    found = Invitation.objects.filter(
        business_id=actor.business_id, pk=invitation_id, accepted_at__isnull=True, revoked_at__isnull=True
    ).first()
    if found is None:
        raise GoneError(_("This invitation is not open any more."))
    return invite(actor=actor, email=found.email, role_id=found.role_id, location_id=found.location_id, now=now)


def revoke(*, actor: Actor, invitation_id: int, now: datetime) -> None:
    require(actor, Right.EDIT_PEOPLE, None)

    def work() -> dict[str, Any]:
        found = Invitation.objects.filter(business_id=actor.business_id, pk=invitation_id).first()
        if found is None or not people.revoke(business_id=actor.business_id, invitation_id=invitation_id, now=now):
            raise GoneError(_("This invitation is not open any more."))
        require(actor, Right.EDIT_PEOPLE, found.location_id)
        note(
            actor=actor, action="person.invitation_revoked", subject=("invitation", invitation_id),
            location_id=found.location_id, now=now,
        )  # fmt: skip
        return {"invitation": invitation_id}

    changing_people(actor=actor, action="person.revoke_invitation", now=now, work=work)


def accept(*, token: str, user: User | None, name: str = "", password: str = "", ip: str, now: datetime) -> User:
    """With one's own log-in (`user`), or with a new one for the address that was invited."""

    def work() -> User:
        found = invitation_by_token(token=token, now=now)
        if found is None:
            raise GoneError(_("This invitation does not work any more. Ask for a new one."))
        people.hold_business(business_id=found.business_id)
        who = user
        if who is None:
            if knows_address(email=found.email):
                raise RefusedError(_("Log in first, then accept."))
            who = create_user(email=found.email, name=name, password=password)
        if not people.accept(invitation=found, user=who, now=now):
            raise GoneError(_("This invitation does not work any more. Ask for a new one."))
        actor = Actor(kind="staff", business_id=found.business_id, user_id=who.pk, ip=ip)
        note(
            actor=actor, action="person.joined", subject=("person", who.pk), location_id=found.location_id, now=now,
            role=found.role_id, invitation=found.pk,
        )  # fmt: skip
        return who

    try:
        return in_one_transaction(work)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def _mail(invitation: Invitation, address: str) -> bool:
    """After the commit, and before the answer: whoever invites wants to know whether it left."""
    words = {"business": invitation.business.name, "role": _(invitation.role.name), "address": address}
    text = _(
        "%(business)s invites you to work with Quittance as: %(role)s. To accept, open this address:\n\n"
        "%(address)s\n\n"
        "It works once, for seven days. If you do not know this business, there is nothing to do."
    )
    # A name with a line break in it must not become a header of the mail.
    subject = " ".join((_("Invitation to %(business)s") % words).split())
    try:
        return bool(EmailMessage(subject, text % words, to=[invitation.email]).send())
    except OSError as error:
        # smtplib's own errors are OSErrors too. The address is a person's, so it does not stand in the log.
        _log.error("invitation not mailed", reason=type(error).__name__)
        return False
