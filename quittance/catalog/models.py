"""What is sold at a location, who performs it, its taxes, and how much of it lies on the shelf."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from quittance.businesses.models import Business, Location, StaffMember
from quittance.businesses.online_payment import STATUS_CHOICES, OnlinePayment


class TaxRate(models.Model):
    """`ppm` is the rate in millionths: 19 % is 190000, 8.875 % is 88750."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="tax_rates")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="tax_rates")
    name = models.CharField(max_length=60)
    ppm = models.PositiveIntegerField()
    # Chosen on the card of a new service or product.
    is_default = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ppm__lte=1_000_000), name="tax_at_most_whole"),
            models.UniqueConstraint(fields=["location"], condition=Q(is_default=True), name="tax_one_default"),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(archived_at__isnull=True), name="tax_default_is_in_use"
            ),
        ]


class TaxationSystem(models.Model):
    """A legal regime under which something is sold. Services, products and lines of bills hold its name."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="taxation_systems")
    name = models.CharField(max_length=40)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "name"], name="taxation_system_once")]


class Category(models.Model):
    """A heading of the catalog, in the order that the owner gave it. Services and products have their own."""

    SERVICE, PRODUCT = "service", "product"

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[(SERVICE, "service"), (PRODUCT, "product")])
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "kind", "name"], name="category_once")]
        indexes = [models.Index(fields=["business", "location", "kind", "position"], name="category_list")]


class CatalogItem(models.Model):
    """What services and products share; prices are minor units of the location's currency.

    `version` grows with every change that a desk form must not overwrite.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    price_minor = models.BigIntegerField()
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taxation_system = models.CharField(max_length=40, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Service(CatalogItem):
    """`price_max_minor` above the price makes it a range: the minimum counts until the desk sets one.

    The deposit is asked at booking: a fixed amount or a share (`deposit_ppm`, millionths), from a price on
    (`deposit_from_minor`), for everybody or for new clients only.
    """

    NO_DEPOSIT, FIXED, PERCENT = "none", "fixed", "percent"
    DEPOSITS: ClassVar = [(NO_DEPOSIT, "none"), (FIXED, "fixed"), (PERCENT, "percent")]

    duration_minutes = models.PositiveSmallIntegerField()
    price_max_minor = models.BigIntegerField(null=True, blank=True)
    deposit_kind = models.CharField(max_length=8, choices=DEPOSITS, default=NO_DEPOSIT)
    deposit_minor = models.BigIntegerField(null=True, blank=True)
    deposit_ppm = models.PositiveIntegerField(null=True, blank=True)
    deposit_from_minor = models.BigIntegerField(null=True, blank=True)
    deposit_new_clients_only = models.BooleanField(default=False)
    # What holds for a booking depends on the person too: `online_payment.effective_status`.
    online_payment = models.CharField(max_length=16, choices=STATUS_CHOICES, default=OnlinePayment.NOT_AVAILABLE)

    class Meta:
        indexes = [models.Index(fields=["business", "location", "position"], name="service_list")]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="service_price"),
            models.CheckConstraint(
                condition=Q(price_max_minor__isnull=True) | Q(price_max_minor__gt=F("price_minor")),
                name="service_price_range",
            ),
            models.CheckConstraint(
                condition=(Q(deposit_kind="none") & Q(deposit_minor__isnull=True) & Q(deposit_ppm__isnull=True))
                | (Q(deposit_kind="fixed") & Q(deposit_minor__gt=0) & Q(deposit_ppm__isnull=True))
                | (
                    Q(deposit_kind="percent")
                    & Q(deposit_minor__isnull=True)
                    & Q(deposit_ppm__gt=0)
                    & Q(deposit_ppm__lte=1_000_000)
                ),
                name="service_deposit",
            ),
        ]


class ServiceStaff(models.Model):
    """Who performs a service, with a price or a duration of their own where these differ.

    A service without such rows is performed by everybody of the location.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="performers")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    price_minor = models.BigIntegerField(null=True, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "staff"], name="performer_once"),
            models.CheckConstraint(
                condition=Q(price_minor__isnull=True) | Q(price_minor__gte=0), name="performer_price"
            ),
        ]


class Product(CatalogItem):
    """`stock_count` is a cache of the product's movements; below zero more was sold than was counted."""

    sku = models.CharField(max_length=60, blank=True, default="")
    barcode = models.CharField(max_length=60, blank=True, default="")
    counts_stock = models.BooleanField(default=False)
    stock_count = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["business", "location", "position"], name="product_list"),
            models.Index(fields=["business", "barcode"], name="product_barcode"),
        ]
        constraints = [models.CheckConstraint(condition=Q(price_minor__gte=0), name="product_price")]


class StockMovement(models.Model):
    """One change of what lies on the shelf. Append-only.

    A line of a bill moves what it sells: its movements add up to minus its quantity, to nothing once it is
    removed. `serial` numbers them, so that two desks cannot write the same one.
    """

    business_id = models.BigIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12)
    quantity = models.IntegerField()
    # Bills stand above the catalog, so there is no foreign key.
    line_id = models.BigIntegerField(null=True)
    serial = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True, default="")
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="stock_moves"),
            models.UniqueConstraint(fields=["line_id", "serial"], name="stock_once_per_line"),
        ]
        indexes = [models.Index(fields=["business_id", "product", "-id"], name="stock_of_product")]


class Photo(models.Model):
    """What was uploaded, drawn anew (documents.pictures). Another one, or none, gives the row another token, so that
    an address never shows anything but what it showed first. Archived with what it shows.
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    service = models.OneToOneField(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="photo")
    product = models.OneToOneField(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="photo")
    staff = models.OneToOneField(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="photo")
    token = models.CharField(max_length=32, unique=True)
    # Empty where it was taken away.
    content = models.BinaryField(default=b"")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(service__isnull=False, product__isnull=True, staff__isnull=True)
                | Q(service__isnull=True, product__isnull=False, staff__isnull=True)
                | Q(service__isnull=True, product__isnull=True, staff__isnull=False),
                name="photo_of_one_thing",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["business", "location"], name="photos_of_location")]


# Below the rest: they name services, and stand in a room of their own.
from quittance.catalog.value_types import EarningRule, GiftCardType, MembershipService, MembershipType  # noqa: E402

__all__ = [
    "CatalogItem",
    "Category",
    "EarningRule",
    "GiftCardType",
    "MembershipService",
    "MembershipType",
    "Photo",
    "Product",
    "Service",
    "ServiceStaff",
    "StockMovement",
    "TaxRate",
    "TaxationSystem",
]
