"""Every change of refunds and disputes. The caller is a flow that holds the locks of bill and payment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from quittance.bills.models import Bill, Tender
from quittance.bills.returns import Undoes
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.payment_systems.port import DisputeState, RefundState, SeenDispute
from quittance.payments.models import Dispute, Payment, Refund

# The one who asked for it does the first call; the worker steps in when that one is gone.
FIRST_LOOK_SECONDS = 30


def create_refund(  # noqa: PLR0913 - one refund, in full
    *,
    bill: Bill,
    tender: Tender | None,
    payment: Payment | None,
    amount: Money,
    undoes: Undoes,
    origin: str,
    now: datetime,
    reason: str = "",
    requested_by_id: int | None = None,
    wallet_id: int | None = None,
) -> Refund:
    """The intent, written before the payment system is called; the caller moves the money in the journal."""
    return Refund.objects.create(
        business_id=bill.business_id,
        bill=bill,
        tender=tender,
        payment=payment,
        account=payment.account if payment is not None else None,
        wallet_id=wallet_id,
        origin=origin,
        key=new_key(),
        amount_minor=amount.minor,
        currency=amount.currency,
        price_minor=undoes.price_minor,
        excess_minor=undoes.excess_minor,
        other_minor=undoes.other_minor,
        reason=reason[:200],
        requested_by_id=requested_by_id,
        requested_at=now,
        next_attempt_at=now + timedelta(seconds=FIRST_LOOK_SECONDS) if payment is not None else None,
    )


def lock_refund(*, business_id: int, refund_id: int) -> Refund:
    return Refund.objects.select_for_update(no_key=True, of=("self",)).get(business_id=business_id, pk=refund_id)


def undoes_of(refund: Refund) -> Undoes:
    return Undoes(refund.price_minor, refund.excess_minor, refund.other_minor)


def next_move(row: Refund | Dispute) -> int:
    """The number of the row's next movement in the journal."""
    row.moves += 1
    row.save(update_fields=["moves"])
    return row.moves


def name_refund(*, refund: Refund, reference: str) -> None:
    """Their id, known from their first answer on."""
    if reference and refund.reference != reference:
        refund.reference = reference
        refund.save(update_fields=["reference"])


def mark_refund(*, refund: Refund, state: RefundState, now: datetime, failure: str = "") -> None:
    """What they say now; a refund that is not final is looked at again at `next_attempt_at`."""
    refund.state = state
    refund.unknown_since = None
    refund.failure = failure[:200]
    refund.final_at = None if state == "pending" else now
    changed = ["state", "unknown_since", "failure", "final_at"]
    if state != "pending":
        refund.next_attempt_at = None
        changed.append("next_attempt_at")
    refund.save(update_fields=changed)


def mark_refund_unknown(*, refund_id: int, now: datetime) -> None:
    Refund.objects.filter(pk=refund_id, state="requested", unknown_since__isnull=True).update(unknown_since=now)


def follow_refund_at(*, refund_id: int, at: datetime) -> None:
    """When the worker looks next, unless it is final or somebody wants it sooner."""
    Refund.objects.filter(pk=refund_id, state__in=("requested", "pending")).update(next_attempt_at=at)


def create_dispute(*, payment: Payment, seen: SeenDispute, within_minor: int, now: datetime) -> Dispute:
    return Dispute.objects.create(
        business_id=payment.business_id,
        bill_id=payment.bill_id,
        payment=payment,
        account_id=payment.account_id,
        reference=seen.reference,
        state=seen.state,
        amount_minor=seen.amount.minor,
        currency=seen.amount.currency,
        within_minor=within_minor,
        opened_at=now,
        closed_at=None if seen.state == "open" else now,
    )


def mark_dispute(*, dispute: Dispute, state: DisputeState, now: datetime) -> bool:
    """False when it said so before."""
    changed = (
        Dispute.objects.filter(pk=dispute.pk)
        .exclude(state=state)
        .update(state=state, closed_at=None if state == "open" else now)
    )
    dispute.refresh_from_db()
    return bool(changed)


def decide_dispute(*, dispute: Dispute, decision: str) -> bool:
    """What a person said of a lost one; False when somebody was faster, or it is not lost."""
    changed = Dispute.objects.filter(pk=dispute.pk, state="lost", decision="").update(decision=decision)
    dispute.refresh_from_db()
    return bool(changed)


def forget_decision(*, dispute: Dispute) -> None:
    """It was won after all."""
    Dispute.objects.filter(pk=dispute.pk).update(decision="")
    dispute.refresh_from_db()


def set_within(*, dispute: Dispute, within_minor: int) -> None:
    """What the tender held of it when the bank took it again."""
    Dispute.objects.filter(pk=dispute.pk).update(within_minor=within_minor)
    dispute.refresh_from_db()


def set_parts(*, refund: Refund, undoes: Undoes) -> None:
    """What it undoes, counted anew, when a refund that had failed moved money after all."""
    refund.price_minor, refund.excess_minor, refund.other_minor = (
        undoes.price_minor,
        undoes.excess_minor,
        undoes.other_minor,
    )
    refund.save(update_fields=["price_minor", "excess_minor", "other_minor"])


def keep_page_right(*, bill: Bill, payable_minor: int, now: datetime) -> Payment | None:
    """The open page still asks what is due, although lines or tenders changed; else its place is free.

    The payment that lost its place is returned: what was set aside beside it is for the caller to release.
    """
    live = Payment.objects.filter(
        business_id=bill.business_id, bill_id=bill.pk, state__in=Payment.LIVE, superseded_at__isnull=True
    ).annotate(asks_minor=F("amount_minor") + F("value_minor"))
    live.filter(asks_minor__lte=payable_minor).update(bill_version=bill.version)
    wrong = live.filter(asks_minor__gt=payable_minor).defer("request").first()
    if wrong is not None:
        Payment.objects.filter(pk=wrong.pk).update(superseded_at=now, next_attempt_at=now)
    return wrong
