"""From the calendar to a paid visit: the job that everything else is for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.ana import Ana
from tests.journeys.camera import Camera
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("B1", "B2", "B5", "B10", "C1", "C3", "C7", "C8", "D1", "D2", "K1")
def test_the_receptionist_sends_a_link_and_the_visit_turns_paid(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    desk.page.reload()
    camera.take(desk.page, "01-calendar")

    desk.press(desk.card())
    expect(desk.badge).to_have_text("unpaid")
    camera.take(desk.page, "02-window")
    desk.send_link()
    assert desk.clicks == 2
    expect(desk.badge).to_have_text("link sent")
    desk.mark()
    desk.tab("Checkout")
    expect(desk.link_badge).to_have_text("sent")
    camera.take(desk.page, "03-sent")

    phone.open_texts()
    expect(phone.page.locator(".bubble.theirs")).to_contain_text("Ana's Salon")
    camera.take(phone.page, "04-phone")
    phone.follow_text()
    expect(phone.heading).to_have_text("Your visit")
    expect(phone.page.locator("main")).to_contain_text("with Ben Hofmann")
    expect(phone.page.locator("main")).to_contain_text("Cut and blow-dry")
    expect(phone.due).to_have_text("€60.00")
    camera.take(phone.page, "05-pay-page")
    expect(desk.link_badge).to_have_text("accessed")
    expect(desk.timeline).to_contain_text("Delivered by SMS")
    camera.take(desk.page, "06-accessed")

    phone.press_pay()
    expect(desk.badge).to_have_text("being paid")
    expect(desk.banners.first).to_contain_text("Chloe Martin is paying €60.00 since")
    camera.take(desk.page, "07-being-paid")
    camera.take(phone.page, "08-hosted")
    phone.pay_by_card()
    phone.expect_paid()
    expect(phone.page.get_by_role("link", name=re.compile("Receipt"))).to_be_visible()
    camera.take(phone.page, "09-paid-page")

    expect(desk.badge).to_have_text("paid")
    expect(desk.banners.first).to_contain_text("Paid €60.00 by")
    expect(desk.banners.first.get_by_role("link", name="Receipt")).to_be_visible()
    camera.take(desk.page, "10-paid")
    expect(desk.page.get_by_role("button", name=re.compile("Chloe Martin.* paid"))).to_be_visible()
    desk.assert_never_reloaded()
    assert ana.status(visit) == "paid"
