"""From `Pay` to paid: the road of a payment, with the bank answering as it should."""

from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.bills.models import JournalEntry, MoneyCase, Receipt, Tender
from quittance.core.money import Money
from quittance.flows import record_access, take_payment
from quittance.flows._landing import Landing, apply_report
from quittance.flows.errors import RefusedError
from quittance.outbox.models import Event
from quittance.payment_systems.port import MisconfiguredError, PaymentReport, PaymentState
from quittance.payments.actions import next_question_number
from quittance.payments.models import Payment, PaymentLink, PaymentMethodSetting
from quittance.payments.status import VisitStatus
from quittance.rows.locking import in_one_transaction
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.mark.row("C3")
def test_a_link_that_is_paid_makes_the_visit_paid(salon: Salon) -> None:
    visit = salon.visit(minor=6_000)
    page = salon.open_page(visit)
    assert salon.status(visit) is VisitStatus.BEING_PAID
    salon.bank.pay(page)
    assert salon.settle(visit).landed
    assert salon.status(visit) is VisitStatus.PAID
    tender = Tender.objects.get()
    assert (tender.kind, tender.amount_minor) == ("online", 6_000)
    assert Receipt.objects.get(tender=tender).snapshot["amount_minor"] == 6_000
    entry = JournalEntry.objects.get()
    assert (entry.from_account, entry.to_account) == (f"online:{salon.account.pk}", "bill")
    assert PaymentLink.objects.get().closed_reason == "paid"
    assert Event.objects.filter(name="payment.paid").count() == 1


