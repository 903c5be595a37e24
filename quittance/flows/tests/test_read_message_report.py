from __future__ import annotations

import itertools

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business
from quittance.flows import read_message_report
from quittance.flows.tests.post_office import PHONE, PostOffice
from quittance.message_channels.port import DeliveryState, InboundText, Notice, StatusNotice, Suppress, Wish
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.payments.models import PaymentLink

SENT = StatusNotice("fake-0:sent", "fake-0", "", DeliveryState.SENT)
DELIVERED = StatusNotice("fake-0:delivered", "fake-0", "", DeliveryState.DELIVERED)
FAILED = StatusNotice(
    "fake-0:failed", "fake-0", "", DeliveryState.FAILED, "30007", "The phone network filtered the message.", "permanent"
)
LANDLINE = StatusNotice(
    "fake-0:undelivered", "fake-0", "", DeliveryState.FAILED, "30006", "A landline.", "permanent", Suppress.REFUSED
)


def report(office: PostOffice, *notices: Notice) -> int:
    account = ChannelAccount.objects.get(business=office.salon.business, channel="sms")
    return read_message_report.apply(account_id=account.pk, notices=notices, now=office.salon.now)


def sent(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.deliver()
    return visit


@pytest.mark.row("D4", "B10")
@pytest.mark.parametrize("notices", sorted(set(itertools.permutations([SENT, DELIVERED, SENT, DELIVERED])), key=str))
def test_delivered_stays_delivered_in_any_sequence_and_doubled(office: PostOffice, notices):
    visit = sent(office)
    for notice in notices:
        report(office, notice)
    message = office.message(visit)
    assert (message.state, message.delivered_at) == ("delivered", office.salon.now)


@pytest.mark.parametrize("notices", [(FAILED, DELIVERED), (DELIVERED, FAILED)])
def test_what_arrived_after_all_counts_as_delivered(office: PostOffice, notices):
    visit = sent(office)
    report(office, *notices)
    assert office.message(visit).state == "delivered"


def test_a_failure_tells_its_reason_and_a_late_sent_does_not_hide_it(office: PostOffice):
    visit = sent(office)
    assert report(office, FAILED, SENT) == 1
    message = office.message(visit)
    assert (message.state, message.failure) == ("failed", "The phone network filtered the message.")
    assert not Suppression.objects.exists()


def test_t59_a_landline_is_suppressed_by_its_report(office: PostOffice):
    sent(office)
    report(office, LANDLINE)
    assert Suppression.objects.values_list("address", "reason").get() == (PHONE, "refused")


def test_a_report_that_bears_our_key_resolves_a_message_whose_answer_was_lost(office: PostOffice):
    """T56: the callback tells what the lost answer could not."""
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.sms.lose_next_answer()
    office.deliver()
    key = office.message(visit).key
    assert report(office, StatusNotice("SM1:sent", "SM1", key, DeliveryState.SENT)) == 1
    message = office.message(visit)
    assert (message.state, message.their_id, message.next_attempt_at) == ("sent", "SM1", None)
    assert PaymentLink.objects.get(bill_id=visit.bill_id).sent_at is not None
    office.salon.wait(hours=1)
    assert office.work() == [] and len(office.sms.accepted) == 1


def test_a_report_that_overtakes_the_answer_is_kept(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "sms")

    def overtake(operation: str) -> None:
        key = Message.objects.get(visit_id=visit.pk).key
        report(office, StatusNotice("fake-0:delivered", "fake-0", key, DeliveryState.DELIVERED))

    office.sms.on_call = overtake
    assert office.deliver() == ["delivered"]


@pytest.mark.row("D5")
def test_stop_suppresses_the_number_and_start_lifts_it(office: PostOffice):
    assert report(office, InboundText("in:1", "1", PHONE, Wish.STOP)) == 1
    assert Suppression.objects.values_list("channel", "address", "reason").get() == ("sms", PHONE, "opted_out")
    assert report(office, InboundText("in:2", "2", PHONE, Wish.OTHER)) == 0
    assert Suppression.objects.exists()
    report(office, InboundText("in:3", "3", PHONE, Wish.START))
    assert not Suppression.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == ["client.opted_out", "client.opted_in"]
    assert all(PHONE not in str(entry.detail) for entry in AuditEntry.objects.all())


def test_a_weaker_reason_does_not_hide_an_opt_out(office: PostOffice):
    sent(office)
    report(office, InboundText("in:1", "1", PHONE, Wish.STOP), LANDLINE)
    assert Suppression.objects.get().reason == "opted_out"


def test_a_report_on_a_foreign_message_changes_nothing(office: PostOffice):
    visit = sent(office)
    assert report(office, StatusNotice("SM9:failed", "SM9", "", DeliveryState.FAILED)) == 0
    assert report(office, StatusNotice("SM9:failed", "SM9", "0" * 32, DeliveryState.FAILED)) == 0
    assert office.message(visit).state == "sent"


@pytest.mark.row("K3")
def test_dans_account_cannot_report_on_anas_message(office: PostOffice):
    visit = sent(office)
    dans = ChannelAccount.objects.create(
        business=Business.objects.create(name="Dan's", slug="dans"),
        channel="sms",
        system="fake_sms",
        sender="+4930555999",
        credentials="{}",
        address_token="d" * 32,
        enabled=True,
        created_at=office.salon.now,
    )
    key = office.message(visit).key
    for notice in (FAILED, StatusNotice("x", "fake-0", key, DeliveryState.FAILED)):
        assert read_message_report.apply(account_id=dans.pk, notices=[notice], now=office.salon.now) == 0
    assert office.message(visit).state == "sent"


def test_a_report_about_another_message_than_the_link_s_leaves_the_link_alone(office: PostOffice):
    visit = sent(office)
    PaymentLink.objects.update(sent_at=None)
    Message.objects.update(type="payment_received", state="calling", their_id="")
    key = office.message(visit).key
    assert report(office, StatusNotice("SM1:sent", "SM1", key, DeliveryState.SENT)) == 1
    assert (office.message(visit).state, PaymentLink.objects.get().sent_at) == ("sent", None)
