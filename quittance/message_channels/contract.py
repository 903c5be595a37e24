"""The laws that every message channel obeys, as tests.

An adapter's test module says how to reach its far end:

class TestSmtp(ChannelContract):
    @pytest.fixture
    def bench(self): yield SmtpBench(...)
"""

# ruff: noqa: S101 - these are tests that several rooms share
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

import pytest

from quittance.core import http
from quittance.message_channels.port import (
    BadSignatureError,
    DeliveryState,
    Feature,
    FindAnswer,
    InboundRequest,
    MessageChannel,
    MisconfiguredError,
    OutgoingMessage,
    PermanentError,
    TransientError,
    UnknownOutcomeError,
)

HOSTILE_NAMES = (
    '<img src=x onerror="alert(1)">',
    '"><script>alert(1)</script>',
    "=HYPERLINK(1)",
    "Chloe\r\nBcc: victim@evil.example",
    "Chloe\nBcc: victim@evil.example\n\nHello",
    "\u202egnp.exe",
    "😀" * 500,
    "\x00\x07\x1b[31m",
    ".\r\n.\r\nMAIL FROM:<evil@evil.example>",
)


class Bench(Protocol):
    """The far end of a channel as a test sees it."""

    channel: MessageChannel
    good: OutgoingMessage
    bad_address: str

    def received(self) -> list[str]:
        """The texts that arrived, in their order."""
        ...

    def with_wrong_keys(self) -> MessageChannel: ...
    def lose_next_answer(self) -> None:
        """The next message is taken, but nobody says so."""
        ...

    def refuse_next(self) -> None:
        """The next message is not taken now; later it would be."""
        ...

    def moment(self) -> datetime: ...


class ChannelContract:
    def test_a_message_arrives_to_the_letter_and_has_their_name(self, bench: Bench) -> None:
        report = bench.channel.send(bench.good)
        assert report.their_id
        assert report.state in {DeliveryState.SENT, DeliveryState.DELIVERED}
        assert bench.received() == [bench.good.text]

    def test_settings_that_work_pass_the_check_and_nothing_is_sent(self, bench: Bench) -> None:
        bench.channel.check()
        assert bench.received() == []

    def test_wrong_keys_are_told_to_the_business(self, bench: Bench) -> None:
        channel = bench.with_wrong_keys()
        with pytest.raises(MisconfiguredError):
            channel.check()
        with pytest.raises(MisconfiguredError):
            channel.send(bench.good)
        assert bench.received() == []

    def test_an_address_that_cannot_be_is_permanent(self, bench: Bench) -> None:
        with pytest.raises(PermanentError) as refused:
            bench.channel.send(replace(bench.good, address=bench.bad_address))
        assert bench.bad_address not in str(refused.value)

    def test_a_refusal_for_now_is_transient_and_nothing_is_sent(self, bench: Bench) -> None:
        bench.refuse_next()
        with pytest.raises(TransientError):
            bench.channel.send(bench.good)
        assert bench.received() == []
        bench.channel.send(bench.good)
        assert len(bench.received()) == 1

    def test_t56_a_lost_answer_is_unknown_and_asking_sends_nothing(self, bench: Bench) -> None:
        bench.lose_next_answer()
        with pytest.raises(UnknownOutcomeError):
            bench.channel.send(bench.good)
        found = bench.channel.find(bench.good)
        if Feature.FIND in bench.channel.features:
            assert found.answer is FindAnswer.ACCEPTED
            assert found.report is not None
            assert bench.channel.find(bench.good, taken={found.report.their_id}).answer is FindAnswer.ABSENT
        else:
            assert found.answer is FindAnswer.CANNOT_TELL
        assert len(bench.received()) == 1

    def test_what_was_never_sent_is_not_found(self, bench: Bench) -> None:
        found = bench.channel.find(bench.good)
        assert found.answer in {FindAnswer.ABSENT, FindAnswer.CANNOT_TELL}

    @pytest.mark.parametrize("name", HOSTILE_NAMES)
    def test_t50_a_hostile_name_reaches_nobody_else_and_does_no_harm(self, bench: Bench, name: str) -> None:
        bench.channel.send(replace(bench.good, sender_name=name, subject=f"Hello {name}"))
        assert bench.received() == [bench.good.text]

    def test_a_notice_without_their_signature_is_refused(self, bench: Bench) -> None:
        for headers in ({}, {"x-twilio-signature": ""}, {"x-twilio-signature": "AAAA"}):
            request = InboundRequest("https://pay.ana.example/inbound/x", headers, b"MessageSid=SM1&MessageStatus=sent")
            with pytest.raises(BadSignatureError):
                bench.channel.read_webhook(request)

    def test_s15_a_guard_stops_the_call_before_anything_leaves(self, bench: Bench) -> None:
        class ForbiddenError(Exception):
            pass

        def forbid() -> None:
            raise ForbiddenError

        unregister = http.register_guard(forbid)
        try:
            with pytest.raises(ForbiddenError):
                bench.channel.send(bench.good)
        finally:
            unregister()
        assert bench.received() == []
