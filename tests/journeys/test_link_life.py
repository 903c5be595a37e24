"""A link's own life: chosen, extended, ended at the desk, and asked for anew by the client."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from quittance.payments.models import PaymentLink
from tests.journeys.ana import ANA, CHLOE_EMAIL, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("C2", "E2")
def test_the_desk_extends_a_link_and_ends_it(ana: Ana, new_context: NewContext, phone: Phone, camera: Camera):
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    visit = ana.visit()
    address = ana.link(visit, expires_at=ana.now + timedelta(hours=3))
    phone.open(address)
    desk.open_address(visit, pay="link")
    life = desk.window.get_by_label("How long the link is valid")
    life.select_option("24h")
    camera.take(desk.page, "70-link-life")
    desk.press(desk.window.get_by_role("button", name="Extend"))
    expect(desk.window).to_contain_text("Expires tomorrow at")

    desk.page.goto(ana.house.at("/finance/links"))
    expect(desk.page.get_by_role("heading", name="Links of the last 30 days")).to_be_visible()
    camera.take(desk.page, "71-links")
    desk.page.goto(ana.house.at(f"/finance/links/{PaymentLink.objects.get().pk}"))
    expect(desk.page.locator("main")).to_contain_text("Expires tomorrow at")
    camera.take(desk.page, "72-one-link")
    desk.page.get_by_role("button", name="Expire now").click()
    expect(desk.page.locator("main")).to_contain_text("It takes no money any more.")
    camera.take(desk.page, "73-ended-link")


@pytest.mark.row("C9")
def test_the_client_asks_for_a_new_link_and_finds_it_in_the_mail(ana: Ana, phone: Phone, camera: Camera):
    address = ana.link(ana.visit(), expires_at=ana.now + timedelta(hours=3))
    ana.house.later(hours=4)
    phone.open(address)
    expect(phone.heading).to_have_text("This link has expired")
    camera.take(phone.page, "74-expired")
    phone.page.get_by_role("button", name="Send me a new link").click()
    expect(phone.page.locator("main")).to_contain_text("A new link is on its way to")
    camera.take(phone.page, "75-renewed")
    phone.open_mail(CHLOE_EMAIL)
    expect(phone.page.locator("body")).to_contain_text(re.compile("to pay|for your visit"))
    assert PaymentLink.objects.count() == 2
