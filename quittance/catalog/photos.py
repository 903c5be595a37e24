"""Photos of services, products and the people who work here: one each, kept beside what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from quittance.businesses.models import Business, Location, StaffMember
from quittance.catalog.models import Product, Service
from quittance.core.ids import new_token

KINDS: Final = ("service", "product", "staff")


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


def set_photo(*, row: Service | Product | StaffMember, kind: str, content: bytes, now: datetime) -> None:
    """The row is locked by the caller, who checked the kind; no content takes the photo away."""
    Photo.objects.update_or_create(
        **{kind: row},
        defaults={"token": new_token(), "content": content, "changed_at": now},
        create_defaults={
            "business_id": row.business_id,
            "location_id": row.location_id,
            "token": new_token(),
            "content": content,
            "changed_at": now,
        },
    )


def photo_tokens(*, business_id: int, kind: str, ids: Iterable[int]) -> dict[int, str]:
    """Of those that have a photo, by what it shows; one query."""
    if kind not in KINDS:
        raise ValueError(f"there are no photos of {kind}")
    rows = Photo.objects.filter(business_id=business_id, **{f"{kind}__in": list(ids)}).exclude(content=b"")
    return dict(rows.values_list(f"{kind}_id", "token"))


def photo_content(*, business_id: int, token: str) -> bytes | None:
    """None for an address that shows nothing any more, and for one of another business alike."""
    found = Photo.objects.filter(business_id=business_id, token=token).values_list("content", flat=True).first()
    return bytes(found) if found else None
