"""Carry a refund to its end: ask for it with its own key, look for a lost answer, follow what takes days.

    the intent stands in the books already                                   (written by whoever wanted it)
    1  was it asked for before? look at the payment first                    (outside, applied by `settle`)
    2  else ask for it, with the same key every time                         (outside)
    3  write what they say                                                   (one transaction)

A key may be repeated for 20 hours; after that only looking is safe. Found nowhere then, it never happened.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from quittance.bills import actions as bills
from quittance.bills import cases
from quittance.bills.models import Bill
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.due import actions as due
from quittance.flows._returning import change_refund
from quittance.flows._silence import may_ask, note_answering, note_silence, wait_for_probe
from quittance.flows._systems import open_system
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import (
    DeclinedError,
    MisconfiguredError,
    MistakeError,
    PaymentSystemError,
    RefundReport,
    UnavailableError,
)
from quittance.payments import actions as payments
from quittance.payments import queries, refund_actions
from quittance.payments.models import Refund
from quittance.rows.locking import in_one_transaction

REPEAT_FOR = timedelta(hours=20)
TELL_AFTER = timedelta(days=1)
_NO_ANSWER_BASE_SECONDS = 20
_NO_ANSWER_CAP_SECONDS = 15 * 60
_SHORTEST = timedelta(minutes=2)
_LONGEST = timedelta(hours=6)
_NEVER_ARRIVED = gettext_noop("The payment system knows nothing of this refund. Nothing was paid back.")
_OVERTAKEN = gettext_noop(
    "Meanwhile more was refunded at the payment system itself; this refund no longer fits and was not made."
)


def ask(*, refund_id: int, now: datetime, tell_desk: bool) -> str:
    """The first call, right after the intent was committed; returns the state now.

    A refusal ends the refund (`failure` says why). No answer leaves it to the worker, and so does a pressing
    that is repeated later: only whoever looks first may ask again.
    """
    refund = _with_payment(refund_id)
    payment = refund.payment
    too_late = now >= refund.requested_at + timedelta(seconds=refund_actions.FIRST_LOOK_SECONDS)
    if refund.state != "requested" or payment is None or refund.unknown_since is not None or too_late:
        return refund.state
    if _is_overtaken(refund):
        return _apply(refund, None, now, failure=_OVERTAKEN, tell_desk=tell_desk)
    try:
        report = open_system(payment.account).refund(queries.references_of(payment), refund.amount, key=refund.key)
    except (DeclinedError, MisconfiguredError) as error:
        return _apply(refund, None, now, failure=str(error), tell_desk=tell_desk)
    except PaymentSystemError as error:
        if not isinstance(error, UnavailableError) or error.sent:
            in_one_transaction(lambda: refund_actions.mark_refund_unknown(refund_id=refund_id, now=now))
        return refund.state
    return _apply(refund, report, now, tell_desk=tell_desk)


def follow(*, refund_id: int, now: datetime) -> str:
    """Look, then ask again where that is safe; raises PaymentSystemError when there is no answer."""
    refund = _with_payment(refund_id)
    payment = refund.payment
    if refund.state not in ("requested", "pending") or payment is None:
        return refund.state
    settle(payment_id=payment.pk, now=now)
    refund.refresh_from_db()
    if refund.state != "requested":
        return refund.state
    if now >= refund.requested_at + REPEAT_FOR:
        return _apply(refund, None, now, failure=_NEVER_ARRIVED)
    if _is_overtaken(refund):
        return _apply(refund, None, now, failure=_OVERTAKEN)
    try:
        report = open_system(payment.account).refund(queries.references_of(payment), refund.amount, key=refund.key)
    except (DeclinedError, MistakeError) as error:
        return _apply(refund, None, now, failure=str(error))
    return _apply(refund, report, now)


def _is_overtaken(refund: Refund) -> bool:
    """Somebody was faster at the payment system itself. Had ours moved, whoever asks now would have seen it."""
    left = queries.left_to_refund(refund)
    return left.currency == refund.currency and refund.amount > left


def work(*, row_id: int, lease_token: str, now: datetime) -> None:
    """For the worker: one leased refund, and when it is looked at next."""
    refund = Refund.objects.select_related("payment__account").filter(pk=row_id, lease_token=lease_token).first()
    if refund is None:
        return
    payment = refund.payment
    if payment is None or refund.state not in ("requested", "pending"):
        due.finish(Refund, row_id, lease_token)
        return
    if not may_ask(account=payment.account, now=now):
        at = wait_for_probe(now=now)
        due.finish(Refund, row_id, lease_token, next_attempt_at=at, attempts=refund.attempts - 1)
        return
    try:
        state = follow(refund_id=row_id, now=now)
    except PaymentSystemError as error:
        note_silence(account_id=payment.account_id, attempts=refund.attempts, error=error, now=now)
        if now >= refund.requested_at + TELL_AFTER:
            in_one_transaction(lambda: _tell_a_person(refund, now))
        pause = due.backoff(refund.attempts, base_seconds=_NO_ANSWER_BASE_SECONDS, cap_seconds=_NO_ANSWER_CAP_SECONDS)
        due.finish(Refund, row_id, lease_token, next_attempt_at=now + pause)
        return
    note_answering(account=payment.account, now=now)
    again = next_look_at(requested_at=refund.requested_at, now=now) if state in ("requested", "pending") else None
    due.finish(Refund, row_id, lease_token, next_attempt_at=again, attempts=0)


def next_look_at(*, requested_at: datetime, now: datetime) -> datetime:
    """A fifth of its age: refunds may take days, and their notices usually come first."""
    return now + max(_SHORTEST, min((now - requested_at) / 5, _LONGEST))


def _with_payment(refund_id: int) -> Refund:
    return Refund.objects.select_related("payment__account").get(pk=refund_id)


def _apply(
    refund: Refund, report: RefundReport | None, now: datetime, *, failure: str = "", tell_desk: bool = True
) -> str:
    """None: it was refused. Only the first answer counts here; later ones come with the payment's report."""

    def write() -> str:
        bill, row = _lock(refund)
        if report is not None:
            refund_actions.name_refund(refund=row, reference=report.reference)
        if row.state == "requested":
            state = "failed" if report is None else report.state
            told = tell_desk or report is not None
            change_refund(
                bill=bill, refund=row, state=state, actor=_actor(row), now=now, failure=failure, tell_desk=told
            )
        if row.state == "pending":
            at = next_look_at(requested_at=row.requested_at, now=now)
            refund_actions.follow_refund_at(refund_id=row.pk, at=at)
        return str(row.state)

    return in_one_transaction(write)


def _lock(refund: Refund) -> tuple[Bill, Refund]:
    """Downward: visit, bill, payment, refund."""
    business_id = refund.business_id
    bill_key.lock_visit_of_bill(business_id=business_id, bill_id=refund.bill_id)
    bill = bills.lock_bill(business_id=business_id, bill_id=refund.bill_id)
    # Only what came by a payment is asked back outside.
    payments.lock_payment(business_id=business_id, payment_id=refund.payment_id or 0)
    return bill, refund_actions.lock_refund(business_id=business_id, refund_id=refund.pk)


def _actor(refund: Refund) -> Actor:
    return Actor.system(refund.business_id, "payment_system")


def _tell_a_person(refund: Refund, now: datetime) -> None:
    cases.open_case(
        business_id=refund.business_id,
        kind=cases.NO_ANSWER,
        amount=refund.amount,
        now=now,
        bill=refund.bill,
        payment_id=refund.payment_id,
        subject=f"refund {refund.pk}",
        detail={"refund": refund.pk},
    )
