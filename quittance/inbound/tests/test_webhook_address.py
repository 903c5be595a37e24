"""The addresses that payment systems call, driven as they drive them: over HTTP, with their own signatures."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stripe import WebhookSignature

from quittance.core import clock
from quittance.inbound.views import MAX_BODY_BYTES
from quittance.inbox.models import InboundWebhook
from quittance.payments.models import PaymentAccount

SECRET = "whsec_current0123456789"
FORMER = "whsec_former0123456789"
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1_795_000_000,
    "livemode": False,
    "data": {
        "object": {
            "id": "cs_test_1",
            "object": "checkout.session",
            "payment_intent": "pi_1",
            "payment_status": "paid",
            "metadata": {"account": "a" * 32},
        }
    },
}


def body_of(**changes):
    return json.dumps({**EVENT, **changes}).encode()


def signed(body, *, secret=SECRET, at=None):
    stamp = int((at or clock.now()).timestamp())
    return WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=stamp)


@pytest.fixture
def moment(monkeypatch, salon):
    """The server's clock, moved by the test."""
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon


@pytest.fixture
def account(salon):
    return PaymentAccount.objects.create(
        business=salon.business,
        system="stripe",
        their_account_id="acct_1",
        live=False,
        label="Stripe",
        credentials=json.dumps({"secret_key": "sk_test_abcdef123456", "signing_secrets": [SECRET, FORMER]}),
        address_token="b" * 32,
        created_at=salon.now,
    )


@pytest.fixture
def post(client, account, moment):
    def send(body, signature=None, *, address=None, **headers):
        if signature is not None:
            headers["Stripe-Signature"] = signature
        address = address or f"/inbound/stripe/{account.address_token}"
        return client.post(address, body, content_type="application/json", headers=headers)

    return send


def stored():
    return list(InboundWebhook.objects.values_list("event_id", "state"))


def test_an_authentic_notice_is_kept_once_and_due_at_once(post, account, moment):
    body = body_of()
    for _ in range(3):
        assert post(body, signed(body)).status_code == 200
    row = InboundWebhook.objects.get()
    assert (row.event_id, row.kind, row.state) == ("evt_1", "checkout.session.completed", "received")
    assert row.references == [["checkout", "cs_test_1"], ["intent", "pi_1"]]
    assert (row.business_id, row.account_id, row.next_attempt_at) == (account.business_id, account.pk, moment.now)
    assert json.loads(row.body.reveal()) == EVENT
    account.refresh_from_db()
    assert account.last_webhook_at == moment.now


def test_a_notice_is_kept_encrypted(post, account):
    body = body_of()
    post(body, signed(body))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM inbox_inboundwebhook")
        assert "cs_test_1" not in cursor.fetchone()[0]


