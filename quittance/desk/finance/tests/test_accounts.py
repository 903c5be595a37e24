from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from quittance.audit.models import AuditEntry
from quittance.desk.tests.counter import Counter, words
from quittance.payments.models import EventSweep, PaymentAccount, PaymentMethodSetting
from quittance.sandbox.house import Sandbox
from tests.support.salon import Salon

CONNECT = "/finance/online-payments/connect/stripe"
KEYS = {"publishable_key": "pk_test_canarypublic", "secret_key": "sk_test_canarysecret"}
SIGNING = "whsec_canarysigningsecret"


@pytest.fixture
def stripe(settings: Any) -> Iterator[Sandbox]:
    sandbox = Sandbox()
    sandbox.start()
    settings.QUITTANCE_STRIPE_API_URL = sandbox.url
    yield sandbox
    sandbox.stop()


@pytest.fixture
def owner(counter: Counter) -> Client:
    """Ana, who logged in with her password a moment ago; nothing is connected yet."""
    PaymentMethodSetting.objects.all().delete()
    EventSweep.objects.all().delete()
    PaymentAccount.objects.all().delete()
    client = Client()
    client.post("/accounts/login/", {"login": counter.user.email, "password": "a long password"})
    return client


def grow_old(client: Client, seconds: int) -> None:
    """Her log-in lies so many seconds back."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds}]
    session.save()


def problem_beside(page: str, field: str) -> str:
    found = re.search(rf'id="id_{field}-error">(.*?)</p>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.mark.row("A3")
def test_keys_are_checked_with_stripe_before_anything_is_kept(owner: Client, stripe: Sandbox, at_noon: Salon):
    answer = owner.post(CONNECT, {**KEYS, "label": "Stripe Berlin"})
    account = PaymentAccount.objects.get()
    assert answer["Location"] == f"/finance/online-payments/accounts/{account.pk}?done=account_connected"
    assert (account.label, account.live, account.secret_last4) == ("Stripe Berlin", False, "cret")
    assert PaymentMethodSetting.objects.get().account_id == account.pk
    text = words(owner.get(answer["Location"]))
    assert "test: no real money" in text
    assert "Secret key ···· cret" in text
    assert f"http://localhost:8000/inbound/stripe/{account.address_token}" in text
    assert "checkout.session.completed" in text
    assert "none came yet" in text
    assert "Paste the signing secret that you then see" in text


@pytest.mark.row("A3")
def test_the_signing_secret_comes_after_the_address_was_pasted(owner: Client, stripe: Sandbox):
    owner.post(CONNECT, KEYS)
    account = PaymentAccount.objects.get()
    url = f"/finance/online-payments/accounts/{account.pk}"
    empty = owner.post(f"{url}/keys", {"signing_only": "1", "signing_secrets": ""})
    assert empty.status_code == 422
    assert "begins with whsec_" in problem_beside(empty.content.decode(), "signing_secrets")
    wrong = owner.post(f"{url}/keys", {"signing_only": "1", "signing_secrets": "sk_test_canarywrong"})
    assert wrong.status_code == 422
    assert "A signing secret begins with whsec_." in problem_beside(wrong.content.decode(), "signing_secrets")
    assert "canarywrong" not in wrong.content.decode()
    assert owner.post(f"{url}/keys", {"signing_only": "1", "signing_secrets": SIGNING}).status_code == 302
    text = words(owner.get(url))
    assert "The signing secret is stored" in text
    assert "One step is left: switch payment links on." in text


@pytest.mark.row("A3")
def test_no_page_ever_shows_a_secret_again(owner: Client, stripe: Sandbox):
    owner.post(CONNECT, {**KEYS, "signing_secrets": SIGNING})
    account = PaymentAccount.objects.get()
    url = f"/finance/online-payments/accounts/{account.pk}"
    for path in ("/finance/online-payments", url, f"{url}/keys"):
        page = owner.get(path).content.decode()
        assert "canarysecret" not in page
        assert "canarysigning" not in page
    assert "canarysecret" not in str(AuditEntry.objects.values_list("detail", flat=True))


@pytest.mark.row("A3")
def test_each_mistake_stands_beside_its_box_and_only_secrets_are_typed_again(owner: Client, stripe: Sandbox):
    typed = {
        "label": "My bank",
        "publishable_key": "sk_test_canarymixed",
        "secret_key": "pk_test_canaryother",
        "signing_secrets": "nonsense",
    }
    answer = owner.post(CONNECT, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert problem_beside(page, "publishable_key") == "This is a secret key. The publishable key begins with pk_."
    assert "This is the publishable key." in problem_beside(page, "secret_key")
    assert "One per line" in problem_beside(page, "signing_secrets") or "whsec_" in problem_beside(
        page, "signing_secrets"
    )
    assert 'value="My bank"' in page
    assert "canaryother" not in page
    assert "nonsense" not in page
    assert not PaymentAccount.objects.exists()


@pytest.mark.row("A3")
def test_empty_boxes_are_told_what_to_copy_from_where(owner: Client, stripe: Sandbox):
    page = owner.post(CONNECT, {}).content.decode()
    assert problem_beside(page, "publishable_key") == "Copy the publishable key from Stripe. It begins with pk_."
    assert "Copy the secret key from Stripe." in problem_beside(page, "secret_key")


@pytest.mark.row("A3")
def test_keys_that_stripe_refuses_are_not_saved(owner: Client, stripe: Sandbox):
    answer = owner.post(CONNECT, {**KEYS, "secret_key": "sk_test_invalid"})
    if answer.status_code == 302:
        pytest.skip("the sandbox takes every well-formed key")
    assert answer.status_code == 422
    assert not PaymentAccount.objects.exists()


@pytest.mark.row("A3")
def test_a_payment_system_that_is_down_is_told_in_a_sentence(owner: Client, settings: Any):
    settings.QUITTANCE_STRIPE_API_URL = "http://127.0.0.1:9"
    answer = owner.post(CONNECT, {**KEYS, "label": "Stripe Berlin"})
    assert answer.status_code == 422
    assert "The payment system does not answer, so the keys could not be checked. Try again." in words(answer)
    assert 'value="Stripe Berlin"' in answer.content.decode()
    assert not PaymentAccount.objects.exists()


@pytest.mark.row("A2")
def test_a_second_account_leaves_the_chosen_one_alone(owner: Client, stripe: Sandbox):
    owner.post(CONNECT, {**KEYS, "label": "First"})
    owner.post(CONNECT, {"publishable_key": "pk_test_two2", "secret_key": "sk_test_two2", "label": "Second"})
    first, second = PaymentAccount.objects.order_by("pk")
    assert first.their_account_id != second.their_account_id
    assert PaymentMethodSetting.objects.get().account_id == first.pk
    text = words(owner.get("/finance/online-payments"))
    assert "First" in text and "Second" in text and "Use this account" in text


@pytest.mark.row("A3")
def test_new_keys_must_name_the_same_account(owner: Client, stripe: Sandbox):
    owner.post(CONNECT, KEYS)
    account = PaymentAccount.objects.get()
    url = f"/finance/online-payments/accounts/{account.pk}/keys"
    answer = owner.post(url, {"publishable_key": "pk_test_other1", "secret_key": "sk_test_other1"})
    assert answer.status_code == 422
    assert "belong to another account" in problem_beside(answer.content.decode(), "secret_key")
    kept = owner.post(url, {"label": "Renamed"})
    assert kept["Location"].endswith("?done=keys_saved")
    assert PaymentAccount.objects.get().label == "Renamed"


@pytest.mark.row("A3")
def test_whoever_sits_down_at_an_open_desk_is_asked_for_the_password(owner: Client, stripe: Sandbox):
    grow_old(owner, 3600)
    assert "Your password" in words(owner.get(CONNECT))
    for typed, sentence in (
        ({}, "Type your own password."),
        ({"your_password": "not hers at all"}, "This is not your password."),
    ):
        answer = owner.post(CONNECT, {**KEYS, **typed})
        assert answer.status_code == 422
        assert problem_beside(answer.content.decode(), "your_password") == sentence
        assert 'value="pk_test_canarypublic"' in answer.content.decode()
        assert "not hers at all" not in answer.content.decode()
    assert not PaymentAccount.objects.exists()
    assert owner.post(CONNECT, {**KEYS, "your_password": "a long password"}).status_code == 302
    assert "Your password" not in words(owner.get(CONNECT))


@pytest.mark.row("A3")
def test_a_form_that_was_drawn_in_time_is_still_taken(owner: Client, stripe: Sandbox):
    grow_old(owner, 600)
    assert owner.post(CONNECT, KEYS).status_code == 302


@pytest.mark.row("A2")
def test_a_retired_account_takes_no_new_payments_and_switches_links_off(owner: Client, stripe: Sandbox):
    owner.post(CONNECT, KEYS)
    account = PaymentAccount.objects.get()
    owner.post("/finance/online-payments/switch", {"enabled": "1"})
    url = f"/finance/online-payments/accounts/{account.pk}"
    assert "Payment links use this account: they are switched off" in words(owner.get(url))
    answer = owner.post(f"{url}/retire", follow=True)
    assert "Payments under way are still settled." in words(answer)
    assert PaymentAccount.objects.get().retired_at is not None
    assert not PaymentMethodSetting.objects.get().enabled
    assert "No new payments come to it." in words(owner.get(url))


@pytest.mark.row("A3")
def test_the_page_says_when_the_last_webhook_came(owner: Client, stripe: Sandbox, at_noon: Salon):
    owner.post(CONNECT, KEYS)
    account = PaymentAccount.objects.get()
    PaymentAccount.objects.update(last_webhook_at=at_noon.now)
    assert "last came Thu 26 Nov, 14:00" in words(owner.get(f"/finance/online-payments/accounts/{account.pk}"))
    assert "Last webhook Thu 26 Nov, 14:00" not in words(owner.get("/finance/online-payments"))  # it lacks its secret
    owner.post(
        f"/finance/online-payments/accounts/{account.pk}/keys", {"signing_only": "1", "signing_secrets": SIGNING}
    )
    assert "Last webhook Thu 26 Nov, 14:00" in words(owner.get("/finance/online-payments"))


def test_with_several_payment_systems_one_is_chosen_first(counter: Counter):
    text = words(counter.client.get("/finance/online-payments/connect"))
    assert "Stripe" in text and "Fake bank" in text


def test_an_unknown_system_or_account_is_not_there(counter: Counter):
    assert counter.client.get("/finance/online-payments/connect/what").status_code == 404
    assert counter.client.get("/finance/online-payments/accounts/999999").status_code == 404
    assert counter.client.post("/finance/online-payments/accounts/999999/retire").status_code == 404


@pytest.mark.row("A3")
def test_pages_with_keys_are_kept_by_no_cache(counter: Counter):
    assert "no-store" in counter.client.get(CONNECT)["Cache-Control"]
