from __future__ import annotations

import re
import threading

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import NoReverseMatch, reverse

from quittance.businesses.models import User
from quittance.config.sign_in import MAIL_THREAD

pytestmark = [pytest.mark.django_db, pytest.mark.row("K1")]
PASSWORD = "a long enough sentence"


def mails() -> list[EmailMessage]:
    """What was sent, once the thread beside the request has sent it."""
    for thread in threading.enumerate():
        if thread.name == MAIL_THREAD:
            thread.join(timeout=10)
    return list(mail.outbox)


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@salon.example", PASSWORD, name="Ana")


def test_ana_logs_in_with_her_email_in_any_case(client: Client, ana):
    answer = client.post(reverse("account_login"), {"login": "Ana@Salon.example", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(client: Client, ana):
    said = []
    for login, password in (("ana@salon.example", "wrong one"), ("dan@other.example", PASSWORD)):
        answer = client.post(reverse("account_login"), {"login": login, "password": password})
        said.append((answer.status_code, answer.context["form"].errors))
        assert "_auth_user_id" not in client.session
    assert said[0] == said[1]
    assert said[0][1]


def test_guessing_a_password_is_slowed_down(client: Client, ana):
    codes = [
        client.post(reverse("account_login"), {"login": "ana@salon.example", "password": f"guess {number}"}).status_code
        for number in range(12)
    ]
    answer = client.post(reverse("account_login"), {"login": "ana@salon.example", "password": PASSWORD})
    assert 302 not in codes
    assert "_auth_user_id" not in client.session
    assert answer.status_code != 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "javascript:alert(1)", "\\\\evil.example", "/%0d%0aX: y"]
)
def test_after_the_log_in_nobody_is_led_elsewhere(client: Client, ana, target):
    answer = client.post(reverse("account_login"), {"login": "ana@salon.example", "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]
    assert "\n" not in answer["Location"]


def test_the_reset_mail_leads_to_the_configured_address_whatever_host_was_asked(client: Client, ana, settings):
    settings.QUITTANCE_BASE_URL = "https://pay.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": "ana@salon.example"}, headers={"host": "evil.example"})
    (sent,) = mails()
    assert sent.to == ["ana@salon.example"]
    assert "evil" not in f"{sent.body}{sent.subject}{sent.extra_headers}"
    (address,) = re.findall(r"https://pay\.example\.org/accounts/password/reset/key/\S+", str(sent.body))
    opened = client.get(address.removeprefix("https://pay.example.org"), follow=True)
    assert opened.status_code == 200
    done = client.post(
        opened.request["PATH_INFO"], {"password1": "another sentence 7", "password2": "another sentence 7"}
    )
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    ana.refresh_from_db()
    assert ana.check_password("another sentence 7")


def test_an_unknown_address_gets_the_same_page_and_no_mail(client: Client, ana):
    answer = client.post(reverse("account_reset_password"), {"email": "dan@other.example"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert mails() == []


def test_nobody_signs_up_by_themselves(client: Client):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert client.get("/accounts/signup/").status_code == 404


def test_a_session_ends_after_twelve_idle_hours(client: Client, ana, settings):
    client.post(reverse("account_login"), {"login": "ana@salon.example", "password": PASSWORD})
    assert settings.SESSION_COOKIE_AGE == 12 * 60 * 60
    assert client.session.get_expiry_age() <= 12 * 60 * 60
