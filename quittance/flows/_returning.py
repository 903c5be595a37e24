"""Money on its way back: what a refund's state means for the books, the papers and the people.

Inside the caller's transaction, which holds the locks of bill and payment. `requested` and `pending` set the
money aside, `succeeded` lets it go, `failed` brings it home; a refund can fail after it had succeeded, and one
that was taken for failed can turn out to have moved.
"""

from __future__ import annotations

from datetime import datetime

from quittance.audit import actions as audit
from quittance.bills import cases, returns
from quittance.bills.models import Bill, Tender
from quittance.bills.receipts import issue_credit_note, issue_credit_note_cancellation, tender_label
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows import _movements
from quittance.flows._beside import keep_page_right
from quittance.flows._beyond import count_again, tell_beyond
from quittance.flows._value import lock_value, sync_value
from quittance.outbox import actions as outbox
from quittance.payment_systems.port import RefundState
from quittance.payments import refund_actions
from quittance.payments.models import Dispute, Payment, Refund
from quittance.wallets import actions as wallets
from quittance.wallets.actions import Because, Moved


def begin_refund(  # noqa: PLR0913 - one refund, in full
    *,
    bill: Bill,
    tender: Tender | None,
    payment: Payment | None,
    amount: Money,
    origin: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    credit_wallet_id: int | None = None,
) -> Refund:
    """Write the intent and set the money aside; raises returns.TooMuchError when the tender does not hold it.

    Money that was taken by hand has reached the client when the desk says so: it succeeds at once. So does value,
    which goes back to the wallet that paid, and money that becomes credit in the client's `credit_wallet_id`.
    """
    wallet_id = tender.wallet_id if tender is not None and tender.wallet_id is not None else credit_wallet_id
    lock_value(bill, also=[wallet_id] if wallet_id is not None else ())
    undoes = returns.undone_by(bill=bill, tender=tender, amount=amount)
    if tender is not None and undoes.other_minor and origin != "outside":
        raise returns.TooMuchError
    refund = refund_actions.create_refund(
        bill=bill,
        tender=tender,
        payment=payment if wallet_id is None else None,
        amount=amount,
        undoes=undoes,
        origin=origin,
        now=now,
        reason=reason,
        requested_by_id=actor.user_id,
        wallet_id=wallet_id,
    )
    returns.start_return(bill=bill, tender=tender, undoes=undoes, movement=_movements.of_refund(refund, actor, now))
    if tender is not None and undoes.other_minor:
        tell_beyond(bill=bill, row=refund, minor=undoes.other_minor, now=now)
    keep_page_right(bill, now)
    note(bill, refund, "refund.requested", actor, now)
    if refund.payment_id is None:
        change_refund(bill=bill, refund=refund, state="succeeded", actor=actor, now=now)
    sync_value(bill=bill, actor=actor, now=now, strict=origin == "desk")
    return refund


def change_refund(
    *,
    bill: Bill,
    refund: Refund,
    state: RefundState,
    actor: Actor,
    now: datetime,
    failure: str = "",
    tell_desk: bool = True,
) -> bool:
    """Bring a refund to the state that is true now; False when it was there before.

    `tell_desk`: a failure becomes a case (False where the person who asked is told right away).
    """
    before = refund.state
    if before == state or (before, state) == ("succeeded", "pending"):
        return False
    lock_value(bill)
    if before == "failed":
        _move_again(bill, refund, actor, now)
    refund_actions.mark_refund(refund=refund, state=state, now=now, failure=failure)
    if state == "succeeded":
        _finish(bill, refund, actor, now)
    elif state == "failed":
        _undo(bill, refund, actor, now, had_succeeded=before == "succeeded")
        sync_value(bill=bill, actor=actor, now=now, strict=False)
        if tell_desk:
            _open_failed_case(bill, refund, now)
    keep_page_right(bill, now)
    note(bill, refund, f"refund.{state}", actor, now)
    return True


def note(bill: Bill, row: Refund | Dispute, name: str, actor: Actor, now: datetime) -> None:
    """Tell the desk, the outbox and the trail."""
    kind = "refund" if isinstance(row, Refund) else "dispute"
    visit_id = bill_key.visit_id_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    ids = {"bill": bill.pk, kind: row.pk}
    ids |= {"payment": row.payment_id} if row.payment_id else {}
    ids |= {"visit": visit_id} if visit_id else {}
    outbox.record(
        business_id=bill.business_id,
        location_id=bill.location_id,
        name=name,
        subject=ids,
        now=now,
        visible_at_desk=True,
    )
    audit.record(
        actor=actor,
        location_id=bill.location_id,
        action=name,
        subject=(kind, row.pk),
        now=now,
        detail={**ids, "amount_minor": row.amount_minor, "currency": row.currency},
    )


