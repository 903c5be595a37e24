"""What could be wrong about refunds, disputes and what goes back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from unittest import mock

from django.db.models import F

from quittance.bills import actions as bills
from quittance.bills import law_13, returns
from quittance.bills.amounts import BillFacts
from quittance.bills.credits import add_credit
from quittance.bills.models import Tender
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows import _mirror, follow_refund, return_excess
from quittance.flows import refund as refunding
from quittance.flows._returning import begin_refund, change_refund
from quittance.flows._systems import open_system
from quittance.payments import queries, refund_actions
from quittance.payments.models import Payment, Refund
from tests.simulator.planted.bug import planted, without_constraint


@planted(
    "side effect before commit",
    "The refund is asked for first, and its row is committed when the answer is there.",
    # The door to the outside refuses such a call itself, which comes out as a crash.
    caught_by=("S15", "crash"),
    favours=("refund",),
)
def side_effect_before_commit() -> Iterator[None]:
    def begin_and_ask(*, payment: Payment | None, amount: Money, **given: Any) -> Refund:
        refund = begin_refund(payment=payment, amount=amount, **given)
        if payment is not None:
            references = queries.references_of(payment)
            open_system(payment.account).refund(references, amount, key=refund.key)
        return refund

    with mock.patch.object(refunding, "begin_refund", begin_and_ask):
        yield


@planted(
    "no late-payment refund",
    "Money that comes after the visit has ended stays where it is.",
    caught_by=("law 13",),
    favours=("cancel", "pay"),
)
def no_late_payment_refund() -> Iterator[None]:
    reckon = law_13.returns_itself

    def never_late(*, bill: Any, **given: Any) -> law_13.TooMuch:
        return law_13.TooMuch() if bill.ended_at is not None else reckon(bill=bill, **given)

    with mock.patch.object(bills, "returns_itself", never_late):
        yield


@planted(
    "refund without cap",
    "A refund may be as large as the tender was, whatever went back before.",
    caught_by=("S6", "S1", "L1", "crash"),
    favours=("refund",),
)
def refund_without_cap() -> Iterator[None]:
    def whole(tender: Tender) -> int:
        return 0 if tender.voided_at else tender.amount_minor

    def take(tender: Tender, column: str, minor: int) -> None:
        Tender.objects.filter(pk=tender.pk).update(**{column: F(column) + minor})
        tender.refresh_from_db()

    with ExitStack() as stack:
        stack.enter_context(without_constraint(Tender, "tender_returned_once"))
        stack.enter_context(mock.patch.object(returns, "held_minor", whole))
        stack.enter_context(mock.patch.object(refunding, "held_minor", whole))
        stack.enter_context(mock.patch.object(returns, "_take_from", take))
        stack.enter_context(mock.patch.object(follow_refund, "_is_overtaken", return_value=False))
        yield


@planted(
    "refund notice unpays the visit",
    "When the payment system reports a refund, the payment it came from has failed.",
    caught_by=("S7", "crash"),
    favours=("refund", "dashboard_refund"),
)
def refund_notice_unpays() -> Iterator[None]:
    def change_both(*, refund: Refund, state: Any, **given: Any) -> bool:
        changed = change_refund(refund=refund, state=state, **given)
        if changed and state == "succeeded":
            Payment.objects.filter(refunds=refund).update(state="failed")
        return changed

    with mock.patch.object(_mirror, "change_refund", change_both):
        yield


@planted(
    "echo of our own refund recorded twice",
    "A refund that is reported is ours only if its id is known; the answer to our own call may still be on its way.",
    caught_by=("S2", "L1", "crash"),
    profiles=("api", "storm", "crowd", "kills"),
    favours=("refund",),
)
def echo_recorded_twice() -> Iterator[None]:
    def by_id(payment: Payment, seen: Any) -> Refund | None:
        return Refund.objects.filter(payment=payment, reference=seen.reference).first()

    with mock.patch.object(_mirror, "_ours", by_id):
        yield


@planted(
    "refund without credit line",
    "A refund moves the money; that the price falls with it was left for later.",
    caught_by=("S1",),
    favours=("refund",),
)
def refund_without_credit_line() -> Iterator[None]:
    def not_for_refunds(*, reason: str, **given: Any) -> None:
        if reason != "refund":
            add_credit(reason=reason, **given)

    with mock.patch.object(returns, "add_credit", not_for_refunds):
        yield


@planted(
    "failed refund keeps its credit line",
    "When a refund fails the money is ours again, and the price stays lowered.",
    caught_by=("S1",),
    favours=("refund", "refund_ends"),
)
def failed_refund_keeps_credit() -> Iterator[None]:
    with mock.patch.object(returns, "remove_credit", return_value=None):
        yield


@planted(
    "own refund from memory",
    "What goes back by itself is reckoned before the payment system is asked, and not once more under the lock.",
    caught_by=("law 13", "crash", "S6"),
    profiles=("crowd",),
    favours=("cancel", "pay", "refund", "decide"),
)
def own_refund_from_memory() -> Iterator[None]:
    look = return_excess._look_first
    held: list[Any] = []

    def look_and_reckon(bill: Any, now: datetime) -> None:
        held[:] = [law_13.own_return(bill)]
        look(bill, now)

    def begin(bill: Any, _case_id: int, now: datetime) -> list[int]:
        bill_key.lock_visit_of_bill(business_id=bill.business_id, bill_id=bill.pk)
        locked = bills.lock_bill(business_id=bill.business_id, bill_id=bill.pk)
        actor = Actor.system(bill.business_id)
        return [
            refunding.begin_of_tender(locked, tender, Money(part, bill.currency), actor, now, origin="itself").pk
            for tender, part in (held[0].parts if held[0] else ())
            if tender.returns_itself_at <= now
        ]

    with (
        mock.patch.object(return_excess, "_look_first", look_and_reckon),
        mock.patch.object(return_excess, "_begin", begin),
    ):
        yield


@planted(
    "dispute re-opens the due",
    "Due is the total less what is settled; what a bank holds is asked for again.",
    caught_by=("S5",),
    favours=("dispute", "link", "press_pay"),
)
def dispute_reopens_due() -> Iterator[None]:
    def due(self: BillFacts) -> Money:
        left = self.total - self.settled
        return left if left.is_positive and not self.ended else Money.zero(self.total.currency)

    with mock.patch.object(BillFacts, "due", property(due)):
        yield


@planted(
    "dispute counted with every report",
    "Each report of a dispute moves its money, also one that says what was known.",
    caught_by=("S1", "S6", "crash"),
    favours=("dispute", "dispute_ends"),
)
def dispute_counted_again() -> Iterator[None]:
    mark = refund_actions.mark_dispute

    def always_new(**given: Any) -> bool:
        mark(**given)
        return True

    with mock.patch.object(refund_actions, "mark_dispute", always_new):
        yield
