"""The other ways to hand out a link: its QR code, the clipboard, a tablet, the mail, a new appointment."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from quittance.calendar.models import Visit
from quittance.payments.models import PaymentLink
from tests.journeys.ana import CHLOE_EMAIL, Ana
from tests.journeys.camera import Camera
from tests.journeys.people import Desk, Phone, read_qr

pytestmark = pytest.mark.journey


@pytest.mark.row("B5", "B10", "C1")
def test_a_phone_reads_the_qr_off_the_screen_and_pays(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit()
    desk.page.reload()
    desk.press(desk.card())
    desk.press(desk.window.locator(".visit-head summary"))
    desk.press(desk.window.locator(".visit-head").get_by_role("button", name="Show QR here"))
    assert desk.clicks == 3
    expect(desk.link_badge).to_have_text("created")
    desk.mark()

    phone.open(desk.qr_text())
    expect(phone.due).to_have_text("€60.00")
    expect(desk.link_badge).to_have_text("accessed")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()

    expect(desk.badge).to_have_text("paid")
    desk.assert_never_reloaded()
    assert ana.settled(visit) == 6000


@pytest.mark.row("B5", "B10", "C1")
def test_the_copied_link_is_the_same_each_time_and_pays(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit()
    desk.page.reload()
    desk.press(desk.card())
    desk.press(desk.button("Copy payment link"))
    expect(desk.page.locator("#toasts")).to_contain_text("Payment link copied")
    assert desk.clicks == 2
    first = desk.page.evaluate("navigator.clipboard.readText()")
    expect(desk.window.locator("[data-copy]").first).to_be_visible()
    desk.page.evaluate("navigator.clipboard.writeText('')")
    desk.press(desk.button("Copy payment link"))
    expect(desk.window.locator("[data-copied]")).to_contain_text("Copied")
    assert desk.page.evaluate("navigator.clipboard.readText()") == first

    phone.open(first)
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")
    assert PaymentLink.objects.filter(bill_id=visit.bill_id).count() == 1


@pytest.mark.row("B5", "B10")
def test_the_tablet_turned_to_the_client_thanks_by_itself(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    ana.visit()
    desk.page.reload()
    desk.press(desk.card())
    desk.press(desk.window.locator(".visit-head summary"))
    with desk.page.expect_popup() as opened:
        desk.press(desk.window.get_by_role("button", name="QR on a second screen"))
    tablet = opened.value
    expect(tablet.get_by_role("heading")).to_have_text("Please pay €60.00")
    camera.take(tablet, "20-tablet")
    address = read_qr(tablet.locator(".screen-qr svg, .screen-qr img"))

    phone.open(address)
    phone.press_pay()
    expect(tablet.get_by_text("The payment page is open on your phone.")).to_be_visible()
    phone.pay_by_card()
    phone.expect_paid()
    expect(tablet.get_by_role("heading")).to_have_text("Paid, thank you")
    camera.take(tablet, "21-tablet-paid")


@pytest.mark.row("B5", "D2", "D4")
def test_the_mail_has_a_button_that_leads_to_the_visit(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    desk.open_address(visit, pay="link")
    desk.send_link()
    ana.house.later(seconds=6)
    expect(desk.timeline).to_contain_text(f"Link to {CHLOE_EMAIL} by Email")

    phone.open_mail()
    letter = phone.page.frame_locator(".mail-frame")
    expect(letter.get_by_role("link", name="Pay")).to_be_visible()
    camera.take(phone.page, "22-mail")
    with phone.page.expect_popup() as opened:
        letter.get_by_role("link", name="Pay").click()
    there = Phone(opened.value, ana)
    expect(there.due).to_have_text("€60.00")
    there.press_pay()
    there.pay_by_card()
    there.expect_paid()
    phone.open_mail()
    expect(phone.page.locator(".mail")).to_have_count(2)
    expect(phone.page.locator(".mail").first).to_contain_text("Receipt: €60.00 paid")


@pytest.mark.row("B5")
def test_sending_can_be_undone_for_five_seconds(ana: Ana, desk: Desk):
    visit = ana.visit()
    desk.open_address(visit, tab="details")
    desk.send_link()
    desk.press(desk.page.locator("#toasts").get_by_role("button", name="Undo"))
    expect(desk.page.locator("#toasts")).to_contain_text("Taken back. Nothing was sent.")
    ana.house.later(minutes=1)
    desk.tab("Checkout")
    expect(desk.timeline).to_contain_text("not sent")
    assert ana.house.sandbox.books.letters() == []


@pytest.mark.row("B6")
def test_a_new_appointment_is_saved_before_its_link_is_copied(
    ana: Ana, desk: Desk, new_phone: Callable[..., Phone], camera: Camera
):
    desk.page.keyboard.press("n")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label(re.compile("^Client")).fill("Chlo")
    dialog.get_by_label("Chloe Martin").check()
    dialog.get_by_label("Service").select_option(str(ana.services["Full colour"].pk))
    dialog.get_by_label("With").select_option(label="Ben Hofmann")
    dialog.get_by_label("Time", exact=True).fill("16:00")
    camera.take(desk.page, "23-new")
    desk.press(dialog.get_by_role("button", name="Save and copy payment link"))
    expect(desk.badge).to_have_text("unpaid")
    expect(desk.page.locator("#toasts")).to_contain_text("copied")
    address = desk.page.evaluate("navigator.clipboard.readText()")

    phone = new_phone()
    phone.open(address)
    expect(phone.due).to_have_text("€95.00")
    expect(phone.page.locator("main")).to_contain_text("16:00")
    expect(desk.card()).to_contain_text("16:00")
    assert Visit.objects.get().client_id == ana.chloe.pk
