"""What certainly did not arrive goes out once more by the next channel; what may have arrived never does."""

from __future__ import annotations

import pytest

from quittance.flows import read_message_report, resend_message, set_notification
from quittance.flows._sending_pace import MOST_PER_MINUTE
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.tests.post_office import EMAIL, PHONE, PostOffice
from quittance.message_channels.port import (
    DeliveryState,
    MisconfiguredError,
    PermanentError,
    StatusNotice,
    Suppress,
    TransientError,
)
from quittance.messages.models import ChannelAccount, Message, Suppression
from tests.support.salon import Salon, open_salon


@pytest.fixture
def falling(office: PostOffice) -> PostOffice:
    set_notification.set_notification(
        actor=office.salon.actor,
        type="payment_link",
        enabled=True,
        channels=["email", "sms"],
        falls_back=True,
        now=office.salon.now,
    )
    return office


REFUSED = PermanentError("21614", "The number is not a mobile number.", suppress=Suppress.REFUSED)


def report_failed(office: PostOffice, message: Message) -> None:
    notice = StatusNotice("n1", message.their_id, "", DeliveryState.FAILED, "30006", "A landline.", "permanent")
    account = ChannelAccount.objects.get(channel=message.channel)
    read_message_report.apply(account_id=account.pk, notices=[notice], now=office.salon.now)


@pytest.mark.row("D4")
def test_t59_a_refused_sms_goes_out_by_email_once(falling: PostOffice):
    visit = falling.salon.visit()
    falling.sms.refuse_next(REFUSED)
    falling.send(visit, "sms")
    assert falling.deliver() == ["failed"]
    assert falling.work() == ["sent"]
    assert len(falling.email.sent_to(EMAIL)) == 1 and falling.sms.accepted == []
    first, second = Message.objects.order_by("pk")
    assert second.instead_of_id == first.pk
    assert Suppression.objects.get().address == PHONE


@pytest.mark.row("D4")
def test_the_second_channel_failing_ends_it(falling: PostOffice):
    falling.sms.refuse_next(REFUSED)
    falling.email.refuse_next(PermanentError("550", "No such mailbox."))
    falling.send(falling.salon.visit(), "sms")
    assert [*falling.deliver(), *falling.work(), *falling.work()] == ["failed", "failed"]
    assert Message.objects.count() == 2


@pytest.mark.row("D4")
def test_where_the_setting_does_not_say_so_nothing_falls_back(office: PostOffice):
    office.sms.refuse_next(REFUSED)
    office.send(office.salon.visit(), "sms")
    assert [*office.deliver(), *office.work()] == ["failed"]
    assert Message.objects.count() == 1


@pytest.mark.row("D4", "D5")
def test_s14_an_unknown_outcome_never_falls_back(falling: PostOffice):
    falling.sms.can_find = False
    falling.sms.lose_next_answer()
    falling.send(falling.salon.visit(), "sms")
    states = falling.deliver()
    for _ in range(5):
        falling.salon.wait(minutes=30)
        states += falling.work()
    assert states == ["unknown", "unknown"]
    assert Message.objects.count() == 1 and falling.email.accepted == []


@pytest.mark.row("D4")
def test_a_failure_told_later_and_twice_falls_back_once(falling: PostOffice):
    visit = falling.salon.visit()
    falling.send(visit, "sms")
    falling.deliver()
    message = falling.message(visit)
    report_failed(falling, message)
    report_failed(falling, message)
    assert falling.work() == ["sent"]
    assert falling.work() == [] and Message.objects.count() == 2


def test_a_client_who_was_reached_by_the_other_channel_is_not_written_to_again(falling: PostOffice):
    falling.sms.refuse_next(REFUSED)
    falling.send(falling.salon.visit(), "email", "sms")
    assert sorted(falling.deliver()) == ["failed", "sent"]
    assert falling.work() == [] and len(falling.email.accepted) == 1


def test_an_address_typed_for_once_does_not_fall_back_to_the_client(falling: PostOffice):
    falling.sms.refuse_next(REFUSED)
    falling.send(falling.salon.visit(), once_to="+49 151 99999999")
    assert [*falling.deliver(), *falling.work()] == ["failed"]
    assert falling.email.accepted == []


def test_t58_what_falls_back_is_checked_again_before_it_leaves(falling: PostOffice):
    visit = falling.salon.visit()
    falling.sms.refuse_next(REFUSED)
    falling.send(visit, "sms")
    falling.deliver()
    falling.salon.cash(visit, 10_000)
    assert falling.work() == ["dropped"]
    assert falling.email.accepted == []


def test_a_channel_that_stays_down_gives_way_in_the_end(falling: PostOffice):
    falling.send(falling.salon.visit(), "sms")
    falling.salon.wait(seconds=5)
    for _ in range(8):
        falling.sms.refuse_next(TransientError("x", "Down."))
        falling.work()
        falling.salon.wait(hours=1)
    assert falling.work() == ["sent"]
    assert len(falling.email.accepted) == 1


def test_a_template_that_does_not_fit_is_told_in_the_channels_health(office: PostOffice):
    office.sms.refuse_next(PermanentError("132000", "Another number of values.", is_ours=True))
    office.send(office.salon.visit(), "sms")
    office.deliver()
    assert ChannelAccount.objects.get(channel="sms").last_failure == "Another number of values."


# ---- pace


@pytest.mark.row("D5")
def test_a_full_minute_waits_for_the_next_and_costs_no_attempt(office: PostOffice, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(MOST_PER_MINUTE, "sms", 1)
    office.send(office.salon.visit(), "sms")
    office.send(office.salon.visit(), "sms")
    assert sorted(office.deliver()) == ["queued", "sent"]
    waiting = Message.objects.get(state="queued")
    assert waiting.attempts == 0
    office.salon.wait(seconds=30)
    assert office.work() == []
    office.salon.wait(seconds=30)
    assert office.work() == ["sent"]


# ---- again


def again(salon: Salon, message: Message) -> int:
    return resend_message.resend(actor=salon.actor, message_id=message.pk, now=salon.now)


@pytest.mark.row("D4")
def test_a_failed_message_is_sent_again_to_the_mended_address(office: PostOffice):
    visit = office.salon.visit()
    office.sms.refuse_next(REFUSED)
    office.send(visit, "sms")
    office.deliver()
    message = office.message(visit)
    with pytest.raises(RefusedError, match="refused messages earlier"):
        again(office.salon, message)
    office.salon.chloe.contact_points.filter(kind="phone").update(value="+4915155555555")
    new_id = again(office.salon, message)
    assert office.work() == ["sent"]
    assert office.sms.accepted[0].address == "+4915155555555"
    assert Message.objects.get(pk=new_id).instead_of_id == message.pk
    with pytest.raises(RefusedError, match="sent again already"):
        again(office.salon, message)


def test_what_was_sent_or_waits_is_not_sent_again(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    with pytest.raises(RefusedError):
        again(office.salon, office.message(visit))
    office.deliver()
    with pytest.raises(RefusedError):
        again(office.salon, office.message(visit))


def test_dan_cannot_send_anas_message_again(office: PostOffice):
    visit = office.salon.visit()
    office.sms.refuse_next(MisconfiguredError("x"))
    office.send(visit, "sms")
    dans = open_salon(office.salon.bank, owner="Dan")
    with pytest.raises(GoneError):
        again(dans, office.message(visit))
