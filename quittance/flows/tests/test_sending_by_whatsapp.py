"""WhatsApp from the desk's press to the client's phone and back, through the real adapter and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser

from quittance.flows import accept_webhook, connect_channel, save_template
from quittance.flows.accept_webhook import Answer
from quittance.flows.errors import FieldError, RefusedError
from quittance.flows.tests.post_office import PHONE
from quittance.flows.tests.test_sending_through_the_sandbox import BASE, SalonClock, Town
from quittance.message_channels.whatsapp.tests.test_whatsapp import NUMBER_ID, SECRET, TOKEN
from quittance.messages import queries
from quittance.messages.models import ChannelAccount, Suppression
from quittance.messages.texts import OwnText
from quittance.sandbox import Sandbox
from tests.support.salon import Salon

FIELDS = {"sender": "+49 30 555 000", "phone_number_id": NUMBER_ID, "access_token": TOKEN, "app_secret": SECRET}
TEMPLATE = OwnText(
    body="{client}, {amount} for {when}.", their_name="pay_link", their_language="en", has_link_button=True
)


@pytest.fixture
def town(salon: Salon, settings: object) -> Iterator[Town]:
    def deliver(url: str, headers: object, body: bytes) -> int:
        path = urlsplit(url).path
        answer = accept_webhook.accept(
            system="messages",
            address_token=path.rpartition("/")[2],
            headers={name.lower(): value for name, value in dict(headers).items()},  # type: ignore[call-overload]
            body=body,
            path=path,
            now=salon.now,
        )
        return 200 if answer is Answer.ACCEPTED else 400

    with Sandbox(clock=SalonClock(salon), deliver=deliver) as sandbox:
        settings.QUITTANCE_WHATSAPP_API_URL = sandbox.whatsapp_url  # type: ignore[attr-defined]
        settings.QUITTANCE_BASE_URL = BASE  # type: ignore[attr-defined]
        number = sandbox.whatsapp.register(NUMBER_ID, TOKEN, secret=SECRET, shown="+4930555000")
        account = connect_channel.connect(actor=salon.actor, system="whatsapp", fields=FIELDS, now=salon.now)
        number.webhook_url = f"{BASE}/inbound/messages/{account.address_token}"
        sandbox.whatsapp.approve(NUMBER_ID, "pay_link", "en", "{{1}}, {{2}} for {{3}}.", button=f"{BASE}/p/{{{{1}}}}")
        yield Town(salon, sandbox)


def enter_template(salon: Salon, text: OwnText = TEMPLATE, *, kind: str = "payment_link", version: int = 0) -> None:
    save_template.save(
        actor=salon.actor,
        kind=kind,
        channel="whatsapp",
        language="en",
        text=text,
        expected_version=version,
        now=salon.now,
    )


@pytest.mark.row("B5", "D2", "D4")
def test_a_link_goes_out_as_the_approved_template_and_comes_back_delivered(town: Town):
    enter_template(town.salon)
    visit = town.salon.visit()
    address = town.send(visit, "whatsapp").address
    assert town.deliver() == ["sent"]
    assert all(told.status == 200 for told in town.sandbox.whatsapp.settle())
    [letter] = town.sandbox.books.letters(to=PHONE, kind="whatsapp")
    assert letter.text.startswith("Chloe, €100.00 for Thu") and letter.text.endswith(f"\n{address}")
    town.read_webhooks()
    assert town.message(visit, "whatsapp").state == "delivered"


@pytest.mark.row("B5", "D2")
def test_without_an_approved_template_the_chip_says_so(town: Town):
    chip = next(
        one
        for one in queries.channel_choices(business_id=town.salon.business.pk, client_id=town.salon.chloe.pk)
        if one.channel == "whatsapp"
    )
    assert (chip.is_usable, chip.mend) == (False, "texts")
    assert chip.reason == "Enter the template that WhatsApp has approved for this message."
    with pytest.raises(RefusedError, match="Enter the template"):
        town.send(town.salon.visit(), "whatsapp")


@pytest.mark.row("B5")
def test_a_number_that_whatsapp_refused_earlier_is_shown_as_such(town: Town):
    enter_template(town.salon)
    town.salon.chloe.contact_points.filter(kind="phone").update(value="+4915100131026")
    visit = town.salon.visit()
    town.send(visit, "whatsapp")
    assert town.deliver() == ["sent"]
    town.sandbox.whatsapp.settle()
    town.read_webhooks()
    assert town.message(visit, "whatsapp").failure == "The number is not on WhatsApp or cannot be reached there."
    with pytest.raises(RefusedError, match="WhatsApp refused this number earlier"):
        town.send(visit, "whatsapp")


@pytest.mark.row("D5")
def test_stop_by_whatsapp_holds_for_whatsapp_and_start_lifts_it(town: Town):
    enter_template(town.salon)
    visit = town.salon.visit()
    town.send(visit, "whatsapp")
    town.deliver()
    town.sandbox.whatsapp.settle()
    town.sandbox.whatsapp.answer_from_phone(PHONE, "STOP")
    town.read_webhooks()
    assert Suppression.objects.get().channel == "whatsapp"
    with pytest.raises(RefusedError, match="opted out"):
        town.send(visit, "whatsapp")
    town.sandbox.whatsapp.answer_from_phone(PHONE, "START")
    town.read_webhooks()
    assert not Suppression.objects.exists()


@pytest.mark.row("D4")
def test_t60_a_template_that_whatsapp_does_not_know_fails_once_and_the_health_says_why(town: Town):
    enter_template(town.salon, replace(TEMPLATE, their_name="unheard_of"))
    visit = town.salon.visit()
    town.send(visit, "whatsapp")
    assert town.deliver() == ["failed"]
    town.salon.wait(hours=2)
    assert town.work() == []
    account = ChannelAccount.objects.get(channel="whatsapp")
    assert account.last_failure == "WhatsApp knows no approved template with this name and language."
    assert not Suppression.objects.exists()


def test_t56_a_lost_answer_is_never_sent_again_and_the_notice_clears_it_up(town: Town):
    enter_template(town.salon)
    visit = town.salon.visit()
    town.send(visit, "whatsapp")
    town.sandbox.whatsapp.trouble.add("drop_after", match="POST")
    assert town.deliver() == ["unknown"]
    town.salon.wait(seconds=30)
    assert town.work() == ["unknown"]
    town.salon.wait(hours=1)
    assert town.work() == []
    town.sandbox.whatsapp.settle()
    town.read_webhooks()
    assert town.message(visit, "whatsapp").state == "delivered"
    assert len(town.sandbox.whatsapp.sent()) == 1


def test_t60_notices_doubled_and_in_reverse_end_in_delivered(town: Town):
    enter_template(town.salon)
    visit = town.salon.visit()
    town.send(visit, "whatsapp")
    number = town.sandbox.whatsapp.numbers[NUMBER_ID]
    number.reorder, number.double_next = True, 3
    town.deliver()
    town.sandbox.whatsapp.settle()
    town.read_webhooks()
    assert town.message(visit, "whatsapp").state == "delivered"


@pytest.mark.parametrize(
    "name", ["Chloe\r\nPay here: x", "{link}", "\u202eeolhC", "a" + " " * 9 + "b", "😀" * 99, "\t"]
)
def test_t50_a_hostile_name_is_one_inert_line_in_the_template(town: Town, name: str):
    enter_template(town.salon)
    town.salon.chloe.name = name
    town.salon.chloe.save()
    town.send(town.salon.visit(), "whatsapp")
    assert town.deliver() == ["sent"]
    [message] = town.sandbox.whatsapp.sent()
    assert message["text"].count("\n") == 1 and message["text"].count("http") == 1 and "\u202e" not in message["text"]


@pytest.mark.row("D3")
@pytest.mark.parametrize(
    ("changed", "box"),
    [
        ({"their_name": "Pay Link"}, "their_name"),
        ({"their_name": ""}, "their_name"),
        ({"their_language": "english"}, "their_language"),
        ({"has_link_button": False}, "body"),
        ({"body": "{nobody}"}, "body"),
    ],
)
def test_a_template_is_checked_when_it_is_entered(town: Town, changed: dict[str, object], box: str):
    with pytest.raises(FieldError) as refused:
        enter_template(town.salon, replace(TEMPLATE, **changed))  # type: ignore[arg-type]
    assert refused.value.field == box


@pytest.mark.row("D2")
def test_a_test_message_is_the_approved_template_with_an_invented_visit(town: Town):
    def send_test() -> str:
        return connect_channel.test_send(
            actor=town.salon.actor, channel="whatsapp", address="0151 12345678", country="DE", now=town.salon.now
        )

    with pytest.raises(RefusedError, match="Enter the template"):
        send_test()
    enter_template(town.salon)
    assert send_test() == PHONE
    assert town.sandbox.whatsapp.sent()[0]["text"].startswith("Chloe Martin, €60.00 for")


@pytest.mark.row("D2")
def test_keys_that_do_not_work_are_refused_before_they_are_kept(town: Town):
    with pytest.raises(RefusedError, match="access token is not valid"):
        connect_channel.connect(
            actor=town.salon.actor, system="whatsapp", fields={**FIELDS, "access_token": "wrong"}, now=town.salon.now
        )
    assert "access_token" not in connect_channel.shown_fields(ChannelAccount.objects.get(channel="whatsapp"))


def test_new_keys_keep_the_address_and_the_former_app_secret_still_verifies(town: Town):
    before = ChannelAccount.objects.get(channel="whatsapp")
    connect_channel.connect(
        actor=town.salon.actor, system="whatsapp", fields={**FIELDS, "app_secret": "fresh"}, now=town.salon.now
    )
    after = ChannelAccount.objects.get(channel="whatsapp")
    assert after.address_token == before.address_token
    assert queries.typed_fields(after)["former_app_secret"] == SECRET
    assert "former_app_secret" not in connect_channel.shown_fields(after)


@pytest.mark.row("D2")
def test_metas_question_is_answered_only_with_the_addresses_own_token(town: Town):
    token = ChannelAccount.objects.get(channel="whatsapp").address_token
    asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
    browser = Browser()
    answer = browser.get(f"/inbound/messages/{token}", asked)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"].startswith("text/plain")
    for wrong in (
        {"hub.verify_token": "x"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": "<script>"},
        {"hub.challenge": ""},
    ):
        assert browser.get(f"/inbound/messages/{token}", {**asked, **wrong}).status_code == 404
    assert browser.get(f"/inbound/messages/{'0' * 32}", asked).status_code == 404
