from __future__ import annotations

import json
from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import connect_channel, set_notification
from quittance.flows._channels import open_channel, status_address, webhook_address
from quittance.flows.errors import FlowError, GoneError, RefusedError
from quittance.flows.tests.post_office import PostOffice
from quittance.message_channels.port import MisconfiguredError, TransientError, UnknownOutcomeError
from quittance.messages import queries
from quittance.messages.models import ChannelAccount, NotificationSetting
from quittance.messages.types import TYPES

FIELDS = {"sender": "+49 30 555 000", "password": "canary-secret-1234"}


def connect(office: PostOffice, **changed: str) -> ChannelAccount:
    return connect_channel.connect(
        actor=office.salon.actor, system="fake_sms", fields=FIELDS | changed, now=office.salon.now
    )


@pytest.mark.row("D2")
def test_a_channel_is_tried_before_it_is_kept(office: PostOffice):
    office.sms.refuse_next(MisconfiguredError("Twilio refused the account SID or auth token."))
    before = queries.channel_account(business_id=office.salon.business.pk, channel="sms")
    with pytest.raises(RefusedError, match="refused the account SID"):
        connect(office)
    assert queries.channel_account(business_id=office.salon.business.pk, channel="sms") == before
    account = connect(office)
    assert (account.enabled, account.sender, account.secret_last4) == (True, "+4930555000", "1234")
    assert before is not None and ChannelAccount.objects.get(pk=before.pk).retired_at == office.salon.now


def test_a_secret_is_encrypted_never_shown_again_and_kept_when_left_blank(office: PostOffice):
    first = connect(office)
    assert "canary-secret-1234" not in repr(first.__dict__)
    assert connect_channel.shown_fields(first) == {"sender": "+4930555000"}
    again = connect(office, password="")
    assert again.pk == first.pk
    assert json.loads(ChannelAccount.objects.get(pk=again.pk).credentials.reveal())["password"] == "canary-secret-1234"


def test_the_same_account_with_new_keys_keeps_its_webhook_address(office: PostOffice):
    first = connect(office)
    again = connect(office, password="another-secret-9876")
    assert (again.pk, again.address_token, again.secret_last4) == (first.pk, first.address_token, "9876")
    other = connect(office, sender="+49 30 777 000")
    assert other.pk != first.pk and other.address_token != first.address_token
    in_use = ChannelAccount.objects.filter(business=office.salon.business, channel="sms", retired_at__isnull=True)
    assert in_use.get() == other


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sender": ""}, "Sender is missing."),
        ({"sender": "x" * 300}, "Sender is too long"),
        ({"sender": "a\nBcc: b@evil.example"}, "signs that cannot stand there"),
    ],
)
def test_a_form_with_a_mistake_is_refused_with_a_sentence(office: PostOffice, changed, sentence):
    with pytest.raises(RefusedError, match=sentence):
        connect(office, **changed)


def test_the_sender_of_mails_must_be_an_address(office: PostOffice):
    with pytest.raises(RefusedError, match="email address"):
        connect_channel.connect(
            actor=office.salon.actor,
            system="fake_email",
            fields={"sender": "Ana's Salon", "password": "x"},
            now=office.salon.now,
        )


@pytest.mark.row("D2")
def test_a_test_message_is_sent_at_once_and_its_fate_is_told(office: PostOffice):
    def test_send(address: str) -> str:
        return connect_channel.test_send(
            actor=office.salon.actor, channel="sms", address=address, country="DE", now=office.salon.now
        )

    assert test_send("0151 12345678") == "+4915112345678"
    assert "test message" in office.sms.accepted[0].text
    assert ChannelAccount.objects.get(channel="sms").last_success_at == office.salon.now
    office.sms.refuse_next(TransientError("connect", "Twilio could not be reached."))
    with pytest.raises(FlowError, match="could not be reached"):
        test_send("0151 12345678")
    assert ChannelAccount.objects.get(channel="sms").last_failure == "Twilio could not be reached."
    office.sms.refuse_next(UnknownOutcomeError("?"))
    with pytest.raises(FlowError, match="Look whether the message arrived"):
        test_send("0151 12345678")
    with pytest.raises(RefusedError, match="Type a phone number"):
        test_send("ana@salon.example")


