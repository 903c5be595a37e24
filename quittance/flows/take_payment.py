"""The client presses `Pay`: open one page at the payment system, or hand out the one that is open.

    1  lock the bill; refuse while it is being changed; write the payment with the exact request   (database)
    2  ask the payment system to open the page                                                     (outside)
    3  write its ids and address; only now may anybody see the address                             (database)

A lost answer leaves the payment in `creating`: the next press repeats the stored request with its key, so
the payment system gives the same page again. A page whose address was never shown cannot be paid by
anyone; when its answer stays lost it is superseded and the client gets another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills.models import Bill
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows._asking_for import new_payment
from quittance.flows._systems import open_system
from quittance.flows.end_page import end_page
from quittance.flows.open_page import OpenOutcome, open_page
from quittance.flows.settle_payment import settle
from quittance.outbox import actions as outbox
from quittance.payment_systems.port import PaymentSystem, PaymentSystemError
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment, PaymentAccount, PaymentLink
from quittance.payments.status import is_live, is_payable_payment
from quittance.rows.locking import in_one_transaction

StartOutcome = Literal[
    "redirect",  # send the client to `address`
    "closed",  # the link takes no money any more
    "nothing_due",
    "too_small",  # below the payment system's minimum: `amount` is what is due
    "busy",  # the desk is changing the visit at this moment
    "unclear",  # the answer is missing: press again, the same page will be asked for
    "unavailable",  # the payment system does not answer; nothing was opened
    "not_ready",  # the business's account is not set up
    "refused",  # the payment system refused the request
    "confirming",  # a payment was made just now and is being confirmed
]

GIVE_UP_REPEATING_SECONDS = 30
_ROUNDS = 3
_WAITS = 8
_WAIT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class StartResult:
    outcome: StartOutcome
    address: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the first transaction decided."""

    step: Literal["answer", "open", "end_first", "ask_first"]
    answer: StartResult | None = None
    payment_id: int = 0


def start(
    *,
    token: str,
    ip: str = "",
    now: datetime,
    wait: Callable[[float], None] = time.sleep,
) -> StartResult:
    """Bring the client to the payment system's page; never opens two payable pages for one bill."""
    link = queries.link_by_token(token)
    if link is None:
        return StartResult("closed")
    account = _account(link)
    if account is None:
        return StartResult("not_ready")
    actor = Actor.client(link.business_id, ip=ip)
    for _ in range(_ROUNDS):
        try:
            system = open_system(account)
        except PaymentSystemError:
            return StartResult("not_ready")
        plan = in_one_transaction(lambda: _plan(link, account, system, actor, now))  # noqa: B023 - run at once
        if plan.answer is not None:
            return plan.answer
        if plan.step == "end_first":
            answer = _after_ending(plan.payment_id, now)
        elif plan.step == "ask_first":
            answer = _after_asking(plan.payment_id, now)
        else:
            answer = _after_opening(plan.payment_id, now, wait)
        if answer is not None:
            return answer
    return StartResult("unclear")


def _account(link: PaymentLink) -> PaymentAccount | None:
    setting = queries.method_setting(business_id=link.business_id)
    return setting.account if setting is not None else None


def _plan(link: PaymentLink, account: PaymentAccount, system: PaymentSystem, actor: Actor, now: datetime) -> _Plan:
    bill = bills.lock_bill(business_id=link.business_id, bill_id=link.bill_id)
    link.refresh_from_db()
    if not is_live(link, now=now) or bill.ended_at is not None:
        return _Plan("answer", StartResult("closed"))
    if bills.is_frozen(bill, now=now):
        return _Plan("answer", StartResult("busy"))
    of_bill = queries.payments_of(bill)
    state = queries.state_of(bill, now=now, payments=of_bill, link_sent=link.sent_at is not None)
    ask = queries.ask_of(link=link, state=state, payments=of_bill)
    live = next((payment for payment in of_bill if is_payable_payment(payment)), None)
    if not ask.is_positive:
        return _Plan("answer", StartResult("nothing_due"))
    amount = system.payable_amount(ask)
    if live is not None:
        return _continue(bill, live, amount, now)
    if amount < system.minimum(amount.currency) or amount > system.maximum(amount.currency):
        return _Plan("answer", StartResult("too_small", amount=ask))
    payments.mark_link_accessed(link_id=link.pk, now=now)
    new = new_payment(bill=bill, link=link, account=account, amount=amount, now=now)
    payment = payments.create_payment(bill=bill, link=link, account=account, new=new, now=now)
    _note_start(bill, link, payment, actor, now)
    return _Plan("open", payment_id=payment.pk)


