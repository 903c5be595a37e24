"""A client pays with a gift card and their points on the phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from quittance.catalog.models import EarningRule
from quittance.core import clock
from quittance.wallets.models import POINTS
from quittance.wallets.queries import shown_code
from tests.journeys.camera import at_rest, camera_from_environment
from tests.support.beside import own
from tests.support.cards import sell_card
from tests.support.salon import Salon

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_salon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, timezone_id="Europe/Berlin", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.mark.row("C11", "C12")
def test_points_and_a_card_pay_a_visit_without_scripts(
    live_server, at_salon: Salon, phone: Page, browser: Browser
) -> None:
    camera = camera_from_environment()
    _, card = sell_card(at_salon)
    EarningRule.objects.create(business=at_salon.business, location=at_salon.location, point_value_minor=2)
    own(at_salon, POINTS, 500)
    visit = at_salon.visit(minor=5_500)
    phone.goto(f"{live_server.url}/p/{at_salon.link(visit)}")
    camera.take(phone, "offered")
    phone.get_by_role("button", name="Use Your points").click()
    expect(phone.get_by_role("button", name="Pay €45.00")).to_be_visible()
    phone.get_by_text("I have a gift card").click()
    phone.get_by_label("Code of the gift card").fill("ABCD EFGH")
    phone.get_by_role("button", name="Use this gift card").click()
    expect(phone.get_by_role("alert")).to_contain_text("This code cannot pay here.")
    camera.take(phone, "wrong")
    phone.get_by_label("Code of the gift card").fill(shown_code(card).lower())
    phone.get_by_role("button", name="Use this gift card").click()
    expect(phone.get_by_role("button", name="Pay €55.00 this way")).to_be_visible()
    camera.take(phone, "covered")
    with_scripts = browser.new_context(viewport={"width": 360, "height": 740})
    seen = with_scripts.new_page()
    seen.goto(phone.url)
    at_rest(seen)
    assert Axe().run(seen).response["violations"] == []
    with_scripts.close()
    phone.get_by_role("button", name="Pay €55.00 this way").click()
    expect(phone.get_by_role("heading", name="Paid, thank you")).to_be_visible()
    camera.take(phone, "paid")
    assert at_salon.settled(visit) == 5_500
