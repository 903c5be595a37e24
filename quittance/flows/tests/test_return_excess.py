"""Law 13: what goes back by itself, when its time has come and nobody wants otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills import cases, law_13
from quittance.bills.models import MoneyCase, Tender
from quittance.due.actions import claim
from quittance.flows import cancel_visit, decide_case, return_excess
from quittance.flows.change_due import Decision
from quittance.flows.settle_payment import settle
from quittance.payment_systems.port import DeclinedError
from quittance.payments.models import Payment, Refund
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(salon):
    """Money that landed after the visit was cancelled."""
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.down = True
    anyway = Decision(stop_payment=True, take_anyway=True)
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, decision=anyway, now=salon.now)
    salon.bank.down = False
    salon.bank.pay(page)
    salon.settle(visit)
    return visit, page


def twice_paid(salon, *, hours=24, minor=10_000):
    """The client paid on both of two pages."""
    salon.location.doubled_refund_hours = hours
    salon.location.save()
    visit = salon.visit(minor=minor)
    token = salon.link(visit)
    first = salon.press_pay(token).address
    Payment.objects.update(superseded_at=salon.now)
    second = salon.press_pay(token).address
    for page in (first, second):
        salon.bank.pay(page)
    for payment in Payment.objects.order_by("pk"):
        settle(payment_id=payment.pk, now=salon.now)
    return visit


def work(salon):
    """What the worker does with cases that are due; how many were."""
    rows = claim(MoneyCase, limit=20, lease_seconds=60, now=salon.now)
    for row in rows:
        return_excess.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)
    return len(rows)


def only_case():
    return MoneyCase.objects.get()


def test_late_money_goes_back_at_once_and_the_case_closes(salon, late):
    visit, page = late
    assert (only_case().kind, only_case().next_attempt_at) == ("cancelled_paid", salon.now)
    assert work(salon) == 1
    row = Refund.objects.get()
    assert (row.origin, row.state, row.amount_minor, row.requested_by_id) == ("itself", "succeeded", 10_000, None)
    assert [seen.amount.minor for seen in salon.bank.book(page).refunds.values()] == [10_000]
    assert (only_case().resolution, only_case().next_attempt_at) == ("no longer too much", None)
    assert salon.status(visit) is VisitStatus.REFUNDED


def test_a_location_that_does_not_want_it_leaves_late_money_to_a_person(salon):
    salon.location.late_refund_by_itself = False
    salon.location.save()
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.down = True
    anyway = Decision(stop_payment=True, take_anyway=True)
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, decision=anyway, now=salon.now)
    salon.bank.down = False
    salon.bank.pay(page)
    salon.settle(visit)
    assert only_case().next_attempt_at is None
    salon.wait(days=3)
    assert (work(salon), Refund.objects.count()) == (0, 0)


@pytest.mark.parametrize(("hours", "waits"), [(24, True), (0, True), (None, False)])
def test_what_was_paid_twice_waits_as_long_as_the_location_says(salon, hours, waits):
    twice_paid(salon, hours=hours)
    due_at = salon.now + timedelta(hours=hours) if waits else None
    assert only_case().next_attempt_at == due_at
    if hours:
        salon.wait(hours=hours)
        salon.now -= timedelta(seconds=1)
        assert (work(salon), Refund.objects.count()) == (0, 0)
        salon.wait(seconds=1)
    assert work(salon) == (1 if waits else 0)
    assert Refund.objects.count() == (1 if waits else 0)


def test_a_refund_made_at_the_bank_meanwhile_is_seen_first_and_not_made_twice(salon, late):
    _visit, page = late
    salon.bank.dashboard_refund(page, salon.eur(10_000))
    work(salon)
    assert [row.origin for row in Refund.objects.all()] == ["outside"]
    assert (salon.bank.count("refund"), only_case().resolved_at) == (0, salon.now)


def test_a_silent_bank_is_asked_again_later_and_nothing_goes_back_unseen(salon, late):
    salon.bank.down = True
    work(salon)
    case = only_case()
    assert timedelta(seconds=20) <= case.next_attempt_at - salon.now <= timedelta(seconds=25)
    assert (case.resolved_at, Refund.objects.count()) == (None, 0)
    salon.bank.down = False
    salon.wait(seconds=25)
    work(salon)
    assert Refund.objects.get().state == "succeeded"


def test_who_holds_it_at_the_last_moment_is_heard(salon, late):
    def held(operation):
        if operation == "fetch_payment":
            decide_case.decide(actor=salon.actor, case_id=only_case().pk, decision="hold", now=salon.now)

    salon.bank.on_answer = held
    work(salon)
    salon.bank.on_answer = None
    assert (Refund.objects.count(), only_case().next_attempt_at, only_case().held_at) == (0, None, salon.now)


@pytest.mark.parametrize("how", ["held", "resolved"])
def test_a_case_that_was_decided_comes_to_rest_without_a_question(salon, late, how):
    claimed = claim(MoneyCase, limit=1, lease_seconds=60, now=salon.now)[0]
    case = only_case()
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="hold" if how == "held" else "keep", now=salon.now)
    asked = len(salon.bank.requests)
    return_excess.work(row_id=claimed.id, lease_token=claimed.lease_token, now=salon.now)
    case.refresh_from_db()
    assert (case.next_attempt_at, case.lease_token, len(salon.bank.requests)) == (None, "", asked)
    assert Refund.objects.count() == 0


def test_a_lost_lease_does_nothing(salon, late):
    asked = len(salon.bank.requests)
    return_excess.work(row_id=only_case().pk, lease_token="0" * 32, now=salon.now)
    assert (Refund.objects.count(), len(salon.bank.requests)) == (0, asked)


def test_a_refusal_is_a_case_and_it_does_not_try_for_ever(salon, late):
    visit, _page = late
    salon.bank.refuse_next(DeclinedError("The card was closed."), "refund")
    work(salon)
    kinds = set(MoneyCase.objects.filter(resolved_at=None).values_list("kind", flat=True))
    assert kinds == {"refund_failed", "cancelled_paid"}
    assert MoneyCase.objects.get(kind="cancelled_paid", resolved_at=None).next_attempt_at is None
    assert (Tender.objects.get().returns_itself_minor, salon.settled(visit)) == (0, 10_000)


def test_what_two_payments_made_too_much_at_different_times_goes_back_one_by_one(salon):
    """Three pages paid; the third an hour after the second."""
    visit = salon.visit()
    token = salon.link(visit)
    pages = []
    for _ in range(3):
        pages.append(salon.press_pay(token).address)
        Payment.objects.update(superseded_at=salon.now)
    for page in pages:
        salon.bank.pay(page)
    first, second, third = Payment.objects.order_by("pk")
    settle(payment_id=first.pk, now=salon.now)
    settle(payment_id=second.pk, now=salon.now)
    begun = salon.now
    salon.wait(hours=1)
    settle(payment_id=third.pk, now=salon.now)
    case = only_case()
    assert (case.amount_minor, case.detail["by_itself_minor"], case.next_attempt_at) == (20_000, 20_000, begun + timedelta(hours=24))  # fmt: skip
    salon.now = begun + timedelta(hours=24)
    work(salon)
    assert [row.payment_id for row in Refund.objects.all()] == [second.pk]
    assert (only_case().amount_minor, only_case().next_attempt_at) == (10_000, begun + timedelta(hours=25))
    salon.now = begun + timedelta(hours=25)
    work(salon)
    assert [row.payment_id for row in Refund.objects.order_by("pk")] == [second.pk, third.pk]
    assert salon.status(visit) is VisitStatus.PAID


class TestWhatGoesBackByItself:
    """The arithmetic of it, without a worker."""

    def asked(self, salon, visit, *, kind, minor):
        bill = salon.bill(visit)
        return law_13.returns_itself(bill=bill, kind=kind, amount_minor=minor, now=salon.now)

    def test_only_online_money_beyond_the_price_and_only_beside_online_money(self, salon):
        visit = salon.visit()
        assert self.asked(salon, visit, kind="online", minor=10_000) == law_13.TooMuch()
        assert self.asked(salon, visit, kind="online", minor=12_000) == law_13.TooMuch()
        salon.cash(visit, 10_000)
        assert self.asked(salon, visit, kind="online", minor=10_000) == law_13.TooMuch()
        assert self.asked(salon, visit, kind="cash", minor=10_000) == law_13.TooMuch()

    def test_of_two_payments_only_what_they_make_too_much_together(self, salon):
        visit = salon.visit()
        salon.cash(visit, 2_000)
        salon.bank.pay(salon.open_page(visit))
        salon.settle(visit)
        in_a_day = salon.now + timedelta(hours=24)
        assert self.asked(salon, visit, kind="online", minor=2_000) == law_13.TooMuch()
        assert self.asked(salon, visit, kind="online", minor=8_000) == law_13.TooMuch(6_000, in_a_day)
        assert self.asked(salon, visit, kind="cash", minor=8_000) == law_13.TooMuch()

    def test_a_voided_tender_holds_nothing(self, salon):
        tender = Tender(amount_minor=100, returned_minor=0, disputed_minor=0)
        assert law_13.held_minor(tender) == 100
        tender.returned_minor, tender.disputed_minor = 30, 20
        assert law_13.held_minor(tender) == 50
        tender.voided_at = salon.now
        assert law_13.held_minor(tender) == 0

    def test_a_case_of_another_kind_never_acts_by_itself(self, salon):
        visit = salon.visit()
        case = cases.open_case(
            business_id=salon.business.pk, kind=cases.UNMATCHED, amount=salon.eur(5), now=salon.now, subject="x"
        )
        MoneyCase.objects.filter(pk=case.pk).update(next_attempt_at=salon.now)
        assert work(salon) == 1
        case.refresh_from_db()
        assert (case.next_attempt_at, case.resolved_at, salon.bank.requests) == (None, None, [])
        assert salon.status(visit) is VisitStatus.UNPAID
