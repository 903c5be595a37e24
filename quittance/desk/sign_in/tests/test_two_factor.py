from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from quittance.audit.models import AuditEntry
from quittance.businesses.models import RecoveryCode, Role, SecondFactor, User
from quittance.businesses.second_factor import code_at
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

PAGE = "/accounts/two-factor/"
PASSWORD = "a long password"
LOG_IN = {"login": "ana@salon.example", "password": PASSWORD}

pytestmark = pytest.mark.row("K1")


def log_in(browser: Client) -> str:
    """Where the password leads."""
    return str(browser.post("/accounts/login/", LOG_IN).headers["Location"])


def turn_on(salon: Salon, browser: Client) -> tuple[str, list[str]]:
    page = browser.get(PAGE).content.decode()
    found = re.search(r'secret-text">([A-Z2-7 ]+)<', html.unescape(page))
    assert found is not None
    secret = found[1].replace(" ", "")
    answer = browser.post(PAGE, {"code": code_at(secret=secret, at=salon.now)})
    return secret, re.findall(r"<li>([0-9a-z]{5}-[0-9a-z]{5})</li>", answer.content.decode())


@pytest.fixture
def ana(at_noon: Salon, counter: Counter) -> Client:
    browser = Client()
    assert log_in(browser) == "/"
    return browser


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, cut to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert code_at(secret=secret, at=datetime.fromtimestamp(seconds, tz=UTC)) == code


def test_signing_in_asks_for_the_code_once_it_is_on(at_noon: Salon, ana: Client):
    secret, codes = turn_on(at_noon, ana)
    assert len(codes) == 10
    assert secret not in str(SecondFactor.objects.values())
    assert codes[0] not in str(RecoveryCode.objects.values())
    other = Client()
    assert log_in(other) == "/accounts/code/"
    assert other.get("/calendar").status_code == 302
    assert other.post("/accounts/code/", {"code": "000000"}).status_code == 422
    used = code_at(secret=secret, at=at_noon.now)
    assert other.post("/accounts/code/", {"code": used}).status_code == 422, "a code is taken once"
    at_noon.wait(seconds=30)
    fresh = code_at(secret=secret, at=at_noon.now)
    assert other.post("/accounts/code/", {"code": f"{fresh[:3]} {fresh[3:]}"}).status_code == 302
    assert other.get("/calendar").status_code == 200


def test_a_recovery_code_takes_the_place_of_the_phone_once(at_noon: Salon, ana: Client):
    _secret, codes = turn_on(at_noon, ana)
    first, second = Client(), Client()
    log_in(first)
    assert first.post("/accounts/code/", {"code": codes[0].upper()}).status_code == 302
    log_in(second)
    assert second.post("/accounts/code/", {"code": codes[0]}).status_code == 422
    assert "9 recovery codes are left." in words(ana.get(PAGE))
    renewed = words(ana.post("/accounts/two-factor/codes/"))
    assert codes[1] not in renewed
    assert second.post("/accounts/code/", {"code": codes[1]}).status_code == 422


def test_guessing_codes_is_stopped(at_noon: Salon, ana: Client):
    secret, _codes = turn_on(at_noon, ana)
    at_noon.wait(minutes=5)
    other = Client()
    log_in(other)
    for _try in range(5):
        other.post("/accounts/code/", {"code": "000000"})
    answer = other.post("/accounts/code/", {"code": code_at(secret=secret, at=at_noon.now)})
    assert "Too many tries. Wait five minutes, then try again." in words(answer)
    assert other.get("/calendar").status_code == 302


def test_turning_it_off_wants_the_password_again(at_noon: Salon, counter: Counter, ana: Client):
    turn_on(at_noon, ana)
    # This sign-in never showed a password.
    counter.client.post("/accounts/two-factor/off/")
    assert SecondFactor.objects.exists()
    ana.post("/accounts/two-factor/off/")
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    names = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert names == ["second_factor.turned_on", "second_factor.turned_off"]


def test_a_role_that_asks_for_it_lets_nobody_work_before(at_noon: Salon, ana: Client):
    Role.objects.filter(slug="owner").update(requires_second_factor=True)
    assert ana.get("/calendar").headers["Location"] == PAGE
    assert ana.get("/calendar", headers={"HX-Request": "true"}).headers["HX-Redirect"] == PAGE
    assert "Your role asks for two-factor sign-in." in words(ana.get(PAGE))
    turn_on(at_noon, ana)
    assert ana.get("/calendar").status_code == 200
    assert "so it stays on" in words(ana.post("/accounts/two-factor/off/"))
    assert SecondFactor.objects.exists()


def test_an_owner_resets_it_for_somebody_who_lost_the_phone(at_noon: Salon, ana: Client):
    sign_in(at_noon, "receptionist", "ben@salon.example")
    ben = User.objects.get(email="ben@salon.example")
    his = Client()
    his.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    turn_on(at_noon, his)
    answer = ana.post(f"/settings/people/{ben.pk}/two-factor/reset", follow=True)
    assert "Reset. They log in with the password" in words(answer)
    assert not SecondFactor.objects.exists()
    assert his.get("/calendar").status_code == 302


def test_the_tick_at_a_role_is_kept_also_for_owners(at_noon: Salon, ana: Client):
    owner = Role.objects.get(slug="owner")
    typed = {"name": "Owner", "requires_second_factor": "on"}
    assert ana.post(f"/settings/people/roles/{owner.pk}", typed).status_code == 302
    owner.refresh_from_db()
    assert owner.requires_second_factor
    assert "edit_payment_settings" in owner.rights
