"""What messages say, in a business's own words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quittance.messages.models import MessageTemplate
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

pytestmark = pytest.mark.journey

TEXTS = "/settings/notifications/texts"


@pytest.mark.row("D3")
def test_the_preview_follows_what_ana_types(ana: Ana, new_context: NewContext, camera: Camera):
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    page = desk.page
    page.goto(ana.house.at("/settings/notifications"))
    camera.take(page, "70-notifications")
    page.goto(ana.house.at("/settings/notifications/channels/whatsapp/connect"))
    camera.take(page, "74-whatsapp")
    page.goto(ana.house.at("/settings/notifications/log"))
    camera.take(page, "75-log")
    page.goto(ana.house.at("/settings/notifications"))
    page.get_by_role("link", name="Texts", exact=True).click()
    camera.take(page, "71-texts")
    page.goto(ana.house.at(f"{TEXTS}/payment_received/email/de"))
    camera.take(page, "72-mail")
    page.goto(ana.house.at(f"{TEXTS}/payment_link/sms/en"))
    page.get_by_label("Text", exact=True).fill("Hello {client} 💇, {amount} for {when}: {link}")
    preview = page.locator("#text-preview")
    expect(preview).to_contain_text("Hello Chloe Martin 💇, €60.00 for")
    expect(preview).to_contain_text("Costs 2 SMS")
    camera.take(page, "73-sms")
    page.get_by_label("Text", exact=True).fill("Hello {friend}: {link}")
    expect(preview).to_contain_text("{friend} is not a placeholder here")
    page.get_by_label("Text", exact=True).fill("Hello {client}, {amount}: {link}")
    expect(preview).to_contain_text("Hello Chloe Martin, €60.00: http")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your words")).to_be_visible()
    assert MessageTemplate.objects.get().body == "Hello {client}, {amount}: {link}"
