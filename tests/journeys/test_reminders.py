"""Ana sets when her clients are reminded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

pytestmark = pytest.mark.journey


@pytest.mark.row("D6")
def test_ana_sets_when_her_clients_are_reminded(ana: Ana, new_context: NewContext, camera: Camera):
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    page = desk.page
    page.goto(ana.house.at("/settings/notifications"))
    page.get_by_role("link", name="Reminders", exact=True).click()
    page.locator("#reminders-payment_0").fill("24")
    page.locator("#reminders-visit_0").fill("1")
    page.locator("#reminders-visit_0_when").select_option("days before_visit")
    camera.take(page, "76-reminders")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds for visits that are booked")).to_be_visible()
    expect(page.locator("#reminders-payment_0")).to_have_value("24")
    expect(page.locator("#reminders-visit_0_when")).to_have_value("days before_visit")
