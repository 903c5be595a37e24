"""T49: nobody is led elsewhere, and no link, mail or return address is built from what a visitor wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core import mail
from django.test import Client as Browser

from quittance.core.actor import Right
from quittance.due import actions as due
from quittance.flows import send_message
from quittance.message_channels.fake import FakeChannel, fake_channels
from quittance.messages.models import Message
from quittance.payments.models import Payment
from tests.attacks.asking import address, typed
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import PASSWORD, Place, browser, tried

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
EVIL = (
    "//evil.example", "///evil.example", "https:evil.example", "https://evil.example/p/x", "http:///evil.example",
    "\\\\evil.example", "/\\evil.example", "/%09/evil.example", "/\t/evil.example", "%0d%0aLocation: https://evil.example",
    "/\r\nSet-Cookie: a=b", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,evil.example", " //evil.example",
    "https://testserver@evil.example", "https://testserver.evil.example", "\u0000//evil.example", "//evil。example",
)  # fmt: skip
BOXES = (
    "next",
    "return",
    "return_url",
    "cancel",
    "cancel_url",
    "success_url",
    "url",
    "to",
    "redirect",
    "continue",
    "back",
)
BASE = "https://pay.ana.example"
SPOOFED = {"Host": "localhost", "X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example", "X-Original-URL": "//evil.example", "Forwarded": "host=evil.example", "Origin": "http://localhost", "Referer": "http://evil.example/x"}  # fmt: skip


def leads_home(response: Any, ana: Place) -> bool:
    """To a path of ours, or to the payment page that the payment system named."""
    target = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    parts = urlsplit(target)
    at_bank = target in set(Payment.objects.values_list("address", flat=True))
    plain = target.isascii() and target.isprintable() and not target.startswith(("//", "/\\"))
    return at_bank or (plain and not parts.scheme and not parts.netloc)


def links_in(response: Any) -> list[str]:
    text = response.getvalue().decode("utf-8", "replace")
    return [unescape(found) for found in re.findall(r'(?:href|src|action|hx-[a-z]+|data-[a-z-]*url)="([^"]*)"', text)]


@pytest.mark.parametrize("name", [name for name in NAMES if ROUTES[name].who is not Who.SIGNATURE])
@pytest.mark.parametrize("signed_in", [True, False], ids=["owner", "nobody"])
def test_t49_no_route_leads_elsewhere(ana: Place, name: str, signed_in: bool) -> None:
    user = ana.person(frozenset(Right), name="Owner")
    one = browser(user if signed_in else None)
    for evil in EVIL:
        asked = urlencode(dict.fromkeys(BOXES, evil))
        path = address(name, ana)
        path += ("&" if "?" in path else "?") + asked
        with tried():
            answers = [one.get(path, headers={"Referer": "https://evil.example/"})]
            answers.append(one.post(path, typed(name, ana) | dict.fromkeys(BOXES, evil)))
            for answer in answers:
                assert leads_home(answer, ana), (evil, answer.headers)
                assert "\n" not in answer.headers.get("Location", "")
                assert not any(urlsplit(link).hostname == "evil.example" for link in links_in(answer)), evil
        if not signed_in:
            one = browser()


@pytest.mark.row("K1")
@pytest.mark.parametrize("evil", EVIL)
def test_t49_signing_in_leads_to_our_own_pages_only(ana: Place, evil: str) -> None:
    user = ana.person(frozenset(Right), name="Owner")
    for path in ("/accounts/login/", f"/accounts/login/?{urlencode({'next': evil})}"):
        answer = Browser().post(path, {"login": user.email, "password": PASSWORD, "next": evil})
        assert answer.status_code == 302
        assert leads_home(answer, ana), evil
    answer = Browser().post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": "/finance/links"})
    assert answer["Location"] == "/finance/links"


@pytest.fixture
def posts(ana: Place) -> Iterator[tuple[FakeChannel, FakeChannel]]:
    with fake_channels() as fakes:
        yield fakes.email, fakes.sms


@pytest.fixture
def spoofed(ana: Place, settings) -> Browser:
    """The owner's browser, whose every request names other hosts; `localhost` passes for a host that is allowed."""
    settings.QUITTANCE_BASE_URL = BASE
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.CSRF_TRUSTED_ORIGINS = [BASE]
    return browser(ana.person(frozenset(Right), name="Owner"), headers=SPOOFED)


