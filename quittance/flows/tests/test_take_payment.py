"""`Pay` when something is in the way; the roads that lead to a page are in tests/money."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.bills import actions as bills
from quittance.bills.lines import NewLine
from quittance.flows import make_link, take_payment
from quittance.flows.change_due import Decision
from quittance.flows.settle_payment import settle
from quittance.payment_systems.fake import PageClosedError
from quittance.payment_systems.port import DeclinedError, EndReport, EndState, MisconfiguredError
from quittance.payments import actions as payments
from quittance.payments import queries
from quittance.payments.models import Payment, PaymentAccount, PaymentMethodSetting
from quittance.payments.requests import decode
from quittance.rows.locking import in_one_transaction

pytestmark = pytest.mark.django_db

STOP = Decision(stop_payment=True)


class KilledError(BaseException):
    """The process died at this point."""


def lose_opening_answers(salon, count):
    for _ in range(count):
        salon.bank.lose_next_answer("start_checkout")


def sell_more(salon, visit, minor):
    """Another process adds a line while the client's page is being opened."""
    line = NewLine(kind="custom", name="Care", unit_minor=minor)
    in_one_transaction(
        lambda: bills.add_line(
            bill=bills.lock_bill(business_id=salon.business.pk, bill_id=visit.bill_id), line=line, now=salon.now
        )
    )


def payable(salon, visit):
    return queries.payable_payment_of(salon.bill(visit))


def test_a_business_without_an_account_takes_nothing_and_says_so(salon):
    token = salon.link(salon.visit())
    PaymentMethodSetting.objects.update(account=None)
    assert salon.press_pay(token).outcome == "not_ready"
    assert (Payment.objects.count(), salon.bank.requests) == (0, [])


def test_a_business_that_never_chose_a_way_to_be_paid_takes_nothing(salon):
    token = salon.link(salon.visit())
    PaymentMethodSetting.objects.all().delete()
    assert salon.press_pay(token).outcome == "not_ready"
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("stored", ["[1]", "not json"])
def test_keys_that_cannot_be_read_open_nothing(salon, stored):
    token = salon.link(salon.visit())
    account = PaymentAccount.objects.get()
    account.credentials = stored
    account.save()
    assert salon.press_pay(token).outcome == "not_ready"
    assert (Payment.objects.count(), salon.bank.requests) == (0, [])


def test_a_frozen_visit_opens_no_page_until_the_freeze_runs_out(salon):
    visit = salon.visit()
    token = salon.link(visit)
    bills.freeze(bill=salon.bill(visit), by="f" * 32, now=salon.now)
    assert salon.press_pay(token).outcome == "busy"
    assert salon.bank.requests == []
    salon.wait(seconds=61)
    assert salon.press_pay(token).outcome == "redirect"


def test_while_a_debit_for_all_of_it_is_on_its_way_the_link_asks_for_nothing(salon):
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.delay(salon.press_pay(token).address)
    salon.settle(visit)
    asked = len(salon.bank.requests)
    assert salon.press_pay(token).outcome == "nothing_due"
    assert (len(salon.bank.requests), Payment.objects.count()) == (asked, 1)


def test_an_amount_above_the_bank_s_maximum_opens_nothing(salon):
    visit = salon.visit(minor=200_000_000)
    result = salon.press_pay(salon.link(visit))
    assert (result.outcome, result.amount) == ("too_small", salon.eur(200_000_000))
    assert salon.bank.requests == []


def test_a_page_that_nobody_saw_is_given_up_when_the_price_changed_meanwhile(salon):
    visit = salon.visit()
    token = salon.link(visit)
    lose_opening_answers(salon, 1)
    assert salon.press_pay(token).outcome == "unclear"
    sell_more(salon, visit, 500)
    result = salon.press_pay(token)
    assert (result.outcome, result.amount) == ("redirect", salon.eur(10_500))
    first, second = Payment.objects.order_by("pk")
    assert (first.state, first.superseded_at, first.amount_minor) == ("creating", salon.now, 10_000)
    assert (second.state, second.address, payable(salon, visit)) == ("open", result.address, second)
    assert first.key != second.key


