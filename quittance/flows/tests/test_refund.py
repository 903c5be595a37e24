"""Refusing to refund; the roads on which money goes back are in tests/money/test_refunds.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.bills import actions as bills
from quittance.bills.models import Tender
from quittance.bills.returns import TooMuchError
from quittance.core.actor import Actor
from quittance.core.money import Money
from quittance.flows import refund as refund_flow
from quittance.flows._returning import begin_refund
from quittance.flows.errors import BusyError, ChangedMeanwhileError, GoneError, RefusedError
from quittance.payment_systems.port import MisconfiguredError, RateLimitedError, UnavailableError
from quittance.payments.models import Refund
from quittance.rows.locking import in_one_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(salon):
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit


def give_back(salon, visit, minor, **more):
    asked = {"actor": salon.actor, "tender_id": Tender.objects.latest("pk").pk, "amount": salon.eur(minor), **more}
    asked = {"expected_version": None, "now": salon.now, **asked}
    return refund_flow.refund(visit_id=visit.pk, **asked)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"tender_id": 10**9}, "does not exist"),
        ({"amount": Money(100, "USD")}, "was in EUR"),
        ({"amount": Money(-1, "EUR")}, "above zero"),
    ],
)
def test_a_refund_that_cannot_be_is_refused_in_a_sentence(salon, paid, changed, sentence):
    with pytest.raises(RefusedError, match=sentence):
        give_back(salon, paid, 100, **changed)
    assert (Refund.objects.count(), salon.bank.count("refund"), salon.settled(paid)) == (0, 0, 10_000)


def test_a_tender_of_another_visit_is_not_refunded_here(salon, paid):
    other = salon.visit()
    with pytest.raises(RefusedError, match="does not exist"):
        give_back(salon, other, 100, tender_id=Tender.objects.get().pk)
    with pytest.raises(GoneError):
        give_back(salon, paid, 100, actor=replace(salon.actor, business_id=salon.business.pk + 1))
    assert Refund.objects.count() == 0


def test_a_visit_that_another_desk_changes_is_left_alone_for_a_minute(salon, paid):
    bills.freeze(bill=salon.bill(paid), by="f" * 32, now=salon.now)
    with pytest.raises(BusyError):
        give_back(salon, paid, 100)
    assert Refund.objects.count() == 0
    salon.wait(seconds=60)
    assert give_back(salon, paid, 100).state == "succeeded"


@pytest.mark.parametrize(
    ("error", "unknown"),
    [(RateLimitedError(5), True), (UnavailableError("cut", sent=True), True), (UnavailableError("no", sent=False), False)],
)  # fmt: skip
def test_without_an_answer_it_is_requested_and_the_worker_looks(salon, paid, error, unknown):
    salon.bank.refuse_next(error, "refund")
    assert give_back(salon, paid, 4_000).state == "requested"
    row = Refund.objects.get()
    assert (row.unknown_since, row.state) == (salon.now if unknown else None, "requested")
    assert (row.next_attempt_at - salon.now).total_seconds() == 30
    bill = salon.bill(paid)
    assert (bill.settled_minor, bill.refunding_minor) == (6_000, 4_000)


def test_keys_that_are_refused_undo_it(salon, paid):
    salon.bank.refuse_next(MisconfiguredError(""), "refund")
    with pytest.raises(RefusedError, match="Nothing was paid back"):
        give_back(salon, paid, 4_000)
    assert (Refund.objects.get().state, salon.settled(paid)) == ("failed", 10_000)


def test_money_that_went_elsewhere_meanwhile_is_not_asked_back_twice(salon, paid, monkeypatch):
    """A refund made at the payment system lands between the look at the tender and the writing of the intent."""
    monkeypatch.setattr(refund_flow, "held_minor", lambda _tender: 10_000)
    give_back(salon, paid, 7_000)
    with pytest.raises(ChangedMeanwhileError):
        give_back(salon, paid, 4_000)
    assert (Refund.objects.count(), salon.settled(paid)) == (1, 3_000)


def test_we_never_write_an_intent_beyond_what_the_tender_holds(salon, paid):
    tender, payment = Tender.objects.get(), salon.payment(paid)

    def begin():
        bill = bills.lock_bill(business_id=salon.business.pk, bill_id=paid.bill_id)
        begin_refund(bill=bill, tender=tender, payment=payment, amount=salon.eur(10_001), origin="desk",
                     actor=Actor.system(salon.business.pk), now=salon.now)  # fmt: skip

    with pytest.raises(TooMuchError):
        in_one_transaction(begin)
    assert (Refund.objects.count(), salon.settled(paid)) == (0, 10_000)
