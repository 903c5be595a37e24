"""What went back, or was taken by a bank, beyond what its payment still held.

Two refunds under way at once can together be more than there was: the later one then undoes less than its amount,
and a case says so. When money comes home to the tender, because one of them failed or a dispute was won, the
others are counted again, or the books would show money that the payment system no longer has.
"""

from __future__ import annotations

from datetime import datetime

from quittance.bills import cases, returns
from quittance.bills.law_13 import held_minor
from quittance.bills.models import Bill, Tender
from quittance.bills.receipts import issue_credit_note, issue_credit_note_cancellation, tender_label
from quittance.bills.returns import Undoes
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows import _movements
from quittance.payments import refund_actions
from quittance.payments.models import Dispute, Refund


def tell_beyond(*, bill: Bill, row: Refund | Dispute, minor: int, now: datetime) -> None:
    """Keep the case of what `row` took beyond its payment equal to `minor`: open, correct or resolve it."""
    kind = "refund" if isinstance(row, Refund) else "dispute"
    subject = f"{kind} {row.pk}"
    if minor <= 0:
        cases.resolve_subject(
            business_id=bill.business_id, kind=cases.BEYOND, subject=subject, resolution="it fits again", now=now
        )
        return
    cases.reopen_case(
        bill=bill,
        kind=cases.BEYOND,
        subject=subject,
        amount=Money(minor, row.currency),
        payment_id=row.payment_id,
        detail={kind: row.pk},
        now=now,
    )


def count_again(*, bill: Bill, tender: Tender | None, actor: Actor, now: datetime) -> None:
    """After money came home to the tender: refunds first, in the sequence in which they were asked for."""
    if tender is None:
        return
    beyond = Refund.objects.filter(business_id=bill.business_id, tender=tender, other_minor__gt=0)
    for refund in beyond.exclude(state="failed").order_by("pk"):
        _count_refund_again(bill, tender, refund, actor, now)
    taken = Dispute.objects.filter(business_id=bill.business_id, payment_id=tender.payment_id or 0)
    for dispute in taken.filter(state__in=("open", "lost"), currency=bill.currency).order_by("pk"):
        _count_dispute_again(bill, tender, dispute, actor, now)


def _count_refund_again(bill: Bill, tender: Tender, refund: Refund, actor: Actor, now: datetime) -> None:
    more = returns.undone_by(bill=bill, tender=tender, amount=Money(refund.other_minor, refund.currency))
    if not more.within_minor:
        return
    before = refund_actions.undoes_of(refund)
    whole = Undoes(
        before.price_minor + more.price_minor, before.excess_minor + more.excess_minor, more.other_minor
    )  # fmt: skip
    refund_actions.set_parts(refund=refund, undoes=whole)
    inside = Undoes(more.price_minor, more.excess_minor)
    moved = _movements.of_refund(refund, actor, now)
    returns.start_return(bill=bill, tender=tender, undoes=inside, movement=moved)
    if refund.state == "succeeded":
        returns.finish_return(bill=bill, undoes=inside, currency=refund.currency, movement=moved)
        returns.allocate_return(bill=bill, minor=more.within_minor, movement=moved)
        if before.within_minor:
            issue_credit_note_cancellation(bill=bill, refund_id=refund.pk, now=now)
        issue_credit_note(
            bill=bill,
            refund_id=refund.pk,
            tender=tender,
            amount=Money(whole.within_minor, bill.currency),
            price_minor=whole.price_minor,
            excess_minor=whole.excess_minor,
            method_label=tender_label(tender),
            now=now,
        )
    tell_beyond(bill=bill, row=refund, minor=whole.other_minor, now=now)


def _count_dispute_again(bill: Bill, tender: Tender, dispute: Dispute, actor: Actor, now: datetime) -> None:
    more = min(dispute.amount_minor - dispute.within_minor, held_minor(tender))
    if more <= 0:
        return
    within = dispute.within_minor + more
    refund_actions.set_within(dispute=dispute, within_minor=within)
    moved = _movements.of_dispute(dispute, tender, actor, now)
    returns.hold_disputed(bill=bill, tender=tender, within_minor=more, movement=moved)
    if dispute.decision:
        # What a person said of the lost one holds for this part of it too.
        write_off = dispute.decision == "written_off"
        moved = _movements.of_dispute(dispute, tender, actor, now)
        returns.lose_disputed(bill=bill, within_minor=more, write_off=write_off, movement=moved)
    tell_beyond(bill=bill, row=dispute, minor=dispute.amount_minor - within, now=now)
