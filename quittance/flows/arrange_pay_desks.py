"""The desks of a location at which clients pay by a printed QR code: added, renamed, given a new code, archived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.businesses.queries import location_by_id
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.pay_desks import actions, queries
from quittance.pay_desks.models import PayDesk

MOST_DESKS: Final = 30
_LONGEST_NAME: Final = 60


def desk_address(desk: PayDesk) -> str:
    """What stands in the printed code, built from the configured base address and nothing else."""
    return "/".join([settings.QUITTANCE_BASE_URL.rstrip("/"), "d", desk.code.reveal()])


def add(*, actor: Actor, location_id: int, name: str, now: datetime) -> int:
    """The new desk's id."""
    require(actor, Right.EDIT_SETTINGS, location_id)
    try:
        location = location_by_id(business_id=actor.business_id, location_id=location_id)
    except Location.DoesNotExist:
        raise GoneError(_("This location does not exist.")) from None
    wanted = _name(name)

    def work() -> dict[str, Any]:
        standing = queries.desks_of(business_id=actor.business_id, location_id=location_id)
        if len(standing) >= MOST_DESKS:
            raise RefusedError(_("A location has at most %(most)s desks. Archive one first.") % {"most": MOST_DESKS})
        _check_free(wanted, standing)
        desk = actions.add_desk(location=location, name=wanted, now=now)
        _record(actor, desk, "pay_desk.added", now)
        return {"desk": desk.pk}

    return int(once(actor=actor, action="pay_desk.add", now=now, work=work)["desk"])


def rename(*, actor: Actor, desk_id: int, name: str, now: datetime) -> None:
    wanted = _name(name)

    def work(desk: PayDesk) -> None:
        others = queries.desks_of(business_id=actor.business_id, location_id=desk.location_id)
        _check_free(wanted, [one for one in others if one.pk != desk.pk])
        actions.rename_desk(desk=desk, name=wanted)

    _change(actor, desk_id, "pay_desk.renamed", now, work)


def make_new_code(*, actor: Actor, desk_id: int, now: datetime) -> None:
    """What was printed before leads nowhere from now on."""
    _change(actor, desk_id, "pay_desk.new_code", now, lambda desk: actions.make_new_code(desk=desk, now=now))


def archive(*, actor: Actor, desk_id: int, now: datetime) -> None:
    _change(actor, desk_id, "pay_desk.archived", now, lambda desk: actions.archive_desk(desk=desk, now=now))


def _change(actor: Actor, desk_id: int, action: str, now: datetime, change: Callable[[PayDesk], None]) -> None:
    found = queries.desk_by_id(business_id=actor.business_id, desk_id=desk_id)
    if found is None:
        raise GoneError(_("This desk does not exist."))
    require(actor, Right.EDIT_SETTINGS, found.location_id)

    def work() -> dict[str, Any]:
        desk = actions.lock_desk(business_id=actor.business_id, desk_id=desk_id)
        if desk is None:
            raise GoneError(_("This desk does not exist any more."))
        change(desk)
        _record(actor, desk, action, now)
        return {"desk": desk.pk}

    once(actor=actor, action=action, now=now, work=work)


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise FieldError("name", _("Type a name, for example Front desk."))
    if len(name) > _LONGEST_NAME:
        raise FieldError("name", _("Use at most %(most)s characters.") % {"most": _LONGEST_NAME})
    return name


def _check_free(name: str, standing: list[PayDesk]) -> None:
    if any(one.name.casefold() == name.casefold() for one in standing):
        raise FieldError("name", _("Another desk here has this name. Choose a different one."))


def _record(actor: Actor, desk: PayDesk, action: str, now: datetime) -> None:
    audit.record(actor=actor, location_id=desk.location_id, action=action, subject=("pay_desk", desk.pk), now=now)
