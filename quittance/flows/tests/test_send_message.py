from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from quittance.calendar.models import Appointment
from quittance.due.actions import Claimed
from quittance.flows import cancel_visit, connect_channel, set_notification
from quittance.flows.send_message import ABSENT_AFTER_SECONDS, MOST_ATTEMPTS
from quittance.flows.tests.post_office import EMAIL, LEASE_SECONDS, PHONE, PostOffice
from quittance.message_channels.fake import FakeChannel, KilledError
from quittance.message_channels.port import (
    MisconfiguredError,
    PermanentError,
    Suppress,
    TransientError,
)
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.payments.models import PaymentLink
from tests.support.crashes import CrashPoints


def channel_of(office: PostOffice, name: str) -> FakeChannel:
    return office.email if name == "email" else office.sms


@pytest.mark.row("D4")
def test_a_sent_message_keeps_their_id_and_what_was_said(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    assert office.deliver() == ["sent"]
    message = office.message(visit)
    assert (message.their_id, message.sent_at, message.next_attempt_at) == ("fake-0", office.salon.now, None)
    assert message.body.reveal() == office.sms.accepted[0].text
    assert message.account is not None and message.account.last_success_at == office.salon.now


def test_the_text_is_that_of_the_moment_of_sending(office: PostOffice):
    """T58: moved between queueing and sending, the message carries the new time."""
    visit = office.salon.visit()
    office.send(visit, "email")
    later = office.salon.now + timedelta(days=1)
    Appointment.objects.filter(visit=visit).update(starts_at=later, ends_at=later + timedelta(hours=1))
    assert office.deliver() == ["sent"]
    assert "Fri, Nov 27" in office.email.accepted[0].text or "Fri 27 Nov" in office.email.accepted[0].text


def pay_in_cash(office: PostOffice, visit) -> None:
    office.salon.cash(visit, 10_000)


def cancel(office: PostOffice, visit) -> None:
    cancel_visit.cancel(
        actor=office.salon.actor,
        visit_id=visit.pk,
        expected_version=office.salon.bill(visit).version,
        now=office.salon.now,
    )


def expire(office: PostOffice, visit) -> None:
    PaymentLink.objects.update(expires_at=office.salon.now)


def replace_link(office: PostOffice, visit) -> None:
    office.salon.link(visit, ask="amount", amount=office.salon.eur(500))


def opt_out(office: PostOffice, visit) -> None:
    Suppression.objects.create(
        business=office.salon.business, channel="sms", address=PHONE, reason="opted_out", since_at=office.salon.now
    )


def switch_type_off(office: PostOffice, visit) -> None:
    set_notification.set_notification(
        actor=office.salon.actor, type="payment_link", enabled=False, channels=["sms"], now=office.salon.now
    )


def switch_channel_off(office: PostOffice, visit) -> None:
    connect_channel.switch(actor=office.salon.actor, channel="sms", enabled=False, now=office.salon.now)


def disconnect(office: PostOffice, visit) -> None:
    connect_channel.disconnect(actor=office.salon.actor, channel="sms", now=office.salon.now)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (pay_in_cash, "Nothing is due any more."),
        (cancel, "The visit or its link was cancelled."),
        (expire, "The link has expired."),
        (replace_link, "A newer link has replaced this one."),
        (opt_out, "The client has opted out."),
        (switch_type_off, "This notification is switched off."),
        (switch_channel_off, "SMS is switched off."),
        (disconnect, "SMS is not connected."),
    ],
)
@pytest.mark.row("D5")
def test_t58_a_message_whose_reason_is_gone_is_dropped_with_the_reason(office: PostOffice, happens, reason):
    visit = office.salon.visit()
    office.send(visit, "sms")
    happens(office, visit)
    assert office.deliver() == ["dropped"]
    assert office.message(visit).failure == reason
    assert office.sms.calls == []


@pytest.mark.parametrize("name", ["sms", "email"])
def test_t56_killed_after_the_channel_took_it_asks_and_never_sends_twice(office: PostOffice, name):
    visit = office.salon.visit()
    office.send(visit, name)
    channel = channel_of(office, name)
    channel.kill_next_answer()
    with pytest.raises(KilledError):
        office.deliver()
    assert office.message(visit, name).state == "calling"
    assert office.work() == []  # the dead worker's lease still runs
    office.salon.wait(seconds=LEASE_SECONDS)
    assert office.work() == ["sent"]
    assert len(channel.accepted) == 1 and channel.calls == ["send", "find"]
    assert PaymentLink.objects.get(bill_id=visit.bill_id).sent_at is not None


