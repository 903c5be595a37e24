"""What is sold as value to use later: memberships and gift cards. And what a purchase earns."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quittance.businesses.models import Business, Location


class ValueType(models.Model):
    """`valid_months` empty: it never ends. No tax at its sale: what it pays for is taxed when it is used."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    price_minor = models.BigIntegerField()
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class MembershipType(ValueType):
    """`visits` empty: as often as one likes, until it ends. Without services it covers every service."""

    visits = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "location", "position"], name="membership_type_list")]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="membership_type_price"),
            models.CheckConstraint(condition=Q(visits__isnull=True) | Q(visits__gte=1), name="membership_type_visits"),
            models.CheckConstraint(
                condition=Q(visits__isnull=False) | Q(valid_months__isnull=False), name="membership_type_ends"
            ),
        ]


class MembershipService(models.Model):
    """A service that a membership pays for; `removed_at` when it was taken out of the type."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    membership_type = models.ForeignKey(MembershipType, on_delete=models.PROTECT, related_name="covered")
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership_type", "service"], name="membership_covers_service_once")
        ]


class GiftCardType(ValueType):
    """`nominal_minor` is what can be paid with it, in the currency of its location."""

    nominal_minor = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["business", "location", "position"], name="gift_card_type_list")]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="gift_card_type_price"),
            models.CheckConstraint(condition=Q(nominal_minor__gte=1), name="gift_card_type_nominal"),
        ]


class EarningRule(models.Model):
    """What a client earns at a location by paying with money; zero switches a part off.

    `points_per_unit` for each whole unit of the currency; one point pays `point_value_minor`.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.OneToOneField(Location, on_delete=models.PROTECT, related_name="+")
    points_per_unit = models.PositiveSmallIntegerField(default=0)
    point_value_minor = models.PositiveIntegerField(default=0)
    cashback_ppm = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cashback_ppm__lte=1_000_000), name="cashback_at_most_whole")]
