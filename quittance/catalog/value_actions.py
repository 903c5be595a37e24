"""Every change of what is sold as value, and of what a purchase earns. The caller is a flow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from quittance.businesses.models import Location
from quittance.catalog.actions import CatalogError
from quittance.catalog.models import EarningRule, GiftCardType, MembershipService, MembershipType, Service
from quittance.core.money import MAX_MINOR, Money

MAX_MONTHS = 240
MAX_VISITS = 1_000
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueTerms:
    """What memberships and gift cards share; no months: it never ends."""

    name: str
    price: Money
    valid_months: int | None


def save_membership_type(
    *,
    location: Location,
    terms: ValueTerms,
    visits: int | None,
    service_ids: Iterable[int],
    type_: MembershipType | None,
    now: datetime,
) -> MembershipType:
    """A new one, or the changed one; what was sold keeps its visits and its end, and covers what is named now."""
    _check(location, terms)
    if visits is not None and not 1 <= visits <= MAX_VISITS:
        raise CatalogError(
            "visits", _("Type between 1 and %(max_visits)s visits, or leave it empty.") % {"max_visits": MAX_VISITS}
        )
    if visits is None and terms.valid_months is None:
        raise CatalogError("valid_months", _("Without a number of visits, say after how many months it ends."))
    wanted = set(service_ids)
    known = Service.objects.filter(business_id=location.business_id, location=location, pk__in=wanted)
    if known.count() != len(wanted):
        raise CatalogError("services", _("Choose services from the list."))
    row = type_ or MembershipType(
        business_id=location.business_id, location=location, position=_next_position(MembershipType, location)
    )
    row.name, row.price_minor, row.valid_months = _name(terms.name), terms.price.minor, terms.valid_months
    row.visits = visits
    row.save()
    _cover(row, wanted, now)
    return row


def save_gift_card_type(
    *, location: Location, terms: ValueTerms, nominal: Money, type_: GiftCardType | None
) -> GiftCardType:
    """A new one, or the changed one; cards that were sold keep what is on them."""
    _check(location, terms)
    if nominal.currency != location.currency or not 1 <= nominal.minor <= MAX_MINOR:
        raise CatalogError("nominal", _("Type what can be paid with the card."))
    row = type_ or GiftCardType(
        business_id=location.business_id, location=location, position=_next_position(GiftCardType, location)
    )
    row.name, row.price_minor, row.valid_months = _name(terms.name), terms.price.minor, terms.valid_months
    row.nominal_minor = nominal.minor
    row.save()
    return row


def set_archived(*, type_: MembershipType | GiftCardType, archived_at: datetime | None) -> None:
    """Not sold any more, or again; what was sold stays what it is."""
    type_.archived_at = archived_at
    type_.save(update_fields=["archived_at"])


def set_earning_rule(*, location: Location, points_per_unit: int, point_value: Money, cashback_ppm: int) -> EarningRule:
    """Zero switches a part off."""
    if not 0 <= points_per_unit <= 1_000:
        raise CatalogError("points_per_unit", _("Type between 0 and 1000 points."))
    if point_value.currency != location.currency or not 0 <= point_value.minor <= MAX_MINOR // 1_000:
        raise CatalogError("point_value", _("Type what one point pays."))
    if not 0 <= cashback_ppm <= PPM:
        raise CatalogError("cashback", _("Cashback lies between 0 and 100 %."))
    rule, _is_new = EarningRule.objects.update_or_create(
        business_id=location.business_id,
        location=location,
        defaults={
            "points_per_unit": points_per_unit,
            "point_value_minor": point_value.minor,
            "cashback_ppm": cashback_ppm,
        },
    )
    return rule


def _cover(row: MembershipType, wanted: set[int], now: datetime) -> None:
    own = MembershipService.objects.filter(business_id=row.business_id, membership_type=row)
    own.exclude(service_id__in=wanted).filter(removed_at__isnull=True).update(removed_at=now)
    own.filter(service_id__in=wanted).update(removed_at=None)
    there = set(own.values_list("service_id", flat=True))
    for service_id in sorted(wanted - there):
        MembershipService.objects.create(business_id=row.business_id, membership_type=row, service_id=service_id)


def _check(location: Location, terms: ValueTerms) -> None:
    if terms.price.currency != location.currency or not 0 <= terms.price.minor <= MAX_MINOR:
        raise CatalogError("price", _("Type a price of zero or more."))
    if terms.valid_months is not None and not 1 <= terms.valid_months <= MAX_MONTHS:
        raise CatalogError("valid_months", _("Type between 1 and %(max_months)s months.") % {"max_months": MAX_MONTHS})


def _name(text: str) -> str:
    clean = " ".join(text.split())
    if not 1 <= len(clean) <= 160:
        raise CatalogError("name", _("Type a name of at most 160 characters."))
    return clean


def _next_position(model: type[MembershipType | GiftCardType], location: Location) -> int:
    last: int | None = model.objects.filter(location=location).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