def test_t56_a_mail_server_cannot_tell_so_the_message_is_flagged_and_not_sent_again(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "email")
    office.email.can_find = False
    office.email.kill_next_answer()
    with pytest.raises(KilledError):
        office.deliver()
    office.salon.wait(seconds=LEASE_SECONDS)
    assert office.work() == ["unknown"]
    message = office.message(visit, "email")
    assert message.next_attempt_at is None and message.failure_class == "unknown"
    assert "not known whether this message arrived" in message.failure
    office.salon.wait(days=1)
    assert office.work() == [] and len(office.email.accepted) == 1


def test_t56_killed_before_the_call_is_sent_once_after_the_channel_is_surely_without_it(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")

    def die(operation: str) -> None:
        office.sms.on_call = None
        raise KilledError

    office.sms.on_call = die
    with pytest.raises(KilledError):
        office.deliver()
    office.salon.wait(seconds=LEASE_SECONDS)
    assert office.work() == ["unknown"]  # too early to believe that it is absent
    office.salon.wait(seconds=ABSENT_AFTER_SECONDS)
    assert office.work() == ["queued"]
    assert office.work() == ["sent"]
    assert len(office.sms.accepted) == 1


def test_t56_a_list_that_lags_does_not_cause_a_second_message(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.sms.lose_next_answer()
    office.sms.blind_finds = 1
    assert office.deliver() == ["unknown"]
    office.salon.wait(seconds=30)
    assert office.work() == ["unknown"]
    office.salon.wait(seconds=ABSENT_AFTER_SECONDS)
    assert office.work() == ["sent"]
    assert len(office.sms.accepted) == 1


def test_t56_the_reason_is_checked_again_before_a_second_try(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.sms.lose_next_answer()
    office.sms.blind_finds = 9
    office.deliver()
    office.salon.cash(visit, 10_000)
    states = []
    for _ in range(4):
        office.salon.wait(seconds=ABSENT_AFTER_SECONDS)
        states += office.work()
    assert states == ["queued", "dropped"] and len(office.sms.accepted) == 1


def test_a_channel_that_cannot_be_asked_for_long_leaves_the_decision_to_a_person(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.sms.lose_next_answer()
    office.deliver()
    for _ in range(MOST_ATTEMPTS + 2):
        office.sms.refuse_next(TransientError("503", "Twilio could not be reached."))
        office.salon.wait(hours=1)
        office.work()
    message = office.message(visit)
    assert (message.state, message.next_attempt_at) == ("unknown", None)
    assert len(office.sms.accepted) == 1


def test_a_transient_refusal_is_tried_again_later_and_later_and_then_given_up(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    waits = []
    for attempt in range(MOST_ATTEMPTS):
        office.sms.refuse_next(TransientError("21611", "The sender's queue at Twilio is full."))
        assert (office.deliver() if attempt == 0 else office.work())[0] in ("queued", "failed")
        message = office.message(visit)
        if message.next_attempt_at is not None:
            waits.append((message.next_attempt_at - office.salon.now).total_seconds())
            office.salon.now = message.next_attempt_at
    assert len(waits) == MOST_ATTEMPTS - 1 and waits == sorted(waits)
    assert 30 <= waits[0] <= 38 and waits[-1] <= 1800
    assert (message.state, message.failure_class) == ("failed", "transient")
    assert message.failure == "The sender's queue at Twilio is full."
    assert office.sms.accepted == []


def test_they_say_how_long_to_wait(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.sms.refuse_next(TransientError("20429", "Asked too often.", retry_after_seconds=7))
    office.deliver()
    assert office.message(visit).next_attempt_at == office.salon.now + timedelta(seconds=7)


@pytest.mark.row("D4")
def test_t59_a_refused_number_fails_is_suppressed_and_the_run_goes_on(office: PostOffice):
    first, second = office.salon.visit(), office.salon.visit()
    office.send(first, "sms")
    office.send(second, "email")
    office.sms.refuse_next(PermanentError("21614", "The number is not a mobile number.", suppress=Suppress.REFUSED))
    assert office.deliver() == ["failed", "sent"]
    assert office.message(first).failure == "The number is not a mobile number."
    assert Suppression.objects.values_list("channel", "address", "reason").get() == ("sms", PHONE, "refused")
    assert len(office.email.sent_to(EMAIL)) == 1


def test_wrong_keys_are_told_at_the_channel_and_the_message_waits(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.sms.refuse_next(MisconfiguredError("Twilio refused the account SID or auth token."))
    assert office.deliver() == ["queued"]
    account = ChannelAccount.objects.get(channel="sms")
    assert account.last_failure == "Twilio refused the account SID or auth token."
    office.salon.wait(minutes=5)
    assert office.work() == ["sent"]


def test_a_frozen_bill_makes_the_message_wait_a_moment(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    bill = office.salon.bill(visit)
    bill.frozen_by, bill.frozen_until = "x", office.salon.now + timedelta(seconds=60)
    bill.save(update_fields=["frozen_by", "frozen_until"])
    assert office.deliver() == ["queued"]
    office.salon.wait(seconds=60)
    assert office.work() == ["sent"]


def test_a_worker_that_lost_its_lease_before_the_call_sends_nothing(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.salon.wait(seconds=5)
    slow = office.claim()[0]
    office.salon.wait(seconds=LEASE_SECONDS)
    assert office.work() == ["sent"]
    assert office.work_on(slow) in ("sent", "lost")
    assert len(office.sms.accepted) == 1


def test_a_worker_that_lost_its_lease_during_the_call_still_tells_that_it_was_sent(office: PostOffice):
    """The second worker cannot tell, the first comes back with the answer: nobody is left in doubt."""
    visit = office.salon.visit()
    office.send(visit, "email")
    office.email.can_find = False
    office.salon.wait(seconds=5)
    slow = office.claim()[0]

    def meanwhile(operation: str) -> None:
        if operation == "send":
            office.email.on_call = None
            office.salon.wait(seconds=LEASE_SECONDS)
            assert office.work() == ["unknown"]

    office.email.on_call = meanwhile
    office.work_on(slow)
    assert office.message(visit, "email").state == "sent"
    assert len(office.email.accepted) == 1


def test_a_row_that_is_not_leased_is_left_alone(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    message = office.message(visit)
    assert office.work_on(Claimed(message.pk, "f" * 32, 1)) == "queued"
    assert office.work_on(Claimed(message.pk, "", 1)) == "queued"
    assert office.sms.calls == []


@pytest.mark.django_db(transaction=True)
def test_s14_six_workers_send_twelve_messages_once_each(office: PostOffice):
    visits = [office.salon.visit() for _ in range(12)]
    for visit in visits:
        office.send(visit, "sms")
    office.salon.wait(seconds=5)
    failures = []

    def run() -> None:
        try:
            for _ in range(3):
                office.work()
        except BaseException as error:  # noqa: BLE001 - asserted below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    keys = [message.key for message in office.sms.accepted]
    assert len(keys) == len(set(keys)) == 12


@pytest.mark.parametrize("name", ["sms", "email"])
@pytest.mark.parametrize("point", range(7))
def test_t14_killed_at_any_point_of_sending_nothing_is_sent_twice_or_forgotten(
    office: PostOffice, crashes: CrashPoints, name, point
):
    visit = office.salon.visit()
    office.send(visit, name)
    channel = channel_of(office, name)
    channel.on_call = channel.on_answer = lambda _operation: crashes._tick()
    office.salon.wait(seconds=5)
    was_killed = crashes.run(point, office.work)
    assert was_killed == (point < 6)
    channel.on_call = channel.on_answer = None
    for _ in range(4):
        office.salon.wait(seconds=max(LEASE_SECONDS, ABSENT_AFTER_SECONDS))
        office.work()
    message = office.message(visit, name)
    assert message.state == "sent" and message.next_attempt_at is None
    assert len(channel.accepted) == 1
    assert PaymentLink.objects.get(bill_id=visit.bill_id).sent_at is not None
