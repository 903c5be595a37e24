from __future__ import annotations

import re
import threading

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from quittance.businesses.models import User
from quittance.cli.demo_seed_tables import PASSWORD as SEEDED_PASSWORD
from quittance.config.environment import DEMO_PASSWORD
from quittance.config.sign_in import MAIL_THREAD
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

LOG_IN = "/accounts/login/"
RESET = "/accounts/password/reset/"
EMAIL, PASSWORD, NEW = "ana@salon.example", "a long password", "three odd words here"


@pytest.fixture(autouse=True)
def nobody_tried_yet(counter: Counter) -> None:
    """Ana exists, and the counts of tries begin anew."""
    cache.clear()


def log_in(client: Client, email: str = EMAIL, password: str = PASSWORD, query: str = ""):
    return client.post(LOG_IN + query, {"login": email, "password": password})


def letters() -> list[str]:
    """The texts of what was mailed, once it has left."""
    for thread in threading.enumerate():
        if thread.name == MAIL_THREAD:
            thread.join(timeout=10)
    return [str(one.body) for one in mail.outbox]


def ask_for_link(client: Client, email: str = EMAIL) -> str:
    client.post(RESET, {"email": email})
    found = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", letters()[-1])
    assert found is not None
    return found[1]


@pytest.mark.row("K1")
def test_ana_logs_in_and_out():
    client = Client()
    assert log_in(client)["Location"] == "/"
    assert client.get("/calendar").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/calendar").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == LOG_IN
    assert client.get("/calendar").status_code == 302


@pytest.mark.row("K1")
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer():
    known, unknown = log_in(Client(), password="not this one"), log_in(Client(), email="nobody@salon.example")
    assert known.status_code == unknown.status_code == 422
    sentence = "Email address and password do not belong together. Check both, then try again."
    assert sentence in words(known) and sentence in words(unknown)
    assert 'value="ana@salon.example"' in known.content.decode()
    assert "not this one" not in known.content.decode()


@pytest.mark.row("K1")
def test_after_many_tries_a_pause_is_asked_for():
    for _ in range(6):
        answer = log_in(Client(), password="guess")
    assert answer.status_code in {422, 429}
    assert "Too many tries. Wait five minutes" in words(answer)
    assert log_in(Client()).status_code in {422, 429}


def test_somebody_switched_off_does_not_get_in():
    User.objects.update(is_active=False)
    client = Client()
    answer = log_in(client)
    assert "/calendar" not in answer.get("Location", "")
    assert client.get("/calendar").status_code == 302


@pytest.mark.row("K1")
@pytest.mark.parametrize(
    "evil", ["//evil.example", "https:evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_t49_signing_in_leads_nowhere_else(evil: str):
    assert log_in(Client(), query=f"?next={evil}")["Location"] == "/"


@pytest.mark.row("K1")
def test_signing_in_leads_back_to_where_one_wanted_to_go():
    client = Client()
    asked = client.get("/finance/links?tab=paid")["Location"]
    page = client.get(asked).content.decode()
    hidden = re.search(r'name="next" value="([^"]+)"', page)
    assert hidden is not None
    answer = client.post(LOG_IN, {"login": EMAIL, "password": PASSWORD, "next": hidden[1]})
    assert answer["Location"] == "/finance/links?tab=paid"


@pytest.mark.row("K1")
def test_a_forgotten_password_is_replaced_by_mail():
    client = Client()
    assert client.post(RESET, {"email": EMAIL})["Location"] == f"{RESET}done/"
    assert "If this address logs in here, a mail with a link is on its way." in words(client.get(f"{RESET}done/"))
    text = letters()[0]
    assert mail.outbox[0].subject == "Set a new password for Quittance"
    assert "If it was not you, there is nothing to do: your password stays as it is." in text
    link = re.search(r"http://localhost:8000(\S+)", text)
    assert link is not None
    page = client.get(link[1], follow=True)
    form = page.redirect_chain[-1][0]
    short = client.post(form, {"password1": "short", "password2": "short"})
    assert short.status_code == 422
    assert "too short" in words(short)
    differ = client.post(form, {"password1": NEW, "password2": NEW + "x"})
    assert differ.status_code == 422
    done = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in words(done)
    assert log_in(Client(), password=PASSWORD).status_code == 422
    assert log_in(Client(), password=NEW).status_code == 302


@pytest.mark.row("K1")
def test_a_reset_link_works_once_and_a_made_up_one_never():
    link = ask_for_link(Client())
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert "This link does not work any more" in words(Client().get(link, follow=True))
    for made_up in (
        link.replace("-", "-x", 1),
        "/accounts/password/reset/key/1-bad/",
        "/accounts/password/reset/key/zzzz-1-1/",
    ):
        assert "This link does not work any more" in words(Client().get(made_up, follow=True))


@pytest.mark.row("K1")
def test_an_unknown_address_gets_the_same_page_and_no_mail():
    known, unknown = Client().post(RESET, {"email": EMAIL}), Client().post(RESET, {"email": "nobody@salon.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(letters()) == 1
    assert mail.outbox[0].to == [EMAIL]
    odd = Client().post(RESET, {"email": "not an address"})
    assert odd.status_code == 422


@pytest.mark.row("K1")
def test_t49_the_mailed_link_bears_the_configured_address_only(settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(RESET, {"email": EMAIL}, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    (text,) = letters()
    assert "evil" not in text + mail.outbox[0].subject + str(mail.outbox[0].message())


def test_a_mail_server_that_is_down_changes_nothing_for_the_page(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert Client().post(RESET, {"email": EMAIL})["Location"] == f"{RESET}done/"
    letters()
    assert EMAIL not in caplog.text


@pytest.mark.row("K1")
def test_the_password_is_changed_by_who_knows_the_one_now():
    client, other = Client(), Client()
    log_in(client)
    log_in(other)
    path = "/accounts/password/change/"
    wrong = client.post(path, {"oldpassword": "not it", "password1": NEW, "password2": NEW})
    assert wrong.status_code == 422
    assert "This is not your password now." in words(wrong)
    answer = client.post(path, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed. Other devices have to log in again." in words(answer)
    assert client.get("/calendar").status_code == 200
    assert other.get("/calendar").status_code == 302


def test_t54_only_the_demo_shows_log_ins_on_the_page(settings):
    page = Client().get(LOG_IN).content.decode()
    assert settings.QUITTANCE_DEMO_PASSWORD == ""
    assert EMAIL not in page and DEMO_PASSWORD not in page and "Demo" not in page


def test_the_demo_logs_in_with_one_click(settings, at_noon: Salon):
    settings.QUITTANCE_DEMO_PASSWORD = PASSWORD
    page = Client().get(LOG_IN)
    assert "Demo: log in as Owner Ana Fischer · Ana's Salon" in words(page)
    hidden = dict(re.findall(r'type="hidden" name="(login|password)" value="([^"]+)"', page.content.decode()))
    client = Client()
    assert client.post(LOG_IN, hidden).status_code == 302
    assert client.get("/calendar").status_code == 200
    assert SEEDED_PASSWORD == DEMO_PASSWORD


def test_sign_in_pages_are_for_people_who_are_signed_out():
    client = Client()
    log_in(client)
    assert client.get(LOG_IN).status_code == 302
    assert Client().get("/accounts/password/change/").status_code == 302
    assert Client().get("/accounts/inactive/").status_code == 200
    assert client.get("/accounts/reauthenticate/").status_code == 200
