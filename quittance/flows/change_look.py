"""The logo and the accent colour of client pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses import look
from quittance.businesses.actions import SettingError
from quittance.businesses.models import Business
from quittance.businesses.people import held_by, hold_business
from quittance.core.actor import Actor, NotAllowedError, Right, require
from quittance.documents.logo_image import LogoImage, read_logo
from quittance.documents.pictures import PictureError
from quittance.flows._once import once
from quittance.flows._seen import refuse_stale
from quittance.flows.errors import FieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLook:
    """As it was typed; without `logo` the one that is there stays, unless it is to be dropped."""

    accent: str
    logo: bytes = b""
    drops_logo: bool = False


def change_look(*, actor: Actor, expected_version: int | None, new: NewLook, now: datetime) -> None:
    """For all locations, so only by somebody who may change settings at all of them. FieldError names the box."""
    require(actor, Right.EDIT_SETTINGS, None)
    try:
        accent = look.check_accent(new.accent)
        # Reading a picture takes time: before the transaction.
        logo = read_logo(new.logo) if new.logo else None
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None
    except PictureError as error:
        raise FieldError("logo", _(error.text) % error.words) from None

    def work() -> dict[str, Any]:
        business = hold_business(business_id=actor.business_id)
        if not held_by(actor=actor).covers({Right.EDIT_SETTINGS}, None):
            raise NotAllowedError(Right.EDIT_SETTINGS)
        refuse_stale(business.look_version, expected_version)
        changed = ["accent"] if look.change_accent(business=business, accent=accent) else []
        if (logo is not None or new.drops_logo) and _show(business, logo, now):
            changed.append("logo")
        business.look_version += 1
        business.save(update_fields=["accent", "logo_key", "logo_width", "logo_height", "look_version"])
        audit.record(
            actor=actor, location_id=None, action="look.changed", subject=("business", actor.business_id), now=now,
            detail={"fields": changed},
        )  # fmt: skip
        return {"changed": changed}

    try:
        once(actor=actor, action="look.change", now=now, work=work)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def _show(business: Business, logo: LogoImage | None, now: datetime) -> bool:
    if logo is None:
        return look.change_logo(business=business, key="", png=b"", width=0, height=0, now=now)
    return look.change_logo(
        business=business, key=logo.key, png=logo.png, width=logo.width, height=logo.height, now=now
    )
