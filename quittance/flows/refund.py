"""The desk gives money back: all or part of one tender, to where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from quittance.bills import actions as bills
from quittance.bills import returns
from quittance.bills.law_13 import held_minor
from quittance.bills.models import Bill, Tender
from quittance.calendar import bill_key
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.flows import follow_refund
from quittance.flows._once import once
from quittance.flows._returning import begin_refund
from quittance.flows._systems import open_system
from quittance.flows._visits import bill_of_visit
from quittance.flows.errors import BusyError, ChangedMeanwhileError, RefusedError
from quittance.payment_systems.port import MisconfiguredError
from quittance.payments import actions as payments
from quittance.payments.models import Payment, Refund
from quittance.rows.amounts import amount_words


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """`requested`: no answer yet, the worker follows it. `pending`: on its way. `succeeded`: done."""

    refund_id: int
    state: str


def refund(
    *,
    actor: Actor,
    visit_id: int,
    tender_id: int,
    amount: Money,
    reason: str = "",
    expected_version: int | None,
    now: datetime,
) -> RefundAnswer:
    """Refund `amount` of a tender. Cash and card terminal are handed back by the desk and succeed at once.

    A repeat of the request id refunds nothing more. Raises FlowError with a sentence when it cannot be; a
    refusal of the payment system is one, and the refund then stands in the visit as failed.
    """
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.REFUND, bill.location_id)
    if not amount.is_positive:
        raise RefusedError(_("Type an amount above zero."))

    def work() -> dict[str, int]:
        locked = lock_unfrozen(bill, now)
        if expected_version is not None and locked.version != expected_version:
            raise ChangedMeanwhileError
        tender = Tender.objects.filter(business_id=locked.business_id, bill_id=locked.pk, pk=tender_id).first()
        if tender is None:
            raise RefusedError(_("This payment does not exist."))
        return {"refund": begin_of_tender(locked, tender, amount, actor, now, reason=clean(reason)).pk}

    answer = once(actor=actor, action="refund", now=now, work=work)
    return finish_asking(refund_id=int(answer["refund"]), now=now)


def finish_asking(*, refund_id: int, now: datetime) -> RefundAnswer:
    """The call outside, after the intent was committed. Raises RefusedError when they refuse."""
    state = follow_refund.ask(refund_id=refund_id, now=now, tell_desk=False)
    if state == "failed":
        failure = Refund.objects.values_list("failure", flat=True).get(pk=refund_id)
        refused = _("The payment system refused the refund. Nothing was paid back.")
        raise RefusedError(_(failure) if failure else refused)
    return RefundAnswer(refund_id, state)


def lock_unfrozen(bill: Bill, now: datetime) -> Bill:
    """The bill under its lock; BusyError while another desk is changing it."""
    bill_key.lock_visit_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    locked = bills.lock_bill(business_id=bill.business_id, bill_id=bill.pk)
    if bills.is_frozen(locked, now=now):
        raise BusyError
    return locked


def begin_of_tender(
    bill: Bill,
    tender: Tender,
    amount: Money,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    origin: str = "desk",
    credit_wallet_id: int | None = None,
) -> Refund:
    """The intent for one tender of the locked bill; value goes back to its wallet, never into credit."""
    if amount.currency != bill.currency:
        raise RefusedError(_("This payment was in %(currency)s.") % {"currency": bill.currency})
    held = Money(held_minor(tender), bill.currency)
    if amount > held:
        raise RefusedError(_too_much(held))
    if tender.kind == "membership" and amount != held:
        raise RefusedError(_("A visit of a membership goes back as a whole: %(held)s.") % {"held": amount_words(held)})
    payment = _lock_payment(tender)
    nearest = sendable(tender, amount)
    if nearest != amount and credit_wallet_id is None:
        raise RefusedError(
            _("The payment system cannot send back %(amount)s, only %(nearest)s.")
            % {"amount": amount_words(amount), "nearest": amount_words(nearest)}
        )
    try:
        return begin_refund(
            bill=bill,
            tender=tender,
            payment=payment,
            amount=amount,
            origin=origin,
            actor=actor,
            now=now,
            reason=reason,
            credit_wallet_id=credit_wallet_id,
        )
    except returns.TooMuchError:
        raise ChangedMeanwhileError from None


def sendable(tender: Tender, amount: Money) -> Money:
    """Rounded down to what the tender's payment system can send back: dinars have a last digit that nobody can pay."""
    if tender.payment_id is None:
        return amount
    payment = Payment.objects.select_related("account").get(pk=tender.payment_id)
    try:
        return open_system(payment.account).payable_amount(amount)
    except MisconfiguredError:
        # Its keys cannot be read now; whoever asks them later is told so.
        return amount


def clean(text: str) -> str:
    return " ".join(text.split())[:200]


def _lock_payment(tender: Tender) -> Payment | None:
    if tender.payment_id is None:
        return None
    return payments.lock_payment(business_id=tender.business_id, payment_id=tender.payment_id)


def _too_much(held: Money) -> str:
    if not held.is_positive:
        return _("Nothing of this payment is left to refund.")
    return _("Only %(amount)s of this payment can still be refunded.") % {"amount": amount_words(held)}