def test_an_opening_call_that_stays_silent_is_repeated_for_half_a_minute_then_another_page_is_opened(salon):
    visit = salon.visit()
    token = salon.link(visit)
    lose_opening_answers(salon, 3)
    assert salon.press_pay(token).outcome == "unclear"
    salon.wait(seconds=29)
    assert salon.press_pay(token).outcome == "unclear"
    assert Payment.objects.count() == 1
    salon.wait(seconds=1)
    salon.bank._losses.clear()
    result = salon.press_pay(token)
    assert result.outcome == "redirect"
    first, second = Payment.objects.order_by("pk")
    assert (first.state, first.superseded_at, first.unknown_since) == ("creating", salon.now, salon.now - timedelta(seconds=30))  # fmt: skip
    assert payable(salon, visit) == second and second.address == result.address


@pytest.mark.parametrize("reached_the_bank", [True, False])
@pytest.mark.parametrize("minutes", [25, 55, 60, 70, 600])
def test_a_press_that_died_long_ago_shows_no_page_that_is_almost_or_quite_over(
    salon, monkeypatch, reached_the_bank, minutes
):
    visit = salon.visit()
    token = salon.link(visit)

    def die(*, payment_id, now):
        if reached_the_bank:
            salon.bank.start_checkout(decode(Payment.objects.get(pk=payment_id).request.reveal()))
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(take_payment, "open_page", die)
        with pytest.raises(KilledError):
            salon.press_pay(token)
    salon.wait(minutes=minutes)
    result = salon.press_pay(token)
    first, second = Payment.objects.order_by("pk")
    assert (first.state, first.superseded_at, first.unknown_since) == ("creating", salon.now, None)
    assert (result.outcome, result.address, payable(salon, visit)) == ("redirect", second.address, second)
    assert second.expires_at - salon.now > timedelta(minutes=59)


def test_a_press_that_died_a_moment_ago_is_repeated_to_the_letter(salon, monkeypatch):
    visit = salon.visit()
    token = salon.link(visit)

    def die(**_given):
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(take_payment, "open_page", die)
        with pytest.raises(KilledError):
            salon.press_pay(token)
    salon.wait(minutes=24)
    assert salon.press_pay(token).address == Payment.objects.get().address != ""


