"""Rare turns on the way of a message: two processes at once, leases that were lost, channels that say odd things."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.audit import actions as audit
from quittance.clients.models import Client
from quittance.core.secret import UndecipherableError
from quittance.flows import connect_channel, dispatch_event, send_link, send_message
from quittance.flows.errors import FieldError, RefusedError
from quittance.message_channels.fake import FakeChannel
from quittance.message_channels.port import DeliveryReport, DeliveryState, Feature, MisconfiguredError
from quittance.messages import queries
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.outbox.models import Event

pytestmark = pytest.mark.django_db

PHONE = "+4915112345678"


class TestSendingALink:
    def test_the_same_pressing_in_two_processes_queues_once(self, office, monkeypatch):
        visit = office.salon.visit()
        pressed = replace(office.salon.actor, request_id="p" * 32)
        first = office.send(visit, "sms", actor=pressed)
        known, asked = audit.first_answer, []

        def not_yet(*, business_id, request_id):
            asked.append(request_id)
            return None if asked == ["p" * 32] else known(business_id=business_id, request_id=request_id)

        monkeypatch.setattr(audit, "first_answer", not_yet)
        office.salon.wait(minutes=1)
        office.deliver()
        assert office.send(visit, "sms", actor=pressed) == first
        assert Message.objects.count() == 1

    def test_an_answer_that_nobody_can_find_is_not_made_up(self, office, monkeypatch):
        visit = office.salon.visit()
        office.salon.link(visit)
        monkeypatch.setattr(audit, "remember_answer", lambda **_: False)
        monkeypatch.setattr(audit, "first_answer", lambda **_: None)
        with pytest.raises(send_link._AnsweredMeanwhileError):
            office.send(visit, "sms", actor=replace(office.salon.actor, request_id="p" * 32))
        assert Message.objects.count() == 0

    def test_an_address_for_once_that_wants_nothing_is_refused(self, office):
        Suppression.objects.create(
            business=office.salon.business, channel="sms", address=PHONE, reason="opted_out", since_at=office.salon.now
        )
        with pytest.raises(RefusedError, match="SMS: "):
            office.send(office.salon.visit(), once_to=PHONE)
        assert Message.objects.count() == 0

    @pytest.mark.parametrize(
        ("channels", "once_to", "sentence"),
        [(("pigeon",), "", "Choose email, SMS or WhatsApp"), ((), "", "at least one way"), ((), "Chloe", "")],
    )
    def test_a_way_that_does_not_exist_is_refused(self, office, channels, once_to, sentence):
        with pytest.raises(RefusedError, match=sentence or None):
            office.send(office.salon.visit(), *channels, once_to=once_to)
        assert Message.objects.count() == 0

    def test_a_visit_without_client_is_sent_to_an_address_for_once_and_nobody_prefers_anything(self, office):
        visit = office.salon.visit()
        visit.client = None
        visit.save()
        visit.bill.client = None
        visit.bill.save()
        assert [one.address for one in office.send(visit, once_to="parent@client.example").messages] == ["parent@client.example"]  # fmt: skip
        assert Client.objects.get().link_channels == []


class TestTheWorkerSMessage:
    @pytest.fixture
    def queued(self, office):
        visit = office.salon.visit()
        office.send(visit, "sms")
        office.salon.wait(seconds=send_link.UNDO_SECONDS)
        return office.message(visit)

    def test_an_empty_token_is_nobody_s_lease(self, office, queued):
        assert send_message.work(message_id=queued.pk, lease_token="", now=office.salon.now) == "queued"
        assert office.sms.accepted == []

    def test_a_message_that_is_gone_is_lost(self, office):
        assert send_message.work(message_id=10**9, lease_token="0" * 32, now=office.salon.now) == "lost"

    def test_one_that_was_settled_meanwhile_comes_to_rest(self, office, queued):
        [row] = office.claim()
        Message.objects.update(state="delivered")
        assert office.work_on(row) == "delivered"
        queued.refresh_from_db()
        assert (queued.next_attempt_at, queued.lease_token, office.sms.accepted) == (None, "", [])

    @pytest.mark.parametrize("gone", [{"account": None}, {"called_at": None}])
    def test_one_without_a_trace_of_its_call_waits_for_a_person(self, office, queued, gone):
        [row] = office.claim()
        Message.objects.update(**{"state": "unknown", "called_at": office.salon.now, **gone})
        assert office.work_on(row) == "unknown"
        queued.refresh_from_db()
        assert (queued.next_attempt_at, office.sms.calls) == (None, [])

    def test_one_whose_lease_goes_while_it_is_checked_is_not_sent(self, office, queued, monkeypatch):
        [row] = office.claim()
        monkeypatch.setattr("quittance.flows.send_message.actions.begin_call", lambda **_: False)
        assert office.work_on(row) == "queued"
        assert office.sms.accepted == []

    @pytest.mark.parametrize(("state", "becomes"), [(DeliveryState.FAILED, "failed"), (DeliveryState.DELIVERED, "delivered")])  # fmt: skip
    def test_a_channel_may_know_the_end_at_once(self, office, queued, monkeypatch, state, becomes):
        monkeypatch.setattr(office.sms, "send", lambda _message: DeliveryReport("their-1", state))
        assert office.work() == [becomes]
        assert queued.link_id is not None

    def test_a_channel_that_cannot_be_asked_leaves_the_doubt_to_a_person(self, office, queued, monkeypatch):
        office.sms.lose_next_answer()
        office.work()
        monkeypatch.setattr(FakeChannel, "features", frozenset({Feature.INBOUND}))
        office.salon.wait(minutes=5)
        assert office.work() == ["unknown"]
        queued.refresh_from_db()
        assert (queued.next_attempt_at, len(office.sms.accepted)) == (None, 1)


class TestConnecting:
    def connect(self, office, **fields):
        typed = {"sender": "+49 30 555 000", "password": "word-of-ana-1234", **fields}
        system = typed.pop("system", "fake_sms")
        return connect_channel.connect(actor=office.salon.actor, system=system, fields=typed, now=office.salon.now)

    def test_a_system_that_does_not_exist_is_told(self, office):
        with pytest.raises(RefusedError, match="not known"):
            self.connect(office, system="pigeon")

    @pytest.mark.parametrize("sender", ["ana@", "a b@ana.example", "ana@@ana.example"])
    def test_a_sender_that_is_no_address_is_told_at_its_field(self, office, sender):
        with pytest.raises(FieldError) as caught:
            self.connect(office, system="fake_email", sender=sender)
        assert caught.value.field == "sender"

    def test_a_name_as_sender_stays_as_it_is_and_a_number_loses_its_spaces(self, office):
        assert self.connect(office, sender="Ana's Salon").sender == "Ana's Salon"
        assert self.connect(office, sender="+49 (30) 555-000").sender == "+4930555000"
        assert self.connect(office, system="fake_email", sender="ana@ANA.example").sender.endswith("@ana.example")

    def test_keys_that_cannot_be_read_any_more_are_typed_anew(self, office, monkeypatch):
        def closed(_account):
            raise UndecipherableError("no key of the ring opens it")

        monkeypatch.setattr(queries, "typed_fields", closed)
        account = ChannelAccount.objects.get(channel="sms")
        assert connect_channel.shown_fields(account) == {}
        with pytest.raises(FieldError, match="missing"):
            self.connect(office, password="")

    def test_the_token_before_a_rotation_is_kept_and_only_that_one(self):
        kept = connect_channel._with_former_token
        assert kept({"auth_token": "new"}, {"auth_token": "old"}) == {"auth_token": "new", "former_auth_token": "old"}
        held = {"auth_token": "same", "former_auth_token": "older"}
        assert kept({"auth_token": "same"}, held) == {"auth_token": "same", "former_auth_token": "older"}
        assert kept({"auth_token": "first"}, {}) == {"auth_token": "first"}

    def test_a_test_needs_an_address_and_a_refusal_is_noted(self, office):
        def test_send(address):
            return connect_channel.test_send(
                actor=office.salon.actor, channel="sms", address=address, country="DE", now=office.salon.now
            )

        with pytest.raises(RefusedError):
            test_send("not a number")
        office.sms.refuse_next(MisconfiguredError("The keys are wrong."))
        with pytest.raises(Exception, match="The keys are wrong"):
            test_send("0151 12345678")
        assert ChannelAccount.objects.get(channel="sms").last_failure == "The keys are wrong."

    def test_the_settings_page_lists_what_can_be_connected_and_shows_the_webhook_address(self, office, settings):
        settings.QUITTANCE_BASE_URL = "https://pay.ana.example"
        account = ChannelAccount.objects.get(channel="sms")
        assert "twilio" in [listing.slug for listing in connect_channel.listings()]
        assert connect_channel.webhook_address(account) == f"https://pay.ana.example/inbound/messages/{account.address_token}"  # fmt: skip


def test_an_event_whose_lease_was_lost_tells_nobody(office):
    visit = office.salon.visit()
    office.salon.bank.pay(office.salon.open_page(visit))
    office.salon.settle(visit)
    event = Event.objects.get(name="payment.paid")
    assert dispatch_event.work(event_id=event.pk, lease_token="0" * 32, now=office.salon.now) == 0
    assert (Message.objects.count(), Event.objects.get(pk=event.pk).next_attempt_at) == (0, event.next_attempt_at)


def test_an_event_of_a_payment_that_is_gone_tells_nobody(office):
    event = Event.objects.create(
        business_id=office.salon.business.pk, name="payment.paid", subject={"payment": 10**9},
        happened_at=office.salon.now, next_attempt_at=office.salon.now - timedelta(seconds=1),
    )  # fmt: skip
    assert office.dispatch() == 0
    event.refresh_from_db()
    assert (event.next_attempt_at, Message.objects.count()) == (None, 0)
