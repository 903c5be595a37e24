"""Laws of webhooks: T01 and T52."""
# ruff: noqa: S101, PT018 - a contract is asserts

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.core.money import Money
from quittance.payment_systems.contract.bench import CURRENT, OLD, WRONG, Bench, paid_page, wish
from quittance.payment_systems.port import (
    KEY_IN_METADATA,
    BadSignatureError,
    InboundRequest,
)


class WebhookContract:
    # ---- webhooks: T01 and T52

    def test_a_signed_webhook_says_where_to_look(self, bench: Bench) -> None:
        new = wish(bench, Money(6000, "EUR"))
        page = bench.system.start_checkout(new)
        bench.pay(page)
        system = bench.opened_with([CURRENT])
        (notice,) = system.read_webhook(bench.signed(secret=CURRENT, signed_at=bench.now()))
        assert page.references[0] in notice.references
        assert notice.metadata[KEY_IN_METADATA] == new.key
        assert notice.metadata["quittance_account"] == "a" * 32
        assert notice.event_id and notice.kind and notice.live is False
        assert abs(notice.at - bench.now()) <= timedelta(seconds=1)

    def test_during_rotation_both_secrets_verify_and_afterwards_the_old_one_does_not(self, bench: Bench) -> None:
        paid_page(bench)
        both = bench.opened_with([CURRENT, OLD])
        for secret in (CURRENT, OLD):
            assert both.read_webhook(bench.signed(secret=secret, signed_at=bench.now()))
        with pytest.raises(BadSignatureError):
            bench.opened_with([CURRENT]).read_webhook(bench.signed(secret=OLD, signed_at=bench.now()))

    @pytest.mark.parametrize("secret", [WRONG, ""], ids=["wrong", "empty"])
    def test_a_webhook_signed_with_another_secret_is_refused(self, bench: Bench, secret: str) -> None:
        paid_page(bench)
        for secrets in ([CURRENT], [CURRENT, ""], [""], ["   ", "\t"], []):
            with pytest.raises(BadSignatureError):
                bench.opened_with(secrets).read_webhook(bench.signed(secret=secret, signed_at=bench.now()))

    def test_an_account_with_blank_secrets_verifies_nothing_not_even_what_was_signed_with_them(
        self, bench: Bench
    ) -> None:
        paid_page(bench)
        for blank in ("", " ", "\t \n"):
            with pytest.raises(BadSignatureError):
                bench.opened_with([blank]).read_webhook(bench.signed(secret=blank, signed_at=bench.now()))

    def test_one_altered_byte_is_noticed(self, bench: Bench) -> None:
        paid_page(bench)
        request = bench.signed(secret=CURRENT, signed_at=bench.now())
        altered = InboundRequest(request.headers, request.body.replace(b"6", b"7", 1), request.received_at)
        assert altered.body != request.body
        with pytest.raises(BadSignatureError):
            bench.opened_with([CURRENT]).read_webhook(altered)

    def test_a_webhook_without_a_signature_is_refused(self, bench: Bench) -> None:
        paid_page(bench)
        request = bench.signed(secret=CURRENT, signed_at=bench.now())
        for header in ("", "i'm not even a real signature header", "bad_header", "t=", "v1=", "t=x,v1=y", ",,,"):
            headers = dict.fromkeys(request.headers, header)
            with pytest.raises(BadSignatureError):
                bench.opened_with([CURRENT]).read_webhook(InboundRequest(headers, request.body, bench.now()))
        with pytest.raises(BadSignatureError):
            bench.opened_with([CURRENT]).read_webhook(InboundRequest({}, request.body, bench.now()))

    @pytest.mark.parametrize(
        ("seconds", "accepted"), [(-301, False), (-299, True), (0, True), (299, True), (301, False)]
    )
    def test_five_minutes_of_difference_are_borne_either_way(
        self,
        bench: Bench,
        seconds: int,
        accepted: bool,  # noqa: FBT001
    ) -> None:
        """T52."""
        paid_page(bench)
        request = bench.signed(secret=CURRENT, signed_at=bench.now() + timedelta(seconds=seconds))
        system = bench.opened_with([CURRENT])
        if accepted:
            assert len(system.read_webhook(request)) == 1
        else:
            with pytest.raises(BadSignatureError):
                system.read_webhook(request)

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"no json", b"[]", b"17", b"{}", b'{"object": "event"}'])
    def test_signed_rubbish_is_refused_like_an_unsigned_event(self, bench: Bench, body: bytes) -> None:
        with pytest.raises(BadSignatureError):
            bench.opened_with([CURRENT]).read_webhook(bench.signed_rubbish(body, secret=CURRENT))
