from __future__ import annotations

import pytest

from quittance.bills.models import Tender
from quittance.clients.models import ContactPoint
from quittance.flows import take_tender
from quittance.flows.tests.post_office import EMAIL, PHONE, PostOffice
from quittance.messages.models import Message, NotificationSetting, Suppression
from quittance.outbox.models import Event
from quittance.wallets.queries import shown_code
from tests.support.cards import sell_card


def pay(office: PostOffice, visit) -> None:
    page = office.salon.open_page(visit)
    office.salon.bank.pay(page)
    office.salon.settle(visit)


def received() -> list[tuple[str, str]]:
    rows = Message.objects.filter(type="payment_received").order_by("id")
    return [(row.channel, row.address) for row in rows]


@pytest.mark.row("D1", "I1")
def test_a_payment_is_confirmed_to_whom_the_link_was_sent(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms", once_to="parent@client.example")
    office.deliver()
    pay(office, visit)
    assert office.dispatch() == 2
    assert sorted(received()) == [("email", "parent@client.example"), ("sms", PHONE)]
    assert office.work() == ["sent", "sent"]
    link = office.sms.accepted[0].text.rpartition(" ")[2]
    assert office.sms.accepted[-1].text == f"Ana's Salon: we have received €100.00. Thank you. Receipt: {link}"


def test_a_link_that_was_copied_is_confirmed_by_the_clients_best_channel(office: PostOffice):
    visit = office.salon.visit()
    pay(office, visit)
    office.dispatch()
    assert received() == [("email", EMAIL)]


def test_a_client_whom_nothing_reaches_is_told_nothing(office: PostOffice):
    ContactPoint.objects.all().delete()
    visit = office.salon.visit()
    pay(office, visit)
    assert office.dispatch() == 0


def test_who_opted_out_after_the_link_is_not_written_to_by_that_channel(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.deliver()
    Suppression.objects.create(
        business=office.salon.business, channel="sms", address=PHONE, reason="opted_out", since_at=office.salon.now
    )
    pay(office, visit)
    office.dispatch()
    assert received() == [("email", EMAIL)]


def test_a_type_that_is_switched_off_is_not_sent(office: PostOffice):
    NotificationSetting.objects.create(
        business=office.salon.business, type="payment_received", enabled=False, channels=["email", "sms"]
    )
    visit = office.salon.visit()
    pay(office, visit)
    assert office.dispatch() == 0


def test_an_event_that_is_looked_at_twice_tells_once(office: PostOffice):
    visit = office.salon.visit()
    pay(office, visit)
    assert office.dispatch() == 1
    Event.objects.update(next_attempt_at=office.salon.now)
    assert office.dispatch() == 0
    office.work()
    assert len(office.email.accepted) == 1


def test_part_paid_says_what_is_still_to_pay(office: PostOffice):
    visit = office.salon.visit()
    page = office.salon.open_page(visit, ask="amount", amount=office.salon.eur(4000))
    office.salon.bank.pay(page)
    office.salon.settle(visit)
    office.dispatch()
    office.work()
    assert "€40.00" in office.email.accepted[0].text
    assert "Still to pay: €60.00." in office.email.accepted[0].text


@pytest.mark.row("C5")
def test_t22_a_slow_payment_that_fails_is_told_and_asks_again(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "email")
    office.deliver()
    page = office.salon.open_page(visit)
    office.salon.bank.delay(page)
    office.salon.settle(visit)
    assert office.dispatch() == 0
    office.salon.wait(days=3)
    office.salon.bank.finish_delayed(page, succeeded=False)
    office.salon.settle(visit)
    assert office.dispatch() == 1
    assert office.work() == ["sent"]
    mail = office.email.accepted[-1]
    assert "did not go through" in mail.subject and "Pay again" in mail.html
    assert not Message.objects.filter(type="payment_received").exists()


def test_a_failed_payment_that_was_paid_in_cash_meanwhile_is_not_told(office: PostOffice):
    visit = office.salon.visit()
    page = office.salon.open_page(visit)
    office.salon.bank.delay(page)
    office.salon.settle(visit)
    office.salon.bank.finish_delayed(page, succeeded=False)
    office.salon.settle(visit)
    office.dispatch()
    office.salon.cash(visit, 10_000)
    assert office.work() == ["dropped"]
    assert office.email.accepted == []


def test_an_event_of_no_consequence_comes_to_rest(office: PostOffice):
    visit = office.salon.visit()
    office.salon.open_page(visit)
    assert office.dispatch() == 0
    assert not Event.objects.filter(next_attempt_at__isnull=False).exists()


@pytest.mark.row("G1")
def test_a_gift_card_that_is_paid_goes_to_the_client_with_its_code(office: PostOffice):
    _, card = sell_card(office.salon)
    assert office.dispatch() == 1
    assert office.work() == ["sent"]
    said = office.email.accepted[-1]
    assert (said.address, shown_code(card) in said.text) == (EMAIL, True)
    assert "€50.00" in said.text and "26 Nov 2027" in said.text.replace("Nov 26, 2027", "26 Nov 2027")
    assert office.dispatch() == 0


def test_the_code_of_a_card_that_was_taken_back_meanwhile_is_not_sent(office: PostOffice):
    visit, _ = sell_card(office.salon)
    office.dispatch()
    paid = Tender.objects.get(bill_id=visit.bill_id)
    take_tender.void(
        actor=office.salon.actor,
        visit_id=visit.pk,
        tender_id=paid.pk,
        reason="wrong",
        expected_version=None,
        now=office.salon.now,
    )
    assert office.work() == ["dropped"]
    assert office.email.accepted == []
