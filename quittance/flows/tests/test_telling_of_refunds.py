"""The client is told of a refund when it has succeeded, not before, and never of what is not so."""

from __future__ import annotations

import pytest

from quittance.bills.models import MoneyCase, Receipt, Tender
from quittance.calendar.models import Visit
from quittance.core.money import Money
from quittance.flows import cancel_visit, decide_case, follow_refund, refund
from quittance.flows.errors import RefusedError
from quittance.flows.tests.post_office import EMAIL, PostOffice
from quittance.messages.models import Message, NotificationSetting
from quittance.outbox.models import Event
from quittance.payments.models import Payment, Refund


def pay(office: PostOffice, visit: Visit) -> None:
    office.salon.bank.pay(office.salon.open_page(visit))
    office.salon.settle(visit)
    office.dispatch()
    office.work()


def give_back(office: PostOffice, visit: Visit, minor: int) -> refund.RefundAnswer:
    salon = office.salon
    return refund.refund(
        actor=salon.actor,
        visit_id=visit.pk,
        tender_id=Tender.objects.filter(bill_id=visit.bill_id).latest("pk").pk,
        amount=salon.eur(minor),
        reason="The colour did not hold",
        expected_version=salon.bill(visit).version,
        now=salon.now,
    )


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(type="refund").order_by("id")
    return [(row.channel, row.address) for row in rows]


@pytest.mark.row("D1", "H1")
def test_a_refund_that_succeeded_is_told_with_amount_and_where_it_went(office: PostOffice) -> None:
    visit = office.salon.visit()
    pay(office, visit)
    answer = give_back(office, visit, 4_000)
    assert office.dispatch() == 1
    assert told() == [("email", EMAIL)]
    assert office.work() == ["sent"]
    mail = office.email.accepted[-1]
    assert mail.subject == "Refund: €40.00 from Ana's Salon"
    assert "We have refunded €40.00 to Visa ·4242." in mail.text
    assert "The colour did not hold" not in mail.text
    message = Message.objects.get(type="refund")
    assert (message.refund_id, message.payment_id) == (answer.refund_id, office.salon.payment(visit).pk)


@pytest.mark.row("D1", "H1")
def test_a_refund_on_its_way_is_told_only_when_it_has_arrived(office: PostOffice) -> None:
    visit = office.salon.visit()
    pay(office, visit)
    office.salon.bank.refunds_stay_pending = True
    answer = give_back(office, visit, 10_000)
    assert answer.state == "pending"
    assert office.dispatch() == 0
    office.salon.bank.finish_refund(str(Refund.objects.get().reference))
    follow_refund.follow(refund_id=answer.refund_id, now=office.salon.wait(days=2))
    assert office.dispatch() == 1
    assert office.work() == ["sent"]
    assert Receipt.objects.filter(refund_id=answer.refund_id).count() == 1


def test_a_refund_that_failed_before_the_message_left_is_not_told(office: PostOffice) -> None:
    visit = office.salon.visit()
    pay(office, visit)
    answer = give_back(office, visit, 4_000)
    office.dispatch()
    Refund.objects.filter(pk=answer.refund_id).update(state="failed")
    assert office.work() == ["dropped"]
    Refund.objects.filter(pk=answer.refund_id).update(state="succeeded")


@pytest.mark.row("H1")
def test_each_part_that_goes_back_is_told_once(office: PostOffice) -> None:
    visit = office.salon.visit()
    pay(office, visit)
    give_back(office, visit, 4_000)
    give_back(office, visit, 1_000)
    assert office.dispatch() == 2
    Event.objects.update(next_attempt_at=office.salon.now)
    assert office.dispatch() == 0
    assert office.work() == ["sent", "sent"]
    assert ["€40.00" in office.email.accepted[-2].subject, "€10.00" in office.email.accepted[-1].subject] == [True] * 2


