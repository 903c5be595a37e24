from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quittance.message_channels import registry
from quittance.message_channels.contract import ChannelContract
from quittance.message_channels.fake import FakeChannel, KilledError, fake_channels
from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    FindAnswer,
    InboundRequest,
    InboundText,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    StatusNotice,
    TransientError,
    Wish,
)

NOW = datetime(2026, 11, 26, 13, tzinfo=UTC)


class FakeBench:
    bad_address = "bad"

    def __init__(self) -> None:
        self.channel = FakeChannel("sms")
        self.good = OutgoingMessage("k" * 32, "+4930", "+49151", "Hello", "Hello Chloe", "", "", NOW)

    def received(self) -> list[str]:
        return [message.text for message in self.channel.accepted]

    def with_wrong_keys(self) -> FakeChannel:
        channel = FakeChannel("sms")
        channel.refuse_next(MisconfiguredError("wrong"))
        channel.refuse_next(MisconfiguredError("wrong"))
        return channel

    def lose_next_answer(self) -> None:
        self.channel.lose_next_answer()

    def refuse_next(self) -> None:
        self.channel.refuse_next(TransientError("1", "later"))

    def moment(self) -> datetime:
        return NOW


class TestFakeChannel(ChannelContract):
    @pytest.fixture
    def bench(self) -> FakeBench:
        return FakeBench()

    def test_an_address_that_cannot_be_is_permanent(self, bench) -> None:
        bench.channel.refuse_next(PermanentError("1", "no such number"))
        super().test_an_address_that_cannot_be_is_permanent(bench)


def test_the_fake_reads_its_own_notices():
    channel = FakeChannel("sms")
    signed = {"fake-signature": "good"}
    address = "https://pay.ana.example/inbound/messages/t?m=" + "k" * 32
    status = channel.read_webhook(InboundRequest(address, signed, b"id=fake-0&state=delivered"))
    assert status == (StatusNotice("fake-0:delivered", "fake-0", "k" * 32, DeliveryState.DELIVERED),)
    inbound = channel.read_webhook(InboundRequest(address, signed, b"id=7&from=%2B49151&wish=stop"))
    assert inbound == (InboundText("in:7", "7", "+49151", Wish.STOP),)
    with pytest.raises(BadSignatureError):
        channel.read_webhook(InboundRequest(address, {}, b"id=7"))


def test_the_fake_tells_what_it_did_and_makes_trouble_as_it_is_told():
    channel = FakeChannel("sms")
    seen: list[str] = []
    channel.on_call = lambda operation: seen.append(f"call {operation}")
    channel.on_answer = lambda operation: seen.append(f"answer {operation}")
    first = OutgoingMessage("1" * 32, "+4930", "+49151", "", "One", "", "", NOW)
    second = OutgoingMessage("2" * 32, "+4930", "+49152", "", "Two", "", "", NOW)
    channel.send(first)
    channel.kill_next_answer()
    with pytest.raises(KilledError):
        channel.send(second)
    assert channel.sent_to("+49152") == [second]
    channel.blind_finds = 1
    assert [channel.find(second).answer for _ in range(2)] == [FindAnswer.ABSENT, FindAnswer.ACCEPTED]
    assert channel.find(second, taken={"fake-1"}).answer is FindAnswer.ABSENT
    channel.can_find = False
    assert channel.find(second).answer is FindAnswer.CANNOT_TELL
    assert seen[:3] == ["call send", "answer send", "call send"]
    assert seen[3:] == ["call find", "answer find"] * 4


def test_the_registry_knows_ours_and_forgets_the_fakes():
    with fake_channels() as fakes:
        assert registry.open_channel("fake_email", {}) is fakes.email
        assert [one.slug for one in registry.listings("sms")] == ["twilio", "fake_sms"]
    ours = [one.slug for one in registry.listings()]
    assert [slug for slug in ours if slug not in registry.MAIL_SERVICES] == ["smtp", "twilio", "whatsapp"]
    assert set(ours) > registry.MAIL_SERVICES
    with pytest.raises(MisconfiguredError, match="not known"):
        registry.open_channel("fake_email", {})
