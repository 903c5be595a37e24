"""What can happen on the payment system's page: declined, left, opened twice, asked by the bank, late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.ana import ACCOUNT, Ana
from tests.journeys.camera import Camera
from tests.journeys.people import BAD_IBAN, CHALLENGED_CARD, DECLINED_CARD, Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("C3", "B9")
def test_a_declined_card_then_a_good_one(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    desk.open_address(visit)
    phone.open(ana.link(visit))
    phone.press_pay()
    phone.pay_by_card(DECLINED_CARD)
    expect(phone.page.get_by_role("alert")).to_contain_text("Your card was declined")
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")
    assert [payment.state for payment in ana.payments(visit)] == ["paid"]


@pytest.mark.row("C3", "B9")
def test_left_unpaid_and_paid_an_hour_later_by_the_same_link(ana: Ana, phone: Phone, camera: Camera):
    visit = ana.visit()
    address = ana.link(visit)
    phone.open(address)
    phone.press_pay()
    first = phone.page.url
    phone.page.go_back()
    phone.open(address)
    expect(phone.pay_button).to_have_text("Continue payment of €60.00")

    ana.house.later(minutes=61)
    ana.until(lambda: ana.payments(visit)[0].state == "expired")
    phone.open(address)
    expect(phone.pay_button).to_have_text("Pay €60.00")
    expect(phone.page.get_by_role("status")).to_contain_text("You were not charged")
    camera.take(phone.page, "40-not-completed")
    phone.press_pay()
    assert phone.page.url != first
    phone.pay_by_card()
    phone.expect_paid()
    assert [payment.state for payment in ana.payments(visit)] == ["expired", "paid"]


@pytest.mark.row("C6")
def test_two_tabs_lead_to_one_payment(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit()
    desk.open_address(visit)
    address = ana.link(visit)
    second = Phone(phone.page.context.new_page(), ana)
    phone.open(address)
    second.open(address)
    phone.press_pay()
    second.press_pay()
    assert second.page.url == phone.page.url
    phone.pay_by_card()
    phone.expect_paid()
    second.pay_by_card()
    second.expect_paid()
    expect(desk.badge).to_have_text("paid")
    assert ana.settled(visit) == 6000
    assert len(ana.house.sandbox.books.charges()) == 1


@pytest.mark.row("C5", "C7")
@pytest.mark.parametrize("passes", [True, False])
def test_the_bank_asks_back(ana: Ana, phone: Phone, passes: bool):
    visit = ana.visit()
    phone.open(ana.link(visit))
    phone.press_pay()
    phone.pay_by_card(CHALLENGED_CARD)
    expect(phone.heading).to_have_text("Confirm with your bank")
    phone.page.get_by_role("button", name="Complete" if passes else "Fail").click()
    if not passes:
        expect(phone.page.get_by_role("alert")).to_be_visible()
        phone.pay_by_card()
    phone.expect_paid()
    assert ana.settled(visit) == 6000


@pytest.mark.row("C5", "E4")
def test_a_bank_debit_is_told_honestly_until_it_lands(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    desk.open_address(visit)
    phone.open(ana.link(visit))
    phone.press_pay()
    phone.pay_by_debit()
    expect(phone.heading).to_have_text("Your payment is on its way")
    camera.take(phone.page, "41-processing")
    expect(desk.badge).to_have_text("processing")
    expect(desk.banners.first).to_contain_text("€60.00 is on its way")
    assert ana.settled(visit) == 0

    ana.house.later(days=3)
    assert ana.house.sandbox.stripe.finish_delayed(ana.house.sandbox.books.sessions()[0]["id"])
    expect(desk.badge).to_have_text("paid")
    phone.page.reload()
    phone.expect_paid()


@pytest.mark.row("C5")
def test_a_bank_debit_that_bounces_leaves_the_visit_payable(ana: Ana, desk: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    desk.open_address(visit)
    address = ana.link(visit)
    phone.open(address)
    phone.press_pay()
    phone.pay_by_debit(BAD_IBAN)
    expect(phone.heading).to_have_text("Your payment is on its way")
    expect(desk.badge).to_have_text("processing")
    ana.house.later(days=3)
    ana.house.sandbox.stripe.finish_delayed(ana.house.sandbox.books.sessions()[0]["id"], ok=False)
    expect(desk.badge).to_have_text("unpaid")
    phone.open(address)
    expect(phone.page.get_by_role("status")).to_contain_text("You were not charged")
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")


@pytest.mark.row("A7", "C7")
def test_without_any_webhook_the_return_page_finds_the_payment(ana: Ana, desk: Desk, phone: Phone):
    visit = ana.visit()
    ana.house.sandbox.stripe.webhooks.set_on(on=False, account=ACCOUNT)
    desk.open_address(visit)
    phone.open(ana.link(visit))
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    expect(desk.badge).to_have_text("paid")


@pytest.mark.row("A7", "B10")
def test_without_webhooks_and_with_the_browser_closed_the_visit_still_turns_paid(
    ana: Ana, desk: Desk, new_phone: Callable[..., Phone]
):
    visit = ana.visit()
    ana.house.sandbox.stripe.webhooks.set_on(on=False, account=ACCOUNT)
    desk.open_address(visit)
    phone = new_phone()
    phone.open(ana.link(visit))
    phone.press_pay()
    expect(desk.badge).to_have_text("being paid")
    phone.page.context.close()
    ana.house.sandbox.stripe.pay(ana.house.sandbox.books.sessions()[0]["id"])
    ana.house.later(minutes=10)
    expect(desk.badge).to_have_text("paid")