@pytest.mark.row("H1")
def test_money_of_another_currency_goes_back_without_a_credit_note_and_says_so(office: PostOffice) -> None:
    salon = office.salon
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.pay(page, amount=Money(12_000, "USD"), currency="USD")
    salon.settle(visit)
    office.dispatch()
    office.work()
    case = MoneyCase.objects.get(kind="currency_differs")
    decide_case.decide(actor=salon.actor, case_id=case.pk, decision="refund", now=salon.now)
    assert office.dispatch() == 1
    assert office.work() == ["sent"]
    mail = office.email.accepted[-1]
    assert "We have refunded US$120.00 to Visa ·4242." in mail.text
    assert "redit note" not in mail.text


def test_cash_that_was_handed_back_needs_no_message(office: PostOffice) -> None:
    visit = office.salon.visit()
    office.salon.cash(visit, 10_000)
    assert give_back(office, visit, 10_000).state == "succeeded"
    assert office.dispatch() == 0


@pytest.mark.row("D1")
def test_a_type_that_is_switched_off_is_not_sent(office: PostOffice) -> None:
    NotificationSetting.objects.create(
        business=office.salon.business, type="refund", enabled=False, channels=["email", "sms"]
    )
    visit = office.salon.visit()
    pay(office, visit)
    give_back(office, visit, 4_000)
    assert office.dispatch() == 0


def pay_after_the_cancellation(office: PostOffice) -> Visit:
    """The client's page could not be ended in time: the money came all the same."""
    salon = office.salon
    visit = salon.visit()
    page = salon.open_page(visit)
    salon.bank.delay(page)
    salon.settle(visit)
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)
    salon.bank.finish_delayed(page, succeeded=True)
    salon.wait(hours=1)
    salon.settle(visit)
    return visit


@pytest.mark.row("D1")
def test_money_that_came_after_the_cancellation_and_returns_is_told_so(office: PostOffice) -> None:
    visit = pay_after_the_cancellation(office)
    office.dispatch()
    assert office.work() == ["sent"]
    mail = office.email.accepted[-1]
    assert mail.subject == "Your payment of €100.00 goes back to you"
    assert "arrived after your visit was cancelled. It goes back to" in mail.text
    assert "Thank you" not in mail.text and "Pay by" not in mail.text
    assert office.salon.bill(visit).ended_at is not None


@pytest.mark.row("D1")
def test_money_that_came_after_the_cancellation_and_waits_for_a_decision_promises_nothing(office: PostOffice) -> None:
    office.salon.location.late_refund_by_itself = False
    office.salon.location.save()
    pay_after_the_cancellation(office)
    office.dispatch()
    assert office.work() == ["sent"]
    assert "We know about it and will settle it with you." in office.email.accepted[-1].text
    assert "goes back" not in office.email.accepted[-1].text


@pytest.mark.row("H3")
def test_a_disputed_visit_has_nothing_to_ask_for_and_no_link_is_sent(office: PostOffice) -> None:
    salon = office.salon
    visit = salon.visit()
    pay(office, visit)
    dispute(office, visit)
    sent = len(office.email.accepted) + len(office.sms.accepted)
    with pytest.raises(RefusedError, match="Nothing is due"):
        office.send(visit, "email")
    office.dispatch()
    office.work()
    assert len(office.email.accepted) + len(office.sms.accepted) == sent


@pytest.mark.row("H3")
def test_a_link_message_that_waits_while_the_bank_takes_the_money_is_dropped(office: PostOffice) -> None:
    """A rest was asked for; then the paid part is disputed: only the rest is asked for, never the disputed part."""
    salon = office.salon
    visit = salon.visit()
    salon.bank.pay(salon.open_page(visit, ask="amount", amount=salon.eur(4_000)))
    salon.settle(visit)
    office.send(visit, "email")
    dispute(office, visit)
    office.deliver()
    assert "€60.00" in office.email.accepted[-1].text
    assert "€100.00" not in office.email.accepted[-1].text


def dispute(office: PostOffice, visit: Visit) -> None:
    salon = office.salon
    payment = Payment.objects.filter(bill_id=visit.bill_id).latest("pk")
    page = salon.bank.book(payment.references.get(kind="checkout").value).checkout
    salon.bank.open_dispute(page)
    salon.settle(visit)
    assert salon.bill(visit).disputed_minor > 0
