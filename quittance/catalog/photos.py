"""Photos of services, products and the people who work here: one each, kept beside what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from quittance.businesses.models import StaffMember
from quittance.catalog.models import Photo, Product, Service
from quittance.core.ids import new_token

KINDS: Final = ("service", "product", "staff")


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
