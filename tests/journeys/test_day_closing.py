"""The evening at the desk, in a real browser: count by keyboard, see the difference, close, print."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from quittance.drawers.models import Closing
from tests.journeys.camera import camera_from_environment
from tests.journeys.test_desk_pages import FITS, at_salon, desk, office, session_key
from tests.support.salon import Salon

__all__ = ["at_salon", "desk", "office", "session_key"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.row("B17")
def test_the_drawer_is_counted_by_keyboard_and_the_day_is_closed(desk: Page, at_salon: Salon) -> None:
    camera = camera_from_environment()
    at_salon.cash(at_salon.visit(), 8_750)
    at_salon.cash(at_salon.visit(), 6_000)
    desk.goto(desk.url.split("/calendar")[0] + "/calendar")
    desk.get_by_role("link", name="Day closing").click()
    desk.get_by_label("What for").select_option("petty_cash")
    desk.get_by_label("Amount").fill("7,50")
    desk.get_by_label("Words").fill("Milk and coffee")
    desk.get_by_role("button", name="Write it down").click()
    expect(desk.get_by_text("Milk and coffee")).to_be_visible()
    camera.take(desk, "day-open")
    desk.get_by_role("link", name="Count and close").click()
    desk.get_by_label("In the drawer when the day began").fill("100")
    desk.get_by_label("€50.00 ×").fill("3")
    desk.keyboard.press("Tab")
    desk.keyboard.type("4")
    desk.get_by_label("Everything else, as an amount").fill("9")
    desk.get_by_label("Stays in the drawer").fill("100")
    sums = desk.locator("#count-sums")
    expect(sums).to_contain_text("€239.00")
    expect(sums).to_contain_text("€1.00 short")
    camera.take(desk, "day-count")
    desk.get_by_role("button", name="Close the day").click()
    expect(desk.get_by_role("alert")).to_contain_text("The drawer differs from what is expected")
    desk.get_by_label("Note").fill("One euro rolled under the cabinet")
    desk.get_by_label("Total of the terminal").fill("0")
    camera.take(desk, "day-refused")
    desk.get_by_role("button", name="Close the day").click()
    expect(desk.get_by_role("heading", name="Closing of")).to_be_visible()
    camera.take(desk, "day-closed")
    closing = Closing.objects.get()
    assert (closing.counted_minor, closing.expected_minor, closing.kept_minor) == (23_900, 24_000, 10_000)
    desk.get_by_role("link", name="Print").click()
    expect(desk.get_by_text("Seen by")).to_be_visible()
    camera.take(desk, "day-paper")
    desk.get_by_role("link", name="Closing", exact=True).click()
    desk.get_by_role("link", name="Day closing").last.click()
    expect(desk.get_by_text("€1.00 short")).to_be_visible()
    camera.take(desk, "day-list")
    desk.set_viewport_size({"width": 360, "height": 740})
    assert desk.evaluate(FITS)
