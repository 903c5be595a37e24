from __future__ import annotations

import json
from datetime import timedelta

import pytest

from quittance.bills.models import MoneyCase, Tender
from quittance.due.actions import claim
from quittance.flows import accept_webhook, process_webhook
from quittance.flows.accept_webhook import Answer
from quittance.inbox.models import InboundWebhook
from quittance.payment_systems.port import InboundRequest, UnavailableError
from quittance.payments import account_health
from quittance.payments.models import Payment
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


def deliver(salon, request: InboundRequest, *, address_token="a" * 32):
    return accept_webhook.accept(
        system="fake",
        address_token=address_token,
        headers=request.headers,
        body=request.body,
        path=f"/inbound/fake/{address_token}",
        now=salon.now,
    )


def look(salon):
    """What the worker does with notices that are due."""
    for row in claim(InboundWebhook, limit=20, lease_seconds=60, now=salon.now):
        process_webhook.work(row_id=row.id, lease_token=row.lease_token, now=salon.now)


def notice(**changes):
    return {
        "id": "fake_event_x",
        "kind": "checkout.completed",
        "at": "2026-11-26T13:00:00+00:00",
        "live": False,
        "references": [["checkout", "fake_checkout_unknown"]],
        "metadata": {},
        **changes,
    }


def deliver_own(salon, **changes):
    assert deliver(salon, salon.bank.sign(json.dumps(notice(**changes)).encode())) is Answer.ACCEPTED


def only_row():
    return InboundWebhook.objects.get()


