"""When something does not work: the payment system is down, a client wants no messages, a tender was wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.ana import ANA, CHLOE_PHONE, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("C10")
def test_the_payment_system_is_down_and_then_back(ana: Ana, phone: Phone, camera: Camera, watch: Watch):
    watch.expect_refusal(503)
    visit = ana.visit()
    phone.open(ana.link(visit))
    ana.house.sandbox.stripe.trouble.add("down", times=None)
    phone.pay_button.click()
    expect(phone.page.get_by_role("alert")).to_contain_text("Nothing was charged")
    camera.take(phone.page, "80-down")
    ana.house.sandbox.stripe.trouble.clear()
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    assert ana.settled(visit) == 6000
    assert len(ana.house.sandbox.books.charges()) == 1


@pytest.mark.row("B5", "D5")
def test_a_client_who_answered_stop_gets_no_text_and_the_desk_sees_why(
    ana: Ana, desk: Desk, phone: Phone, camera: Camera
):
    visit = ana.visit()
    desk.open_address(visit, pay="link")
    desk.send_link()
    ana.house.later(seconds=6)
    phone.open_texts()
    expect(phone.page.locator(".bubble.theirs")).to_have_count(1)
    phone.page.get_by_role("button", name="STOP").click()
    expect(phone.page.locator(".bubble.mine")).to_have_text(re.compile("STOP"))
    desk.page.reload()
    off = desk.window.locator(".chip-off").filter(has_text="SMS")
    for _ in range(20):
        if off.count():
            break
        desk.page.wait_for_timeout(250)
        desk.page.reload()
        expect(desk.window.locator(".chip-list")).to_be_visible()
    expect(off).to_contain_text(re.compile("opted out|no messages|STOP", re.IGNORECASE))
    camera.take(desk.page, "81-stopped")
    desk.mark()
    desk.send_link()
    ana.house.later(seconds=6)
    expect(desk.timeline.get_by_text("by Email")).to_have_count(2)
    assert len(ana.house.sandbox.books.texts(to=CHLOE_PHONE)) == 1


@pytest.mark.row("B4")
def test_a_wrong_entry_is_voided_with_a_reason_and_stays_visible(ana: Ana, desk: Desk, camera: Camera, watch: Watch):
    watch.expect_refusal(422)
    visit = ana.visit()
    desk.open_address(visit)
    desk.pay_by_hand("Card terminal")
    expect(desk.badge).to_have_text("paid")
    desk.press(desk.window.locator(".tender-void summary"))
    desk.press(desk.button("Void €60.00"))
    expect(desk.window.get_by_text("Say why this entry is wrong.")).to_be_visible()
    desk.window.get_by_label("Why is this entry wrong?").fill("The terminal declined")
    desk.press(desk.button("Void €60.00"))
    expect(desk.badge).to_have_text("unpaid")
    expect(desk.window.locator(".tender-row")).to_contain_text("voided: The terminal declined")
    camera.take(desk.page, "82-voided")
    assert ana.settled(visit) == 0


@pytest.mark.row("E1", "E3", "E4")
def test_the_list_of_links_tells_what_came_of_each(
    ana: Ana, new_context: NewContext, desk: Desk, phone: Phone, camera: Camera
):
    owner = Desk(new_context().new_page(), ana)
    owner.log_in(ANA)
    paid, seen = ana.visit(), ana.visit("Full colour", at="16:00")
    phone.open(ana.link(seen))
    expect(phone.due).to_have_text("€95.00")
    ana.until(lambda: ana.link_of(seen).accessed_at is not None)
    phone.open(ana.link(paid))
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    # At the desk, with another page open: the news and the way there.
    expect(desk.page.locator("#toasts")).to_contain_text("Chloe Martin paid €60.00")
    desk.press(desk.page.locator("#toasts").get_by_role("link", name="Open visit"))
    expect(desk.badge).to_have_text("paid")

    owner.page.goto(ana.house.at("/finance/links"))
    rows = owner.page.locator("main table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="€60.00")).to_contain_text("paid")
    # The receipt went by mail, the link did not.
    expect(rows.filter(has_text="€60.00")).to_contain_text("copy or QR")
    expect(rows.filter(has_text="€95.00")).to_contain_text("accessed")
    camera.take(owner.page, "83-links")
    owner.page.get_by_role("link", name=re.compile("^Follow up")).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("€95.00")
