"""What is sold at a location, and its taxes."""

from __future__ import annotations

from django.db import models

from quittance.businesses.models import Business, Location


class TaxRate(models.Model):
    """`ppm` is the rate in millionths: 19 % is 190000, 8.875 % is 88750."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="tax_rates")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="tax_rates")
    name = models.CharField(max_length=60)
    ppm = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(ppm__lte=1_000_000), name="tax_at_most_whole")]


class CatalogItem(models.Model):
    """What services and products share; prices are minor units of the location's currency."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    category = models.CharField(max_length=80, blank=True, default="")
    price_minor = models.BigIntegerField()
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taxation_system = models.CharField(max_length=40, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Service(CatalogItem):
    """`price_max_minor` above the price makes it a range: the minimum counts until the desk sets one."""

    duration_minutes = models.PositiveSmallIntegerField()
    price_max_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "location", "position"], name="service_list")]
        constraints = [
            models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="service_price"),
            models.CheckConstraint(
                condition=models.Q(price_max_minor__isnull=True)
                | models.Q(price_max_minor__gt=models.F("price_minor")),
                name="service_price_range",
            ),
        ]


class Product(CatalogItem):
    sku = models.CharField(max_length=60, blank=True, default="")
    barcode = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["business", "location", "position"], name="product_list"),
            models.Index(fields=["business", "barcode"], name="product_barcode"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="product_price")]


# Below the rest: they name services, and stand in a room of their own.
from quittance.catalog.value_types import EarningRule, GiftCardType, MembershipService, MembershipType  # noqa: E402

__all__ = [
    "CatalogItem",
    "EarningRule",
    "GiftCardType",
    "MembershipService",
    "MembershipType",
    "Product",
    "Service",
    "TaxRate",
]
