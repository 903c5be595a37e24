"""A link that was opened by a robot, or is opened when there is nothing to pay any more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from quittance.payments.models import Payment, PaymentLink
from tests.journeys.ana import Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("C4")
def test_a_preview_robot_changes_nothing(ana: Ana, desk: Desk, new_context: NewContext):
    visit = ana.visit()
    desk.open_address(visit, pay="link")
    address = ana.link(visit)
    robot = new_context(java_script_enabled=False, user_agent="WhatsApp/2.23.20.0 A")
    for _ in range(3):
        robot.request.get(address)
        robot.request.head(address)
    robot.new_page().goto(address)

    desk.page.reload()
    expect(desk.link_badge).to_have_text("created")
    expect(desk.badge).to_have_text("unpaid")
    assert PaymentLink.objects.get().accessed_at is None
    assert Payment.objects.count() == 0
    assert ana.house.sandbox.books.sessions() == []


@pytest.mark.row("C8", "I1")
def test_a_paid_link_is_the_receipt_whenever_it_is_opened(ana: Ana, phone: Phone):
    visit = ana.visit()
    address = ana.link(visit)
    phone.open(address)
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()

    ana.house.later(days=40)
    phone.open(address)
    phone.expect_paid()
    expect(phone.pay_button).to_have_count(0)
    receipt = phone.page.get_by_role("link", name=re.compile("^Receipt"))
    answer = phone.page.request.get(ana.house.at(receipt.get_attribute("href") or ""))
    assert answer.status == 200 and answer.body().startswith(b"%PDF")
    diary = phone.page.get_by_role("link", name="Add to my calendar")
    assert phone.page.request.get(ana.house.at(diary.get_attribute("href") or "")).text().startswith("BEGIN:VCALENDAR")


@pytest.mark.row("C2")
def test_an_expired_link_says_so_and_takes_nothing(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    address = ana.link(visit, expires_at=ana.now + timedelta(hours=48))
    phone.open(address)
    expect(phone.page.locator("main")).to_contain_text("Please pay by Sat 28 Nov")
    ana.house.later(hours=49)
    phone.pay_button.click()
    expect(phone.heading).to_have_text(re.compile("expired|no longer valid|has ended"))
    camera.take(phone.page, "60-expired")
    expect(phone.pay_button).to_have_count(0)
    assert ana.house.sandbox.books.sessions() == []
    desk.open_address(visit, pay="link")
    expect(desk.badge).to_have_text("unpaid")


@pytest.mark.row("B16")
def test_the_link_of_a_cancelled_visit_takes_nothing(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    address = ana.link(visit)
    phone.open(address)
    desk.open_address(visit, tab="details")
    desk.press(desk.button("Cancel visit"))
    confirm = desk.page.locator("dialog#confirm")
    expect(confirm).to_contain_text("its payment link takes nothing any more")
    camera.take(desk.page, "61-cancel")
    desk.press(confirm.get_by_role("button", name="Cancel visit"))
    expect(desk.banners.first).to_contain_text("This visit was cancelled")

    phone.pay_button.click()
    expect(phone.heading).to_contain_text("cancelled")
    camera.take(phone.page, "62-cancelled")
    assert ana.house.sandbox.books.sessions() == []


@pytest.mark.row("B16", "B1")
def test_the_link_of_a_moved_visit_shows_the_new_time(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    address = ana.link(visit)
    phone.open(address)
    expect(phone.page.locator("main")).to_contain_text("15:00")
    desk.open_address(visit, tab="details")
    desk.press(desk.window.get_by_role("link", name="Move…"))
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("Time").fill("16:30")
    camera.take(desk.page, "63-move")
    desk.press(dialog.get_by_role("button", name="Move", exact=True))
    expect(desk.page.locator("#toasts")).to_contain_text("The link and its page show the new time")
    expect(desk.window).to_contain_text("16:30")
    expect(desk.card()).to_contain_text("16:30")

    phone.page.reload()
    expect(phone.page.locator("main")).to_contain_text("16:30")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()


@pytest.mark.row("B1", "B16")
def test_dragging_an_appointment_moves_it_and_undo_puts_it_back(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit(at="14:00")
    desk.page.reload()
    box = desk.card().bounding_box()
    assert box is not None
    mouse = desk.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 10)
    mouse.down()
    # Four quarters of an hour, 22 px each.
    mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    mouse.move(box["x"] + 60, box["y"] + 98, steps=8)
    mouse.up()
    expect(desk.card()).to_contain_text("15:00")
    phone.open(ana.link(visit))
    expect(phone.page.locator("main")).to_contain_text("15:00")
    desk.press(desk.page.locator("#toasts").get_by_role("button", name="Undo"))
    expect(desk.card()).to_contain_text("14:00")
    phone.page.reload()
    expect(phone.page.locator("main")).to_contain_text("14:00")


@pytest.mark.row("C1")
def test_an_unknown_address_tells_nothing(ana: Ana, phone: Phone, watch: Watch):
    watch.expect_refusal(404)
    phone.open(ana.house.at("/p/" + "x" * 22))
    expect(phone.heading).to_have_text("There is nothing at this address")
