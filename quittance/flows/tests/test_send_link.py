from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import Actor, NotAllowedError, Right
from quittance.flows import set_notification, undo_send
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.send_link import MOST_PER_HOUR, UNDO_SECONDS, LinkWish
from quittance.flows.tests.post_office import EMAIL, PHONE, PostOffice
from quittance.messages import queries
from quittance.messages.models import Message, Suppression
from quittance.payments.models import PaymentLink


@pytest.mark.row("B5")
def test_a_link_goes_to_the_clients_own_address_by_every_chosen_channel(office: PostOffice):
    visit = office.salon.visit()
    result = office.send(visit, "email", "sms")
    assert [(one.channel, one.address) for one in result.messages] == [("email", EMAIL), ("sms", PHONE)]
    assert result.undo_until == office.salon.now + timedelta(seconds=UNDO_SECONDS)
    assert office.work() == []  # nothing leaves while it can be undone
    assert office.deliver() == ["sent", "sent"]
    assert result.address in office.sms.sent_to(PHONE)[0].text
    assert result.address in office.email.sent_to(EMAIL)[0].html
    link = PaymentLink.objects.get(pk=result.link_id)
    assert link.sent_at == office.salon.now


def test_the_choice_is_remembered_and_offered_the_next_time(office: PostOffice):
    office.send(office.salon.visit(), "sms")
    choices = queries.channel_choices(business_id=office.salon.business.pk, client_id=office.salon.chloe.pk)
    assert {choice.channel: choice.chosen for choice in choices} == {"email": False, "sms": True, "whatsapp": False}


def test_once_to_another_number_writes_there_and_remembers_nothing(office: PostOffice):
    visit = office.salon.visit()
    result = office.send(visit, once_to="0171 555 12 34")
    assert [(one.channel, one.address) for one in result.messages] == [("sms", "+491715551234")]
    office.deliver()
    assert office.sms.sent_to(PHONE) == [] and len(office.sms.sent_to("+491715551234")) == 1
    office.salon.chloe.refresh_from_db()
    assert office.salon.chloe.link_channels == []


@pytest.mark.parametrize("typed", ["chloe@", "12", "call me", "+49 30 5<script>", "x" * 300 + "@a.example"])
def test_an_address_that_cannot_be_is_refused_with_a_sentence_and_makes_no_link(office: PostOffice, typed):
    visit = office.salon.visit()
    with pytest.raises(RefusedError, match=r"\.$"):
        office.send(visit, once_to=typed)
    assert not PaymentLink.objects.exists() and not Message.objects.exists()


def test_pressing_again_while_it_can_be_undone_sends_once(office: PostOffice):
    visit = office.salon.visit()
    first = office.send(visit, "sms")
    office.salon.wait(seconds=2)
    again = office.send(visit, "sms")
    assert again == first
    office.deliver()
    assert len(office.sms.accepted) == 1


def test_pressing_again_later_sends_the_same_link_again(office: PostOffice):
    visit = office.salon.visit()
    first = office.send(visit, "sms")
    office.deliver()
    office.salon.wait(minutes=10)
    assert office.send(visit, "sms").address == first.address
    office.deliver()
    assert len(office.sms.accepted) == 2


def test_the_same_request_id_shows_the_first_result_and_sends_once(office: PostOffice):
    visit = office.salon.visit()
    actor = replace(office.salon.actor, request_id="press-1")
    first = office.send(visit, "sms", actor=actor)
    office.deliver()
    office.salon.wait(minutes=1)
    assert office.send(visit, "sms", actor=actor) == first
    assert office.deliver() == []
    assert len(office.sms.accepted) == 1


@pytest.mark.row("B5")
def test_undo_takes_back_what_has_not_left(office: PostOffice):
    visit = office.salon.visit()
    result = office.send(visit, "email", "sms")
    ids = [one.message_id for one in result.messages]
    undone = undo_send.undo(actor=office.salon.actor, visit_id=visit.pk, message_ids=ids, now=office.salon.now)
    assert (undone.undone, undone.too_late) == (2, 0)
    assert office.deliver() == [] and office.sms.accepted == []
    assert PaymentLink.objects.get(pk=result.link_id).sent_at is None


def test_undo_comes_too_late_for_what_has_left_and_touches_no_other_visit(office: PostOffice):
    visit, other = office.salon.visit(), office.salon.visit()
    ids = [one.message_id for one in office.send(visit, "sms").messages]
    others = [one.message_id for one in office.send(other, "email").messages]
    office.deliver()
    undone = undo_send.undo(
        actor=office.salon.actor, visit_id=visit.pk, message_ids=[*ids, *others], now=office.salon.now
    )
    assert (undone.undone, undone.too_late) == (0, 1)


@pytest.mark.row("B11")
def test_without_the_right_cashless_payment_nothing_is_sent(office: PostOffice):
    visit = office.salon.visit()
    rights = {office.salon.location.pk: frozenset(Right) - {Right.CASHLESS_PAYMENT}}
    with pytest.raises(NotAllowedError):
        office.send(visit, "sms", actor=replace(office.salon.actor, rights=rights))
    assert not Message.objects.exists()


