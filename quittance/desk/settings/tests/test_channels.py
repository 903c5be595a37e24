from __future__ import annotations

import time

import pytest
from django.test import Client

from quittance.businesses.models import Business
from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import PostOffice
from quittance.message_channels.port import MisconfiguredError, TransientError
from quittance.messages.models import ChannelAccount
from tests.support.salon import Salon

PAGE = "/settings/notifications/channels"
SMS = {"sender": "+49 30 777 000", "password": "canary-secret-1234"}


@pytest.fixture
def owner(counter: Counter) -> Client:
    """Ana, who logged in with her password a moment ago."""
    client = Client()
    client.post("/accounts/login/", {"login": counter.user.email, "password": "a long password"})
    return client


@pytest.mark.row("D2")
def test_a_channel_is_connected_after_it_was_tried(owner: Client, office: PostOffice):
    ChannelAccount.objects.all().delete()
    assert "not connected" in words(owner.get(PAGE))
    answer = owner.post(f"{PAGE}/fake_sms/connect", SMS, follow=True)
    text = words(answer)
    assert "Connected and switched on." in text
    assert "From +4930777000" in text
    assert "Secret ···· 1234" in text
    assert "Nothing was sent by it yet." in text
    assert "canary-secret" not in answer.content.decode()


@pytest.mark.row("D2")
def test_what_the_channel_refuses_is_told_and_nothing_but_the_secret_is_lost(owner: Client, office: PostOffice):
    office.sms.refuse_next(MisconfiguredError("Twilio refused the account SID or auth token."))
    answer = owner.post(f"{PAGE}/fake_sms/connect", SMS)
    assert answer.status_code == 422
    assert "Twilio refused the account SID or auth token." in words(answer)
    page = answer.content.decode()
    assert 'value="+49 30 777 000"' in page
    assert "canary-secret" not in page
    assert ChannelAccount.objects.get(channel="sms", retired_at=None).sender == "+4930555000"


