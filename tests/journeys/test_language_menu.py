"""Every language on a small phone, without scripts: nothing cut off, nothing wider than the page, all to choose from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from quittance.core import clock
from quittance.ui.client_languages import CLIENT_LANGUAGES
from tests.journeys.camera import Camera
from tests.support.salon import Salon

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTH = 360
_TOO_WIDE = """() => [...document.querySelectorAll("main *")]
  .filter(one => one.checkVisibility() && !one.closest(".sr-only"))
  .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).display !== "inline"
    || one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 740}, timezone_id="Europe/Berlin", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.mark.row("C11")
def test_a_language_is_chosen_from_a_menu_that_fits(live_server, at_salon: Salon, phone: Page, camera: Camera) -> None:
    phone.goto(f"{live_server.url}/p/{at_salon.link(at_salon.visit())}")
    for code, name in CLIENT_LANGUAGES.items():
        phone.locator(".languages summary").click()
        for link in phone.locator(".languages a").all():
            expect(link).to_be_in_viewport(ratio=1)
        if code == "fr":
            camera.take(phone, "menu")
        assert phone.evaluate(_TOO_WIDE) == []
        phone.locator(".languages").get_by_role("link", name=name, exact=True).click()
        expect(phone.locator("html")).to_have_attribute("lang", code)
