from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from fido2.webauthn import AuthenticatorData

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Passkey, PasskeyChallenge, RecoveryCode, Role, SecondFactor, User
from quittance.desk.sign_in.tests.device import Device
from quittance.desk.sign_in.tests.test_two_factor import LOG_IN, log_in, turn_on
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

pytestmark = pytest.mark.row("K1")
PASSWORD = LOG_IN["password"]


@pytest.fixture
def ana(at_noon: Salon, counter: Counter) -> Client:
    browser = Client()
    assert log_in(browser) == "/"
    return browser


def add(browser: Client, device: Device, *, name: str = "My phone") -> Any:
    question = browser.post("/accounts/passkeys/new/").json()
    return browser.post("/accounts/passkeys/add/", {"answer": device.make(question), "name": name})


def ask(browser: Client, path: str = "/accounts/passkey/ask/") -> dict[str, Any]:
    told: dict[str, Any] = browser.post(path).json()
    return told


def come_in(browser: Client, device: Device, **more: str) -> Any:
    answer = device.answer(ask(browser))
    return browser.post("/accounts/passkey/", {"answer": answer, **more})


def said(response: Any) -> str:
    return str(json.loads(response.content).get("error", ""))


def is_in(browser: Client) -> bool:
    return browser.get("/calendar").status_code == 200


@pytest.fixture
def phone(ana: Client) -> Device:
    """Ana's, with a passkey for her log-in here."""
    device = Device()
    assert add(ana, device).status_code == 200
    return device


def test_a_passkey_is_made_named_and_listed(ana: Client, phone: Device):
    one = Passkey.objects.get()
    assert (one.name, one.sign_counter, one.transports) == ("My phone", 0, ["hybrid", "internal"])
    page = words(ana.get("/accounts/mine/"))
    assert "My phone" in page
    assert "not used yet" in page
    assert ana.post(f"/accounts/passkeys/{one.pk}/name/", {"name": "Old phone"}).status_code == 302
    assert "Old phone" in words(ana.get("/accounts/mine/"))
    assert ana.post(f"/accounts/passkeys/{one.pk}/name/", {"name": " "}).status_code == 422
    names = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert names == ["passkey.added", "passkey.renamed"]


def test_logging_in_with_it_needs_neither_address_nor_password(ana: Client, phone: Device):
    other = Client()
    assert "Log in with a passkey" in words(other.get("/accounts/login/"))
    answer = come_in(other, phone, next="/clients/")
    assert answer.json() == {"next": "/clients/"}
    assert is_in(other)
    assert Passkey.objects.get().last_used_at is not None
    assert come_in(Client(), phone, next="https://evil.example/").json() == {"next": "/"}


def test_it_counts_as_both_factors(at_noon: Salon, ana: Client, phone: Device):
    turn_on(at_noon, ana)
    other = Client()
    come_in(other, phone)
    assert is_in(other)
    # The control: the password alone is still asked for the code.
    assert log_in(Client()) == "/accounts/code/"


