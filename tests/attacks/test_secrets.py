"""T54: secrets and clients are in no log, no error page, no settings page; in the database they are encrypted."""

from __future__ import annotations

import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.apps import apps
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client as Browser

from quittance.core import clock
from quittance.core.actor import Right
from quittance.flows import take_payment
from quittance.messages.models import ChannelAccount, Message
from quittance.payments.models import PaymentAccount
from tests.attacks.asking import address, typed
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import Place, browser, tried
from tests.support.canaries import Aviary

STRIPE_KEY, SIGNING, TWILIO, SMTP = (
    "sk_live_canaryCANARYcanary01",
    "whsec_canaryCANARYcanary02",
    "c" * 16 + "a" * 16,
    "smtp canary 04!",
)
# Some of these tests commit for good.
COMMITS = True


# ---- the watch itself


@pytest.mark.parametrize(
    "say",
    [
        lambda secret: logging.getLogger("somebody.else").debug("used %s", secret),
        lambda secret: structlog.get_logger("quittance.x").debug("used", key=secret),
        lambda secret: logging.getLogger("twilio.http_client").info("post %s", {"key": secret}),
        lambda secret: logging.getLogger("django.request").warning("bad", extra={"request": secret}),
    ],
    ids=["logging", "structlog", "a library", "extra"],
)
def test_a_canary_in_any_log_line_is_heard(no_secret_is_written: Aviary, say: Any) -> None:
    no_secret_is_written.register("a canary", "tweet-tweet-0815")
    say("tweet-tweet-0815")
    heard = no_secret_is_written.heard()
    no_secret_is_written.begin()  # or this very test would fail
    assert len(heard) == 1
    assert "tweet" not in heard[0]


def test_a_canary_in_a_traceback_is_heard(no_secret_is_written: Aviary) -> None:
    no_secret_is_written.register("a canary", "tweet-tweet-0815")
    try:
        int("tweet-tweet-0815")
    except ValueError:
        logging.getLogger("x").exception("failed")
    heard = no_secret_is_written.heard()
    no_secret_is_written.begin()
    assert heard


@pytest.mark.django_db
def test_what_a_test_stores_becomes_a_canary(ana: Place, no_secret_is_written: Aviary) -> None:
    for secret in (ana.token, ana.marks[5], ana.marks[6], ana.salon.account.address_token):
        assert no_secret_is_written.in_text(f"x {secret} y"), secret


# ---- at rest


@pytest.fixture
def with_keys(ana: Place) -> Place:
    account = PaymentAccount.objects.get(pk=ana.salon.account.pk)
    account.credentials = json.dumps({"secret_key": STRIPE_KEY, "signing_secrets": SIGNING})
    account.secret_last4 = STRIPE_KEY[-4:]
    account.save()
    for channel, fields in (("email", {"password": SMTP}), ("sms", {"auth_token": TWILIO})):
        row = ChannelAccount.objects.get(business=ana.salon.business, channel=channel)
        row.credentials = json.dumps(fields | {"sender": row.sender})
        row.save()
    take_payment.start(token=ana.token, now=ana.salon.now)
    return ana


def everything_stored() -> str:
    """Every cell of every table, as it lies there, whether the product has a model for it or not."""
    with connection.cursor() as cursor:
        cells = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(cells)


@pytest.mark.django_db
def test_t54_a_dump_of_the_database_opens_no_link_and_no_account(with_keys: Place) -> None:
    dump = everything_stored()
    assert "Chloe of Ana" in dump  # the dump does hold the rows
    for what, secret in {
        "payment key": STRIPE_KEY, "signing secret": SIGNING, "SMS token": TWILIO, "mail password": SMTP,
        "link": with_keys.token, "link of the visit being paid": with_keys.paying_token, "password": "a long password",
    }.items():  # fmt: skip
        assert secret not in dump, what


