"""What could be wrong about opening, ending and asking about payment pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from unittest import mock

from quittance.bills import actions as bills
from quittance.bills.models import Tender
from quittance.core.ids import new_key
from quittance.flows import ask_about_payments, settle_payment, take_payment
from quittance.flows._ask_times import next_ask_at
from quittance.payment_systems.port import PaymentState
from quittance.payment_systems.stripe import translate
from quittance.payment_systems.stripe.adapter import StripeAccount
from quittance.payment_systems.stripe.client import asked
from quittance.payment_systems.stripe.currencies import from_stripe
from quittance.payment_systems.stripe.page import page_params
from quittance.payments import actions as payments
from quittance.payments.models import Payment
from quittance.rows.locking import in_one_transaction
from tests.simulator.planted.bug import planted, without_unique


@planted(
    "drop tender UNIQUE",
    "Each success that is reported makes a tender; the unique column and the check before it were in the way.",
    caught_by=("S2", "S3"),
)
def drop_tender_unique() -> Iterator[None]:
    mark = payments.mark_paid

    def mark_again(**given: Any) -> bool:
        mark(**given)
        return True

    with without_unique(Tender, "payment_id"), mock.patch.object(payments, "mark_paid", mark_again):
        yield


@planted(
    "settle outside transaction",
    "The answer is applied statement by statement, since the transaction cost time.",
    caught_by=("S1", "S2", "S3", "S4", "L1"),
    profiles=("kills",),
)
def settle_outside_transaction() -> Iterator[None]:
    with mock.patch.object(settle_payment, "in_one_transaction", lambda work: work()):
        yield


@planted(
    "completed is paid",
    "A completed session is a paid one; nobody looks at payment_status.",
    caught_by=("S2",),
    profiles=("calm", "post"),
)
def completed_is_paid() -> Iterator[None]:
    def asked_for(session: Any, _intent: Any, _charge: Any) -> Any:
        return from_stripe(int(session["amount_total"] or 0), str(session["currency"]))

    table = (("complete", "*", "*", PaymentState.PAID), *translate.STATUS_TABLE)
    with (
        mock.patch.object(translate, "STATUS_TABLE", table),
        mock.patch.object(translate, "_captured", asked_for),
    ):
        yield


@planted(
    "ignore async failed",
    "Only successes of slow methods are heard; a debit that bounced stays on its way.",
    caught_by=("L3",),
    profiles=("calm", "post"),
)
def ignore_async_failed() -> Iterator[None]:
    table = (("complete", "unpaid", "*", PaymentState.PROCESSING), *translate.STATUS_TABLE)
    with mock.patch.object(translate, "STATUS_TABLE", table):
        yield


@planted(
    "new page without ending the old",
    "When the price has changed a new page is opened, and the old one is only marked as ended here.",
    caught_by=("S5",),
    favours=("press_pay",),
)
def new_page_without_ending() -> Iterator[None]:
    def forget(payment_id: int, now: datetime) -> None:
        def write() -> None:
            payments.mark_final(payment=Payment.objects.get(pk=payment_id), state="ended", now=now)

        in_one_transaction(write)

    with mock.patch.object(take_payment, "_after_ending", forget):
        yield


@planted(
    "same key after price change",
    "The key of the request that opens a page is made from the link, so that a link never opens two.",
    caught_by=("F1",),
)
def same_key_after_price_change() -> Iterator[None]:
    with mock.patch.object(StripeAccount, "start_checkout", _start_with(lambda new: new.return_url[-60:])):
        yield


@planted(
    "new key on retry",
    "Each call makes itself a fresh key.",
    caught_by=("F1",),
    profiles=("api", "storm", "kills"),
)
def new_key_on_retry() -> Iterator[None]:
    with mock.patch.object(StripeAccount, "start_checkout", _start_with(lambda _new: new_key())):
        yield


def _start_with(key_of: Any) -> Any:
    def start_checkout(self: StripeAccount, new: Any) -> Any:
        params: Any = page_params(new)
        key = key_of(new)
        with self._api() as api:
            session = asked(lambda: api.checkout.sessions.create(params, {"idempotency_key": key}))
            return translate.checkout_of(session)

    return start_checkout


@planted(
    "poller stops at expiry",
    "Once its page has run out a payment is not asked about any more.",
    caught_by=("L1", "L3"),
)
def poller_stops_at_expiry() -> Iterator[None]:
    def until_expiry(*, expires_at: datetime, now: datetime, **given: Any) -> datetime | None:
        return None if now >= expires_at else next_ask_at(expires_at=expires_at, now=now, **given)

    with mock.patch.object(ask_about_payments, "next_ask_at", until_expiry):
        yield


@planted(
    "superseded and forgotten",
    "A page that another one has replaced concerns nobody, so nobody asks about it.",
    caught_by=("L1", "L3"),
    favours=("press_pay",),
)
def superseded_and_forgotten() -> Iterator[None]:
    def supersede(*, payment: Payment, now: datetime) -> None:
        Payment.objects.filter(pk=payment.pk).update(superseded_at=now, next_attempt_at=None)
        payment.refresh_from_db()

    with mock.patch.object(payments, "supersede", supersede):
        yield


@planted(
    "pay while frozen",
    "Pressing Pay does not look whether the desk is changing the visit at this moment.",
    caught_by=("S5",),
    profiles=("crowd",),
    favours=("press_pay", "change_line"),
)
def pay_while_frozen() -> Iterator[None]:
    with mock.patch.object(take_payment, "bills", _Unfrozen()):
        yield


class _Unfrozen:
    def is_frozen(self, *_: Any, **__: Any) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(bills, name)