class TestT01ForgedMoney:
    def test_i_unsigned(self, post):
        assert post(body_of(), "").status_code == 400
        assert stored() == []

    def test_ii_signed_with_another_secret(self, post):
        body = body_of()
        assert post(body, signed(body, secret="whsec_somebody_else")).status_code == 400
        assert stored() == []

    @pytest.mark.parametrize("blank", ["", " ", "\t"])
    def test_iii_signed_with_a_blank_secret(self, post, account, blank):
        import hashlib
        import hmac

        body = body_of()
        stamp = str(int(clock.now().timestamp()))
        forged = hmac.new(blank.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        for secrets in ([SECRET], [""], [" "], ["\t"], []):
            keys = {"secret_key": "sk_test_abcdef123456", "signing_secrets": secrets}
            PaymentAccount.objects.filter(pk=account.pk).update(credentials=json.dumps(keys))
            assert post(body, f"t={stamp},v1={forged}").status_code == 400
        assert stored() == []

    def test_iv_no_header(self, post):
        assert post(body_of()).status_code == 400
        assert stored() == []

    def test_v_one_byte_altered(self, post):
        body = body_of()
        signature = signed(body)
        altered = body.replace(b"cs_test_1", b"cs_test_2")
        assert post(altered, signature).status_code == 400
        assert post(body + b" ", signature).status_code == 400
        assert stored() == []

    def test_vi_test_money_at_a_live_account_is_kept_and_ignored(self, post, account):
        PaymentAccount.objects.filter(pk=account.pk).update(live=True)
        body = body_of(livemode=False)
        assert post(body, signed(body)).status_code == 200
        row = InboundWebhook.objects.get()
        assert (row.state, row.next_attempt_at) == ("foreign", None)

    def test_a_refusal_changes_nothing_of_the_account(self, post, account):
        post(body_of(), "t=1,v1=00")
        account.refresh_from_db()
        assert account.last_webhook_at is None


class TestT52RotationReplaySkew:
    def test_the_former_secret_still_counts_while_it_is_kept(self, post):
        body = body_of()
        assert post(body, signed(body, secret=FORMER)).status_code == 200

    def test_the_former_secret_is_refused_once_it_is_gone(self, post, account):
        keys = {"secret_key": "sk_test_abcdef123456", "signing_secrets": [SECRET]}
        PaymentAccount.objects.filter(pk=account.pk).update(credentials=json.dumps(keys))
        body = body_of()
        assert post(body, signed(body, secret=FORMER)).status_code == 400
        assert stored() == []

    @pytest.mark.parametrize(
        ("seconds", "status"), [(-301, 400), (-300, 200), (-299, 200), (299, 200), (300, 200), (301, 400)]
    )
    def test_a_signature_counts_for_five_minutes_either_way(self, post, moment, seconds, status):
        moment.now = moment.now.replace(microsecond=0)
        body = body_of()
        signature = signed(body, at=moment.now + timedelta(seconds=seconds))
        assert post(body, signature).status_code == status

    def test_a_notice_that_is_played_again_later_is_refused_and_within_the_time_kept_once(self, post, moment):
        body = body_of()
        signature = signed(body)
        assert post(body, signature).status_code == 200
        moment.wait(minutes=4)
        assert post(body, signature).status_code == 200
        moment.wait(minutes=2)
        assert post(body, signature).status_code == 400
        assert stored() == [("evt_1", "received")]


class TestAddress:
    def test_an_unknown_address_is_not_found(self, post):
        body = body_of()
        assert post(body, signed(body), address=f"/inbound/stripe/{'c' * 32}").status_code == 404

    def test_another_system_s_name_is_not_found(self, post, account):
        body = body_of()
        assert post(body, signed(body), address=f"/inbound/fake/{account.address_token}").status_code == 404

    def test_the_secret_of_one_account_opens_no_other(self, post, account, salon):
        PaymentAccount.objects.create(
            business=salon.business, system="stripe", their_account_id="acct_2", live=False, label="Second",
            credentials=json.dumps({"secret_key": "sk_test_abcdef123456", "signing_secrets": ["whsec_second_0123"]}),
            address_token="d" * 32, created_at=salon.now,
        )  # fmt: skip
        body = body_of()
        assert post(body, signed(body), address=f"/inbound/stripe/{'d' * 32}").status_code == 400
        assert stored() == []

    def test_a_retired_account_is_heard_for_180_days(self, post, account, moment):
        PaymentAccount.objects.filter(pk=account.pk).update(retired_at=moment.now)
        moment.wait(days=179)
        body = body_of()
        assert post(body, signed(body)).status_code == 200
        moment.wait(days=1)
        assert post(body, signed(body)).status_code == 404

    def test_keys_that_cannot_be_read_ask_to_try_again(self, post, account):
        PaymentAccount.objects.filter(pk=account.pk).update(credentials="not json")
        body = body_of()
        assert post(body, signed(body)).status_code == 503

    def test_only_post_is_taken(self, client, account):
        assert client.get(f"/inbound/stripe/{account.address_token}").status_code == 405

    def test_no_token_of_a_form_is_needed(self, account, moment):
        from django.test import Client

        body = body_of()
        answer = Client(enforce_csrf_checks=True).post(
            f"/inbound/stripe/{account.address_token}",
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signed(body)},
        )
        assert answer.status_code == 200


class TestBody:
    def test_too_large_a_body_is_refused(self, post):
        body = b"x" * (MAX_BODY_BYTES + 1)
        assert post(body, signed(body)).status_code == 413
        assert stored() == []

    def test_the_largest_body_is_read_to_its_last_byte(self, post):
        plain = body_of(padding="")
        body = body_of(padding="x" * (MAX_BODY_BYTES - len(plain)))
        assert len(body) == MAX_BODY_BYTES
        assert post(body, signed(body)).status_code == 200

    @pytest.mark.parametrize("junk", [b"", b"{", b"[]", b"null", b'{"object": "event"}', b"\xff\xfe", b'"\\ud800"'])
    def test_signed_junk_is_refused_and_never_an_error_of_ours(self, post, junk):
        import hashlib
        import hmac

        stamp = str(int(clock.now().timestamp()))
        signature = hmac.new(SECRET.encode(), stamp.encode() + b"." + junk, hashlib.sha256).hexdigest()
        assert post(junk, f"t={stamp},v1={signature}").status_code == 400
        assert stored() == []

    def test_characters_that_a_database_refuses_are_left_out(self, post):
        thing = {**EVENT["data"]["object"], "metadata": {"note": "a\x00b\ud800"}}
        body = json.dumps({**EVENT, "data": {"object": thing}}).encode()
        assert post(body, signed(body)).status_code == 200
        assert InboundWebhook.objects.get().metadata == {"note": "ab?"}


def test_accepting_takes_at_most_four_queries(post, account):
    body = body_of()
    signature = signed(body)
    with CaptureQueriesContext(connection) as seen:
        post(body, signature)
    asked = [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asked) <= 4, asked
    # The account is no hot row: a second notice in the same minute does not change it.
    body = body_of(id="evt_2")
    with CaptureQueriesContext(connection) as seen:
        post(body, signed(body))
    assert len(seen) <= 4