def hosts_of(text: str) -> set[str]:
    return {urlsplit(found).hostname or "" for found in re.findall(r"https?://[^\s\"'<>&]+", text)}


@pytest.mark.row("C1")
def test_t49_every_page_with_an_address_on_it_names_the_configured_one(ana: Place, spoofed: Browser) -> None:
    """Links, QR codes, webhook addresses: whatever Host the request named."""
    seen: set[str] = set()
    for name in NAMES:
        if ROUTES[name].who is Who.SIGNATURE or name.startswith("account_log"):
            continue
        with tried():
            answers = [
                spoofed.get(address(name, ana)),
                spoofed.post(
                    address(name, ana),
                    typed(name, ana),
                    headers={"Accept": "application/json, text/html", "HX-Request": "true"},
                ),
            ]
            for answer in answers:
                everything = answer.getvalue().decode("utf-8", "replace") + repr(dict(answer.headers))
                assert "evil.example" not in everything, name
                assert "http://localhost" not in everything, name
                seen |= hosts_of(everything) if answer.headers["Content-Type"] != "application/pdf" else set()
    assert "pay.ana.example" in seen
    assert seen <= {"pay.ana.example", "pay.fake.example", "www.w3.org"}  # ours, the bank's page, and SVG's own name


@pytest.mark.row("B5", "C1")
def test_t49_what_leaves_for_the_client_names_the_configured_address(ana: Place, spoofed: Browser, posts) -> None:
    answer = spoofed.post(f"/visits/{ana.visit.pk}/link/send", {"ask": "all", "channel": ["email", "sms"]})
    assert answer.status_code in {200, 303}
    ana.salon.wait(seconds=6)
    for row in due.claim(Message, limit=20, lease_seconds=60, now=ana.salon.now):
        send_message.work(message_id=row.id, lease_token=row.lease_token, now=ana.salon.now)
    email, sms = posts
    assert email.accepted
    assert sms.accepted
    for sent in (*email.accepted, *sms.accepted):
        everything = repr(sent)
        assert "pay.ana.example/p/" in everything
        assert "evil.example" not in everything and "localhost" not in everything


@pytest.mark.row("C5")
def test_t49_the_payment_system_is_told_the_configured_return_address(ana: Place, spoofed: Browser) -> None:
    from quittance.pay.form_key import form_key

    spoofed.post(f"/p/{ana.token}/pay", {"key": form_key(ana.token)})
    request = ana.salon.payment(ana.visit).request.reveal()
    assert hosts_of(request) == {"pay.ana.example"}
    assert "evil.example" not in request and "localhost" not in request


@pytest.mark.row("K1")
def test_t49_the_mail_for_a_new_password_names_the_configured_address(ana: Place, spoofed: Browser) -> None:
    from quittance.config.tests.test_sign_in import mails

    mail.outbox.clear()
    answer = Browser(headers=SPOOFED).post(
        "/accounts/password/reset/", {"email": ana.facts["email"], "next": "//evil.example"}
    )
    assert answer.status_code == 302
    text = "".join(one.message().as_string() for one in mails())
    assert "https://pay.ana.example/accounts/password/reset/key/" in text
    assert "evil.example" not in text.replace("anas-salon.example", "") and "localhost/" not in text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:evil", "[::1", "evil" * 75],
)
def test_t49_a_host_that_is_none_of_ours_is_refused(ana: Place, host: str) -> None:
    for path in (f"/p/{ana.token}", "/accounts/login/", "/calendar"):
        answer = Browser().get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert not ana.names_anything_in(answer.content)