@pytest.mark.django_db(transaction=True)
def test_t54_the_file_itself_holds_none_of_them(with_keys: Place) -> None:
    """Freed pages and the write-ahead log are part of a stolen file."""
    if connection.vendor != "sqlite":
        pytest.skip("the file of an embedded database; on PostgreSQL the dump is looked at")
    name = Path(str(connection.settings_dict["NAME"]))
    files = [path for path in (name, name.with_name(name.name + "-wal")) if path.exists()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM payments_paymentlink")
        assert cursor.fetchone()[0] >= 2
    # Read by another process: closing the file here would drop every lock this process holds on it, and the next
    # process to leave would throw away a log that is still written to. See "How To Corrupt An SQLite Database File".
    stored = subprocess.run(["cat", *files], check=True, capture_output=True).stdout
    assert b"Chloe of Ana" in stored
    for secret in (STRIPE_KEY, SIGNING, TWILIO, SMTP, with_keys.token, with_keys.paying_token):
        assert secret.encode() not in stored


def test_t54_every_column_that_sounds_like_a_secret_is_encrypted_or_says_why_not() -> None:
    known = {
        # lookups by HMAC, references of rows, what proves nothing
        "payments.PaymentLink.token_mac", "payments.PaymentAccount.secret_last4", "payments.PaymentAccount.key_last4",
        "messages.ChannelAccount.secret_last4", "limits.TryCount.key_mac", "limits.SharedNote.key_mac", "messages.Message.purpose_key",
        # hashes of random tokens; the last letters of a card's code
        "businesses.Invitation.token_hash", "businesses.SharedComputer.token_hash", "businesses.PasskeyChallenge.token_hash", "wallets.Wallet.last4",
        # the public half of a passkey, and its number
        "businesses.Passkey.credential_id", "businesses.Passkey.public_key",
        # Argon2
        "businesses.User.password",
        # our own names of rows, sent to others as such: idempotency keys, Message-IDs
        "payments.Payment.key", "messages.Message.key", "payments.Refund.key", "reminders.Reminder.key",
        # of what a desk shows, and of a question for a code: what is proved by them is kept by the key ring
        "pay_desks.Push.key", "pay_desks.CodeAsk.key",
        # addresses at which a signature is asked for besides
        "payments.PaymentAccount.address_token", "messages.ChannelAccount.address_token",
        # addresses of pictures: the logo is on every client page, a photo is asked for by its own business only
        "businesses.Logo.key", "businesses.Business.logo_key", "catalog.Photo.token",
        # fences of leases, gone in a minute
        "payments.Payment.lease_token", "messages.Message.lease_token", "outbox.Event.lease_token", "inbox.InboundWebhook.lease_token",
        "payments.Refund.lease_token", "payments.EventSweep.lease_token", "bills.MoneyCase.lease_token", "due.Chore.lease_token",
        "reminders.Reminder.lease_token", "clients.Erasure.lease_token",
    }  # fmt: skip
    sounding = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("quittance.")
        for field in model._meta.concrete_fields
        if any(word in field.name for word in ("token", "secret", "password", "credential", "key", "last4"))
        and type(field).__name__ != "EncryptedField"
    }
    assert sounding - known == set()


# ---- shown again


@pytest.mark.django_db
@pytest.mark.row("A1")
def test_t54_no_page_shows_a_stored_key_again(with_keys: Place) -> None:
    one = browser(with_keys.person(frozenset(Right), name="Owner"))
    for name in NAMES:
        if not ROUTES[name].reads or ROUTES[name].who is Who.SIGNATURE:
            continue
        text = one.get(address(name, with_keys)).getvalue().decode("utf-8", "replace")
        for secret in (STRIPE_KEY, SIGNING, TWILIO, SMTP, STRIPE_KEY[:-4], "a long password"):
            assert secret not in text, name


@pytest.mark.django_db
@pytest.mark.row("A1")
@pytest.mark.parametrize(
    "name",
    [
        "desk:connect_system",
        "desk:payment_account_keys",
        "desk:connect_channel",
        "account_login",
        "account_change_password",
        "account_reauthenticate",
    ],
)
def test_t54_a_form_that_comes_back_has_forgotten_what_was_secret(with_keys: Place, name: str, settings: Any) -> None:
    settings.QUITTANCE_STRIPE_API_URL = "http://127.0.0.1:1"
    user = with_keys.person(frozenset(Right), name="Owner")
    one = browser(None if name == "account_login" else user)
    path = address(name, with_keys).replace("/connect/fake", "/connect/stripe")
    values = typed(name, with_keys) | {
        "secret_key": "sk_live_typedTYPED99", "signing_secrets": "whsec_typedTYPED98\nwhsec_typedTYPED97", "password": "typedTYPED96!",
        "auth_token": "typedTYPED95", "your_password": "typedTYPED94", "oldpassword": "typedTYPED93", "password1": "typedTYPED92", "sender": "",
    }  # fmt: skip
    with tried():
        response = one.post(path, values)
    assert response.status_code == 422
    assert "typedTYPED" not in response.content.decode()


