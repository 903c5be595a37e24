"""The visit at the printed QR code of a desk, as the payment link panel shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quittance.calendar.models import Visit
from quittance.pay_desks.models import PayDesk, Push
from quittance.pay_desks.queries import desks_of, push_of_bill


@dataclass(frozen=True, slots=True)
class PushPanel:
    """`desks` are empty where the location has none; `shown` is where this visit stands now."""

    desks: list[PayDesk]
    shown: Push | None


def push_panel_of(visit: Visit, *, now: datetime) -> PushPanel:
    """One query where there is no desk, two where there are some."""
    desks = desks_of(business_id=visit.business_id, location_id=visit.location_id)
    shown = push_of_bill(business_id=visit.business_id, bill_id=visit.bill_id, now=now) if desks else None
    return PushPanel(desks, shown)
