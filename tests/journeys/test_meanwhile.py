"""Desk and client at the same time: the client is on the hosted page, and the desk changes what is due."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.ana import Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import Watch
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("B9", "B13", "C7")
def test_the_price_changes_while_the_client_is_on_the_hosted_page(
    ana: Ana, desk: Desk, phone: Phone, camera: Camera, watch: Watch
):
    watch.expect_refusal(409)
    visit = ana.visit()
    address = ana.link(visit)
    desk.open_address(visit)
    phone.open(address)
    phone.press_pay()
    phone.fill_card()
    expect(desk.badge).to_have_text("being paid")

    desk.change_price("Cut and blow-dry", "48")
    expect(desk.question).to_contain_text("Chloe Martin is paying €60.00 since")
    camera.take(desk.page, "50-question")
    desk.press(desk.question.get_by_role("button", name="Stop payment and continue"))
    expect(desk.window.locator(".visit-due")).to_contain_text("€48.00")
    expect(desk.badge).not_to_have_text("being paid")

    phone.hosted.click()
    expect(phone.heading).to_have_text("You did it")
    phone.page.get_by_role("link", name="Back to").click()
    expect(phone.heading).to_contain_text("not charged")
    camera.take(phone.page, "51-not-charged")
    phone.open(address)
    expect(phone.due).to_have_text("€48.00")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")
    assert ana.settled(visit) == 4800


@pytest.mark.row("B9", "B14")
def test_cash_is_taken_while_the_client_pays(ana: Ana, desk: Desk, phone: Phone, watch: Watch):
    watch.expect_refusal(409)
    visit = ana.visit()
    address = ana.link(visit)
    desk.open_address(visit)
    phone.open(address)
    phone.press_pay()
    expect(desk.badge).to_have_text("being paid")

    desk.pay_by_hand("Cash")
    expect(desk.question).to_contain_text("Nothing was changed yet")
    desk.press(desk.question.get_by_role("button", name="Stop payment and continue"))
    expect(desk.badge).to_have_text("paid")

    phone.pay_by_card()
    expect(phone.heading).to_have_text("You did it")
    phone.open(address)
    expect(phone.heading).to_have_text("Nothing is due")
    expect(phone.pay_button).to_have_count(0)
    assert ana.settled(visit) == 6000
    assert ana.house.sandbox.books.charges() == []


@pytest.mark.row("B14")
def test_cash_comes_too_late_and_is_not_booked_unless_the_desk_insists(
    ana: Ana, desk: Desk, phone: Phone, camera: Camera, watch: Watch
):
    watch.expect_refusal(409)
    visit = ana.visit()
    desk.open_address(visit)
    phone.open(ana.link(visit))
    phone.press_pay()
    expect(desk.badge).to_have_text("being paid")
    # The money moves, and no news of it has reached the desk yet.
    ana.house.sandbox.stripe.webhooks.set_on(on=False)
    ana.house.sandbox.stripe.pay(ana.house.sandbox.books.sessions()[0]["id"])

    desk.pay_by_hand("Cash")
    desk.press(desk.question.get_by_role("button", name="Stop payment and continue"))
    expect(desk.question).to_contain_text("Chloe Martin paid €60.00 online just now")
    camera.take(desk.page, "52-too-late")
    expect(desk.badge).to_have_text("paid")
    desk.press(desk.question.get_by_role("link", name="Leave it"))
    expect(desk.question).to_have_count(0)
    expect(desk.badge).to_have_text("paid")
    assert ana.settled(visit) == 6000


@pytest.mark.row("B14", "B9")
def test_cash_taken_all_the_same_makes_the_visit_overpaid_and_it_says_so(
    ana: Ana, desk: Desk, phone: Phone, camera: Camera, watch: Watch
):
    watch.expect_refusal(409)
    visit = ana.visit()
    desk.open_address(visit)
    phone.open(ana.link(visit))
    phone.press_pay()
    expect(desk.badge).to_have_text("being paid")
    ana.house.sandbox.stripe.webhooks.set_on(on=False)
    ana.house.sandbox.stripe.pay(ana.house.sandbox.books.sessions()[0]["id"])

    desk.pay_by_hand("Cash")
    desk.press(desk.question.get_by_role("button", name="Stop payment and continue"))
    desk.press(desk.question.get_by_role("button", name="Do it anyway"))
    expect(desk.badge).to_have_text("overpaid")
    expect(desk.banners.first).to_contain_text("Overpaid by €60.00")
    camera.take(desk.page, "53-overpaid")
    assert ana.settled(visit) == 12_000


@pytest.mark.row("B9")
def test_the_desk_stops_the_payment(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit()
    address = ana.link(visit)
    desk.open_address(visit)
    phone.open(address)
    phone.press_pay()
    expect(desk.banners.first).to_contain_text("You can change the visit from")
    desk.press(desk.banners.get_by_role("button", name="Stop payment"))
    expect(desk.page.locator("#toasts")).to_contain_text("The payment was stopped. Nothing was charged.")
    expect(desk.badge).not_to_have_text("being paid")

    phone.pay_by_card()
    expect(phone.heading).to_have_text("You did it")
    phone.open(address)
    expect(phone.pay_button).to_have_text("Pay €60.00")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")


@pytest.mark.row("B9")
def test_from_minute_fifteen_a_change_ends_the_page_without_asking(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit()
    phone.open(ana.link(visit))
    phone.press_pay()
    ana.house.later(minutes=16)
    desk.open_address(visit)
    expect(desk.banners.first).to_contain_text("A change of what is due ends it")
    desk.change_price("Cut and blow-dry", "55")
    expect(desk.window.locator(".visit-due")).to_contain_text("€55.00")
    expect(desk.question).to_have_count(0)
    expect(desk.badge).not_to_have_text("being paid")
    phone.pay_by_card()
    expect(phone.heading).to_have_text("You did it")
    assert ana.settled(visit) == 0
