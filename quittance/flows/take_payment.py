"""The client presses `Pay`: open one page at the payment system, or hand out the one that is open.

    1  lock the bill; refuse while it is being changed; write the payment with the exact request   (database)
    2  ask the payment system to open the page                                                     (outside)
    3  write its ids and address; only now may anybody see the address                             (database)

A lost answer leaves the payment in `creating`: the next press repeats the stored request with its key, so
the payment system gives the same page again. A page whose address was never shown cannot be paid by
anyone; when its answer stays lost, or nobody asked for so long that the page is half over, it is superseded
and the client gets another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.bills.models import Bill
from quittance.calendar import bill_key
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows._asking_for import new_payment
from quittance.flows._beside import hold_beside, shares_for, supersede, take_at_once, wallets_beside
from quittance.flows._landing import close_finished_link
from quittance.flows._systems import open_system
from quittance.flows._value import lock_value, sync_value
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
from quittance.wallets.worth import Share

StartOutcome = Literal[
    "redirect",  # send the client to `address`
    "closed",  # the link takes no money any more
    "nothing_due",
    "paid",  # gift card, points and the like covered it all: nobody outside was asked
    "changed",  # the value chosen pays another amount by now than the page said
    "too_small",  # below the payment system's minimum: `amount` is what is due
    "busy",  # the desk is changing the visit at this moment
    "unclear",  # the answer is missing: press again, the same page will be asked for
    "unavailable",  # the payment system does not answer; nothing was opened
    "not_ready",  # the business's account is not set up
    "refused",  # the payment system refused the request
    "confirming",  # a payment was made just now and is being confirmed
    "too_many",  # so many pages were opened for this visit: wait
]

GIVE_UP_REPEATING_SECONDS = 30
# New pages of one bill in ten minutes; showing the one that is open again is none. Counted where the bill is locked.
MOST_PAGES = 20
PAGES_MINUTES = 10
_ROUNDS = 3
_WAITS = 8
_WAIT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class StartResult:
    outcome: StartOutcome
    address: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The wallets that a client wants to pay with, and what remained to be paid on the page that they saw."""

    wallet_ids: tuple[int, ...]
    rest_minor: int


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
    value: Chosen | None = None,
    language: str = "",
    now: datetime,
    wait: Callable[[float], None] = time.sleep,
) -> StartResult:
    """Bring the client to the payment system's page; never opens two payable pages for one bill.

    `value` pays first, and is set aside until the rest has come. `language` is what the client chose on the page, if
    anything; the link keeps it, so that they come back to it whatever page they were shown.
    """
    link = queries.link_by_token(token)
    if link is None:
        return StartResult("closed")
    account = _account(link)
    if account is None:
        return StartResult("not_ready")
    if language:
        in_one_transaction(lambda: payments.set_link_language(link_id=link.pk, language=language))
    actor = Actor.client(link.business_id, ip=ip)
    for _ in range(_ROUNDS):
        try:
            system = open_system(account)
        except PaymentSystemError:
            return StartResult("not_ready")
        plan = in_one_transaction(lambda: _plan(link, account, system, value, actor, now))  # noqa: B023 - run at once
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


def _plan(
    link: PaymentLink,
    account: PaymentAccount,
    system: PaymentSystem,
    value: Chosen | None,
    actor: Actor,
    now: datetime,
) -> _Plan:
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
    if live is not None:
        chosen = frozenset(value.wallet_ids) if value is not None else frozenset()
        is_right = (
            live.amount == system.payable_amount(ask - live.value)
            and live.bill_version == bill.version
            and wallets_beside(live) == chosen
        )
        return _continue(live, is_right, now)
    since = now - timedelta(minutes=PAGES_MINUTES)
    if sum(payment.started_at > since for payment in of_bill) >= MOST_PAGES:
        return _Plan("answer", StartResult("too_many"))
    shares: tuple[Share, ...] = ()
    if value is not None:
        lock_value(bill, also=value.wallet_ids)
        least = system.minimum(bill.currency)
        shares = shares_for(bill=bill, wallet_ids=value.wallet_ids, ask=ask, least_rest=least, now=now)
    rest = ask - sum((share.pays for share in shares), Money.zero(bill.currency))
    if value is not None and rest.minor != value.rest_minor:
        return _Plan("answer", StartResult("changed", amount=rest))
    if not rest.is_positive:
        return _take_value(bill, link, shares, actor, now)
    return _start(bill, link, account, system, shares, rest, actor, now)


def _take_value(bill: Bill, link: PaymentLink, shares: Sequence[Share], actor: Actor, now: datetime) -> _Plan:
    payments.mark_link_accessed(link_id=link.pk, now=now)
    take_at_once(bill=bill, link=link, shares=shares, actor=actor, now=now)
    sync_value(bill=bill, actor=actor, now=now, strict=False)
    close_finished_link(bill=bill, now=now)
    visit_id = bill_key.visit_id_of_bill(business_id=bill.business_id, bill_id=bill.pk)
    outbox.record(
        business_id=bill.business_id,
        location_id=bill.location_id,
        name="link.paid_with_value",
        subject={"bill": bill.pk, "link": link.pk} | ({"visit": visit_id} if visit_id else {}),
        now=now,
        visible_at_desk=True,
    )
    return _Plan("answer", StartResult("paid"))


def _start(
    bill: Bill,
    link: PaymentLink,
    account: PaymentAccount,
    system: PaymentSystem,
    shares: Sequence[Share],
    rest: Money,
    actor: Actor,
    now: datetime,
) -> _Plan:
    amount = system.payable_amount(rest)
    if amount < system.minimum(amount.currency) or amount > system.maximum(amount.currency):
        return _Plan("answer", StartResult("too_small", amount=rest))
    payments.mark_link_accessed(link_id=link.pk, now=now)
    new = new_payment(bill=bill, link=link, account=account, amount=amount, now=now)
    payment = payments.create_payment(bill=bill, link=link, account=account, new=new, now=now)
    hold_beside(payment=payment, shares=shares, now=now)
    _note_start(bill, link, payment, actor, now)
    return _Plan("open", payment_id=payment.pk)


def _continue(live: Payment, is_right: bool, now: datetime) -> _Plan:  # noqa: FBT001 - read a line above the call
    """There is a payment in the bill's one place: show it, repeat it, or end it first."""
    if live.state == "creating":
        too_old = live.started_at + timedelta(minutes=payments.REPEAT_MINUTES) <= now
        if not is_right or too_old or _repeated(live, now):
            supersede(payment=live, now=now)
            return _Plan("end_first", payment_id=live.pk)
        return _Plan("open", payment_id=live.pk)
    if live.unknown_since is not None:
        # It was told to end, and the answer is missing: nobody is sent to a page that may be gone.
        return _Plan("ask_first", payment_id=live.pk)
    time_left = live.expires_at - now
    if is_right and time_left >= timedelta(minutes=payments.RENEW_UNDER_MINUTES):
        payments.renew_lock(payment=live, now=now)
        return _Plan("answer", StartResult("redirect", address=live.address, amount=live.amount))
    return _Plan("end_first", payment_id=live.pk)


def _repeated(live: Payment, now: datetime) -> bool:
    """Whether the stored request was repeated without an answer for long enough."""
    since = live.unknown_since
    return since is not None and since + timedelta(seconds=GIVE_UP_REPEATING_SECONDS) <= now


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
