"""Refunds and disputes that a payment's report shows: recorded whoever made them, any number, once each.

Inside the caller's transaction, after the report's own state. Ours are recognised by their id or by our key.
"""

from __future__ import annotations

from datetime import datetime

from quittance.bills import cases, returns
from quittance.bills.law_13 import held_minor
from quittance.bills.models import Bill, Tender
from quittance.core.actor import Actor
from quittance.flows import _movements
from quittance.flows._beside import keep_page_right
from quittance.flows._beyond import count_again, tell_beyond
from quittance.flows._returning import begin_refund, change_refund, note
from quittance.flows._value import lock_value, sync_value
from quittance.payment_systems.port import PaymentReport, SeenDispute, SeenRefund
from quittance.payments import refund_actions
from quittance.payments.models import Dispute, Payment, Refund


def mirror(*, bill: Bill, payment: Payment, report: PaymentReport, now: datetime) -> bool:
    """True when anything was new."""
    if not report.refunds and not report.disputes:
        return False
    actor = Actor.system(bill.business_id, "payment_system")
    # Each looks at the tender anew: what one gives back is there for the next.
    changed = [_mirror_refund(bill, payment, _tender_of(payment), seen, actor, now) for seen in report.refunds]
    changed += [_mirror_dispute(bill, payment, _tender_of(payment), seen, actor, now) for seen in report.disputes]
    return any(changed)


def _tender_of(payment: Payment) -> Tender | None:
    return Tender.objects.filter(business_id=payment.business_id, payment_id=payment.pk).first()


def _mirror_refund(
    bill: Bill, payment: Payment, tender: Tender | None, seen: SeenRefund, actor: Actor, now: datetime
) -> bool:
    refund = _ours(payment, seen)
    if refund is None:
        if seen.state == "failed":
            return False
        refund = begin_refund(
            bill=bill, tender=tender, payment=payment, amount=seen.amount, origin="outside", actor=actor, now=now
        )
    refund_actions.name_refund(refund=refund, reference=seen.reference)
    if refund.amount != seen.amount:
        cases.open_case(
            business_id=bill.business_id,
            kind=cases.AMOUNT_DIFFERS,
            amount=seen.amount,
            now=now,
            bill=bill,
            payment_id=payment.pk,
            subject=f"refund {refund.pk}",
            detail={"asked_minor": refund.amount_minor, "asked_currency": refund.currency},
        )
    return change_refund(bill=bill, refund=refund, state=seen.state, actor=actor, now=now)


def _ours(payment: Payment, seen: SeenRefund) -> Refund | None:
    rows = Refund.objects.select_for_update(no_key=True, of=("self",)).filter(payment=payment)
    known = rows.filter(reference=seen.reference).first()
    if known is None and seen.our_key:
        known = rows.filter(reference__isnull=True, key=seen.our_key).first()
    return known


def _mirror_dispute(
    bill: Bill, payment: Payment, tender: Tender | None, seen: SeenDispute, actor: Actor, now: datetime
) -> bool:
    dispute = (
        Dispute.objects.select_for_update(no_key=True, of=("self",))
        .filter(payment=payment, reference=seen.reference)
        .first()
    )
    before = "" if dispute is None else dispute.state
    if dispute is None:
        dispute = refund_actions.create_dispute(payment=payment, seen=seen, within_minor=0, now=now)
    elif not refund_actions.mark_dispute(dispute=dispute, state=seen.state, now=now):
        return False
    if seen.state == "won":
        _give_back(bill, tender, dispute, before, actor, now)
    elif before in ("", "won"):
        _take(bill, tender, dispute, actor, now)
    _tell(bill, dispute, now)
    keep_page_right(bill, now)
    lock_value(bill)
    sync_value(bill=bill, actor=actor, now=now, strict=False)
    word = "opened" if dispute.state == "open" else dispute.state
    note(bill, dispute, f"dispute.{word}", actor, now)
    return True


def _take(bill: Bill, tender: Tender | None, dispute: Dispute, actor: Actor, now: datetime) -> None:
    """What the tender still holds is the bank's until it has decided; the rest was gone before."""
    within = min(dispute.amount_minor, held_minor(tender)) if tender and dispute.currency == bill.currency else 0
    refund_actions.set_within(dispute=dispute, within_minor=within)
    if within and tender is not None:
        moved = _movements.of_dispute(dispute, tender, actor, now)
        returns.hold_disputed(bill=bill, tender=tender, within_minor=within, movement=moved)
    tell_beyond(bill=bill, row=dispute, minor=dispute.amount_minor - within, now=now)


def _give_back(bill: Bill, tender: Tender | None, dispute: Dispute, before: str, actor: Actor, now: datetime) -> None:
    tell_beyond(bill=bill, row=dispute, minor=0, now=now)
    if not dispute.within_minor or tender is None or before == "":
        return
    moved = _movements.of_dispute(dispute, tender, actor, now)
    if dispute.decision:
        returns.recover_lost(bill=bill, tender=tender, within_minor=dispute.within_minor, movement=moved)
        refund_actions.forget_decision(dispute=dispute)
    else:
        returns.release_disputed(bill=bill, tender=tender, within_minor=dispute.within_minor, movement=moved)
    count_again(bill=bill, tender=tender, actor=actor, now=now)


def _tell(bill: Bill, dispute: Dispute, now: datetime) -> None:
    """The case of a dispute that runs, or of one that was lost; neither stays open without reason."""
    subject = f"dispute {dispute.pk}"
    wanted = {"open": cases.DISPUTE, "lost": cases.DISPUTE_LOST}.get(dispute.state)
    for kind in (cases.DISPUTE, cases.DISPUTE_LOST):
        if kind != wanted:
            cases.resolve_subject(
                business_id=bill.business_id, kind=kind, subject=subject, resolution=dispute.state, now=now
            )
    if wanted is not None:
        cases.reopen_case(
            bill=bill,
            kind=wanted,
            subject=subject,
            amount=dispute.amount,
            payment_id=dispute.payment_id,
            detail={"dispute": dispute.pk},
            now=now,
        )
