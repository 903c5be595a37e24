"""Give a live payment link another end.

A link that has run out stays so: whoever holds it was told, and gets a new one. A payment page that is open is left
alone, since its amount does not change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows._link_life import as_stored, end_word, link_of_business, lock_link
from quittance.flows._once import once
from quittance.flows.errors import ChangedMeanwhileError, RefusedError
from quittance.payments import actions as payments
from quittance.payments.models import PaymentLink
from quittance.payments.status import is_live


def extend(*, actor: Actor, link_id: int, expires_at: datetime, seen: str | None = None, now: datetime) -> None:
    """`expires_at` may be `UNTIL_PAID`; `seen` is the end that the form was drawn with (`end_word`)."""
    link = link_of_business(business_id=actor.business_id, link_id=link_id)
    require(actor, Right.CASHLESS_PAYMENT, link.bill.location_id)
    if expires_at <= now:
        raise RefusedError(_("The link's end must lie in the future. To end it at once, press Expire now."))

    def work() -> dict[str, Any]:
        lock_link(link)
        return set_end(actor=actor, link=link, expires_at=expires_at, seen=seen, now=now)

    once(actor=actor, action="link.extended", now=now, work=work)


def set_end(
    *, actor: Actor, link: PaymentLink, expires_at: datetime, seen: str | None = None, now: datetime
) -> dict[str, Any]:
    """Under the bill's lock. Saying the same end again changes nothing."""
    if not is_live(link, now=now):
        raise RefusedError(_("This link has ended and takes nothing any more. Send a new one."))
    before, after = end_word(link.expires_at), end_word(as_stored(expires_at))
    if seen is not None and seen != before:
        raise ChangedMeanwhileError
    if before != after and payments.set_link_end(link=link, expires_at=as_stored(expires_at), now=now):
        audit.record(
            actor=actor,
            location_id=link.bill.location_id,
            action="link.extended",
            subject=("link", link.pk),
            now=now,
            detail={"from": before, "to": after},
        )
    return {"link": link.pk}