# ---- when something breaks


@pytest.fixture
def breaks(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the clock fails, in the midst of every request, with everything secret in the message."""
    Browser().get("/accounts/login/")  # nothing may be imported first, and keep what is broken, while this lasts

    def fail() -> None:
        raise RuntimeError(f"{STRIPE_KEY} {SIGNING} chloe@ana.client.example")

    monkeypatch.setattr(clock, "now", fail)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/calendar", "/p/{token}", "/visits/{visit}", "/finance/links"])
@pytest.mark.parametrize("debug", [False, True])
def test_t54_a_broken_page_tells_nothing(
    ana: Place, breaks: None, path: str, debug: bool, no_secret_is_written: Aviary, settings: Any
) -> None:
    settings.DEBUG = False
    no_secret_is_written.register("a payment key", STRIPE_KEY)
    no_secret_is_written.register("a signing secret", SIGNING)
    broken: list[object] = []
    got_request_exception.connect(lambda **more: broken.append(more), weak=False, dispatch_uid="attack")
    one = browser(ana.person(frozenset(Right), name="Owner"), headers={"Accept": "text/html"} if debug else {})
    one.raise_request_exception = False
    try:
        response = one.get(path.format(**ana.facts) + "?password=hunter2hunter2")
    finally:
        got_request_exception.disconnect(dispatch_uid="attack")
    assert broken
    assert response.status_code == 500
    text = response.content.decode()
    for trace in (
        "Traceback",
        "RuntimeError",
        "sk_live",
        "whsec",
        "chloe@",
        "hunter2",
        "/quittance/",
        "settings",
        ana.token,
        "Ana's Salon",
    ):
        assert trace not in text, trace
    assert "<h1" in text
    assert "Content-Security-Policy" in response
    assert response["Referrer-Policy"]


@pytest.mark.django_db
def test_t54_pages_that_do_not_exist_name_no_other_pages(ana: Place) -> None:
    for path in (
        "/nowhere",
        "/admin/",
        "/p/",
        "/.env",
        "/static/../settings.py",
        "/media/x",
        "/debug",
        "/metrics",
        "/graphql",
    ):
        text = Browser().get(path).content.decode()
        assert "URLconf" not in text and "quittance.config" not in text, path


@pytest.mark.django_db
def test_t54_health_endpoints_name_nobody_and_no_key(with_keys: Place) -> None:
    for path in ("/healthz", "/readyz"):
        text = Browser().get(path, headers={"Host": "anything"}).content.decode()
        assert not with_keys.names_anything_in(text.encode())
        for secret in (STRIPE_KEY, SIGNING, str(connection.settings_dict["NAME"])):
            assert secret not in text


# ---- elsewhere


@pytest.mark.django_db
@pytest.mark.row("C11")
def test_t54_the_address_of_a_client_page_leaves_with_no_request(ana: Place) -> None:
    """No referrer, no outside resource, and links that lead out say so once more."""
    for path in ("", "/return"):
        response = Browser().get(f"/p/{ana.token}{path}")
        assert response["Referrer-Policy"] == "no-referrer"
        text = response.content.decode()
        assert ana.token not in "".join(
            line
            for line in text.splitlines()
            if "http" in line and "action=" not in line and f"/p/{ana.token}" not in line
        )


@pytest.mark.django_db
def test_t54_audit_outbox_and_journal_hold_ids_and_no_names(with_keys: Place) -> None:
    marks = [mark for mark in with_keys.marks if "Salon" not in mark]
    for label in (
        "audit.AuditEntry",
        "audit.DeskRequest",
        "outbox.Event",
        "bills.JournalEntry",
        "inbox.InboundWebhook",
    ):
        model = apps.get_model(label)
        rows = repr(list(model._default_manager.values()))
        assert not [mark for mark in marks if mark in rows], label


@pytest.mark.django_db
def test_t54_the_text_of_a_message_is_stored_encrypted(with_keys: Place) -> None:
    from quittance.due import actions as due
    from quittance.flows import send_message

    with_keys.salon.wait(seconds=6)
    for row in due.claim(Message, limit=20, lease_seconds=60, now=with_keys.salon.now):
        send_message.work(message_id=row.id, lease_token=row.lease_token, now=with_keys.salon.now)
    sent = Message.objects.get(state="sent")
    assert "/p/" in sent.body.reveal()
    assert "/p/" not in everything_stored()