def test_a_silent_opening_call_that_another_tab_gets_answered_shows_that_page(salon):
    visit = salon.visit()
    token = salon.link(visit)
    lose_opening_answers(salon, 1)
    waits = []

    def other_tab(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            assert salon.press_pay(token).outcome == "redirect"

    result = take_payment.start(token=token, now=salon.now, wait=other_tab)
    payment = Payment.objects.get()
    assert (result.outcome, result.address, result.amount) == ("redirect", payment.address, salon.eur(10_000))
    assert waits == [0.25] * 3
    assert len(salon.bank.books) == 1


def test_a_silent_opening_call_is_waited_for_two_seconds_at_most(salon):
    visit = salon.visit()
    lose_opening_answers(salon, 1)
    waits: list[float] = []
    result = take_payment.start(token=salon.link(visit), now=salon.now, wait=waits.append)
    assert (result.outcome, waits) == ("unclear", [0.25] * 8)


def test_a_payment_that_came_to_its_end_while_its_answer_was_awaited_is_replaced(salon):
    visit = salon.visit()
    token = salon.link(visit)
    lose_opening_answers(salon, 1)

    def meanwhile(_seconds):
        payments.mark_final(payment=Payment.objects.earliest("pk"), state="failed", now=salon.now)

    result = take_payment.start(token=token, now=salon.now, wait=meanwhile)
    first, second = Payment.objects.order_by("pk")
    assert (first.state, second.state, result.address) == ("failed", "open", second.address)


def test_a_place_that_is_lost_three_times_is_left_for_the_client_to_press_again(salon):
    visit = salon.visit()
    token = salon.link(visit)

    def desk_is_faster(operation):
        if operation == "start_checkout":
            payments.supersede(payment=Payment.objects.latest("pk"), now=salon.now)

    salon.bank.on_answer = desk_is_faster
    assert salon.press_pay(token).outcome == "unclear"
    assert Payment.objects.filter(superseded_at__isnull=False).count() == Payment.objects.count() == 3
    assert payable(salon, visit) is None
    salon.bank.on_answer = None
    assert salon.press_pay(token).outcome == "redirect"


class TestAPageThatMustEndFirst:
    """Under five minutes left: the page is ended before another is opened."""

    @pytest.fixture
    def late(self, salon):
        visit = salon.visit()
        token = salon.link(visit)
        page = salon.press_pay(token).address
        salon.wait(minutes=56)
        return visit, token, page

    def test_what_was_paid_on_it_is_confirmed_and_no_second_page_opens(self, salon, late):
        visit, token, page = late
        salon.bank.pay(page)
        assert salon.press_pay(token).outcome == "confirming"
        assert (salon.settled(visit), Payment.objects.count(), len(salon.bank.books)) == (10_000, 1, 1)

    def test_a_debit_agreed_to_on_it_is_being_confirmed(self, salon, late):
        visit, token, page = late
        salon.bank.delay(page)
        assert salon.press_pay(token).outcome == "confirming"
        assert (salon.payment(visit).state, Payment.objects.count()) == ("processing", 1)

    def test_a_bank_that_is_silent_opens_no_second_page(self, salon, late):
        _visit, token, _page = late
        salon.bank.down = True
        assert salon.press_pay(token).outcome == "unavailable"
        assert (Payment.objects.count(), Payment.objects.get().state) == (1, "open")

    def test_a_bank_that_leaves_it_payable_opens_no_second_page(self, salon, late, monkeypatch):
        _visit, token, _page = late
        monkeypatch.setattr(salon.bank, "end_checkout", lambda _: EndReport(EndState.STILL_PAYABLE))
        assert salon.press_pay(token).outcome == "unavailable"
        assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (MisconfiguredError("The key was revoked."), "not_ready", "The key was revoked."),
        (DeclinedError("This amount cannot be paid online."), "refused", "This amount cannot be paid online."),
    ],
)
def test_a_refused_opening_call_fails_the_payment_and_frees_its_place(salon, error, outcome, reason):
    visit = salon.visit()
    token = salon.link(visit)
    salon.bank.refuse_next(error, "start_checkout")
    assert salon.press_pay(token).outcome == outcome
    payment = Payment.objects.get()
    assert (payment.state, payment.decline_reason, payment.next_attempt_at) == ("failed", reason, None)
    assert payable(salon, visit) is None
    assert PaymentAccount.objects.get().trouble == ("The key was revoked." if outcome == "not_ready" else "")
    assert salon.press_pay(token).outcome == "redirect"


def test_a_second_page_is_never_payable_beside_the_first(salon):
    visit = salon.visit()
    token = salon.link(visit)
    first = salon.press_pay(token).address
    make_link.make(actor=salon.actor, visit_id=visit.pk, ask="amount", amount=salon.eur(4_000), decision=STOP, now=salon.now)  # fmt: skip
    assert salon.press_pay(token).outcome == "closed"
    with pytest.raises(PageClosedError):
        salon.bank.pay(first)
    settle(payment_id=Payment.objects.get().pk, now=salon.now)
    assert salon.settled(visit) == 0


def test_t53_new_pages_of_one_visit_have_a_limit_in_ten_minutes(salon):
    visit, other = salon.visit(), salon.visit()
    token = salon.link(visit)
    salon.bank.down = True
    for _ in range(take_payment.MOST_PAGES):
        assert salon.press_pay(token).outcome == "unavailable"
    assert salon.press_pay(token).outcome == "too_many"
    assert Payment.objects.count() == take_payment.MOST_PAGES
    assert salon.press_pay(salon.link(other)).outcome == "unavailable"
    salon.bank.down = False
    salon.wait(minutes=take_payment.PAGES_MINUTES)
    assert salon.press_pay(token).outcome == "redirect"
    assert [salon.press_pay(token).outcome for _ in range(take_payment.MOST_PAGES)] == ["redirect"] * 20
    assert Payment.objects.filter(bill=salon.bill(visit), state="open").count() == 1
