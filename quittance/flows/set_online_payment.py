"""Whether clients pay when they book online: said of a service, of a person, and how the two are put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location, StaffMember
from quittance.businesses.online_payment import OnlinePayment, OnlinePaymentRule
from quittance.catalog.models import Service
from quittance.catalog.online_payment import pairs_of_service, pairs_of_staff
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows._seen import refuse_stale
from quittance.flows.errors import GoneError, RefusedError

Kind = Literal["service", "staff"]
_MODELS: Final[dict[Kind, type[Service | StaffMember]]] = {"service": Service, "staff": StaffMember}


def set_status(
    *,
    actor: Actor,
    location_id: int,
    kind: Kind,
    row_id: int,
    expected_version: int | None,
    status: OnlinePayment,
    now: datetime,
) -> None:
    """Of one service or one person. It is saved also where it has no effect; the face says so."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work(location: Location) -> dict[str, Any]:
        row = _own(location, kind, row_id)
        refuse_stale(row.version, expected_version)
        _write(row, status)
        _record(actor, location, (kind, row_id), {"status": status.value, "version": row.version}, now)
        return {}

    _locked(actor, location_id, "online_payment.set", now, work)


def switch_on_others(*, actor: Actor, location_id: int, kind: Kind, row_id: int, now: datetime) -> int:
    """Makes Available whoever performs the service (or what the person performs) and is Not available. How many."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work(location: Location) -> dict[str, Any]:
        row = _own(location, kind, row_id)
        others: list[Service | StaffMember]
        if isinstance(row, Service):
            others = [pair.staff for pair in pairs_of_service(location=location, service=row)]
        else:
            others = [pair.service for pair in pairs_of_staff(location=location, staff=row)]
        changed = [one for one in others if one.online_payment == OnlinePayment.NOT_AVAILABLE]
        other_kind: Kind = "staff" if kind == "service" else "service"
        for one in changed:
            _write(one, OnlinePayment.AVAILABLE)
            detail = {"status": OnlinePayment.AVAILABLE.value, "version": one.version}
            _record(actor, location, (other_kind, one.pk), detail, now)
        return {"count": len(changed)}

    return int(_locked(actor, location_id, "online_payment.switched_on", now, work)["count"])


def choose_rule(
    *, actor: Actor, location_id: int, expected: OnlinePaymentRule, rule: OnlinePaymentRule, now: datetime
) -> None:
    """`expected` is the rule that the form was drawn with."""
    require(actor, Right.EDIT_SETTINGS, location_id)

    def work(location: Location) -> dict[str, Any]:
        if location.online_payment_rule != expected:
            raise RefusedError(_("Somebody changed this meanwhile. Look at it again, then repeat."))
        location.online_payment_rule = rule
        location.save(update_fields=["online_payment_rule"])
        _record(actor, location, ("location", location_id), {"rule": rule.value}, now)
        return {}

    _locked(actor, location_id, "online_payment.rule_set", now, work)


def _own(location: Location, kind: Kind, row_id: int) -> Service | StaffMember:
    rows = _MODELS[kind]._default_manager.select_for_update(no_key=True, of=("self",))
    row = rows.filter(business_id=location.business_id, location=location, pk=row_id).first()
    if row is None:
        raise GoneError(_("This does not exist at this location."))
    return row


def _write(row: Service | StaffMember, status: OnlinePayment) -> None:
    row.online_payment = status
    row.version += 1
    row.save(update_fields=["online_payment", "version"])


def _record(actor: Actor, location: Location, subject: tuple[str, int], detail: dict[str, Any], now: datetime) -> None:
    action = "online_payment.rule_set" if subject[0] == "location" else "online_payment.set"
    audit.record(actor=actor, location_id=location.pk, action=action, subject=subject, now=now, detail=detail)


def _locked(
    actor: Actor, location_id: int, action: str, now: datetime, work: Callable[[Location], dict[str, Any]]
) -> dict[str, Any]:
    def locked_work() -> dict[str, Any]:
        # The location's row is the lock: several cards are written at once.
        location = (
            Location.objects.select_for_update(no_key=True)
            .filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True)
            .first()
        )
        if location is None:
            raise GoneError(_("This location does not exist."))
        return work(location)

    return once(actor=actor, action=action, now=now, work=locked_work)
