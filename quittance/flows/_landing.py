"""Apply what a payment system reports, in one transaction: the only way a payment becomes paid.

Money that moved is recorded whatever else is true: an ended visit, a changed price, another currency. What
does not fit is explained by a money case, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills import cases
from quittance.bills.models import Bill, Tender
from quittance.bills.queries import facts
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows._beside import finish, land_beside, release_beside, supersede
from quittance.flows._mirror import mirror
from quittance.flows._value import lock_value, sync_value
from quittance.outbox import actions as outbox
from quittance.payment_systems.port import PaymentReport, PaymentState
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment

ReportOutcome = Literal["stale", "unchanged", "changed", "landed"]


@dataclass(frozen=True, slots=True)
class Landing:
    """What applying a report did; `state` is the payment's state afterwards."""

    outcome: ReportOutcome
    state: str
    payment_id: int


def apply_report(*, payment_id: int, business_id: int, asked_no: int, report: PaymentReport, now: datetime) -> Landing:
    """Inside the caller's transaction. An answer to an older question than one applied is left alone."""
    bill_id = Payment.objects.values_list("bill_id", flat=True).get(business_id=business_id, pk=payment_id)
    bill_key.lock_visit_of_bill(business_id=business_id, bill_id=bill_id)
    bill = bills.lock_bill(business_id=business_id, bill_id=bill_id)
    payment = payments.lock_payment(business_id=business_id, payment_id=payment_id)
    if asked_no <= payment.applied_no:
        return Landing("stale", payment.state, payment.pk)
    payments.store_references(payment=payment, references=report.references)
    payments.note_report(payment=payment, report=report, asked_no=asked_no)
    outcome = _apply_state(bill, payment, report, now)
    if payment.state == "paid" and mirror(bill=bill, payment=payment, report=report, now=now):
        outcome = "landed" if outcome == "landed" else "changed"
    return Landing(outcome, payment.state, payment.pk)


def _apply_state(bill: Bill, payment: Payment, report: PaymentReport, now: datetime) -> ReportOutcome:
    if report.captured is not None and report.captured.is_positive:
        return _apply_captured(bill, payment, report, report.captured, now)
    before = payment.state
    if report.state is PaymentState.PROCESSING:
        if payments.mark_processing(payment=payment):
            _note(bill, payment, "payment.processing", now, visible_at_desk=True)
            _supersede_others(bill, payment, now)
    elif report.state in (PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.ENDED):
        if finish(payment=payment, state=report.state.value, now=now):
            failed_late = before == "processing"
            name = "payment.failed" if failed_late else f"payment.{report.state.value}"
            _note(bill, payment, name, now, visible_at_desk=failed_late)
    elif report.state is PaymentState.OPEN:
        payments.mark_seen_open(payment=payment)
    elif report.state is PaymentState.UNKNOWN:
        payments.mark_unknown(payment=payment, now=now)
    return "unchanged" if payment.state == before else "changed"


def _apply_captured(
    bill: Bill, payment: Payment, report: PaymentReport, captured: Money, now: datetime
) -> ReportOutcome:
    if not payments.mark_paid(payment=payment, report=report, now=now):
        if captured.minor != payment.captured_minor or captured.currency != payment.captured_currency:
            _case(bill, payment, cases.AMOUNT_DIFFERS, captured, now)
        return "unchanged"
    _supersede_others(bill, payment, now)
    lock_value(bill)
    tender = _settle(bill, payment, captured, now)
    if captured != payment.amount:
        differs = captured.currency != bill.currency
        kind = cases.CURRENCY_DIFFERS if differs else cases.AMOUNT_DIFFERS
        _case(bill, payment, kind, captured, now)
    close_finished_link(bill=bill, now=now)
    sync_value(bill=bill, actor=Actor.system(bill.business_id, "payment_system"), now=now, strict=False)
    subject = {"tender": tender.pk} if tender else {}
    _note(bill, payment, "payment.paid", now, visible_at_desk=True, **subject)
    return "landed"


def _settle(bill: Bill, payment: Payment, captured: Money, now: datetime) -> Tender | None:
    actor = Actor.system(bill.business_id, "payment_system")
    source = f"online:{payment.account_id}"
    if captured.currency != bill.currency:
        bills.park_unallocated(
            bill=bill,
            amount=captured,
            source_account=source,
            payment_id=payment.pk,
            actor=actor,
            now=now,
        )
        release_beside(payment=payment, now=now)
        return None
    tender = bills.take_tender(
        bill=bill,
        kind="online",
        amount=captured,
        actor=actor,
        now=now,
        source_account=source,
        payment_id=payment.pk,
        method_label=payment.method_detail or payment.method,
    )
    land_beside(bill=bill, payment=payment, actor=actor, now=now)
    return tender


def close_finished_link(*, bill: Bill, now: datetime) -> None:
    """A link closes for ever when its ask is paid or nothing is due."""
    link = queries.live_link_of(bill)
    if link is None:
        return
    payments_of_bill = queries.payments_of(bill)
    use = queries.link_use(link=link, payments=payments_of_bill, currency=bill.currency)
    asked = None if link.ask_minor is None else Money(link.ask_minor, bill.currency)
    if not facts(bill).due.is_positive or (asked is not None and use.paid >= asked):
        payments.close_link(link=link, reason="paid", now=now)


def _supersede_others(bill: Bill, payment: Payment, now: datetime) -> None:
    """What another open page asks is no longer right; the worker ends it, later money becomes excess."""
    other = queries.payable_payment_of(bill)
    if other is not None and other.pk != payment.pk:
        supersede(payment=other, now=now)


def _case(bill: Bill, payment: Payment, kind: str, amount: Money, now: datetime) -> None:
    cases.open_case(
        business_id=bill.business_id,
        kind=kind,
        amount=amount,
        now=now,
        bill=bill,
        payment_id=payment.pk,
        detail={"asked_minor": payment.amount_minor, "asked_currency": payment.currency},
    )


def _note(bill: Bill, payment: Payment, name: str, now: datetime, *, visible_at_desk: bool, **subject: int) -> None:
    visit_id = bill_key.visit_id_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    ids = {"bill": bill.pk, "payment": payment.pk, **subject}
    ids |= {"link": payment.link_id} if payment.link_id else {}
    ids |= {"visit": visit_id} if visit_id else {}
    outbox.record(
        business_id=bill.business_id,
        location_id=bill.location_id,
        name=name,
        subject=ids,
        now=now,
        visible_at_desk=visible_at_desk,
    )
    audit.record(
        actor=Actor.system(bill.business_id, "payment_system"),
        location_id=bill.location_id,
        action=name,
        subject=("payment", payment.pk),
        now=now,
        detail={
            "bill": bill.pk,
            "captured_minor": payment.captured_minor,
            "captured_currency": payment.captured_currency,
        },
    )
