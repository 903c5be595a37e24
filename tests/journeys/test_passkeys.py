"""Ana logs in without her password, on a device that the browser imitates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from quittance.businesses.models import Passkey, SecondFactor
from tests.journeys.ana import ANA, PASSWORD, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk

pytestmark = [pytest.mark.journey, pytest.mark.row("K1")]


def with_device(context: BrowserContext, page: Page) -> tuple[Any, str]:
    """A fingerprint reader that holds passkeys and knows its owner; the way to speak to it, and its name."""
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device, str(made["authenticatorId"])


def test_a_passkey_is_made_and_logs_in(ana: Ana, new_context: NewContext, camera: Camera, watch: Watch):
    context = new_context()
    desk = Desk(context.new_page(), ana)
    page = desk.page
    device, name = with_device(context, page)
    desk.log_in(ANA)
    page.locator(".menu-root > summary", has_text="Your menu").click()
    page.get_by_role("link", name="My sign-in").click()
    camera.take(page, "76-my-sign-in")
    page.get_by_label("Name of the new passkey").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Log in with it from now on").first).to_be_visible()
    expect(page.get_by_text("My laptop").first).to_be_visible()
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": name})["credentials"]) == 1
    camera.take(page, "77-my-passkey")

    # A second one on the same device is refused by the device, in words.
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device has a passkey of yours already")).to_be_visible()
    assert Passkey.objects.count() == 1

    page.goto("about:blank")  # a page that is still open asks for news, and is led to the log-in page by itself
    context.clear_cookies()
    page.goto(ana.house.at("/settings/people"))
    camera.take(page, "78-log-in-with-a-passkey")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="People and roles")).to_be_visible()
    assert page.url == ana.house.at("/settings/people")

    # A person whom the device does not recognise stays outside, and reads why.
    watch.expect_refusal(422)
    page.goto("about:blank")  # a page that is still open asks for news, and is led to the log-in page by itself
    context.clear_cookies()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    page.goto(ana.house.at("/accounts/login/"))
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": True})
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator(".calendar-date")).to_be_visible()


def test_a_passkey_takes_the_place_of_the_password_that_is_asked_again(
    ana: Ana, new_context: NewContext, camera: Camera
):
    context = new_context()
    desk = Desk(context.new_page(), ana)
    page = desk.page
    with_device(context, page)
    desk.log_in(ANA)
    page.goto(ana.house.at("/accounts/mine/"))
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Log in with it from now on").first).to_be_visible()

    # The password was typed long ago.
    _forget_when(context)
    page.goto(ana.house.at("/accounts/two-factor/"))
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    camera.take(page, "79-is-it-you")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Two-factor sign-in")).to_be_visible()
    assert not SecondFactor.objects.exists()

    # In the middle of a form: what was typed stays, the password box goes.
    _forget_when(context)
    page.goto(ana.house.at("/finance/online-payments/connect/stripe"))
    page.get_by_label("Name of the account").fill("Second till")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_text("It is you. Go on.")).to_be_visible()
    expect(page.get_by_label("Your password")).to_be_hidden()
    expect(page.get_by_label("Name of the account")).to_have_value("Second till")
    camera.take(page, "80-a-passkey-instead")

    page.goto(ana.house.at("/accounts/mine/"))
    page.get_by_role("button", name=re.compile("Remove")).click()
    expect(page.get_by_text("Delete it in your device's list").first).to_be_visible()
    assert not Passkey.objects.exists()


def test_without_scripts_the_page_says_so_and_the_password_works(ana: Ana, new_context: NewContext):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(ana.house.at("/"))
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()
    page.get_by_label("Email address").fill(ANA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("link", name="Calendar")).to_be_visible()
    page.goto(ana.house.at("/accounts/mine/"))
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()


def _forget_when(context: BrowserContext) -> None:
    """As if the sign-in were hours old: every session forgets how it was shown who one is."""
    from django.contrib.sessions.backends.db import SessionStore

    for cookie in context.cookies():
        if cookie["name"] == "sessionid":
            kept = SessionStore(session_key=cookie["value"])
            kept["account_authentication_methods"] = []
            kept.save()
