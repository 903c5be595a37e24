from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from quittance.businesses.actions import create_business
from quittance.cli import findings
from quittance.config.health import Finding
from quittance.core import http
from quittance.core.clock import now
from quittance.core.secret import Secret
from quittance.messages.models import ChannelAccount
from quittance.payments.models import PaymentAccount

pytestmark = [pytest.mark.django_db, pytest.mark.row("M2")]
BASE = "http://localhost:8000"


@pytest.fixture
def salon():
    return create_business(name="Salon Ana")


@pytest.fixture
def account(salon):
    return PaymentAccount.objects.create(
        business=salon, system="stripe", their_account_id="acct_1", live=False, label="Stripe", created_at=now(),
        credentials=Secret('{"secret_key": "sk_test_canary_canary"}'), address_token="a" * 32,
    )  # fmt: skip


def said(found) -> list[str]:
    return [f"{'ok' if one.ok else '!!'} {one.text}" for one in found]


def answer(status: int, body: bytes):
    return lambda request, deadline: http.OutsideResponse(status=status, headers={}, body=body)


def test_secrets_that_open_are_counted(account):
    assert said(findings.look_at_secrets()) == ["ok All 1 secrets open with the key ring."]


def test_a_lost_key_is_named_with_the_mend_and_shows_no_secret(account, settings):
    settings.QUITTANCE_KEY_RING = [Fernet.generate_key().decode()]
    (text,) = said(findings.look_at_secrets())
    assert text.startswith(f"!! 1 secrets cannot be decrypted (first: payments_paymentaccount {account.pk}).")
    assert "Put the old key back" in text
    assert "canary" not in text


def test_a_newer_key_in_front_still_opens_the_old_secrets(account, settings):
    settings.QUITTANCE_KEY_RING = [Fernet.generate_key().decode(), *settings.QUITTANCE_KEY_RING]
    assert [one.ok for one in findings.look_at_secrets()] == [True]


def test_the_public_address_must_lead_here():
    with http.mounted(BASE, answer(200, b'{"status": "ok", "checks": {}}')):
        assert findings.look_at_base_url().ok
    with http.mounted(BASE, answer(200, b"<h1>Welcome to nginx</h1>")):
        assert findings.look_at_base_url().text.startswith("localhost:8000 answers 200, and not as Quittance.")


def test_an_installation_without_a_business_is_told_how_to_make_one():
    assert said(findings.look_at_businesses(now=now())) == [
        "!! There is none yet. Make the first with `quittance createowner`."
    ]


def test_accounts_say_when_the_last_webhook_came(account):
    moment = now()
    texts = said(findings.look_at_businesses(now=moment))
    assert texts[0].startswith("ok Salon Ana, Stripe: no webhook has come yet.")
    PaymentAccount.objects.update(last_webhook_at=moment - timedelta(days=3))
    assert said(findings.look_at_businesses(now=moment))[0] == "ok Salon Ana, Stripe: the last webhook came 3 days ago."


def test_a_channel_that_failed_last_time_is_red(salon):
    moment = now()
    ChannelAccount.objects.create(
        business=salon, channel="email", system="smtp", sender="hi@salon.example", credentials=Secret("{}"),
        address_token="b" * 32, enabled=True, created_at=moment, last_failure_at=moment, last_failure="log-in refused",
    )  # fmt: skip
    texts = said(findings.look_at_businesses(now=moment))
    assert "!! Salon Ana: email failed last time (log-in refused). Test it in the settings." in texts
    assert "ok Salon Ana: sms is not connected. Copy and QR work; connect it to send links." in texts


def test_empty_books_agree():
    assert said(findings.look_at_books(now=now())) == ["ok Every bill, tender, payment and entry agrees."]


def test_nothing_is_looked_at_while_the_database_is_silent(monkeypatch):
    monkeypatch.setattr(findings, "readiness", lambda now: [Finding("database", ok=False, text="silent")])
    assert [one.name for one in findings.look_at_everything(now=now(), books=True)] == ["settings", "database"]


def test_sealed_values_are_read_in_pages(account, monkeypatch):
    monkeypatch.setattr(findings, "_PAGE", 1)
    account.pk, account.their_account_id, account.address_token = None, "acct_2", "c" * 32
    account.save()
    assert said(findings.look_at_secrets()) == ["ok All 2 secrets open with the key ring."]
