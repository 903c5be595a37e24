from __future__ import annotations

import pytest

from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import PHONE, PostOffice
from quittance.message_channels.port import PermanentError
from quittance.messages.models import Message, NotificationSetting
from quittance.messages.queries_log import PAGE as PAGE_SIZE
from tests.support.salon import Salon, open_salon

PAGE = "/settings/notifications/log"


def fail_one(office: PostOffice) -> Message:
    visit = office.salon.visit()
    office.sms.refuse_next(PermanentError("21612", "This sender cannot reach the client's number."))
    office.send(visit, "sms")
    office.deliver()
    return office.message(visit)


@pytest.mark.row("D4")
def test_every_message_stands_with_its_fate_and_its_reason(at_noon: Salon, counter: Counter, office: PostOffice):
    assert "Send a payment link to see the first." in words(counter.client.get(PAGE))
    fail_one(office)
    office.send(at_noon.visit(), "email")
    office.deliver()
    text = words(counter.client.get(PAGE))
    assert "failed SMS · +4915112345678 · Chloe" in text and "sent Email · chloe@client.example · Chloe" in text
    assert "This sender cannot reach the client's number." in text
    assert text.count("Send again") == 1


@pytest.mark.row("D4")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=trouble", (PHONE,)),
        ("state=sent", ("chloe@client.example",)),
        ("channel=sms", (PHONE,)),
        ("type=refund", ()),
        ("address=+49 151 12345678", (PHONE,)),
        ("address=CHLOE@client.example", ("chloe@client.example",)),
        ("state=nonsense&channel=x&type=y&before=z", (PHONE, "chloe@client.example")),
    ],
)
def test_the_log_is_filtered(at_noon: Salon, counter: Counter, office: PostOffice, query: str, shown: tuple[str, ...]):
    fail_one(office)
    office.send(at_noon.visit(), "email")
    office.deliver()
    asked = dict(pair.split("=", 1) for pair in query.split("&"))
    text = words(counter.client.get(PAGE, asked))
    assert {one for one in (PHONE, "chloe@client.example") if f"· {one} ·" in text} == set(shown)


@pytest.mark.row("D4")
def test_what_failed_is_sent_again_by_one_press(at_noon: Salon, counter: Counter, office: PostOffice):
    message = fail_one(office)
    answer = counter.client.post(f"{PAGE}/{message.pk}/again", {"request_id": counter.new_id()}, follow=True)
    assert "It leaves again in a moment." in words(answer)
    assert office.work() == ["sent"]
    assert "Send again" not in words(counter.client.get(PAGE))
    refused = counter.client.post(f"{PAGE}/{message.pk}/again", {"request_id": counter.new_id()})
    assert refused.status_code == 422 and "sent again already" in words(refused)


def test_pages_follow_each_other_by_id(at_noon: Salon, counter: Counter):
    rows = [
        Message(
            business=at_noon.business,
            type="refund",
            channel="sms",
            address=f"+49151000{number}",
            state="sent",
            purpose_key=f"p{number}",
            key=f"{number:032d}",
            created_at=at_noon.now,
        )
        for number in range(PAGE_SIZE + 1)
    ]
    Message.objects.bulk_create(rows)
    first = counter.client.get(PAGE)
    assert "Older" in words(first) and "+491510000 " not in words(first)
    last = words(counter.client.get(PAGE, {"before": Message.objects.order_by("pk")[1].pk}))
    assert "+491510000 " in last and "Newest" in last and "Older" not in last


def test_dans_messages_are_not_shown_and_not_sent(at_noon: Salon, counter: Counter):
    dans = open_salon(at_noon.bank, owner="Dan")
    row = Message.objects.create(
        business=dans.business,
        type="refund",
        channel="sms",
        address="+4917000000",
        purpose_key="p",
        key="k",
        state="failed",
        created_at=at_noon.now,
    )
    assert "+4917000000" not in words(counter.client.get(PAGE))
    assert counter.client.post(f"{PAGE}/{row.pk}/again", {"request_id": counter.new_id()}).status_code == 404


@pytest.mark.row("D4")
def test_falling_back_is_a_box_of_each_notification(counter: Counter, office: PostOffice):
    page = "/settings/notifications"
    assert "If it fails, once by the next channel" in words(counter.client.get(page))
    typed = {"refund-enabled": "1", "refund-channel": ["sms"], "refund-falls-back": "1"}
    counter.client.post(page, typed)
    assert NotificationSetting.objects.get(type="refund").falls_back


@pytest.mark.row("K1")
def test_a_receptionist_does_not_read_the_log(at_noon: Salon):
    assert sign_in(at_noon, "receptionist", "eva@salon.example").get(PAGE).status_code == 403