@pytest.mark.row("K3")
def test_dan_of_another_business_finds_no_visit(office: PostOffice):
    visit = office.salon.visit()
    other = Business.objects.create(name="Dan's", slug="dans")
    with pytest.raises(GoneError):
        office.send(visit, "sms", actor=Actor.system(other.pk))


def test_ask_for_an_amount_makes_a_link_for_it(office: PostOffice):
    visit = office.salon.visit()
    result = office.send(visit, "sms", wish=LinkWish(ask="amount", amount=office.salon.eur(3000)))
    office.deliver()
    assert PaymentLink.objects.get(pk=result.link_id).ask_minor == 3000
    assert "€30.00" in office.sms.accepted[0].text


def test_an_unusable_channel_is_refused_with_the_reason_of_its_chip(office: PostOffice):
    visit = office.salon.visit()
    ContactPoint.objects.filter(kind="phone").delete()
    with pytest.raises(RefusedError, match="SMS: There is no phone number in the client card"):
        office.send(visit, "sms")
    with pytest.raises(RefusedError, match="WhatsApp is not connected"):
        office.send(visit, "whatsapp")
    with pytest.raises(RefusedError, match="Choose at least one way"):
        office.send(visit)


def test_a_link_is_not_sent_without_end(office: PostOffice):
    visit = office.salon.visit()
    for _ in range(MOST_PER_HOUR):
        office.send(visit, "sms")
        office.deliver()
    with pytest.raises(RefusedError, match="many times in the last hour"):
        office.send(visit, "sms")
    office.salon.wait(hours=1)
    office.send(visit, "sms")


def test_the_trail_says_who_sent_and_names_no_address(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    entry = AuditEntry.objects.get(action="link.send")
    assert (entry.actor_id, entry.detail) == (7, {"visit": visit.pk, "channels": ["sms"]})


def reasons(office: PostOffice) -> dict[str, tuple[str, str]]:
    choices = queries.channel_choices(business_id=office.salon.business.pk, client_id=office.salon.chloe.pk)
    return {choice.channel: (choice.reason, choice.mend) for choice in choices}


@pytest.mark.row("B5", "D1", "D5")
def test_every_chip_that_cannot_be_used_says_why_and_where_to_mend_it(office: PostOffice):
    assert reasons(office) == {
        "email": ("", ""),
        "sms": ("", ""),
        "whatsapp": ("WhatsApp is not connected.", "connect_whatsapp"),
    }
    Suppression.objects.create(
        business=office.salon.business, channel="sms", address=PHONE, reason="opted_out", since_at=office.salon.now
    )
    ContactPoint.objects.filter(kind="email").delete()
    assert reasons(office)["sms"] == ("The client has opted out.", "")
    assert reasons(office)["email"] == ("There is no email address in the client card.", "client_card")
    Suppression.objects.update(reason="refused")
    assert reasons(office)["sms"] == ("This address refused messages earlier.", "client_card")
    office.salon.business.channel_accounts.filter(channel="sms").update(enabled=False)
    assert reasons(office)["sms"] == ("SMS is switched off.", "connect_sms")
    office.salon.business.channel_accounts.all().delete()
    assert reasons(office)["sms"] == ("SMS is not connected.", "connect_sms")
    set_notification.set_notification(
        actor=office.salon.actor, type="payment_link", enabled=False, channels=[], now=office.salon.now
    )
    assert reasons(office)["email"] == ("This notification is switched off.", "notifications")


def test_the_chips_cost_three_queries(office: PostOffice, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.channel_choices(business_id=office.salon.business.pk, client_id=office.salon.chloe.pk)


def test_a_visit_without_a_client_says_so(office: PostOffice):
    choices = queries.channel_choices(business_id=office.salon.business.pk, client_id=None)
    assert choices[0].reason == "No client is chosen for this visit."


def test_another_business_cannot_see_a_clients_addresses(office: PostOffice):
    other = Business.objects.create(name="Dan's", slug="dans")
    choices = queries.channel_choices(business_id=other.pk, client_id=office.salon.chloe.pk)
    assert [choice.address for choice in choices] == ["", "", ""]


def test_a_channel_that_was_remembered_but_is_gone_does_not_leave_the_panel_without_a_tick(office: PostOffice):
    Client.objects.update(link_channels=["sms"])
    ContactPoint.objects.filter(kind="phone").delete()
    choices = queries.channel_choices(business_id=office.salon.business.pk, client_id=office.salon.chloe.pk)
    assert [choice.channel for choice in choices if choice.chosen] == ["email"]


@pytest.mark.django_db(transaction=True)
def test_s14_eight_desks_that_press_at_once_send_one_message(office: PostOffice):
    visit = office.salon.visit()
    office.salon.link(visit)
    gate, failures = threading.Barrier(8), []

    def press() -> None:
        try:
            gate.wait(10)
            office.send(visit, "sms")
        except BaseException as error:  # noqa: BLE001 - asserted below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert Message.objects.count() == 1
    office.deliver()
    assert len(office.sms.accepted) == 1
