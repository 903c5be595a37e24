"""Put a photo on a service, a product or somebody who works here; or take it away."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import StaffMember
from quittance.catalog import photos
from quittance.catalog.models import Product, Service
from quittance.core.actor import Actor, Right, require
from quittance.documents.pictures import PictureError, reencode_picture
from quittance.flows._once import once
from quittance.flows.errors import FieldError, GoneError

LONGEST_SIDE: Final = 800
_MODELS: Final[dict[str, type[Service | Product | StaffMember]]] = {
    "service": Service,
    "product": Product,
    "staff": StaffMember,
}


def set_photo(*, actor: Actor, location_id: int, kind: str, row_id: int, raw: bytes | None, now: datetime) -> None:
    """`kind` is `service`, `product` or `staff`; `raw` is the file as it was uploaded, None takes the photo away.

    Raises FieldError for `photo` with a sentence when the file is no picture that we take.
    """
    require(actor, Right.EDIT_SETTINGS, location_id)
    try:
        # Before the lock: drawing takes a moment.
        content = b"" if raw is None else reencode_picture(raw, longest_side=LONGEST_SIDE)
    except PictureError as error:
        raise FieldError("photo", _(error.text) % error.words) from None
    action = "photo.removed" if raw is None else "photo.set"

    def work() -> dict[str, Any]:
        rows = _MODELS[kind]._default_manager.select_for_update(no_key=True, of=("self",))
        row = rows.filter(business_id=actor.business_id, location_id=location_id, pk=row_id).first()
        if row is None:
            raise GoneError(_("This does not exist."))
        photos.set_photo(row=row, kind=kind, content=content, now=now)
        audit.record(actor=actor, location_id=location_id, action=action, subject=(kind, row_id), now=now)
        return {}

    once(actor=actor, action=action, now=now, work=work)