def test_a_channel_is_switched_and_disconnected_with_a_trail(office: PostOffice):
    actor, now = office.salon.actor, office.salon.now
    connect_channel.switch(actor=actor, channel="sms", enabled=False, now=now)
    assert not ChannelAccount.objects.get(channel="sms").enabled
    connect_channel.disconnect(actor=actor, channel="sms", now=now)
    assert queries.channel_account(business_id=actor.business_id, channel="sms") is None
    with pytest.raises(GoneError):
        connect_channel.switch(actor=actor, channel="sms", enabled=True, now=now)
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["channel.switched_off", "channel.disconnected"]


def test_without_the_right_nothing_is_set(office: PostOffice):
    rights = {office.salon.location.pk: frozenset(Right) - {Right.EDIT_SETTINGS}}
    actor, now = replace(office.salon.actor, rights=rights), office.salon.now
    with pytest.raises(NotAllowedError):
        connect_channel.connect(actor=actor, system="fake_sms", fields=FIELDS, now=now)
    with pytest.raises(NotAllowedError):
        connect_channel.test_send(actor=actor, channel="sms", address="+4915112345678", country="", now=now)
    with pytest.raises(NotAllowedError):
        connect_channel.disconnect(actor=actor, channel="sms", now=now)
    with pytest.raises(NotAllowedError):
        set_notification.set_notification(actor=actor, type="payment_link", enabled=True, channels=["sms"], now=now)


@pytest.mark.row("D1")
def test_a_notification_is_switched_and_its_channels_chosen(office: PostOffice):
    actor, now = office.salon.actor, office.salon.now
    set_notification.set_notification(actor=actor, type="payment_link", enabled=True, channels=["sms", "sms"], now=now)
    assert queries.notification(business_id=actor.business_id, type="payment_link").channels == ("sms",)
    with pytest.raises(RefusedError, match="pigeon has no text"):
        set_notification.set_notification(actor=actor, type="payment_link", enabled=True, channels=["pigeon"], now=now)
    with pytest.raises(RefusedError, match="Choose at least one channel"):
        set_notification.set_notification(actor=actor, type="payment_link", enabled=True, channels=[], now=now)
    with pytest.raises(RefusedError, match="does not exist"):
        set_notification.set_notification(actor=actor, type="other", enabled=True, channels=["sms"], now=now)
    assert NotificationSetting.objects.get().channels == ["sms"]
    assert all(one.enabled == TYPES[one.type].is_on for one in queries.notifications(business_id=actor.business_id))


def test_keys_that_cannot_be_read_are_told_in_a_sentence(office: PostOffice):
    account = ChannelAccount.objects.get(channel="sms")
    account.credentials = "not json"
    account.save()
    with pytest.raises(MisconfiguredError, match="Enter them again"):
        open_channel(ChannelAccount.objects.get(channel="sms"))


def test_a_status_address_is_given_only_where_it_can_be_reached(office: PostOffice, settings):
    account = ChannelAccount.objects.get(channel="sms")
    settings.QUITTANCE_BASE_URL = "https://pay.ana.example"
    assert webhook_address(account) == f"https://pay.ana.example/inbound/messages/{account.address_token}"
    assert status_address(account, key="k").endswith("?m=k")
    settings.QUITTANCE_BASE_URL = "http://127.0.0.1:8000"
    assert status_address(account, key="k") == ""


def test_whoever_waits_at_a_screen_waits_no_longer_than_for_any_other_call_outside(office: PostOffice):
    actor, now = office.salon.actor, office.salon.now
    connect_channel.test_send(actor=actor, channel="sms", address="+4915112345678", country="", now=now)
    wished = [office.sms.limit_seconds]
    office.sms.limit_seconds = None
    connect_channel.connect(actor=actor, system="fake_sms", fields=FIELDS, now=now)
    wished.append(office.sms.limit_seconds)
    office.send(office.salon.visit(), "sms")
    office.deliver()
    wished.append(office.sms.limit_seconds)
    assert wished == [8.0, 8.0, None], "the worker may wait longer for a slow mail server"
