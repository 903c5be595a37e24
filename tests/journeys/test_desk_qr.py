"""The printed QR code of a desk: shown at the desk, scanned, said yes to, paid; and the way by phone and code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from quittance.flows.arrange_pay_desks import desk_address
from quittance.pay_desks.actions import add_desk, code_of
from quittance.pay_desks.models import CodeAsk, PayDesk
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import Camera, at_rest
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("J1", "J2")
def test_a_desk_is_set_up_a_visit_shown_there_scanned_and_paid(
    ana: Ana, desk: Desk, new_context: NewContext, new_phone: Callable[..., Phone], camera: Camera
) -> None:
    owner = Desk(new_context().new_page(), ana)
    owner.log_in(ANA)
    owner.page.goto(ana.house.at("/finance/online-payments"))
    owner.page.get_by_role("link", name="QR codes to print").click()
    camera.take(owner.page, "90-no-desk")
    owner.page.get_by_label("Name").fill("Front desk")
    owner.page.get_by_role("button", name="Add a desk").click()
    expect(owner.page.get_by_role("heading", name="To print")).to_be_visible()
    expect(owner.page.locator(".paper-picture").last).to_have_js_property("complete", True)
    camera.take(owner.page, "91-desk")
    assert Axe().run(owner.page).response["violations"] == []

    visit = ana.visit()
    desk.open_address(visit, pay="link")
    desk.window.get_by_role("button", name="Show QR and link").click()
    desk.window.get_by_role("button", name="Show at the desk QR").click()
    expect(desk.window.locator("#desk-push-state")).to_contain_text("Shown at Front desk until")
    camera.take(desk.page, "92-shown")

    phone = new_phone()
    phone.open(desk_address(PayDesk.objects.get()))
    expect(phone.page.get_by_role("heading", name="Is this you?")).to_be_visible()
    camera.take(phone.page, "93-is-this-you")
    at_rest(phone.page)
    assert Axe().run(phone.page).response["violations"] == []
    phone.page.get_by_role("button", name="Yes, this is me").click()
    expect(phone.due).to_have_text("€60.00")
    expect(desk.window.locator("#desk-push-state")).to_contain_text("said that it is them")

    second = new_phone()
    second.open(desk_address(PayDesk.objects.get()))
    expect(second.page.get_by_role("heading", name="Somebody is paying here at this moment")).to_be_visible()
    camera.take(second.page, "94-taken")

    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")
    expect(second.page.get_by_role("heading", name="Pay your visit here")).to_be_visible()
    camera.take(second.page, "95-nothing-shown")


@pytest.mark.row("J2")
def test_phone_and_code_lead_to_ones_own_visit(ana: Ana, desk: Desk, phone: Phone, camera: Camera) -> None:
    visit = ana.visit()
    place = add_desk(location=ana.location, name="Front desk", now=ana.now)
    phone.open(desk_address(place))
    phone.page.get_by_label("Your phone number").fill("0151 12345678")
    phone.page.get_by_role("button", name="Send me a code").click()
    expect(phone.page.get_by_role("heading", name="Type the code from the SMS")).to_be_visible()
    phone.page.get_by_label("Code").fill("000000")
    phone.page.get_by_role("button", name="Show my visit").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("This code does not fit")
    camera.take(phone.page, "96-wrong-code")
    ana.house.later(seconds=2)
    asked = CodeAsk.objects.get()
    assert asked.bill_id == visit.bill_id
    phone.page.get_by_label("Code").fill(code_of(asked))
    phone.page.get_by_role("button", name="Show my visit").click()
    expect(phone.due).to_have_text("€60.00")
    assert re.search(r"/p/[A-Za-z0-9_-]{22}", phone.page.url)