def _continue(bill: Bill, live: Payment, amount: Money, now: datetime) -> _Plan:
    """There is a payment in the bill's one place: show it, repeat it, or end it first."""
    is_right = live.amount == amount and live.bill_version == bill.version
    if live.state == "creating":
        too_old = live.started_at + timedelta(seconds=GIVE_UP_REPEATING_SECONDS) <= now
        if not is_right or (too_old and live.unknown_since is not None and _repeated(live, now)):
            payments.supersede(payment=live, now=now)
            return _Plan("end_first", payment_id=live.pk)
        return _Plan("open", payment_id=live.pk)
    if live.unknown_since is not None:
        # It was told to end, and the answer is missing: nobody is sent to a page that may be gone.
        return _Plan("ask_first", payment_id=live.pk)
    time_left = live.expires_at - now
    if is_right and time_left >= timedelta(minutes=payments.RENEW_UNDER_MINUTES):
        payments.renew_lock(payment=live, now=now)
        return _Plan("answer", StartResult("redirect", address=live.address, amount=amount))
    return _Plan("end_first", payment_id=live.pk)


def _repeated(live: Payment, now: datetime) -> bool:
    """Whether the stored request was repeated without an answer for long enough."""
    since = live.unknown_since or now
    return since + timedelta(seconds=GIVE_UP_REPEATING_SECONDS) <= now


def _after_opening(payment_id: int, now: datetime, wait: Callable[[float], None]) -> StartResult | None:
    """None: plan again, since the payment lost its place while the page was being opened."""
    result = open_page(payment_id=payment_id, now=now)
    for _ in range(_WAITS):
        if result is not OpenOutcome.UNCLEAR:
            break
        # Another tab may hold the answer: the same key was on its way when ours arrived.
        wait(_WAIT_SECONDS)
        payment = Payment.objects.get(pk=payment_id)
        if payment.state != "creating":
            result = OpenOutcome.OPEN if payment.state == "open" else OpenOutcome.LOST_PLACE
    if result is OpenOutcome.OPEN:
        payment = Payment.objects.get(pk=payment_id)
        return StartResult("redirect", address=payment.address, amount=payment.amount)
    if result is OpenOutcome.LOST_PLACE:
        return None
    answers: dict[OpenOutcome, StartOutcome] = {
        OpenOutcome.UNCLEAR: "unclear",
        OpenOutcome.UNAVAILABLE: "unavailable",
        OpenOutcome.MISCONFIGURED: "not_ready",
        OpenOutcome.REFUSED: "refused",
    }
    return StartResult(answers[result])


def _after_ending(payment_id: int, now: datetime) -> StartResult | None:
    """None: the old page is gone, plan again."""
    ended = end_page(payment_id=payment_id, now=now)
    if ended.outcome == "ended":
        return None
    if ended.outcome in ("paid", "processing"):
        return StartResult("confirming")
    return StartResult("unavailable")


def _after_asking(payment_id: int, now: datetime) -> StartResult | None:
    """None: what became of the page is known, plan again."""
    try:
        state = settle(payment_id=payment_id, now=now).state
    except PaymentSystemError:
        return StartResult("unavailable")
    return StartResult("confirming") if state in ("paid", "processing") else None


def _note_start(bill: Bill, link: PaymentLink, payment: Payment, actor: Actor, now: datetime) -> None:
    outbox.record(
        business_id=bill.business_id,
        location_id=bill.location_id,
        name="payment.started",
        subject={"bill": bill.pk, "payment": payment.pk, "link": link.pk},
        now=now,
    )
    audit.record(
        actor=actor,
        location_id=bill.location_id,
        action="payment.started",
        subject=("payment", payment.pk),
        now=now,
        detail={"bill": bill.pk, "amount_minor": payment.amount_minor, "currency": payment.currency},
    )
