"""Several portions settle one visit: the link asks for what is left, never for more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from quittance.bills.models import Tender
from tests.journeys.ana import Ana
from tests.journeys.camera import Camera
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("B4", "B5", "B13")
def test_part_in_cash_first_and_the_link_asks_for_the_rest(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    desk.open_address(visit)
    desk.pay_by_hand("Cash", "20")
    expect(desk.badge).to_have_text("part paid")
    expect(desk.window.locator(".visit-due")).to_contain_text("€40.00")
    camera.take(desk.page, "30-part-paid")
    desk.send_link()
    ana.house.later(seconds=6)

    phone.follow_text()
    expect(phone.due).to_have_text("€40.00")
    expect(phone.page.locator("main")).to_contain_text("Paid so far")
    camera.take(phone.page, "31-rest")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()

    expect(desk.badge).to_have_text("paid")
    assert [tender.amount_minor for tender in Tender.objects.order_by("pk")] == [2000, 4000]


@pytest.mark.row("B5", "B13", "C1")
def test_a_typed_amount_is_asked_and_then_the_rest(ana: Ana, desk: Desk, new_phone: Callable[..., Phone]):
    visit = ana.visit()
    desk.open_address(visit, pay="link")
    desk.window.get_by_label("Other amount").check()
    desk.window.get_by_label("Amount to ask for").fill("25,50")
    desk.press(desk.button("Show QR").first)
    expect(desk.window.locator(".link-state")).to_contain_text("Asks for €25.50")

    phone = new_phone()
    phone.open(desk.qr_text())
    expect(phone.due).to_have_text("€25.50")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(phone.page.locator("main")).to_contain_text("€34.50 remain to be paid at the visit")

    expect(desk.badge).to_have_text("part paid")
    expect(desk.window.locator(".visit-due")).to_contain_text("€34.50")
    desk.send_link()
    ana.house.later(seconds=6)
    again = new_phone()
    again.follow_text()
    expect(again.due).to_have_text("€34.50")
    again.press_pay()
    again.pay_by_card()
    again.expect_paid()
    expect(desk.badge).to_have_text("paid")