@pytest.mark.row("A7")
def test_a_notice_of_a_paid_page_makes_the_visit_paid(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    assert deliver(salon, salon.bank.webhook(page)) is Answer.ACCEPTED
    assert salon.status(visit) is not VisitStatus.PAID
    look(salon)
    assert salon.status(visit) is VisitStatus.PAID
    row = only_row()
    assert (row.state, row.outcome, row.next_attempt_at) == ("matched", "paid", None)


def test_a_body_is_not_believed(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    checkout = page.rpartition("/")[2]
    deliver_own(salon, references=[["checkout", checkout]], metadata={"amount": "10000", "status": "paid"})
    look(salon)
    assert salon.payment(visit).state == "open"
    assert Tender.objects.count() == 0


def test_the_same_event_again_is_not_looked_at_again(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    for _ in range(5):
        deliver(salon, salon.bank.webhook(page))
    look(salon)
    asked = salon.bank.count("fetch_payment")
    deliver(salon, salon.bank.webhook(page))
    look(salon)
    assert salon.bank.count("fetch_payment") == asked == 1
    assert Tender.objects.count() == 1


def test_t34_a_late_notice_of_an_expired_page_leaves_it_paid(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    deliver(salon, salon.bank.webhook(page))
    look(salon)
    salon.wait(hours=2)
    deliver_own(salon, kind="checkout.expired", references=[["checkout", page.rpartition("/")[2]]])
    look(salon)
    assert salon.status(visit) is VisitStatus.PAID
    assert salon.settled(visit) == 10_000


def test_a_notice_that_came_before_our_own_record_is_matched_when_the_record_is_there(salon):
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.lose_next_answer("start_checkout")
    salon.bank.lose_next_answer("start_checkout")
    assert salon.press_pay(token).outcome == "unclear"
    salon.bank.pay("fake_checkout_1")
    deliver(salon, salon.bank.webhook("fake_checkout_1"))
    salon.bank._losses.clear()
    look(salon)
    assert only_row().state == "received"
    # It named our key, so that payment is due at once: asking about it stores the ids.
    assert salon.payment(visit).next_attempt_at == salon.now
    salon.press_pay(token)
    salon.wait(seconds=13)
    look(salon)
    assert only_row().state == "matched"
    assert salon.status(visit) is VisitStatus.PAID


def test_no_answer_of_the_payment_system_is_tried_again_later(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    deliver(salon, salon.bank.webhook(page))
    salon.bank.down = True
    look(salon)
    row = only_row()
    assert row.state == "received" and row.outcome == "no answer: UnavailableError"
    assert salon.now < row.next_attempt_at <= salon.now + timedelta(seconds=13)
    salon.bank.down = False
    salon.wait(seconds=13)
    look(salon)
    assert salon.status(visit) is VisitStatus.PAID


def test_what_fits_nothing_rests_after_half_an_hour_without_a_case(salon):
    deliver_own(salon)
    looks = 0
    while only_row().next_attempt_at is not None:
        salon.now = only_row().next_attempt_at
        look(salon)
        looks += 1
    row = only_row()
    assert (row.state, row.outcome) == ("unmatched", "fits no payment")
    assert salon.now - row.received_at == timedelta(minutes=30)
    assert looks <= 12
    assert MoneyCase.objects.count() == 0
    assert salon.bank.count("fetch_payment") == 0


def test_what_names_another_account_is_foreign_and_kept(salon):
    deliver_own(salon, metadata={"account": "z" * 32, "epoch": "e" * 32})
    look(salon)
    assert (only_row().state, only_row().next_attempt_at) == ("foreign", None)
    assert MoneyCase.objects.count() == 0


class TestMoneyThatNamesUsAndFitsNothing:
    """A backup was restored: the payment system knows a payment that this database forgot."""

    def forget(self, salon, *, paid):
        visit = salon.visit()
        page = salon.open_page(visit)
        if paid:
            salon.bank.pay(page)
        else:
            salon.bank.decline(page)
        payment = salon.payment(visit)
        payment.references.all().delete()
        Payment.objects.filter(pk=payment.pk).delete()
        deliver(salon, salon.bank.webhook(page))
        while only_row().next_attempt_at is not None:
            salon.now = only_row().next_attempt_at
            look(salon)

    def test_a_person_is_told_once_with_the_amount(self, salon):
        self.forget(salon, paid=True)
        case = MoneyCase.objects.get()
        assert (case.kind, case.amount_minor, case.currency) == ("unmatched", 10_000, "EUR")
        assert only_row().outcome == "fits no payment; a person was told"
        InboundWebhook.objects.update(state="received", next_attempt_at=salon.now)
        look(salon)
        assert MoneyCase.objects.count() == 1

    def test_nobody_is_told_when_no_money_moved(self, salon):
        self.forget(salon, paid=False)
        assert MoneyCase.objects.count() == 0
        assert only_row().outcome == "fits no payment; no money moved"

    def test_nobody_is_told_of_another_installation_s_payment(self, salon):
        salon.business.installation_epoch = "f" * 32
        visit = salon.visit()
        page = salon.open_page(visit)
        salon.business.save()
        salon.bank.pay(page)
        Payment.objects.get().references.all().delete()
        Payment.objects.all().delete()
        deliver(salon, salon.bank.webhook(page))
        while only_row().next_attempt_at is not None:
            salon.now = only_row().next_attempt_at
            look(salon)
        assert (only_row().state, MoneyCase.objects.count()) == ("unmatched", 0)

    def test_two_forgotten_payments_are_two_cases(self, salon):
        pages = [salon.open_page(salon.visit()) for _ in range(2)]
        for page in pages:
            salon.bank.pay(page)
        for payment in Payment.objects.all():
            payment.references.all().delete()
            payment.delete()
        for page in pages:
            deliver(salon, salon.bank.webhook(page))
        for _ in range(40):
            salon.wait(minutes=1)
            look(salon)
        assert MoneyCase.objects.filter(kind="unmatched").count() == 2


def test_a_notice_of_a_debit_on_its_way_makes_the_visit_processing_then_paid(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.delay(page)
    deliver(salon, salon.bank.webhook(page))
    look(salon)
    assert salon.status(visit) is VisitStatus.PROCESSING
    salon.bank.finish_delayed(page)
    deliver(salon, salon.bank.webhook(page))
    look(salon)
    assert salon.status(visit) is VisitStatus.PAID


def test_a_lost_lease_changes_nothing(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    deliver(salon, salon.bank.webhook(page))
    process_webhook.work(row_id=only_row().pk, lease_token="0" * 32, now=salon.now)
    assert (only_row().state, salon.bank.count("fetch_payment")) == ("received", 0)


def test_dan_s_account_does_not_find_ana_s_payment(salon):
    from quittance.businesses.models import Business
    from quittance.payments.models import PaymentAccount

    dan = Business.objects.create(name="Dan's Nails", slug="dans-nails")
    PaymentAccount.objects.create(
        business=dan, system="fake", their_account_id="dan", live=False, label="Fake", credentials="{}",
        address_token="d" * 32, created_at=salon.now,
    )  # fmt: skip
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    request = salon.bank.webhook(page)
    assert deliver(salon, request, address_token="d" * 32) is Answer.ACCEPTED
    look(salon)
    assert only_row().state == "foreign"
    assert salon.payment(visit).state == "open"


class TestMoneyThatNamesUsButCannotBeSeen:
    def forgotten(self, salon, **changes):
        named = {"account": "a" * 32, "epoch": "e" * 32}
        deliver_own(salon, metadata=named, **changes)

    def look_until(self, salon, *, hours):
        end = salon.now + timedelta(hours=hours)
        while only_row().next_attempt_at is not None and only_row().next_attempt_at <= end:
            salon.now = only_row().next_attempt_at
            look(salon)

    def test_while_the_bank_is_silent_it_is_asked_for_a_day_then_it_rests(self, salon):
        self.forgotten(salon)
        salon.bank.down = True
        begun = salon.now
        self.look_until(salon, hours=23)
        assert only_row().outcome == "no answer: UnavailableError"
        assert timedelta(0) < only_row().next_attempt_at - salon.now <= timedelta(minutes=10)
        self.look_until(salon, hours=25)
        row = only_row()
        assert (row.state, row.outcome) == ("unmatched", "fits no payment; the payment system does not say more")
        assert timedelta(days=1) <= salon.now - begun <= timedelta(days=1, minutes=10)
        assert MoneyCase.objects.count() == 0

    def test_a_notice_that_names_no_page_of_theirs_is_kept_for_a_person_to_find(self, salon):
        self.forgotten(salon, references=[["charge", "ch_1"]])
        self.look_until(salon, hours=2)
        assert (only_row().state, only_row().outcome) == ("unmatched", "fits no payment and names no page")
        assert salon.bank.count("fetch_payment") == 0


def test_an_account_that_is_left_alone_is_not_asked_because_of_a_notice(salon):
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page)
    deliver(salon, salon.bank.webhook(page))
    account_health.leave_alone(account_id=salon.account.pk, until=salon.now + timedelta(minutes=2))
    look(salon)
    row = only_row()
    assert salon.bank.count("fetch_payment") == 0
    assert (row.state, row.attempts) == ("received", 0), "a pause costs the notice no attempt"
    assert row.next_attempt_at > salon.now
    salon.wait(minutes=3)
    look(salon)
    assert salon.status(visit) is VisitStatus.PAID
    salon.account.refresh_from_db()
    assert salon.account.not_before is None, "an answer ends the pause"


def test_a_notice_that_meets_silence_begins_a_pause_for_all(salon):
    visit, other = salon.visit(), salon.visit()
    for one in (visit, other):
        page = salon.open_page(one)
        salon.bank.pay(page)
        deliver(salon, salon.bank.webhook(page))
    salon.bank.refuse_next(UnavailableError("down", sent=True), "fetch_payment")
    look(salon)
    assert salon.bank.count("fetch_payment") == 1
    salon.account.refresh_from_db()
    assert salon.account.not_before > salon.now
    for _ in range(8):
        salon.wait(minutes=1)
        look(salon)
    assert [salon.status(one) for one in (visit, other)] == [VisitStatus.PAID, VisitStatus.PAID]
