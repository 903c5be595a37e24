"""Ana changes from her own mail server to a mail service."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from quittance.messages.models import ChannelAccount
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

pytestmark = pytest.mark.journey


@pytest.mark.row("D2")
def test_ana_lets_a_mail_service_send_and_hears_what_came_back(
    ana: Ana, new_context: NewContext, camera: Camera, settings: Any
):
    settings.QUITTANCE_MAIL_SERVICES_API_URL = ana.house.sandbox.mail_services_url
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    page = desk.page
    page.goto(ana.house.at("/settings/notifications/channels"))
    page.locator("#email").get_by_role("link", name="Send another way").click()
    expect(page.get_by_text("In use now.")).to_be_visible()
    camera.take(page, "80-ways-to-send-email")
    page.get_by_role("link", name="Mailgun").click()
    camera.take(page, "81-connect-mailgun")
    page.go_back()
    page.get_by_role("link", name="Postmark").click()
    page.get_by_label("Sender address").fill("hello@salon.example")
    page.get_by_label("Server API token").fill("a-token-of-ana-1234")
    page.get_by_label("Password for delivery reports").fill("ana-made-this-up-herself")
    camera.take(page, "82-connect-postmark")
    page.get_by_role("button", name="Try and save").click()
    expect(page.get_by_text("Connected and switched on.")).to_be_visible()
    account = ChannelAccount.objects.get(channel="email", retired_at=None)
    expect(page.locator("#email")).to_contain_text("Webhook address for delivery reports")
    ana.house.sandbox.mail_services.register(
        "postmark",
        "a-token-of-ana-1234",
        secret="ana-made-this-up-herself",
        webhook_url=ana.house.at(f"/inbound/messages/{account.address_token}"),
    )
    page.locator("#email").get_by_role("link", name="Change").scroll_into_view_if_needed()
    camera.take(page, "83-postmark-is-connected")
    page.locator("#test-email").fill("eva@salon.example")
    page.locator("#email").get_by_role("button", name="Send test").click()
    expect(page.get_by_text("Sent to eva@salon.example.")).to_be_visible()
    [letter] = ana.house.sandbox.mail.received(to="eva@salon.example")
    assert letter.sender.endswith("<hello@salon.example>")
    [mail] = ana.house.sandbox.mail_services.sent()
    assert {told.status for told in ana.house.sandbox.mail_services.force(mail.id, "delivered")} == {200}
