"""A phone without scripts, and hands without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.ana import EVA, PASSWORD, Ana
from tests.journeys.conftest import NewContext
from tests.journeys.people import GOOD_CARD, Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("C4", "C7", "C11")
def test_the_whole_road_without_any_script(ana: Ana, desk: Desk, new_phone: Callable[..., Phone]):
    visit = ana.visit()
    desk.open_address(visit, pay="link")
    desk.send_link()
    ana.house.later(seconds=6)
    phone = new_phone(java_script_enabled=False)
    phone.follow_text()
    expect(phone.due).to_have_text("€60.00")
    # Seen by a person, but nobody can know that before `Pay`.
    expect(desk.link_badge).to_have_text("sent")
    phone.press_pay()
    expect(desk.badge).to_have_text("being paid")
    phone.pay_by_card()
    # The page asks by itself every few seconds.
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")


@pytest.mark.row("C11")
def test_the_client_pays_by_keyboard_alone(ana: Ana, phone: Phone):
    visit = ana.visit()
    phone.open(ana.link(visit))
    keys = phone.page.keyboard
    _tab_to(phone.page, "button.button-pay")
    keys.press("Enter")
    expect(phone.hosted).to_be_visible()
    _tab_to(phone.page, "input[name=number]")
    keys.type(GOOD_CARD)
    keys.press("Tab")
    keys.type("12 / 39")
    keys.press("Tab")
    keys.type("123")
    keys.press("Enter")
    phone.expect_paid()


@pytest.mark.row("B2", "K1")
def test_the_desk_sends_a_link_by_keyboard_alone(ana: Ana, new_context: NewContext):
    ana.visit()
    page = new_context().new_page()
    keys = page.keyboard
    page.goto(ana.house.at("/"))
    _tab_to(page, "input[name=login]")
    keys.type(EVA)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    drawn = page.locator("#calendar .ec")
    expect(drawn).to_be_visible()
    keys.press("ArrowLeft")
    expect(page.locator(".calendar-date")).to_contain_text("25 Nov")
    expect(drawn).to_be_visible()
    keys.press("t")
    expect(page.locator(".calendar-date")).to_contain_text("26 Nov")
    expect(page.locator(".visit-card")).to_be_visible()
    _tab_to(page, ".visit-card button", at_most=30)
    keys.press("Enter")
    expect(page.locator("#visit")).to_be_visible()
    expect(page.locator(".visit-client")).to_be_focused()
    _tab_to(page, "form[action$='/link/send'] button")
    keys.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The link leaves by")
    keys.press("Escape")
    expect(page.locator("#visit")).to_have_count(0)
    expect(page.locator(".visit-card button")).to_be_focused()


def _tab_to(page: Page, wanted: str, *, at_most: int = 20) -> None:
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => !!document.activeElement?.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not within {at_most} steps of the Tab key")