def _move_again(bill: Bill, refund: Refund, actor: Actor, now: datetime) -> None:
    """It was taken for failed, and its money was free meanwhile: count anew what it undoes."""
    returns.restore_price(bill=bill, refund_id=refund.pk, now=now)
    undoes = returns.undone_by(bill=bill, tender=refund.tender, amount=refund.amount)
    refund_actions.set_parts(refund=refund, undoes=undoes)
    returns.start_return(
        bill=bill, tender=refund.tender, undoes=undoes, movement=_movements.of_refund(refund, actor, now)
    )
    if refund.tender is not None:
        tell_beyond(bill=bill, row=refund, minor=undoes.other_minor, now=now)
    subject = f"refund {refund.pk}"
    cases.resolve_subject(
        business_id=bill.business_id,
        kind=cases.REFUND_FAILED,
        subject=subject,
        resolution="it moved after all",
        now=now,
    )


def _finish(bill: Bill, refund: Refund, actor: Actor, now: datetime) -> None:
    undoes = refund_actions.undoes_of(refund)
    moved = _movements.of_refund(refund, actor, now)
    put = _put_on_wallet(refund)
    to_credit = put is not None and (refund.tender is None or refund.tender.wallet_id != refund.wallet_id)
    returns.finish_return(bill=bill, undoes=undoes, currency=refund.currency, movement=moved)
    if undoes.within_minor and refund.tender is not None:
        issue_credit_note(
            bill=bill,
            refund_id=refund.pk,
            tender=refund.tender,
            amount=Money(undoes.within_minor, bill.currency),
            price_minor=undoes.price_minor,
            excess_minor=undoes.excess_minor,
            method_label=tender_label(refund.tender),
            now=now,
            as_credit=to_credit,
        )
    else:
        # Money that settles nothing came by a payment.
        _resolve_foreign(bill, Payment.objects.get(refunds=refund), now)
    if put is not None:
        because = Because(
            why="credited" if to_credit else "refunded",
            bill_id=bill.pk,
            tender_id=refund.tender_id,
            refund_id=refund.pk,
        )
        wallets.note(moved=put, because=because, actor=actor, now=now)


def _put_on_wallet(refund: Refund) -> Moved | None:
    """Into credit, its amount; back to the wallet that paid, the share of the units that it took."""
    if refund.wallet is None:
        return None
    tender, units = refund.tender, refund.amount_minor
    if tender is not None and tender.wallet_id == refund.wallet_id:
        tender.refresh_from_db()
        before = tender.returned_minor - refund.amount_minor
        units = tender.units * tender.returned_minor // tender.amount_minor
        units -= tender.units * before // tender.amount_minor
    return wallets.put_on(wallet=refund.wallet, units=units)


def _resolve_foreign(bill: Bill, payment: Payment, now: datetime) -> None:
    """Money of another currency has gone back as a whole: nothing is left to decide."""
    back = sum(
        row.amount_minor for row in payment.refunds.filter(state="succeeded", currency=payment.captured_currency)
    )
    if back >= (payment.captured_minor or 0):
        subject = f"payment {payment.pk}"
        cases.resolve_subject(
            business_id=bill.business_id, kind=cases.CURRENCY_DIFFERS, subject=subject, resolution="refunded", now=now
        )


def _undo(bill: Bill, refund: Refund, actor: Actor, now: datetime, *, had_succeeded: bool) -> None:
    undoes = refund_actions.undoes_of(refund)
    returns.undo_return(
        bill=bill,
        tender=refund.tender,
        undoes=undoes,
        currency=refund.currency,
        had_succeeded=had_succeeded,
        movement=_movements.of_refund(refund, actor, now),
    )
    if had_succeeded and undoes.within_minor:
        issue_credit_note_cancellation(bill=bill, refund_id=refund.pk, now=now)
    if refund.tender is not None:
        tell_beyond(bill=bill, row=refund, minor=0, now=now)
    count_again(bill=bill, tender=refund.tender, actor=actor, now=now)


def _open_failed_case(bill: Bill, refund: Refund, now: datetime) -> None:
    cases.reopen_case(
        bill=bill,
        kind=cases.REFUND_FAILED,
        subject=f"refund {refund.pk}",
        amount=refund.amount,
        payment_id=refund.payment_id,
        detail={"refund": refund.pk, "failure": refund.failure, "origin": refund.origin},
        now=now,
    )
