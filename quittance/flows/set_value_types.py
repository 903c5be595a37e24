"""What the location sells as value, and what a purchase earns there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.catalog import value_actions, value_queries
from quittance.catalog.actions import CatalogError
from quittance.catalog.models import EarningRule, GiftCardType, MembershipType
from quittance.catalog.value_actions import ValueTerms
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError, GoneError

ValueType = TypeVar("ValueType", MembershipType, GiftCardType)


def save_membership_type(
    *,
    actor: Actor,
    location_id: int,
    type_id: int | None,
    terms: ValueTerms,
    visits: int | None,
    service_ids: Iterable[int],
    expected_version: int | None = None,
    now: datetime,
) -> int:
    """Without an id: a new one. Returns its id; FieldError names the box to mend."""
    location = _location(actor, location_id)

    def work() -> MembershipType:
        row = None
        if type_id is not None:
            row = _own(value_queries.membership_type_by_id(business_id=actor.business_id, type_id=type_id), location)
        return value_actions.save_membership_type(
            location=location, terms=terms, visits=visits, service_ids=service_ids, type_=row, now=now
        )

    seen = _seen("membership_type", type_id, expected_version)
    return _saved(actor, location, "membership_type.saved", now, work, seen)


def save_gift_card_type(
    *,
    actor: Actor,
    location_id: int,
    type_id: int | None,
    terms: ValueTerms,
    nominal: Money,
    expected_version: int | None = None,
    now: datetime,
) -> int:
    """Without an id: a new one. Returns its id; FieldError names the box to mend."""
    location = _location(actor, location_id)

    def work() -> GiftCardType:
        row = None
        if type_id is not None:
            row = _own(value_queries.gift_card_type_by_id(business_id=actor.business_id, type_id=type_id), location)
        return value_actions.save_gift_card_type(location=location, terms=terms, nominal=nominal, type_=row)

    seen = _seen("gift_card_type", type_id, expected_version)
    return _saved(actor, location, "gift_card_type.saved", now, work, seen)


def archive_membership_type(*, actor: Actor, location_id: int, type_id: int, archived: bool, now: datetime) -> int:
    location = _location(actor, location_id)

    def work() -> MembershipType:
        row = _own(value_queries.membership_type_by_id(business_id=actor.business_id, type_id=type_id), location)
        value_actions.set_archived(type_=row, archived_at=now if archived else None)
        return row

    return _saved(actor, location, "membership_type.archived" if archived else "membership_type.back", now, work)


def archive_gift_card_type(*, actor: Actor, location_id: int, type_id: int, archived: bool, now: datetime) -> int:
    location = _location(actor, location_id)

    def work() -> GiftCardType:
        row = _own(value_queries.gift_card_type_by_id(business_id=actor.business_id, type_id=type_id), location)
        value_actions.set_archived(type_=row, archived_at=now if archived else None)
        return row

    return _saved(actor, location, "gift_card_type.archived" if archived else "gift_card_type.back", now, work)


def set_earning_rule(
    *,
    actor: Actor,
    location_id: int,
    points_per_unit: int,
    point_value: Money,
    cashback_ppm: int,
    expected_version: int | None = None,
    now: datetime,
) -> int:
    """It holds for what is paid from now on."""
    location = _location(actor, location_id)

    def work() -> EarningRule:
        return value_actions.set_earning_rule(
            location=location, points_per_unit=points_per_unit, point_value=point_value, cashback_ppm=cashback_ppm
        )

    seen = _seen("earning_rule", location_id, expected_version)
    return _saved(actor, location, "earning_rule.set", now, work, seen)


def _location(actor: Actor, location_id: int) -> Location:
    require(actor, Right.EDIT_SETTINGS, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    return location


def _seen(kind: str, row_id: int | None, version: int | None) -> Seen | None:
    return None if row_id is None else Seen(f"{kind} {row_id}", version)


def _own(row: ValueType | None, location: Location) -> ValueType:
    if row is None or row.location_id != location.pk:
        raise GoneError(_("This does not exist at this location."))
    return row


def _saved(
    actor: Actor,
    location: Location,
    action: str,
    now: datetime,
    work: Callable[[], MembershipType | GiftCardType | EarningRule],
    seen: Seen | None = None,
) -> int:
    def run() -> dict[str, int]:
        row = work()
        subject = (row._meta.model_name or "type", row.pk)
        audit.record(actor=actor, location_id=location.pk, action=action, subject=subject, now=now, detail={})
        return {"id": row.pk}

    try:
        return int(once(actor=actor, action=action, now=now, work=run, seen=seen)["id"])
    except CatalogError as error:
        raise FieldError(error.field, str(error)) from None
