"""Why a message is not sent after all, at the moment of sending."""

from __future__ import annotations

import pytest

from quittance.flows._message_facts import reason_to_send
from quittance.flows.send_message import ABSENT_AFTER_SECONDS, MOST_ATTEMPTS
from quittance.flows.tests.post_office import PostOffice
from quittance.message_channels.port import PermanentError
from quittance.messages.models import Message, Suppression


def why_not(office: PostOffice, message: Message) -> str:
    reason = reason_to_send(message, now=office.salon.now)
    assert reason.facts is None
    return reason.drop


@pytest.fixture
def message(office: PostOffice) -> Message:
    visit = office.salon.visit()
    office.send(visit, "sms")
    return office.message(visit)


@pytest.mark.row("D5")
@pytest.mark.parametrize("link_id", [None, 999_999])
def test_a_message_without_its_link_is_dropped(office: PostOffice, message: Message, link_id: int | None) -> None:
    message.link_id = link_id
    assert why_not(office, message) == "The link is gone."


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("payment_received", "The payment is not recorded as received."),
        ("payment_failed", "The payment has not failed."),
        ("refund", "The refund is not recorded as arrived."),
    ],
)
def test_what_is_not_so_is_not_told(office: PostOffice, message: Message, kind: str, sentence: str) -> None:
    message.type = kind
    assert why_not(office, message) == sentence


@pytest.mark.row("D5")
def test_a_payment_that_failed_is_not_told_when_nothing_is_due_any_more(office: PostOffice) -> None:
    visit = office.salon.visit()
    office.send(visit, "sms")
    page = office.salon.open_page(visit)
    office.salon.bank.delay(page)
    office.salon.settle(visit)
    office.salon.bank.finish_delayed(page, succeeded=False)
    office.salon.settle(visit)
    payment = office.salon.payment(visit)
    assert payment.state == "failed"
    office.salon.cash(visit, 10_000)
    message = office.message(visit)
    message.type, message.payment_id = "payment_failed", payment.pk
    assert why_not(office, message) == "Nothing is due any more."


@pytest.mark.row("D4")
def test_a_refusal_for_good_that_is_not_about_the_address_leaves_the_address_alone(office: PostOffice) -> None:
    office.send(office.salon.visit(), "sms")
    office.sms.refuse_next(PermanentError("21617", "The text is too long."))
    assert office.deliver() == ["failed"]
    assert not Suppression.objects.exists()


@pytest.mark.row("D4")
def test_what_the_channel_lost_again_and_again_is_given_up_and_says_so(office: PostOffice, message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(attempts=MOST_ATTEMPTS - 1)
    office.sms.lose_next_answer()
    office.sms.blind_finds = 9
    assert office.deliver() == ["unknown"]
    office.salon.wait(seconds=30 + ABSENT_AFTER_SECONDS)
    assert office.work() == ["failed"]
    message.refresh_from_db()
    assert message.failure == "The channel did not accept the message."
