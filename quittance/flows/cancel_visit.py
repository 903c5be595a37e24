"""Cancel a visit: its appointments leave the calendar, its link takes nothing any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quittance.bills import actions as bills
from quittance.bills.models import Bill
from quittance.calendar.models import Appointment, Visit
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows import follow_refund
from quittance.flows._excess import begin_returning_excess
from quittance.flows._stock import follow_stock
from quittance.flows._value import lock_value, sync_value
from quittance.flows._visits import visit_by_id
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import RefusedError
from quittance.outbox import actions as outbox
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.rows.amounts import amount_words
from quittance.wallets import actions as wallets
from quittance.wallets.models import CREDIT


def cancel(
    *,
    actor: Actor,
    visit_id: int,
    expected_version: int | None,
    decision: Decision = Decision(),
    keep: Money | None = None,
    as_credit: bool = False,
    tell_client: bool = True,
    now: datetime,
) -> dict[str, Any]:
    """End the client's payment page first, then the visit.

    `keep` says what of the money taken stays with the business; the rest goes back to where it came from
    (`refunds` in the answer), or becomes the client's credit. None: nobody has decided, all that was taken becomes
    a case. `tell_client`: where the business tells of cancelled visits at all.
    """
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.EDIT_VISITS, visit.location_id)

    def work(bill: Bill) -> dict[str, Any]:
        if bill.ended_at is not None:
            raise RefusedError(_("This visit was cancelled before."))
        kept = _kept(bill, keep, actor)
        credit_id = _credit_of(bill, now) if as_credit and keep is not None and bill.settled_minor > kept else None
        lock_value(bill, also=[] if credit_id is None else [credit_id])
        bills.end_bill(bill=bill, reason="cancelled", keep_minor=min(kept, bill.total_minor), now=now)
        follow_stock(actor=actor, bill=bill, now=now)
        Visit.objects.filter(pk=visit.pk).update(cancelled_at=now, version=F("version") + 1)
        Appointment.objects.filter(business_id=bill.business_id, visit_id=visit.pk).exclude(
            state__in=Appointment.GONE
        ).update(state="cancelled")
        link = queries.live_link_of(bill)
        if link is not None:
            payments.close_link(link=link, reason="cancelled", now=now)
        outbox.record(
            business_id=bill.business_id,
            location_id=bill.location_id,
            name="visit.cancelled",
            subject={"visit": visit.pk, "bill": bill.pk, "tell": int(tell_client)},
            now=now,
        )
        begun = []
        if keep is not None and bill.settled_minor > kept:
            begun = begin_returning_excess(
                bill=bill, actor=actor, now=now, reason=gettext_noop("Visit cancelled"), credit_wallet_id=credit_id
            )
        sync_value(bill=bill, actor=actor, now=now, strict=True)
        return {"visit": visit.pk, "refunds": begun}

    change = Change(actor, visit.bill_id, expected_version, "visit.cancelled", decision)
    answer = change_due(change=change, now=now, work=work)
    for refund_id in answer["refunds"]:
        # A refusal becomes a case: the visit is cancelled in any event.
        follow_refund.ask(refund_id=int(refund_id), now=now, tell_desk=True)
    return answer


def _credit_of(bill: Bill, now: datetime) -> int:
    if bill.client_id is None:
        raise RefusedError(_("This visit has no client who could have the credit."))
    wallet = wallets.wallet_of_client(
        business_id=bill.business_id, client_id=bill.client_id, kind=CREDIT, currency=bill.currency, now=now
    )
    return wallet.pk


def _kept(bill: Bill, keep: Money | None, actor: Actor) -> int:
    if keep is None:
        return 0
    taken = Money(bill.settled_minor + bill.disputed_minor, bill.currency)
    if keep.currency != bill.currency or keep.minor < 0 or keep > taken:
        raise RefusedError(_("Keep an amount between zero and %(taken)s.") % {"taken": amount_words(taken)})
    if bill.settled_minor > keep.minor:
        require(actor, Right.REFUND, bill.location_id)
    return keep.minor