def test_t07_settling_any_number_of_times_books_the_money_once(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    landed = [salon.settle(visit).landed for _ in range(5)]
    assert landed == [True, False, False, False, False]
    assert Tender.objects.count() == 1
    assert Receipt.objects.count() == 1
    assert Event.objects.filter(name="payment.paid").count() == 1


@pytest.mark.row("C6")
def test_t23_pressing_pay_twice_gives_the_same_page(salon: Salon) -> None:
    visit = salon.visit()
    first = salon.open_page(visit)
    salon.wait(minutes=3)
    second = salon.open_page(visit)
    assert first == second
    assert salon.bank.count("start_checkout") == 1


@pytest.mark.row("B9")
def test_pay_again_renews_the_lock_but_never_past_the_hour(salon: Salon) -> None:
    visit = salon.visit()
    salon.open_page(visit)
    opened_at = salon.now
    salon.wait(minutes=50)
    salon.open_page(visit)
    payment = salon.payment(visit)
    assert (payment.locked_until - opened_at).total_seconds() == 3600


def test_under_five_minutes_left_the_page_is_ended_and_another_opened(salon: Salon) -> None:
    visit = salon.visit()
    first = salon.open_page(visit)
    salon.wait(minutes=56)
    second = salon.open_page(visit)
    assert first != second
    assert [payment.state for payment in Payment.objects.order_by("pk")] == ["ended", "open"]


@pytest.mark.row("C3")
def test_an_abandoned_page_leaves_the_link_payable_an_hour_later(salon: Salon) -> None:
    visit = salon.visit()
    salon.open_page(visit)
    salon.wait(hours=2)
    assert salon.status(visit) is not VisitStatus.BEING_PAID
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("B13")
def test_a_typed_amount_closes_the_link_and_the_rest_needs_another(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    token = salon.link(visit, ask="amount", amount=salon.eur(4_000))
    salon.bank.pay(salon.press_pay(token).address)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.PART_PAID
    assert salon.press_pay(token).outcome == "closed"
    rest = salon.link(visit)
    assert rest != token
    result = salon.press_pay(rest)
    assert result.amount == salon.eur(6_000)
    salon.bank.pay(result.address)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("B4")
def test_part_in_cash_makes_the_link_ask_for_the_rest(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    token = salon.link(visit)
    salon.cash(visit, 2_500)
    result = salon.press_pay(token)
    assert result.amount == salon.eur(7_500)
    salon.bank.pay(result.address)
    salon.settle(visit)
    assert salon.settled(visit) == 10_000
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.row("C1")
def test_a_visit_has_one_live_link_and_a_new_ask_replaces_it(salon: Salon) -> None:
    visit = salon.visit()
    first = salon.link(visit)
    assert salon.link(visit) == first
    assert salon.link(visit, ask="all") == first
    second = salon.link(visit, ask="amount", amount=salon.eur(1_000))
    assert second != first
    assert salon.press_pay(first).outcome == "closed"
    assert PaymentLink.objects.filter(closed_at__isnull=True).count() == 1


def test_a_link_never_asks_for_more_than_is_due(salon: Salon) -> None:
    visit = salon.visit(minor=5_000)
    with pytest.raises(RefusedError, match="Only"):
        salon.link(visit, ask="amount", amount=salon.eur(5_001))
    token = salon.link(visit, ask="amount", amount=salon.eur(4_000))
    salon.cash(visit, 3_000)
    assert salon.press_pay(token).amount == salon.eur(2_000)


@pytest.mark.row("C2")
def test_an_expired_link_takes_nothing_from_its_last_instant_on(salon: Salon) -> None:
    salon.location.link_life_minutes = 60
    salon.location.save()
    visit = salon.visit()
    token = salon.link(visit)
    salon.wait(minutes=59, seconds=59)
    assert salon.press_pay(token).outcome == "redirect"
    salon.wait(seconds=1)
    assert salon.press_pay(token).outcome == "closed"
    salon.wait(minutes=15)
    assert salon.link(visit) != token
    assert salon.payment(visit).state == "ended"


def test_a_link_needs_something_due_and_an_account(salon: Salon) -> None:
    visit = salon.visit(minor=1_000)
    salon.cash(visit, 1_000)
    with pytest.raises(RefusedError, match="Nothing is due"):
        salon.link(visit)
    other = salon.visit()
    PaymentMethodSetting.objects.update(enabled=False)
    with pytest.raises(RefusedError, match="switched off"):
        salon.link(other)


@pytest.mark.row("C4")
def test_access_is_recorded_once_and_by_pay(salon: Salon) -> None:
    visit = salon.visit()
    token = salon.link(visit)
    assert record_access.record(token=token, now=salon.now)
    assert not record_access.record(token=token, now=salon.wait(minutes=1))
    assert not record_access.record(token="x" * 22, now=salon.now)
    other = salon.visit()
    salon.press_pay(salon.link(other))
    assert PaymentLink.objects.filter(accessed_at__isnull=False).count() == 2


@pytest.mark.row("C5")
def test_t22_a_delayed_payment_that_fails_opens_the_due_again(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.delay(page)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.PROCESSING
    token = PaymentLink.objects.get().token.reveal()
    assert salon.press_pay(token).outcome == "nothing_due"
    salon.wait(days=3)
    salon.bank.finish_delayed(page, succeeded=False)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.UNPAID
    assert salon.press_pay(token).outcome == "redirect"
    assert Receipt.objects.count() == 0
    assert Event.objects.filter(name="payment.failed", visible_at_desk=True).count() == 1
    assert Event.objects.filter(name="payment.paid").count() == 0


def test_t21_a_delayed_payment_that_lands_is_paid_days_later(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.delay(page)
    salon.settle(visit)
    assert Receipt.objects.count() == 0
    salon.wait(days=3)
    salon.bank.finish_delayed(page)
    salon.settle(visit)
    assert salon.status(visit) is VisitStatus.PAID


def test_t29_another_amount_is_booked_as_it_moved_and_explained(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    page = salon.open_page(visit)
    salon.bank.pay(page, amount=salon.eur(9_000))
    salon.settle(visit)
    assert salon.settled(visit) == 9_000
    assert salon.status(visit) is VisitStatus.PART_PAID
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor) == ("amount_differs", 9_000)


def test_t29_another_currency_settles_nothing_and_is_parked(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    page = salon.open_page(visit)
    salon.bank.pay(page, amount=Money(11_000, "USD"))
    salon.settle(visit)
    assert salon.settled(visit) == 0
    assert MoneyCase.objects.get().kind == "currency_differs"
    entry = JournalEntry.objects.get()
    assert (entry.to_account, entry.amount_minor, entry.currency) == ("unallocated", 11_000, "USD")


def test_t30_a_lost_answer_gives_the_same_page_on_the_next_press(salon: Salon) -> None:
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.lose_next_answer("start_checkout")
    assert salon.press_pay(token).outcome == "unclear"
    assert salon.payment(visit).state == "creating"
    result = salon.press_pay(token)
    assert result.outcome == "redirect"
    assert Payment.objects.count() == 1
    assert len(salon.bank.books) == 1
    keys = {reference for operation, reference in salon.bank.requests if operation == "start_checkout"}
    assert len(keys) == 1


def test_t31_a_changed_price_uses_a_new_key(salon: Salon) -> None:
    visit = salon.visit(minor=10_000)
    token = salon.link(visit)
    first = salon.press_pay(token)
    salon.wait(minutes=16)
    salon.cash(visit, 1_000)
    second = salon.press_pay(token)
    assert (first.amount, second.amount) == (salon.eur(10_000), salon.eur(9_000))
    keys = [reference for operation, reference in salon.bank.requests if operation == "start_checkout"]
    assert len(set(keys)) == 2


def test_t34_a_paid_payment_stays_paid_whatever_comes_later(salon: Salon) -> None:
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    salon.settle(visit)
    payment = salon.payment(visit)
    for state in (PaymentState.EXPIRED, PaymentState.FAILED, PaymentState.OPEN, PaymentState.PROCESSING):
        apply_late(salon, payment, PaymentReport(state=state))
    assert salon.payment(visit).state == "paid"
    assert salon.status(visit) is VisitStatus.PAID


def apply_late(salon: Salon, payment: Payment, report: PaymentReport) -> Landing:
    def apply() -> Landing:
        return apply_report(
            payment_id=payment.pk,
            business_id=salon.business.pk,
            asked_no=next_question_number(payment_id=payment.pk),
            report=report,
            now=salon.now,
        )

    return in_one_transaction(apply)


def test_an_answer_to_an_older_question_is_left_alone(salon: Salon) -> None:
    visit = salon.visit()
    salon.open_page(visit)
    salon.settle(visit)
    payment = salon.payment(visit)
    landing = in_one_transaction(
        lambda: apply_report(
            payment_id=payment.pk,
            business_id=salon.business.pk,
            asked_no=payment.applied_no,
            report=PaymentReport(state=PaymentState.EXPIRED),
            now=salon.now,
        )
    )
    assert landing.outcome == "stale"
    assert salon.payment(visit).state == "open"


def test_t40_a_rest_below_the_minimum_opens_no_page(salon: Salon) -> None:
    visit = salon.visit(minor=5_000)
    token = salon.link(visit)
    salon.cash(visit, 4_970)
    result = salon.press_pay(token)
    assert (result.outcome, result.amount) == ("too_small", salon.eur(30))
    assert salon.bank.count("start_checkout") == 0
    salon.cash(visit, 30)
    assert salon.status(visit) is VisitStatus.PAID
    other = salon.visit(minor=5_000)
    other_token = salon.link(other)
    salon.cash(other, 4_950)
    assert salon.press_pay(other_token).outcome == "redirect"


@pytest.mark.row("C10")
def test_a_payment_system_that_is_down_opens_nothing_and_leaves_the_link_payable(salon: Salon) -> None:
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.down = True
    assert salon.press_pay(token).outcome == "unavailable"
    assert salon.payment(visit).state == "failed"
    salon.bank.down = False
    assert salon.press_pay(token).outcome == "redirect"


def test_a_token_that_is_not_ours_is_closed_like_any_other(salon: Salon) -> None:
    for token in ("", "x", "x" * 22, "x" * 200):
        assert take_payment.start(token=token, now=salon.now).outcome == "closed"


def test_keys_that_stop_working_do_not_end_a_payment_that_may_have_a_page(salon: Salon) -> None:
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.lose_next_answer("start_checkout")
    salon.press_pay(token)
    salon.bank.refuse_next(MisconfiguredError("the keys were changed"))
    assert salon.press_pay(token).outcome == "unclear"
    assert salon.payment(visit).state == "creating"
    assert salon.press_pay(token).outcome == "redirect"
    assert len(salon.bank.books) == 1


@pytest.mark.row("K2")
def test_the_trail_tells_from_where_a_payment_was_started(salon: Salon) -> None:
    visit = salon.visit()
    take_payment.start(token=salon.link(visit), ip="203.0.113.9", now=salon.now)
    entry = AuditEntry.objects.get(action="payment.started")
    assert (entry.actor_kind, entry.ip, entry.subject_id) == ("client", "203.0.113.9", salon.payment(visit).pk)
