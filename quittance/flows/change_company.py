"""Who the business is on paper, and how clients' money reaches it by bank."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from quittance.audit import actions as audit
from quittance.businesses.actions import CompanyDetails, SettingError, update_company_details
from quittance.businesses.models import Business
from quittance.businesses.people import held_by, hold_business
from quittance.clients import actions as clients
from quittance.core.actor import Actor, NotAllowedError, Right, require
from quittance.flows._once import once
from quittance.flows._seen import Seen
from quittance.flows.errors import FieldError


def change_company(
    *, actor: Actor, details: CompanyDetails, expected_version: int | None = None, now: datetime
) -> None:
    """For all locations, so only by somebody who may change settings at all of them."""
    require(actor, Right.EDIT_SETTINGS, None)

    def work() -> dict[str, Any]:
        before = hold_business(business_id=actor.business_id)
        if not held_by(actor=actor).covers({Right.EDIT_SETTINGS}, None):
            raise NotAllowedError(Right.EDIT_SETTINGS)
        after = update_company_details(business_id=actor.business_id, details=details)
        changed = _changed(before, after)
        if "receipt_years" in changed:
            clients.look_at_old_papers_again(business_id=actor.business_id, now=now)
        # Names and account numbers do not stand in the trail; which of them changed does.
        audit.record(
            actor=actor, location_id=None, action="company.changed", subject=("business", actor.business_id), now=now,
            detail={"fields": changed},
        )  # fmt: skip
        return {"changed": changed}

    try:
        seen = Seen("company", expected_version)
        once(actor=actor, action="company.change", now=now, work=work, seen=seen)
    except SettingError as error:
        raise FieldError(error.field, str(error)) from None


def _changed(before: Business, after: Business) -> list[str]:
    names = [field.name for field in fields(CompanyDetails)]
    return [name for name in names if getattr(before, name) != getattr(after, name)]
