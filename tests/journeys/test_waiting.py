"""Every wait in the visit window that a person could notice gets an answer that can be seen and heard."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from quittance.calendar.models import Visit
from tests.journeys.ana import Ana
from tests.journeys.camera import Camera
from tests.journeys.people import Desk

# Not the end of `unpaid`.
PAID = re.compile(r"^\s*paid\s*$")

pytestmark = pytest.mark.journey

SLOW_SECONDS = 2
# Asked within the page, so that the clock of the test does not count the way there.
ANSWERED_AFTER = """() => new Promise((tell) => {
  const from = performance.now();
  const look = () => {
    const line = document.getElementById("waiting-line");
    if (line && !line.hidden && line.matches(":popover-open")) return tell(performance.now() - from);
    if (performance.now() - from > 5000) return tell(-1);
    requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture
def visit(ana: Ana) -> Visit:
    return ana.visit()


def slowed(desk: Desk, address: str) -> None:
    def later(route: Route) -> None:
        time.sleep(SLOW_SECONDS)
        route.continue_()

    desk.page.route(re.compile(address), later)


def answered_within(desk: Desk, press: Callable[[], Any]) -> float:
    """Milliseconds until something says that it works."""
    desk.page.evaluate(f"void (window.journeyAnswer = ({ANSWERED_AFTER})())")
    press()
    return float(desk.page.evaluate("window.journeyAnswer"))


@pytest.mark.row("B2", "B4")
def test_a_slow_window_says_that_it_works_and_a_button_is_not_pressed_twice(
    desk: Desk, visit: Visit, camera: Camera
) -> None:
    slowed(desk, r"/visits/\d+(/tenders)?(\?.*)?$")
    card = desk.card().locator("button")
    expect(card).to_be_visible()
    # Opening: nothing of the window is there yet, so the line across the page tells.
    assert 0 <= answered_within(desk, card.click) < 700
    expect(desk.page.locator("#waiting-line")).to_be_visible()
    camera.shot(desk.page, "waiting-for-the-window")
    expect(desk.window).to_be_visible()
    expect(desk.page.locator("#waiting-line")).to_be_hidden()

    desk.tab("Checkout")
    desk.press(desk.window.locator(".tender-list").get_by_role("link", name="Card terminal"))
    take = desk.window.get_by_role("button", name="Paid at the card terminal")
    expect(take).to_be_visible()
    seen = desk.page.evaluate(PRESSED_TWICE, ".tender-form .btn-primary")
    assert seen == {"button": "true", "window": "true", "sent": 1}
    expect(desk.badge).to_have_text(PAID)
    expect(desk.window).not_to_have_attribute("aria-busy", "true")
    assert desk.ana.settled(visit) == 6000
    assert visit.bill.tenders.count() == 1


def test_a_poll_waits_in_silence(desk: Desk, visit: Visit) -> None:
    desk.open_address(visit)
    slowed(desk, r"/live")
    desk.page.wait_for_timeout(2500)
    expect(desk.page.locator("#waiting-line")).to_have_count(0)


# Pressed, looked at while the answer is on its way, and pressed again.
PRESSED_TWICE = """async (selector) => {
  let sent = 0;
  const count = () => { sent += 1; };
  document.addEventListener("htmx:before:request", count);
  const button = document.querySelector(selector);
  button.click();
  await new Promise((tell) => setTimeout(tell, 300));
  const seen = {
    button: button.getAttribute("aria-busy"),
    window: document.getElementById("visit").getAttribute("aria-busy"),
  };
  button.click();
  await new Promise((tell) => setTimeout(tell, 100));
  document.removeEventListener("htmx:before:request", count);
  return { ...seen, sent };
}"""
