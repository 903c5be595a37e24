"""A client at a desk's QR code said: yes, this is me."""

from __future__ import annotations

from datetime import datetime

from quittance.audit import actions as audit
from quittance.calendar.models import Visit
from quittance.calendar.queries_desk_qr import desk_page
from quittance.core.actor import Actor
from quittance.pay_desks import actions
from quittance.pay_desks.models import PayDesk
from quittance.payments.queries import live_link_of
from quittance.rows.locking import in_one_transaction


def take(*, desk: PayDesk, key: str, ip: str, now: datetime) -> str:
    """The token of the visit's link, for the one phone that said yes first; empty for everybody else.

    `key` names the visit that was asked about, so that a page which is old by now never opens the next one's.
    """

    def work() -> str:
        page = desk_page(desk=desk, now=now)
        if page.visit is None or page.visit.key != key:
            return ""
        bill_id = actions.take_push(desk=desk, key=key, now=now)
        visit = Visit.objects.select_related("bill").filter(business_id=desk.business_id, bill_id=bill_id or 0).first()
        link = live_link_of(visit.bill) if visit is not None else None
        if visit is None or link is None:
            return ""
        audit.record(
            actor=Actor.client(desk.business_id, ip=ip),
            location_id=desk.location_id,
            action="pay_desk.said_yes",
            subject=("visit", visit.pk),
            now=now,
            detail={"desk": desk.pk},
        )
        return link.token.reveal()

    return in_one_transaction(work)