@pytest.mark.row("D2")
def test_a_missing_box_is_named_beside_it(owner: Client, office: PostOffice):
    answer = owner.post(f"{PAGE}/fake_email/connect", {"sender": "not an address", "password": "x"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'aria-describedby="id_sender-error' in page
    assert "The sender is an email address, for example hello@your-salon.example." in words(answer)


@pytest.mark.row("D2")
def test_a_test_message_is_sent_at_once_and_its_health_is_shown(owner: Client, office: PostOffice):
    page = owner.get(PAGE).content.decode()
    assert 'value="ana@salon.example"' in page
    answer = owner.post(f"{PAGE}/sms/test", {"address": "0151 12345678"})
    assert answer.status_code == 200
    text = words(answer)
    assert "Sent to +4915112345678. Look whether it arrived." in text
    assert "Last message accepted Thu 26 Nov, 14:00." in text
    assert "test message" in office.sms.accepted[0].text


@pytest.mark.row("D2")
def test_a_test_that_fails_says_why_beside_the_button_and_in_the_health_line(owner: Client, office: PostOffice):
    office.email.refuse_next(TransientError("connect", "The mail server could not be reached."))
    answer = owner.post(f"{PAGE}/email/test", {"address": "eva@salon.example"})
    assert answer.status_code == 422
    text = words(answer)
    assert "Last failure Thu 26 Nov, 14:00: The mail server could not be reached." in text
    assert "needs you" in text
    assert 'value="eva@salon.example"' in answer.content.decode()


@pytest.mark.row("D2")
@pytest.mark.parametrize(
    ("channel", "address", "sentence"),
    [
        ("sms", "", ""),
        ("sms", "ana@salon.example", "Type a phone number for a test by SMS."),
        ("email", "0151 12345678", "Type an email address for a test by Email."),
        ("email", "a@b\r\nBcc: c@d.example", ""),
    ],
)
def test_a_test_to_an_address_that_is_none_is_refused(
    owner: Client, office: PostOffice, channel: str, address: str, sentence: str
):
    answer = owner.post(f"{PAGE}/{channel}/test", {"address": address})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert office.sms.accepted == office.email.accepted == []


@pytest.mark.row("D2")
def test_a_channel_is_switched_off_on_and_disconnected(owner: Client, office: PostOffice):
    answer = owner.post(f"{PAGE}/sms/switch", {"enabled": "0"}, follow=True)
    assert "Switched off." in words(answer)
    assert not ChannelAccount.objects.get(channel="sms").enabled
    owner.post(f"{PAGE}/sms/switch", {"enabled": "1"})
    assert ChannelAccount.objects.get(channel="sms").enabled
    answer = owner.post(f"{PAGE}/sms/disconnect", follow=True)
    assert "SMS not connected" in words(answer)
    assert owner.post(f"{PAGE}/sms/switch", {"enabled": "1"}).status_code == 404


@pytest.mark.row("D2")
def test_the_address_for_stop_is_shown_with_the_connected_number(owner: Client, office: PostOffice):
    token = ChannelAccount.objects.get(channel="sms").address_token
    assert f"http://localhost:8000/inbound/messages/{token}" in words(owner.get(PAGE))


@pytest.mark.row("D2")
def test_keys_of_a_channel_ask_for_the_password_again(owner: Client, office: PostOffice):
    session = owner.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    answer = owner.post(f"{PAGE}/fake_sms/connect", SMS)
    assert answer.status_code == 422
    assert "Type your own password." in words(answer)
    assert owner.post(f"{PAGE}/fake_sms/connect", {**SMS, "your_password": "a long password"}).status_code == 302


@pytest.mark.row("K3")
def test_dans_channels_are_his_alone(owner: Client, office: PostOffice, at_noon: Salon):
    dan = Business.objects.create(name="Dan's Clinic", slug="dan")
    ChannelAccount.objects.filter(channel="sms").update(business=dan, sender="+41440000000")
    assert "+41440000000" not in words(owner.get(PAGE))
    assert owner.post(f"{PAGE}/sms/disconnect").status_code == 404
    assert ChannelAccount.objects.get(channel="sms").retired_at is None


@pytest.mark.row("D2")
def test_email_offers_an_own_mail_server_and_mail_services(owner: Client, office: PostOffice):
    answer = owner.get(f"{PAGE}/email/ways")
    text = words(answer)
    assert text.index("My own mail server (SMTP)") < text.index("Postmark")
    for name in ("SendGrid", "Mailgun", "Brevo"):
        assert name in text
    assert "In use now." in text
    page = answer.content.decode()
    assert page.count("/settings/notifications/channels/mailgun/connect") == 1
    assert f"{PAGE}/email/ways" in owner.get(PAGE).content.decode()
    ChannelAccount.objects.all().delete()
    assert "In use now." not in words(owner.get(f"{PAGE}/email/ways"))
    assert f"{PAGE}/email/ways" in owner.get("/settings/notifications").content.decode()
    assert owner.get(f"{PAGE}/letters/ways").status_code == 404


@pytest.mark.row("D2")
def test_a_mail_service_asks_for_what_it_needs_and_shows_where_it_reports_to(owner: Client, office: PostOffice):
    text = words(owner.get(f"{PAGE}/mailgun/connect"))
    for label in ("Sender address", "API key", "Sending domain", "Region", "HTTP webhook signing key"):
        assert label in text
    assert "It takes the place of what Email leaves by now." in text
    ChannelAccount.objects.filter(channel="email").update(system="postmark")
    text = words(owner.get(PAGE))
    token = ChannelAccount.objects.get(channel="email").address_token
    assert "By Postmark" in text and "At Postmark: your server, Webhooks." in text
    assert f"http://localhost:8000/inbound/messages/{token}" in text
    assert "You do not hear of bounces yet." in text


def test_an_unknown_channel_is_not_there(owner: Client, office: PostOffice):
    assert owner.get(f"{PAGE}/what/connect").status_code == 404
    for path in ("test", "switch", "disconnect"):
        assert owner.post(f"{PAGE}/whatsapp/{path}", {"address": "x@y.example"}).status_code == 404
        assert owner.get(f"{PAGE}/sms/{path}").status_code == 405