def test_a_password_is_asked_again_before_one_is_made(at_noon: Salon, counter: Counter):
    answer = counter.client.post("/accounts/passkeys/new/")
    assert answer.status_code == 403
    assert answer.json()["next"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fmine%2F"
    assert not PasskeyChallenge.objects.exists()


def test_it_shows_again_who_one_is_and_keys_open(at_noon: Salon, ana: Client, phone: Device):
    switched = Client()
    switched.force_login(
        User.objects.get(email="ana@salon.example"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert switched.get("/accounts/two-factor/").status_code == 302
    page = words(switched.get("/accounts/reauthenticate/?next=/accounts/two-factor/"))
    assert "Use your passkey" in page
    question = ask(switched, "/accounts/passkey/again/ask/")
    assert [one["id"] for one in question["allowCredentials"]] == [Passkey.objects.get().credential_id]
    answer = switched.post(
        "/accounts/passkey/again/", {"answer": phone.answer(question), "next": "/accounts/two-factor/"}
    )
    assert answer.json() == {"next": "/accounts/two-factor/"}
    assert switched.get("/accounts/two-factor/").status_code == 200


def test_somebody_elses_passkey_does_not_show_that_it_is_oneself(at_noon: Salon, ana: Client, phone: Device):
    sign_in(at_noon, "receptionist", "ben@salon.example")
    ben = Client()
    ben.post("/accounts/login/", {"login": "ben@salon.example", "password": PASSWORD})
    bens = Device()
    add(ben, bens)
    answer = ana.post("/accounts/passkey/again/", {"answer": bens.answer(ask(ana, "/accounts/passkey/again/ask/"))})
    assert answer.status_code == 422
    assert "not a passkey of yours" in said(answer)
    # Nor does Ben reach Ana's list.
    anas = Passkey.objects.get(user__email="ana@salon.example")
    assert ben.post(f"/accounts/passkeys/{anas.pk}/remove/").status_code == 404
    assert ben.post(f"/accounts/passkeys/{anas.pk}/name/", {"name": "Mine"}).status_code == 404
    anas.refresh_from_db()
    assert anas.name == "My phone"


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://sub.localhost:8000"},
        {"origin": "http://localhost:8001"},
        {"host": "evil.example"},
        {"flags": AuthenticatorData.FLAG.UP},
        {"flags": AuthenticatorData.FLAG.UV},
        {"frame": True},
        {"key": Device().key},
        {"handle": "AAAA"},
        {"handle": ""},
    ],
    ids=["origin", "subdomain", "port", "host", "not-verified", "not-present", "frame", "key", "account", "no-account"],
)
def test_an_answer_that_is_not_for_this_site_and_this_person_is_refused(
    ana: Client, phone: Device, lie: dict[str, Any]
):
    for name, value in lie.items():
        setattr(phone, name, value)
    other = Client()
    answer = come_in(other, phone)
    assert answer.status_code == 422
    assert "could not be checked" in said(answer)
    assert not is_in(other)
    assert Passkey.objects.get().last_used_at is None


@pytest.mark.parametrize(
    "lie", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": AuthenticatorData.FLAG.UP}]
)
def test_no_passkey_is_made_for_another_site_or_without_looking_at_the_person(ana: Client, lie: dict[str, Any]):
    answer = add(ana, Device(**lie))
    assert answer.status_code == 422
    assert "could not be checked" in said(answer)
    assert not Passkey.objects.exists()


def test_an_answer_counts_once_in_its_own_browser_and_for_five_minutes(at_noon: Salon, ana: Client, phone: Device):
    first = Client()
    question = ask(first)
    answer = phone.answer(question)
    stranger = Client()
    assert "took too long" in said(stranger.post("/accounts/passkey/", {"answer": answer}))
    assert not is_in(stranger)
    kept = first.cookies["passkey_asked"].value
    assert first.post("/accounts/passkey/", {"answer": answer}).status_code == 200
    again = Client()
    again.cookies["passkey_asked"] = kept
    assert "took too long" in said(again.post("/accounts/passkey/", {"answer": answer}))
    assert not is_in(again)
    late = Client()
    answer = phone.answer(ask(late))
    at_noon.wait(minutes=5)
    assert "took too long" in said(late.post("/accounts/passkey/", {"answer": answer}))
    assert not is_in(late)


def test_a_wrong_answer_costs_the_question(ana: Client, phone: Device):
    other = Client()
    good = phone.answer(ask(other))
    phone.origin = "https://evil.example"
    assert other.post("/accounts/passkey/", {"answer": "{}"}).status_code == 422
    assert "took too long" in said(other.post("/accounts/passkey/", {"answer": good}))


def test_a_question_for_one_purpose_is_none_for_another(ana: Client, phone: Device):
    """What was asked to log in neither makes a passkey nor shows again who one is."""
    answer = phone.answer(ask(ana))
    assert "took too long" in said(ana.post("/accounts/passkey/again/", {"answer": answer}))
    question = ana.post("/accounts/passkeys/new/").json()
    made = Device().make(question)
    assert "took too long" in said(ana.post("/accounts/passkey/", {"answer": made}))
    assert Passkey.objects.count() == 1


def test_a_counter_that_goes_back_is_a_copy_and_is_refused_and_noted(at_noon: Salon, ana: Client, phone: Device):
    phone.counter = 7
    assert come_in(Client(), phone).status_code == 200
    for went_back in (7, 6, 0):
        phone.counter = went_back
        other = Client()
        answer = come_in(other, phone)
        assert "looks like a copy" in said(answer)
        assert not is_in(other)
    assert Passkey.objects.get().sign_counter == 7
    noted = AuditEntry.objects.filter(action="passkey.copy_refused")
    assert {(one.actor_kind, one.subject_kind, one.business_id) for one in noted} == {
        ("system", "person", at_noon.business.pk)
    }
    assert "looks like a copy was refused" in words(ana.get("/accounts/mine/"))
    phone.counter = 8
    assert come_in(Client(), phone).status_code == 200


def test_the_last_factor_stays_where_the_role_asks_for_one(at_noon: Salon, ana: Client, phone: Device):
    Role.objects.filter(slug="owner").update(requires_second_factor=True)
    one = Passkey.objects.get()
    assert is_in(ana), "a passkey is a second factor"
    answer = ana.post(f"/accounts/passkeys/{one.pk}/remove/")
    assert answer.status_code == 422
    assert "this is your last factor" in words(answer)
    assert Passkey.objects.exists()
    # The other way round: with an app beside it either may go, and then the other stays.
    turn_on(at_noon, ana)
    assert ana.post("/accounts/two-factor/off/").status_code == 302
    assert not SecondFactor.objects.exists()
    at_noon.wait(minutes=1)
    turn_on(at_noon, ana)
    assert ana.post(f"/accounts/passkeys/{one.pk}/remove/").status_code == 302
    assert "so it stays on" in words(ana.post("/accounts/two-factor/off/"))
    assert SecondFactor.objects.exists()


def test_where_the_role_asks_for_two_factors_the_password_alone_does_not_do(ana: Client, phone: Device):
    assert log_in(Client()) == "/", "without such a role the passkey is only the quicker way"
    Role.objects.filter(slug="owner").update(requires_second_factor=True)
    other = Client()
    assert log_in(other) == "/accounts/code/"
    assert not is_in(other)
    page = words(other.get("/accounts/code/"))
    assert "Use your passkey" in page
    assert come_in(other, phone).status_code == 200
    assert is_in(other)


def test_a_recovery_code_takes_the_place_of_a_lost_passkey(ana: Client, phone: Device):
    Role.objects.filter(slug="owner").update(requires_second_factor=True)
    shown = ana.post("/accounts/two-factor/codes/").content.decode()
    code = shown.split('recovery-codes num">')[1].split("<li>")[1].split("</li>")[0]
    assert RecoveryCode.objects.count() == 10
    other = Client()
    log_in(other)
    assert other.post("/accounts/code/", {"code": "aaaaa-aaaaa"}).status_code == 422
    assert other.post("/accounts/code/", {"code": code}).status_code == 302
    assert is_in(other)


def test_an_owner_who_resets_somebodys_factors_takes_the_passkeys_too(at_noon: Salon, ana: Client):
    sign_in(at_noon, "receptionist", "ben@salon.example")
    ben = User.objects.get(email="ben@salon.example")
    his, lost = Client(), Device()
    his.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    add(his, lost)
    ana.post(f"/settings/people/{ben.pk}/two-factor/reset")
    assert not Passkey.objects.exists()
    assert not is_in(his)
    assert "not known here" in said(come_in(Client(), lost))


def test_who_is_switched_off_does_not_come_in(ana: Client, phone: Device):
    User.objects.update(is_active=False)
    other = Client()
    assert "switched off" in said(come_in(other, phone))
    assert not is_in(other)


def test_a_device_that_is_known_is_not_taken_twice(ana: Client, phone: Device):
    question = ana.post("/accounts/passkeys/new/").json()
    assert [one["id"] for one in question["excludeCredentials"]] == [Passkey.objects.get().credential_id]
    assert question["user"]["id"] == Passkey.objects.get().user_handle
    assert "in use already" in said(ana.post("/accounts/passkeys/add/", {"answer": phone.make(question)}))
    assert Passkey.objects.count() == 1


def test_trying_is_counted_as_it_is_with_passwords(at_noon: Salon, ana: Client, phone: Device):
    at_noon.wait(minutes=1)
    phone.origin = "https://evil.example"
    for _try in range(10):
        come_in(Client(), phone)
    phone.origin = Device().origin
    other = Client()
    assert "Too many tries" in said(come_in(other, phone))
    assert not is_in(other)
    at_noon.wait(minutes=5)
    assert come_in(other, phone).status_code == 200


def test_an_address_without_a_name_or_without_https_has_no_passkeys(ana: Client, settings: Any):
    for address in ("http://192.0.2.7:8000", "https://192.0.2.7", "http://salon.example", "https://[2001:db8::1]"):
        settings.QUITTANCE_BASE_URL = address
        assert "needs an address" in words(ana.get("/accounts/mine/")).replace("need an", "needs an")
        assert "Passkeys need an address with a name and https" in said(ana.post("/accounts/passkeys/new/"))
        assert "Log in with a passkey" not in words(Client().get("/accounts/login/"))


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", '{"rawId": 5}', '{"rawId": "é"}', "[" * 30_000, "x" * 40_000, "\x00"]
)
def test_what_no_device_says_is_a_sentence_and_nothing_more(ana: Client, phone: Device, text: str):
    for ask_at, answer_at in (
        ("/accounts/passkey/again/ask/", "/accounts/passkey/again/"),
        ("/accounts/passkeys/new/", "/accounts/passkeys/add/"),
        ("/accounts/passkey/ask/", "/accounts/passkey/"),
    ):
        ask(ana, ask_at)
        answer = ana.post(answer_at, {"answer": text})
        assert answer.status_code == 422
        assert said(answer).endswith(".")
    assert Passkey.objects.count() == 1
