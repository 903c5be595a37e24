"""What is sold as value: memberships and gift cards, and the rule of what is earned."""

from __future__ import annotations

from quittance.catalog.models import EarningRule, GiftCardType, MembershipService, MembershipType
from quittance.catalog.queries import MAX_FOUND, MAX_QUERY


def membership_types_of(*, business_id: int, location_id: int, archived: bool = False) -> list[MembershipType]:
    rows = MembershipType.objects.filter(
        business_id=business_id, location_id=location_id, archived_at__isnull=not archived
    )
    return list(rows.order_by("position", "id"))


def gift_card_types_of(*, business_id: int, location_id: int, archived: bool = False) -> list[GiftCardType]:
    rows = GiftCardType.objects.filter(
        business_id=business_id, location_id=location_id, archived_at__isnull=not archived
    )
    return list(rows.order_by("position", "id"))


def membership_type_by_id(*, business_id: int, type_id: int) -> MembershipType | None:
    return MembershipType.objects.select_related("location").filter(business_id=business_id, pk=type_id).first()


def gift_card_type_by_id(*, business_id: int, type_id: int) -> GiftCardType | None:
    return GiftCardType.objects.select_related("location").filter(business_id=business_id, pk=type_id).first()


def service_ids_of(type_: MembershipType) -> list[int]:
    """The services that it covers; none: all of them."""
    rows = MembershipService.objects.filter(
        business_id=type_.business_id, membership_type=type_, removed_at__isnull=True
    )
    return list(rows.order_by("service_id").values_list("service_id", flat=True))


def earning_rule_of(*, business_id: int, location_id: int) -> EarningRule | None:
    return EarningRule.objects.filter(business_id=business_id, location_id=location_id).first()


def find_membership_types(*, business_id: int, location_id: int, text: str, limit: int) -> list[MembershipType]:
    """Those whose name holds every word typed."""
    rows = MembershipType.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    for word in text[:MAX_QUERY].split():
        rows = rows.filter(name__icontains=word)
    return list(rows.order_by("position", "id")[: min(limit, MAX_FOUND)])


def find_gift_card_types(*, business_id: int, location_id: int, text: str, limit: int) -> list[GiftCardType]:
    """Those whose name holds every word typed."""
    rows = GiftCardType.objects.filter(business_id=business_id, location_id=location_id, archived_at__isnull=True)
    for word in text[:MAX_QUERY].split():
        rows = rows.filter(name__icontains=word)
    return list(rows.order_by("position", "id")[: min(limit, MAX_FOUND)])
