from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows.errors import RefusedError
from quittance.flows.tests.post_office import PostOffice
from quittance.messages.models import ChannelAccount, NotificationSetting
from quittance.messages.queries import notification
from quittance.messages.types import REMINDERS, TYPES
from tests.support.salon import Salon

PAGE = "/settings/notifications"
ALL_ON = {
    "payment_link-enabled": "1",
    "payment_link-channel": ["email", "sms", "whatsapp"],
    "payment_received-enabled": "1",
    "payment_received-channel": ["email", "sms", "whatsapp"],
    "payment_failed-enabled": "1",
    "payment_failed-channel": ["email", "sms", "whatsapp"],
    "refund-enabled": "1",
    "refund-channel": ["email", "sms", "whatsapp"],
    "gift_card-enabled": "1",
    "gift_card-channel": ["email", "sms", "whatsapp"],
    "membership-enabled": "1",
    "membership-channel": ["email", "sms", "whatsapp"],
    **{f"{what}-enabled": "1" for what in REMINDERS},
    **{f"{what}-channel": ["email", "sms", "whatsapp"] for what in REMINDERS},
    **{f"visit_{what}-channel": ["email", "sms", "whatsapp"] for what in ("booked", "moved", "cancelled")},
    "desk_code-enabled": "1",
    "desk_code-channel": ["sms"],
}


def without(*names: str, **changed: object) -> dict[str, object]:
    return {name: value for name, value in {**ALL_ON, **changed}.items() if name not in names}


@pytest.mark.row("D1")
def test_every_type_stands_with_its_switch_and_channels(counter: Counter, office: PostOffice):
    text = words(counter.client.get(PAGE))
    for label in (
        "Client notification with a payment link",
        "Payment received",
        "Payment failed",
        "Refund",
        "Gift card",
        "Code for the QR at the desk",
    ):
        assert label in text
    assert "WhatsApp not connected" in text
    assert "Nothing is sent" not in text


@pytest.mark.row("D1")
def test_a_type_switched_off_sends_nothing_and_says_why(at_noon: Salon, counter: Counter, office: PostOffice):
    answer = counter.client.post(PAGE, without("payment_link-enabled"), follow=True)
    assert "Saved." in words(answer)
    with pytest.raises(RefusedError, match="switched off"):
        office.send(at_noon.visit(), "sms")
    assert NotificationSetting.objects.count() == 1
    assert AuditEntry.objects.filter(action="notification.set").count() == 1


@pytest.mark.row("D1")
def test_the_channels_of_a_type_are_chosen(at_noon: Salon, counter: Counter, office: PostOffice):
    counter.client.post(PAGE, {**ALL_ON, "payment_received-channel": ["email"]})
    assert notification(business_id=at_noon.business.pk, type="payment_received").channels == ("email",)
    assert notification(business_id=at_noon.business.pk, type="payment_link").channels == ("email", "sms", "whatsapp")
    page = counter.client.get(PAGE).content.decode()
    row = page[page.index('name="payment_received-channel"') :]
    assert "checked" in row[: row.index("SMS")]


@pytest.mark.row("D1")
def test_a_type_that_is_on_without_a_channel_is_refused_and_nothing_is_saved(counter: Counter, office: PostOffice):
    typed = without("payment_failed-channel", "payment_received-enabled")
    answer = counter.client.post(PAGE, typed)
    assert answer.status_code == 422
    text = words(answer)
    assert "Nothing was saved yet." in text
    assert "Choose at least one channel, or switch the notification off." in text
    assert not NotificationSetting.objects.exists()
    page = answer.content.decode()
    received = page[page.index('name="payment_received-enabled"') :]
    assert "checked" not in received[: received.index("/>")]


@pytest.mark.row("D1")
def test_a_type_whose_channels_are_all_silent_says_so(counter: Counter, office: PostOffice):
    ChannelAccount.objects.update(enabled=False)
    assert words(counter.client.get(PAGE)).count("Nothing is sent: none of its channels is connected and on.") == len(
        [one for one in TYPES.values() if one.is_on]
    )


@pytest.mark.row("K1")
def test_a_receptionist_may_not_change_settings(at_noon: Salon):
    client = sign_in(at_noon, "receptionist", "eva@salon.example")
    for path in ("/settings/", PAGE, f"{PAGE}/channels"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "Change settings of the business" in words(answer)
    assert client.post(PAGE, ALL_ON).status_code == 403
    assert 'href="/settings/"' not in client.get("/calendar").content.decode()


@pytest.mark.row("K1")
def test_the_front_page_shows_each_person_what_they_may_change(at_noon: Salon, counter: Counter):
    assert "Online payments" in words(counter.client.get("/settings/"))
    manager = sign_in(at_noon, "manager", "marie@salon.example")
    text = words(manager.get("/settings/"))
    assert "Delivery channels" in text
    assert "Payment accounts, their keys" not in text


@pytest.mark.row("K1")
def test_people_and_roles_are_shown_as_they_are(at_noon: Salon, counter: Counter):
    sign_in(at_noon, "bookkeeper", "tomasz@salon.example")
    answer = counter.client.get("/settings/people")
    text = words(answer)
    assert "ana@salon.example Owner · all locations" in text
    assert "tomasz@salon.example Bookkeeper · all locations" in text
    assert "Set up online payments and their keys yes – no" in text


def test_a_channel_that_is_off_is_shown_beside_its_box(counter: Counter, office: PostOffice):
    ChannelAccount.objects.filter(channel="sms").update(retired_at=office.salon.now)
    assert "SMS not connected" in words(counter.client.get(PAGE))


@pytest.mark.row("D1")
def test_types_stand_in_groups_with_their_texts_and_channels_to_connect(counter: Counter, office: PostOffice):
    answer = counter.client.get(PAGE)
    text = words(answer)
    found = [text.index(name) for name in ("Payments Client notification", "Visits Booking", "Cards and memberships")]
    assert found == sorted(found)
    page = answer.content.decode()
    assert "/settings/notifications/texts#visit_moved" in page
    assert 'id="visit_moved"' in counter.client.get("/settings/notifications/texts").content.decode()
    assert page.count("/settings/notifications/channels/whatsapp/connect") == 2


@pytest.mark.row("D1")
def test_of_two_who_save_the_table_the_second_is_told_what_differs(
    at_noon: Salon, counter: Counter, office: PostOffice
):
    first = counter.client.post(PAGE, without("refund-enabled", seen="0"))
    assert first.status_code == 302
    second = counter.client.post(PAGE, {**ALL_ON, "payment_link-channel": ["sms"], "seen": "0"})
    assert second.status_code == 409
    text = words(second)
    assert "changed this at" in text and "Refund off, Email, SMS, WhatsApp on, Email, SMS, WhatsApp" in text
    assert notification(business_id=at_noon.business.pk, type="payment_link").channels == ("email", "sms", "whatsapp")
    mine = counter.client.post(PAGE, {**ALL_ON, "payment_link-channel": ["sms"], "seen": "1"})
    assert mine.status_code == 302
    assert notification(business_id=at_noon.business.pk, type="refund").enabled
    assert counter.client.post(PAGE, {**ALL_ON, "seen": "odd"}).status_code == 409
