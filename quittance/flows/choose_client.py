"""Say afterwards whose visit it is: a walk-in gets a card, or somebody was taken for another client.

What was handed out to one client is never quietly another's: balances that paid, cards that were sold and points that
were earned must go back first. A link that the former client holds ends; a walk-in's own link stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills.models import Bill, BillLine, Tender
from quittance.calendar import actions as calendar
from quittance.calendar.models import Visit
from quittance.clients import actions as clients
from quittance.clients.actions import ClientCard
from quittance.clients.contact import ContactError
from quittance.core.actor import Actor, Right, require
from quittance.flows._client import lock_client
from quittance.flows._once import once
from quittance.flows._value import VALUE_LINES, lock_value, sync_value
from quittance.flows._visits import visit_by_id
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import BusyError, ChangedMeanwhileError, FieldError, RefusedError
from quittance.outbox import actions as outbox
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.wallets.models import Wallet, WalletEntry

_ACTION = "visit.client_chosen"


def choose(
    *,
    actor: Actor,
    visit_id: int,
    client: int | ClientCard,
    expected_version: int | None,
    decision: Decision = Decision(),
    now: datetime,
) -> int:
    """The client's id. `client` is a card's id, or the card of somebody new; `expected_version` is the visit's.

    Where another client was chosen before, an open payment page is ended first, as for any change of what is due.
    """
    visit = visit_by_id(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.EDIT_VISITS, visit.location_id)
    if isinstance(client, ClientCard):
        require(actor, Right.EDIT_CLIENTS, visit.location_id)

    def work(bill: Bill) -> dict[str, Any]:
        locked = calendar.lock_visit(business_id=actor.business_id, visit_id=visit_id)
        if expected_version is not None and locked.version != expected_version:
            raise ChangedMeanwhileError
        if bill.ended_at is not None:
            raise RefusedError(_("This visit was cancelled and cannot be changed."))
        return _choose(actor, locked, bill, client, now)

    if visit.client_id is not None:
        change = Change(actor, visit.bill_id, None, _ACTION, decision)
        return int(change_due(change=change, now=now, work=work)["client"])

    def of_walk_in() -> dict[str, Any]:
        locked = calendar.lock_visit(business_id=actor.business_id, visit_id=visit_id)
        if locked.client_id is not None:
            raise ChangedMeanwhileError
        bill = bills.lock_bill(business_id=actor.business_id, bill_id=locked.bill_id)
        if bills.is_frozen(bill, now=now):
            raise BusyError
        answer = work(bill)
        audit.record(
            actor=actor, location_id=bill.location_id, action=_ACTION, subject=("bill", bill.pk), now=now, detail=answer
        )
        return answer

    return int(once(actor=actor, action=_ACTION, now=now, work=of_walk_in)["client"])


def _choose(actor: Actor, visit: Visit, bill: Bill, client: int | ClientCard, now: datetime) -> dict[str, Any]:
    chosen_id = _client_id(actor, visit, client, now)
    if chosen_id == visit.client_id:
        return {"client": chosen_id, "visit": visit.pk}
    _check_value(bill, chosen_id)
    if visit.client_id is not None:
        link = queries.live_link_of(bill)
        if link is not None:
            payments.close_link(link=link, reason="cancelled", now=now)
    calendar.set_client(visit=visit, client_id=chosen_id)
    bills.set_client(bill=bill, client_id=chosen_id)
    lock_value(bill)
    sync_value(bill=bill, actor=actor, now=now, strict=True)
    subject = {"visit": visit.pk, "bill": bill.pk, "client": chosen_id}
    outbox.record(business_id=bill.business_id, location_id=bill.location_id, name=_ACTION, subject=subject, now=now)
    return {"client": chosen_id, "visit": visit.pk}


def _client_id(actor: Actor, visit: Visit, client: int | ClientCard, now: datetime) -> int:
    if not isinstance(client, ClientCard):
        return lock_client(business_id=actor.business_id, client_id=client).pk
    try:
        made = clients.create_client(
            business_id=actor.business_id, card=client, country=visit.location.country, now=now
        )
    except ContactError as error:
        raise FieldError(error.field, str(error)) from error
    audit.record(
        actor=actor, location_id=visit.location_id, action="client.created", subject=("client", made.pk), now=now
    )
    return made.pk


def _check_value(bill: Bill, chosen_id: int) -> None:
    """Refused while something of another client's hangs on this bill."""
    own = {"business_id": bill.business_id, "bill_id": bill.pk}
    paid = Tender.objects.filter(**own, voided_at__isnull=True, wallet__client__isnull=False)
    held = paid.filter(amount_minor__gt=F("returned_minor")).exclude(kind="gift_card")
    for tender in held.exclude(wallet__client_id=chosen_id).select_related("wallet__client")[:1]:
        name = tender.wallet.client.name if tender.wallet is not None and tender.wallet.client is not None else ""
        raise RefusedError(
            _("Part of this visit was paid from a balance of %(name)s. Void or refund that payment first, then choose.")
            % {"name": name}
        )
    lines = BillLine.objects.filter(**own, kind__in=VALUE_LINES).values("pk")
    sold = Wallet.objects.filter(business_id=bill.business_id, issued_line_id__in=lines, standing_units__gt=0)
    for wallet in sold.filter(client__isnull=False).exclude(client_id=chosen_id).select_related("client")[:1]:
        name = wallet.client.name if wallet.client is not None else ""
        raise RefusedError(
            _("What this visit sold is with %(name)s already. Void or refund the payment first, then choose.")
            % {"name": name}
        )
    earned = WalletEntry.objects.filter(**own, why="earned").exclude(wallet__client_id=chosen_id)
    for row in earned.values("wallet__client__name").annotate(sum=Sum("change")).filter(sum__gt=0)[:1]:
        name = row["wallet__client__name"]
        raise RefusedError(
            _("%(name)s earned points or cashback by this visit. Void or refund the payment first, then choose.")
            % {"name": name}
        )
